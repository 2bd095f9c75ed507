// Reads new messages out: those of the conversation that is shown, what is said in private and
// where somebody speaks of the reader. Never the past.

import { byId, make } from './dom.js';
import { t } from './i18n.js';

const KEPT = 12;

export function startAnnouncing(store) {
    const region = byId('announcer');
    store.on('heard', (conversation, message) => {
        if (store.isIgnored(message.from)) {
            return;
        }
        const inPrivate = conversation.kind === 'private';
        if (!inPrivate && conversation !== store.active && !store.isMention(message)) {
            return;
        }
        region.append(make('p', {}, t(inPrivate ? 'saidInPrivate' : 'said',
            { nick: message.from, text: message.text })));
        while (region.children.length > KEPT) {
            region.firstChild.remove();
        }
    });
}
