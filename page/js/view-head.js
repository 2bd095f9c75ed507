// Above the messages: where one is, what it is about, and what is wrong.

import { byId, icon, make, setText } from './dom.js';
import { t } from './i18n.js';

export class HeadView {
    constructor(store, session, actions) {
        this.store = store;
        this.session = session;
        this.topic = byId('head-topic');
        this.banner = byId('banner');
        store.on('active', () => this.#show());
        store.on('topic', () => this.#show());
        store.on('people', () => this.#show());
        store.on('conversations', () => this.#show());
        store.on('me', () => this.#warn());
        store.on('notice', () => this.#warn());
        byId('sidebar-open').prepend(icon('menu'));
        this.topic.addEventListener('click', () => actions.topicDialog());
        this.#show();
        this.#warn();
    }

    #show() {
        const { active } = this.store;
        const room = active?.kind === 'room';
        setText(byId('head-name'), active ? active.name : this.store.server.name);
        this.topic.hidden = !room;
        if (room) {
            setText(this.topic, active.topic || t('topicEmpty'));
            this.topic.classList.toggle('unset', !active.topic);
            this.topic.title = active.topic;
            this.topic.setAttribute('aria-label', `${t('topic')}: ${active.topic || t('topicEmpty')}`);
        }
        byId('people-open').hidden = !room;
        byId('search-open').hidden = !room;
    }

    #warn() {
        const { muted, storeDown } = this.store;
        this.banner.hidden = !muted && !storeDown;
        if (storeDown) {
            this.banner.replaceChildren(t('storeDown'));
        } else if (muted) {
            this.banner.replaceChildren(t('mutedBanner'), make('button', { class: 'link', type: 'button',
                onclick: () => this.session.tell({ type: 'mute' }) }, t('unmute')));
        }
    }
}
