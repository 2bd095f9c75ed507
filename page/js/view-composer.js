// Where messages are written.

import { clean } from './clean.js';
import { measured, parse } from './commands.js';
import { byId, icon, setText } from './dom.js';
import { excess } from './excess.js';
import { t } from './i18n.js';
import { TypingSender } from './typing.js';
import { EmojiPicker } from './view-emoji.js';

export class ComposerView {
    constructor(store, session, drafts, actions) {
        Object.assign(this, { store, session, drafts, actions });
        this.text = byId('composer-text');
        this.note = byId('composer-note');
        this.button = byId('composer-send');
        this.button.append(icon('send'));
        this.typing = new TypingSender();
        this.emoji = new EmojiPicker(byId('emoji-open'), byId('emoji'), (one) => this.insert(one));
        store.on('active', (now) => this.#activate(now));
        this.text.addEventListener('input', () => this.#changed());
        this.text.addEventListener('keydown', (event) => this.#key(event));
        byId('composer').addEventListener('submit', (event) => {
            event.preventDefault();
            this.#send();
        });
        this.#activate(store.active);
    }

    #activate(conversation) {
        byId('composer').hidden = !conversation;
        if (!conversation) {
            return;
        }
        const label = conversation.kind === 'room'
            ? t('writeIn', { room: conversation.name }) : t('writeTo', { nick: conversation.name });
        this.text.placeholder = label;
        this.text.setAttribute('aria-label', label);
        this.text.value = this.drafts.get(conversation.key);
        this.typing = new TypingSender();
        this.#check();
        this.#grow();
    }

    focus() {
        this.text.focus();
    }

    insert(words) {
        const { text } = this;
        text.setRangeText(words, text.selectionStart, text.selectionEnd, 'end');
        text.focus();
        this.#changed();
    }

    // An address in front of what is written: "bob: ".
    mention(nick) {
        this.text.setSelectionRange(this.text.selectionStart, this.text.selectionEnd);
        this.insert((this.text.value && !/\s$/u.test(this.text.value) ? ' ' : '') + '@' + nick + ' ');
    }

    #changed() {
        const { active } = this.store;
        const { value } = this.text;
        this.drafts.set(active.key, value);
        if (value && !value.startsWith('/')) {
            if (this.typing.typed()) {
                this.#tellTyping(true);
            }
        } else if (this.typing.stopped()) {
            this.#tellTyping(false);
        }
        this.#check();
        this.#grow();
    }

    #tellTyping(on) {
        const { active } = this.store;
        this.session.tell(active.kind === 'room' ? { type: 'typing', room: active.name, on }
            : { type: 'typing', nick: active.name, on });
    }

    // Says so before the server would have to.
    #check() {
        const text = clean(this.text.value);
        const most = this.store.server.limits.text ?? 4000;
        const over = excess(measured(text), most);
        this.button.disabled = text.trim() === '' || over > 0;
        setText(this.note, over > 0 ? t('tooLong', { n: over }) : '');
    }

    #grow() {
        this.text.style.height = 'auto';
        this.text.style.height = this.text.scrollHeight + 'px';
    }

    #key(event) {
        // Enter that chooses what an input method offers is not the end of the message.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
            event.preventDefault();
            this.#send();
        }
    }

    #send() {
        const { active } = this.store;
        if (this.button.disabled || !active) {
            return;
        }
        const meant = parse(clean(this.text.value).trim());
        if (meant.unknown || meant.usage) {
            setText(this.note, meant.unknown ? t('unknownCommand', { word: meant.unknown })
                : t('usage', { usage: t('cmd_' + meant.usage) }));
            return;
        }
        this.typing = new TypingSender();
        this.text.value = '';
        this.drafts.set(active.key, '');
        this.#check();
        this.#grow();
        if (meant.command) {
            this.actions.command(meant.command, meant.args);
        } else {
            this.actions.say(active, meant.say);
        }
    }
}
