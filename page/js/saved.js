// What a reload of the tab needs to go on: the token, where each conversation was, what waits.

import { Outbox } from './outbox.js';
import { earlier } from './position.js';
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
    try {
        return saved && fill(store, saved);
    } catch { // of another version of the page, or damaged
        tab.remove(NAME);
        store.clear();
        return null;
    }
}

function fill(store, saved) {
    const { token, nick } = saved;
    if (typeof token !== 'string' || typeof nick !== 'string') {
        throw new TypeError('no token');
    }
    for (const one of saved.rooms) {
        const room = store.room(one.name);
        room.readTo = one.readTo;
        room.saidTo = one.after;
        room.resumeFrom = one.after && one.readTo ? earlier(one.after, one.readTo) : one.after;
    }
    for (const one of saved.privates) {
        store.private(one.name).readTo = one.readTo;
    }
    store.outbox = new Outbox(saved.outbox);
    for (const name of saved.names) {
        store.names.add(name);
    }
    store.activate(store.find(saved.active) ?? store.active);
    return { token, nick };
}
