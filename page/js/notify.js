// Calls the reader who is elsewhere: by the title, and by notifications where that was wished for.

import { t } from './i18n.js';
import { visits } from './storage.js';

const TEXT = 200; // characters of a message in a notification

export class Notifier {
    constructor(store, open) {
        this.store = store;
        this.open = open;
        for (const name of ['conversations', 'active', 'server', 'phase']) {
            store.on(name, () => this.#title());
        }
        for (const name of ['heard', 'missed']) {
            store.on(name, (conversation, message) => this.#heard(conversation, message));
        }
        this.#title();
    }

    get possible() {
        return 'Notification' in globalThis && Notification.permission !== 'denied';
    }

    get wanted() {
        return 'Notification' in globalThis && Notification.permission === 'granted' && visits.get('notify', false);
    }

    // Asks the browser, which asks the user; to be called from what the user did. Whether it may.
    async turn(on) {
        visits.set('notify', on);
        if (on) {
            return 'Notification' in globalThis && await Notification.requestPermission() === 'granted';
        }
        return true;
    }

    #title() {
        const { store } = this;
        const { name } = store.server;
        if (store.phase === 'out' || !store.active) {
            document.title = name;
            return;
        }
        const { unread } = store.unreadInAll();
        document.title = (unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '') + `${store.active.name} · ${name}`;
    }

    #heard(conversation, message) {
        const { store } = this;
        const inPrivate = conversation.kind === 'private';
        const here = document.visibilityState === 'visible' && document.hasFocus() && conversation === store.active;
        if (!this.wanted || here || store.isIgnored(message.from) || !inPrivate && !store.isMention(message)) {
            return;
        }
        try {
            const notification = new Notification(inPrivate ? message.from : `${message.from} · ${conversation.name}`,
                { body: message.text.slice(0, TEXT), tag: conversation.key, icon: 'icon.svg' });
            notification.onclick = () => {
                window.focus();
                this.open(conversation);
                notification.close();
            };
        } catch {
            // some browsers know notifications of service workers only
        }
    }
}

export function notifyLabel(notifier) {
    return t(notifier.wanted ? 'notifyStop' : 'notifyMe');
}
