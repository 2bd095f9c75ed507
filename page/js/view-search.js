// Looking for words in the room's history, and going to where they were said.

import { byId, make, setText } from './dom.js';
import { hueOf } from './colour.js';
import { fold } from './fold.js';
import { noLine, t } from './i18n.js';
import { positionOf } from './position.js';
import { briefTime } from './time.js';

// The text as nodes, with the words that were looked for marked.
function markWords(text, words) {
    const parts = document.createDocumentFragment();
    const folded = fold(text);
    let at = 0;
    while (folded.length === text.length && at < text.length) {
        const next = words.map((word) => [folded.indexOf(word, at), word.length]).filter(([where]) => where >= 0)
            .sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
        if (!next) {
            break;
        }
        const [where, length] = next;
        parts.append(text.slice(at, where), make('mark', {}, text.slice(where, where + length)));
        at = where + length;
    }
    parts.append(text.slice(at));
    return parts;
}

export class SearchView {
    constructor(store, session, actions) {
        Object.assign(this, { store, session, actions });
        this.field = byId('search-text');
        this.note = byId('search-note');
        this.results = byId('search-results');
        this.moreButton = byId('search-more');
        this.room = null;
        this.asked = '';
        this.oldest = null;
        this.count = 0;
        byId('search-form').addEventListener('submit', (event) => {
            event.preventDefault();
            this.search(this.field.value);
        });
        this.moreButton.addEventListener('click', () => this.#ask());
        store.on('active', () => this.#reset());
    }

    open(words = '') {
        this.#reset();
        this.field.focus();
        this.field.select();
        if (words) {
            this.field.value = words;
            this.search(words);
        }
    }

    #reset() {
        const { active } = this.store;
        if (active === this.room && active) {
            return;
        }
        this.room = active;
        this.results.replaceChildren();
        this.moreButton.hidden = true;
        const room = active?.kind === 'room';
        setText(byId('search-heading'), room ? t('searchIn', { room: active.name }) : t('search'));
        setText(this.note, t(room ? 'searchHint' : 'searchPrivate'));
        this.field.disabled = !room;
    }

    async search(words) {
        this.asked = words.trim();
        this.oldest = null;
        this.count = 0;
        this.results.replaceChildren();
        this.moreButton.hidden = true;
        if (this.asked && this.room?.kind === 'room') {
            await this.#ask();
        }
    }

    async #ask() {
        const { asked, room } = this;
        setText(this.note, t('loading'));
        try {
            const answer = await this.session.search(room, asked, this.oldest);
            if (asked === this.asked && room === this.room) {
                this.#add(answer);
            }
        } catch (refusal) {
            setText(this.note, refusal.message || noLine());
        }
    }

    #add({ messages, more }) {
        const words = this.asked.split(/\s+/u).map(fold).filter(Boolean);
        for (const message of messages) {
            this.results.append(this.#result(message, words));
            this.oldest = positionOf(message);
        }
        this.count += messages.length;
        this.moreButton.hidden = !more;
        if (this.count === 0) {
            setText(this.note, `${t('foundNone')} · ${t('foundNoneHint')}`);
        } else {
            setText(this.note, t(more ? 'foundMany' : 'found', { n: this.count }));
        }
    }

    #result(message, words) {
        const text = make('span', { class: 'result-text', dir: 'auto' });
        text.append(markWords(message.text, words));
        return make('li', {}, make('button', { class: 'result', type: 'button',
            onclick: () => this.actions.jump(this.room, message) },
        make('span', { class: 'result-by' },
            make('span', { class: 'nick hue-' + hueOf(message.from) }, message.from),
            make('span', { class: 'message-time' }, briefTime(message.at))),
        text));
    }
}
