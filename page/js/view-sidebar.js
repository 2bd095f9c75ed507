// The list of conversations, with what is unread in them.

import { byId, icon, make, reconcile, setText } from './dom.js';
import { t } from './i18n.js';
import { avatar } from './view-message.js';

const MOST_SHOWN = 99;

export class SidebarView {
    constructor(store, session, drafts, actions) {
        this.store = store;
        this.session = session;
        this.drafts = drafts;
        this.actions = actions;
        this.root = byId('sidebar');
        this.scheduled = false;
        for (const name of ['conversations', 'me', 'server', 'phase']) {
            store.on(name, () => this.#schedule());
        }
        drafts.on('change', () => this.#schedule());
        byId('join-open').append(icon('plus'));
        for (const id of ['join-open', 'empty-join']) {
            byId(id).addEventListener('click', () => actions.joinDialog());
        }
        byId('switch-open').append(icon('switch'));
        byId('switch-open').addEventListener('click', () => actions.switcher());
        byId('sidebar-close').append(icon('close'));
        byId('me').addEventListener('click', (event) => actions.ownMenu(event.currentTarget));
    }

    #schedule() {
        if (!this.scheduled) {
            this.scheduled = true;
            queueMicrotask(() => {
                this.scheduled = false;
                this.#render();
            });
        }
    }

    #render() {
        const { store } = this;
        setText(byId('server-name'), store.server.name);
        this.#list(byId('rooms'), store.rooms());
        this.#list(byId('privates'), store.privates());
        byId('privates-hint').hidden = store.privates().length > 0;
        const others = [...store.conversations.values()].some((one) => one !== store.active && one.unread > 0);
        byId('sidebar-badge').hidden = !others;
        this.#me();
    }

    #me() {
        const { nick } = this.store;
        const me = byId('me');
        if (nick && me.dataset.nick !== nick) {
            me.dataset.nick = nick;
            me.replaceChildren(avatar(nick), make('span', { class: 'me-name' }, nick), icon('more'));
            me.setAttribute('aria-label', `${nick}: ${t('options')}`);
        }
    }

    #list(parent, conversations) {
        reconcile(parent, conversations, {
            key: (one) => one.key,
            create: (one) => this.#create(one),
            update: (element, one) => this.#update(element, one),
        });
    }

    #create(conversation) {
        const name = make('span', { class: 'conversation-name' }, make('bdi', {}, conversation.name));
        const sign = conversation.kind === 'room'
            ? make('span', { class: 'conversation-sign', 'aria-hidden': 'true' }, '#') : avatar(conversation.name);
        const open = make('button', { class: 'conversation-open', type: 'button',
            onclick: () => this.actions.open(conversation) }, sign, name);
        const leave = make('button', { class: 'conversation-leave icon-button', type: 'button',
            'aria-label': t(conversation.kind === 'room' ? 'leave' : 'close', { room: conversation.name }),
            title: t(conversation.kind === 'room' ? 'leave' : 'close', { room: conversation.name }),
            onclick: () => this.actions.leave(conversation) }, icon('close'));
        return make('li', { class: 'conversation' }, open, leave);
    }

    #update(element, conversation) {
        const active = conversation === this.store.active;
        const { unread } = conversation;
        const calls = conversation.kind === 'private' ? unread : conversation.mentioned;
        element.classList.toggle('active', active);
        element.classList.toggle('has-unread', unread > 0);
        const open = element.querySelector('.conversation-open');
        if (active) {
            open.setAttribute('aria-current', 'true');
        } else {
            open.removeAttribute('aria-current');
        }
        this.#badge(open, unread, calls > 0);
        this.#draft(open, !active && this.drafts.get(conversation.key) !== '');
    }

    #badge(open, unread, calls) {
        let badge = open.querySelector('.badge');
        if (unread === 0) {
            badge?.remove();
            return;
        }
        if (!badge) {
            badge = make('span', { class: 'badge' }, make('span', { 'aria-hidden': 'true' }), make('span', { class: 'unseen' }));
            open.append(badge);
        }
        badge.classList.toggle('mentioned', calls);
        const shown = unread > MOST_SHOWN ? MOST_SHOWN + '+' : String(unread);
        setText(badge.firstChild, (calls ? '@' : '') + shown);
        setText(badge.lastChild, t('unread', { n: unread }) + (calls ? ', ' + t('mentionsYou') : ''));
    }

    #draft(open, there) {
        const mark = open.querySelector('.conversation-draft');
        if (there && !mark) {
            open.querySelector('.conversation-name').after(make('span', { class: 'conversation-draft',
                role: 'img', 'aria-label': t('draft'), title: t('draft') }, icon('pencil')));
        } else if (!there) {
            mark?.remove();
        }
    }
}
