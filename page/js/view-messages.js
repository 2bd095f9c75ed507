// The list of what is said in the active conversation. Follows the newest message only while its
// reader is at the end; otherwise it stays put and offers the way there.

import { byId, icon, make, reconcile } from './dom.js';
import { t } from './i18n.js';
import { buildItems } from './items.js';
import { compare } from './position.js';
import { anchor, isAtEnd, restore, show, toEnd } from './scroll.js';
import { dayOf } from './time.js';
import { createItem, updateItem } from './view-items.js';
import { createMessage, createPending, updatePending } from './view-message.js';
import { Window } from './window.js';

const AHEAD = 800; // pixels before an end of the rows at which more of them are shown
const POSITION = /^m(\d+)\.(\d+)h?$/; // in the key of a message's row
const UNREAD_AT = 0.2; // of the height: where the first unread message stands on coming back

export class MessagesView {
    constructor(store, session) {
        this.store = store;
        this.session = session;
        this.scroller = byId('messages');
        this.rows = byId('rows');
        this.button = byId('to-newest');
        this.empty = byId('empty');
        this.places = new WeakMap(); // conversation: {window, following, mark, held}
        this.place = null;
        this.scheduled = false;
        this.#listen();
    }

    #listen() {
        const { store, scroller } = this;
        store.on('active', (now, before) => this.#activate(now, before));
        for (const name of ['log', 'pending']) {
            store.on(name, (conversation) => conversation === store.active && this.schedule());
        }
        store.on('me', () => this.#redraw());
        store.on('conversations', () => this.#showButton());
        store.on('phase', () => {
            this.#showEmpty();
            this.schedule();
        });
        scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        new ResizeObserver(() => this.#resized()).observe(scroller);
        document.addEventListener('visibilitychange', () => this.#attend());
        this.button.addEventListener('click', () => this.toNewest());
        this.rows.addEventListener('click', (event) => this.#clicked(event.target));
        this.today = dayOf(Date.now());
        setInterval(() => this.#everySecond(), 1000);
    }

    // Looks at the clock: a timer until midnight would be late by as long as the machine has slept.
    #everySecond() {
        const { store } = this;
        const today = dayOf(Date.now());
        if (today !== this.today || store.active && store.pending(store.active).length > 0) {
            this.today = today;
            this.schedule();
        }
    }

    // Many changes in one frame are drawn once.
    schedule() {
        if (!this.scheduled) {
            this.scheduled = true;
            requestAnimationFrame(() => {
                this.scheduled = false;
                this.#render();
            });
        }
    }

    #placeOf(conversation) {
        if (!this.places.has(conversation)) {
            this.places.set(conversation, { window: new Window(conversation.log), following: true, mark: null });
        }
        return this.places.get(conversation);
    }

    #activate(conversation, before) {
        if (before && this.place && !this.place.following) {
            const held = anchor(this.scroller, this.rows);
            this.place.held = held && { key: held.element.dataset.key, offset: held.offset };
            this.place.window.hold();
        }
        this.rows.replaceChildren();
        this.place = null;
        this.#showEmpty();
        this.button.hidden = true;
        if (!conversation) {
            return;
        }
        conversation.stuck = false;
        this.place = this.#placeOf(conversation);
        this.scroller.setAttribute('aria-label', conversation.kind === 'room'
            ? t('messagesIn', { room: conversation.name }) : t('messagesWith', { nick: conversation.name }));
        this.#open(conversation);
    }

    #open(conversation) {
        const { place } = this;
        place.mark = conversation.unread > 0 ? conversation.readTo : null;
        if (place.following && place.mark) {
            this.#openAtUnread(conversation);
            return;
        }
        this.#render();
        if (place.held) {
            const element = this.#row(place.held.key);
            restore(this.scroller, element && { element, offset: place.held.offset });
            place.held = null;
        }
        this.#settle();
    }

    // At the first unread message, if not all of them fit in.
    #openAtUnread(conversation) {
        const { place } = this;
        const entry = conversation.log.entries.find((one) => one.kind === 'message'
            && compare(one.position, place.mark) > 0 && !this.store.isMine(one.message));
        const [start] = place.window.range();
        place.following = false; // what is drawn counts as read only where it is looked at
        if (entry && conversation.log.indexOf(entry) < start) {
            place.window.around(entry);
        } else {
            place.window.hold();
        }
        this.#render();
        toEnd(this.scroller);
        const mark = this.#row('new');
        const { top } = this.scroller.getBoundingClientRect();
        if (mark && (!place.window.atEnd || mark.getBoundingClientRect().top < top)) {
            show(this.scroller, mark, UNREAD_AT);
        }
        this.#settle();
    }

    // In no room: not before that is known.
    #showEmpty() {
        this.empty.hidden = this.store.active !== null || this.store.phase !== 'in';
    }

