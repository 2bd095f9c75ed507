// What the server says of others, of rooms and of messages: one function a type. Types that are
// not known are passed over.

import { fold } from './fold.js';
import { BEGINNING, compare, positionOf } from './position.js';

function message(session, it) {
    const conversation = session.store.room(it.room);
    takeOwn(session, conversation, it);
    session.store.hear(conversation, it);
    session.emit('saved');
}

function privateMessage(session, it) {
    const { store } = session;
    const mine = store.isMine(it);
    const conversation = store.private(mine ? it.to : it.from);
    takeOwn(session, conversation, it);
    store.hearPrivate(it, true);
    session.emit('saved');
}

// One's own message comes back before its acknowledgement: from now on it stands for the one that
// waits, which is the first of this text. The acknowledgement takes that out of the outbox.
function takeOwn(session, conversation, it) {
    const { store } = session;
    if (!store.isMine(it)) {
        return;
    }
    const item = store.pending(conversation).find((one) =>
        one.text === it.text && one.sent && !one.error && !one.position);
    if (item) {
        item.position = positionOf(it);
        store.emit('pending', conversation);
    }
}

function ack(session, it) {
    const { store } = session;
    const item = store.outbox.remove(it.id);
    if (!item) {
        return;
    }
    const conversation = it.room !== undefined ? store.room(it.room) : store.private(item.nick);
    const position = positionOf(it);
    if (!conversation.log.has(position)) { // kept before the line broke, and not seen since
        const { epoch, seq, at } = it;
        const kept = { type: 'message', epoch, seq, at, from: store.nick, user: store.user,
            text: item.text };
        if (it.room !== undefined) {
            store.hear(conversation, { ...kept, room: it.room });
        } else {
            store.hearPrivate({ ...kept, type: 'private', to: conversation.name }, true);
        }
    }
    store.emit('pending', conversation);
    session.emit('saved');
    session.flush();
}

function entered(session, it) {
    const { store } = session;
    const conversation = store.room(it.room);
    conversation.entering = { since: conversation.since };
    conversation.since = null;
    conversation.joined = true;
    conversation.name = it.room;
    store.setTopic(conversation, it.topic ?? '');
    store.setTotal(conversation, it.people);
    takeReplay(session, conversation, it);
    session.entered(conversation);
}

// What was said before one came in, or while one was away: with `entered`, or soon after it.
function takeReplay(session, conversation, { messages = [], more = false, gap = false }) {
    const { store } = session;
    const since = conversation.entering?.since ?? null;
    const added = conversation.log.addNewest(messages,
        { whole: since !== null && !gap, more: since !== null || more });
    const saidTo = conversation.saidTo ?? BEGINNING; // what waits was said behind it
    store.outbox.settle(conversation.name, messages.filter((one) => compare(positionOf(one), saidTo) > 0));
    store.recount(conversation);
    store.emit('log', conversation);
    store.emit('pending', conversation);
    session.emit('saved');
    for (const entry of since !== null ? added : []) {
        if (!store.isMine(entry.message) && compare(entry.position, saidTo) > 0) {
            store.emit('missed', conversation, entry.message);
        }
    }
}

function exited(session, it) {
    const conversation = session.store.findRoom(it.room);
    if (conversation) {
        session.roll.cancel(conversation);
        session.store.remove(conversation);
    }
    session.emit('saved');
}

function joined(session, it) {
    const { store } = session;
    const conversation = store.room(it.room);
    const { nick, user, door, at } = it;
    store.addPerson(conversation, { nick, user, door }, it.people);
    session.roll.complete(conversation);
    if (user !== store.user) {
        store.addEvent(conversation, { type: 'joined', nick, at });
    }
}

function left(session, it) {
    const { store } = session;
    const conversation = store.room(it.room);
    store.removePerson(conversation, it.user, it.people);
    session.roll.complete(conversation);
    store.setTyping(conversation, it.nick, false);
    store.addEvent(conversation, { type: 'left', nick: it.nick, reason: it.reason, at: it.at });
}

// Many have come and gone: how many, not who.
function crowd(session, it) {
    const { store } = session;
    const conversation = store.findRoom(it.room);
    if (!conversation) {
        return;
    }
    const { came, left: went, people, at } = it;
    store.setTotal(conversation, people);
    store.addEvent(conversation, { type: 'crowd', came, went, people, at });
    session.roll.crowd(conversation);
}

function renamed(session, it) {
    const { store } = session;
    const conversation = store.room(it.room);
    store.changePerson(conversation, it.user, { nick: it.nick });
    store.addEvent(conversation, { type: 'renamed', nick: it.nick, old: it.old, at: it.at });
    store.renamePrivate(it.old, it.nick);
}

function topic(session, it) {
    const { store } = session;
    const conversation = store.findRoom(it.room);
    if (!conversation) {
        return;
    }
    store.setTopic(conversation, it.topic);
    if (it.nick !== undefined) {
        store.addEvent(conversation, { type: 'topic', nick: it.nick, topic: it.topic, at: it.at });
    }
}

function away(session, it) {
    session.store.changePerson(session.store.room(it.room), it.user, { away: it.on });
}

function names(session, it) {
    const conversation = session.store.findRoom(it.room);
    if (conversation) {
        session.roll.cancel(conversation);
        session.store.setPeople(conversation, it.names, it.people);
    }
}

function typing(session, it) {
    const { store } = session;
    const conversation = it.room !== undefined ? store.findRoom(it.room)
        : store.find('private:' + fold(it.nick));
    if (conversation && it.user !== store.user) {
        store.setTyping(conversation, it.nick, it.on);
    }
}

function history(session, it) {
    const { store } = session;
    if (it.private) {
        for (const one of it.messages) {
            store.hearPrivate(one, false);
        }
        session.emit('saved');
    } else if (it.replay) {
        takeReplay(session, store.room(it.room), it);
    }
}

function nick(session, it) {
    session.store.setMe(it.nick);
    session.emit('saved');
}

function mute(session, it) {
    session.store.muted = it.on;
    session.store.emit('me');
}

function ignore(session, it) {
    const { store } = session;
    if (it.on) {
        store.ignored.add(fold(it.nick));
    } else {
        store.ignored.delete(fold(it.nick));
    }
    store.emit('me');
}

function ignores(session, it) {
    session.store.ignored = new Set(it.nicks.map(fold));
    session.store.emit('me');
}

function notice(session, it) {
    session.store.storeDown = it.code === 'store-down';
    session.store.emit('notice', it.message, it.code);
}

function announce(session, it) {
    session.store.emit('notice', it.message, 'announce');
}

const TYPES = { message, private: privateMessage, ack, entered, exited, joined, left, crowd, renamed,
    topic, away, names, typing, history, nick, mute, ignore, ignores, notice, announce };

export function receive(session, object) {
    if (Object.hasOwn(TYPES, object.type)) {
        TYPES[object.type](session, object);
    }
}
