// What a reload of the tab needs to go on: the token, where each conversation was, what waits.

import { Outbox } from './outbox.js';
import { tab } from './storage.js';

const NAME = 'session';

export function save(session) {
    const { store } = session;
    if (!session.token) {
        tab.remove(NAME);
        return;
    }
    tab.set(NAME, {
        token: session.token,
        nick: store.nick,
        names: [...store.names],
        active: store.active?.key,
        rooms: store.rooms().map((one) => ({ name: one.name, readTo: one.readTo,
            after: one.newest ?? one.resumeFrom })),
        privates: store.privates().map((one) => ({ name: one.name, readTo: one.readTo })),
        outbox: store.outbox.items,
    });
}

// Fills the store with what was kept. Gives {token, nick}, or null when there is nothing.
export function restore(store) {
    const saved = tab.get(NAME);
    if (!saved?.token) {
        return null;
    }
    for (const one of saved.rooms) {
        const room = store.room(one.name);
        room.readTo = one.readTo;
        room.resumeFrom = one.after;
    }
    for (const one of saved.privates) {
        store.private(one.name).readTo = one.readTo;
    }
    store.outbox = new Outbox(saved.outbox);
    for (const name of saved.names) {
        store.names.add(name);
    }
    store.activate(store.find(saved.active) ?? store.active);
    return saved;
}