    #row(key) {
        return [...this.rows.children].find((child) => child.dataset.key === key) ?? null;
    }

    #redraw() {
        this.rows.replaceChildren();
        this.schedule();
    }

    #items() {
        const { store, place } = this;
        const conversation = store.active;
        const { log } = conversation;
        const [start, end] = place.window.range();
        const items = buildItems(log.entries.slice(start, end), {
            previous: log.entries[start - 1] ?? null,
            mark: place.mark,
            mine: (message) => store.isMine(message),
            hidden: (entry) => entry.kind === 'message' && store.isIgnored(entry.message.from),
        });
        if (start === 0) {
            items.unshift(this.#top(conversation));
        }
        if (end === log.entries.length) {
            items.push(...this.#pending(conversation, items.at(-1)));
        }
        return items;
    }

    #top(conversation) {
        if (!conversation.log.older) {
            return { kind: 'beginning', key: 'top-beginning', conversation };
        }
        return conversation.stuck ? { kind: 'stuck', key: 'top-stuck' } : { kind: 'older', key: 'top-older' };
    }

    #pending(conversation, last) {
        let head = !(last?.kind === 'message' && this.store.isMine(last.entry.message));
        return this.store.pending(conversation).filter((item) => !item.position).map((item) => {
            const row = { kind: 'pending', key: 'p' + item.id + (head ? 'h' : ''), item, head };
            head = false;
            return row;
        });
    }

    #render() {
        const conversation = this.store.active;
        if (!conversation || !this.place) {
            return;
        }
        const { place, scroller } = this;
        const held = place.following ? null : anchor(scroller, this.rows);
        if (!place.following) {
            place.window.extend(this.wasAtEnd);
        } else if (document.visibilityState === 'visible') {
            this.store.tidy(conversation);
        }
        reconcile(this.rows, this.#items(), {
            // A message that begins a group now and did not before is another element.
            key: (item) => item.kind === 'message' ? item.key + (item.head ? 'h' : '') : item.key,
            create: (item) => this.#create(item),
            update: (element, item) => item.kind === 'pending'
                ? updatePending(element, item.item) : updateItem(element, item),
        });
        this.wasAtEnd = place.window.atEnd;
        if (place.following) {
            toEnd(scroller);
        } else if (!restore(scroller, held) && held) {
            this.#restoreOther(held);
        }
        this.#more();
        this.#markRead();
        this.#showButton();
    }

    // The row that was held has been made anew as (no) head of its group.
    #restoreOther({ element, offset }) {
        const key = element.dataset.key;
        const other = this.#row(key.endsWith('h') ? key.slice(0, -1) : key + 'h');
        restore(this.scroller, other && { element: other, offset });
    }

    #create(item) {
        if (item.kind === 'message') {
            const { message } = item.entry;
            const mention = this.store.active.kind === 'room' && this.store.isMention(message);
            return createMessage(message, { head: item.head, mention, nick: this.store.nick });
        }
        return item.kind === 'pending' ? createPending(item.item, item.head) : createItem(item);
    }

    // Scrolling

    #scrolled() {
        if (this.place && this.store.active) {
            this.#settle();
        }
    }

    // Finds out whether the reader is at the end, and what is to be done there.
    #settle() {
        const { place, scroller } = this;
        const atEnd = place.window.atEnd && isAtEnd(scroller);
        if (atEnd && !place.following) {
            place.following = true;
            place.window.follow();
            this.schedule();
        } else if (!atEnd && place.following) {
            place.following = false;
            place.window.hold();
        }
        this.held = place.following ? null : anchor(scroller, this.rows);
        this.#more();
        this.#markRead();
        this.#showButton();
    }

    // Shows or fetches what the reader is about to come to.
    #more() {
        const { place, scroller, store } = this;
        const conversation = store.active;
        const { log } = conversation;
        const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
        if (!place.following && below < AHEAD && place.window.showNewer()) {
            this.schedule();
        } else if (scroller.scrollTop < AHEAD && !(place.following && log.entries.length > 0 && this.#fills())) {
            if (!place.following && place.window.showOlder()) {
                this.schedule();
            } else if (place.window.range()[0] === 0 && log.older) {
                this.#fetch(conversation, () => this.session.fetchBefore(conversation, log.first()));
            }
        }
        this.#fillGaps(conversation);
    }

    // While the end is followed nothing older is wanted, but that the screen is filled.
    #fills() {
        return this.rows.offsetHeight > this.scroller.clientHeight + 1;
    }

    #fetch(conversation, work) {
        if (conversation.busy || conversation.stuck || !conversation.joined) {
            return;
        }
        work().then(() => this.place?.window.limit(this.#looked()));
    }

    // The message at the top of the screen.
    #looked() {
        const match = POSITION.exec(anchor(this.scroller, this.rows)?.element.dataset.key ?? '');
        return match ? this.store.active.log.get([Number(match[1]), Number(match[2])]) : null;
    }

    #fillGaps(conversation) {
        const gap = this.rows.querySelector('.gap');
        if (!gap) {
            return;
        }
        const box = gap.getBoundingClientRect();
        const view = this.scroller.getBoundingClientRect();
        if (box.bottom > view.top - AHEAD && box.top < view.bottom + AHEAD) {
            const above = box.top < (view.top + view.bottom) / 2;
            this.#fillGap(conversation, gap.querySelector('button').dataset.gap, above);
        }
    }

    // From the side that is looked at: what stands at a hole's edge stays there.
    #fillGap(conversation, key, above) {
        const { log } = conversation;
        const entry = log.entries.find((one) => one.key === key);
        const previous = entry && log.before(entry);
        if (!entry) {
            return;
        }
        this.#fetch(conversation, () => above || !previous
            ? this.session.fetchBefore(conversation, entry) : this.session.fetchAfter(conversation, previous));
    }

    #clicked(target) {
        const conversation = this.store.active;
        const { again, discard, gap, older } = target.closest('button')?.dataset ?? {};
        if (again) {
            this.session.sayAgain(again);
        } else if (discard) {
            this.session.giveUp(discard);
        } else if (gap) {
            conversation.stuck = false;
            this.#fillGap(conversation, gap, true);
        } else if (older !== undefined) {
            conversation.stuck = false;
            this.schedule();
        }
    }

    #resized() {
        if (this.place?.following) {
            toEnd(this.scroller);
        } else {
            restore(this.scroller, this.held);
        }
    }

    // What comes while nobody looks is marked as new.
    #attend() {
        if (document.visibilityState === 'hidden' && this.place) {
            this.place.mark = this.store.active.newest;
        }
        this.#markRead();
    }

    // All that has been on the screen is read.
    #markRead() {
        const { place, store } = this;
        const conversation = store.active;
        if (!place || !conversation || document.visibilityState !== 'visible' || store.phase === 'out') {
            return;
        }
        if (place.following) {
            store.read(conversation, conversation.newest);
            return;
        }
        const bottom = this.scroller.getBoundingClientRect().bottom;
        for (let row = this.rows.lastElementChild; row; row = row.previousElementSibling) {
            const match = POSITION.exec(row.dataset.key);
            if (match && row.getBoundingClientRect().bottom <= bottom + 4) {
                store.read(conversation, [Number(match[1]), Number(match[2])]);
                return;
            }
        }
    }

    #showButton() {
        const { place, scroller, store, button } = this;
        const conversation = store.active;
        if (!place || !conversation || place.following) {
            button.hidden = true;
            return;
        }
        const news = conversation.unread;
        const far = !place.window.atEnd
            || scroller.scrollHeight - scroller.scrollTop > 2 * scroller.clientHeight;
        button.hidden = news === 0 && !far;
        const text = news > 0 ? t('newMessages', { n: news }) : t('toPresent');
        if (button.textContent !== text) {
            button.replaceChildren(icon('down'), make('span', {}, text));
        }
        button.classList.toggle('news', news > 0);
    }

    // What others may ask for

    toNewest(focus = true) {
        const { place } = this;
        if (!place) {
            return;
        }
        place.following = true;
        place.window.follow();
        this.#render();
        if (focus) {
            this.scroller.focus({ preventScroll: true });
        }
    }

    get following() {
        return this.place?.following ?? true;
    }

    // To a message that is in the log, in the middle of the screen.
    showEntry(entry) {
        const { place } = this;
        place.following = false;
        place.window.around(entry);
        this.wasAtEnd = false;
        this.rows.replaceChildren();
        this.#render();
        const row = this.#row(entry.key) ?? this.#row(entry.key + 'h');
        if (row) {
            show(this.scroller, row, 0.4);
            row.classList.add('found');
        }
        this.#settle();
    }
}
