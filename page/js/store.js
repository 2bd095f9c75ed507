// All that the page knows, and who wants to hear of changes. Knows no DOM, no socket and no
// storage, so that it runs in a test as it is.
//
// Emits: `conversations` (the list, or the counts in it), `log` (conversation), `people`, `typing`,
// `topic`, `pending` (conversation each), `active` (conversation, the one before), `me`, `phase`,
// `heard` (conversation, message: somebody has just said it), `missed` (the same, while the line was
// broken), `notice` (sentence, kind).

import { Conversation, privateKey, roomKey } from './conversation.js';
import { Emitter } from './emitter.js';
import { fold } from './fold.js';
import { isMentioned } from './mention.js';
import { Outbox } from './outbox.js';
import { later, positionOf } from './position.js';

const MOST_ENTRIES = 6000; // of a conversation that is read at its end
const KEPT_ENTRIES = 3000; // ... when it has more

export class Store extends Emitter {
    constructor() {
        super();
        this.server = { name: 'Teahouse', grace: 30, limits: {} };
        this.phase = 'out'; // `out`, `entering`, `in`
        this.nick = '';
        this.user = null;
        this.names = new Set(); // folded: what this session has been called
        this.muted = false;
        this.ignored = new Set(); // folded nicks
        this.storeDown = false;
        this.conversations = new Map();
        this.active = null;
        this.lastPrivate = null;
        this.outbox = new Outbox();
    }

    enterPhase(phase) {
        this.phase = phase;
        this.emit('phase');
    }

    setMe(nick, user = this.user) {
        this.nick = nick;
        this.user = user;
        this.names.add(fold(nick));
        this.emit('me');
    }

    isMine(message) {
        return message.user === undefined ? this.names.has(fold(message.from))
            : message.user === this.user;
    }

    isMention(message) {
        return !this.isMine(message) && this.nick !== '' && isMentioned(message.text, this.nick);
    }

    isIgnored(nick) {
        return this.ignored.has(fold(nick));
    }

    // Conversations

    find(key) {
        return this.conversations.get(key) ?? null;
    }

    findRoom(name) {
        return this.find(roomKey(name));
    }

    room(name) {
        return this.#ensure('room', name, roomKey(name));
    }

    private(nick) {
        return this.#ensure('private', nick, privateKey(nick));
    }

    #ensure(kind, name, key) {
        let conversation = this.conversations.get(key);
        if (!conversation) {
            conversation = new Conversation(kind, name);
            this.conversations.set(key, conversation);
            if (!this.active) {
                this.activate(conversation);
            }
            this.emit('conversations');
        }
        return conversation;
    }

    rooms() {
        return [...this.conversations.values()].filter((one) => one.kind === 'room');
    }

    privates() {
        return [...this.conversations.values()].filter((one) => one.kind === 'private');
    }

    remove(conversation) {
        const list = [...this.rooms(), ...this.privates()];
        const at = list.indexOf(conversation);
        this.conversations.delete(conversation.key);
        if (this.active === conversation) {
            this.activate(list[at - 1] ?? list[at + 1] ?? null);
        }
        this.emit('conversations');
    }

    activate(conversation) {
        if (this.active === conversation) {
            return;
        }
        const before = this.active;
        this.active = conversation;
        this.emit('active', conversation, before);
        this.emit('conversations');
    }

    // The conversation at a distance in the list: -1 is the one above.
    neighbour(distance) {
        const list = [...this.rooms(), ...this.privates()];
        const at = list.indexOf(this.active);
        return list[(at + distance + list.length) % list.length] ?? null;
    }

    clear() {
        this.conversations.clear();
        this.activate(null);
        this.outbox = new Outbox();
        this.names.clear();
        this.ignored.clear();
        this.lastPrivate = null;
        this.muted = false;
        this.user = null;
        this.emit('conversations');
    }

    // Messages

    // Somebody has said something just now.
    hear(conversation, message) {
        const entry = conversation.log.addHeard(message);
        if (!entry) {
            return null;
        }
        conversation.typists.set(message.from, false);
        const mine = this.isMine(message);
        if (mine) {
            this.#readOwn(conversation, message);
        }
        this.recount(conversation);
        this.emit('log', conversation);
        this.emit('typing', conversation);
        if (!mine) {
            this.emit('heard', conversation, message);
        }
        return entry;
    }

    // Who speaks has read what is above, if nothing of it was unread before.
    #readOwn(conversation, message) {
        if (conversation.unread === 0) {
            conversation.read(positionOf(message));
        }
    }

    recount(conversation) {
        conversation.count((m) => this.isMine(m), (m) => this.isMention(m));
        this.emit('conversations');
    }

    read(conversation, position) {
        if (conversation.read(position)) {
            this.recount(conversation);
        }
    }

    // Lets go of the past of a conversation whose reader is at its end.
    tidy(conversation) {
        if (conversation.log.entries.length > MOST_ENTRIES && conversation.kind === 'room') {
            conversation.log.trim(KEPT_ENTRIES);
        }
    }

    addEvent(conversation, event) {
        conversation.log.addEvent(event);
        this.emit('log', conversation);
    }

    hearPrivate(message, live) {
        const mine = this.isMine(message);
        const conversation = this.private(mine ? message.to : message.from);
        this.lastPrivate = this.lastPrivate
            ? later(this.lastPrivate, positionOf(message)) : positionOf(message);
        conversation.readTo ??= [0, 0];
        if (live) {
            this.hear(conversation, message);
        } else {
            conversation.log.add(message);
            this.recount(conversation);
            this.emit('log', conversation);
        }
        return conversation;
    }

    unreadInAll() {
        let unread = 0;
        let mentioned = 0;
        for (const one of this.conversations.values()) {
            unread += one.unread;
            mentioned += one.kind === 'private' ? one.unread : one.mentioned;
        }
        return { unread, mentioned };
    }

    // What is not acknowledged in a conversation.
    pending(conversation) {
        return this.outbox.items.filter((item) => this.conversationOf(item) === conversation);
    }

    conversationOf(item) {
        return this.find(item.room !== undefined ? roomKey(item.room) : privateKey(item.nick));
    }

    // People

    setPeople(conversation, names, total = null) {
        conversation.total = total;
        conversation.people = new Map(names.map((person) => [person.user, { ...person }]));
        this.emit('people', conversation);
    }

    // How many are in the room; null: not told.
    setTotal(conversation, total = null) {
        conversation.total = total;
        this.emit('people', conversation);
    }

    addPerson(conversation, person, total = null) {
        conversation.total = total;
        conversation.people.set(person.user, person);
        this.emit('people', conversation);
    }

    removePerson(conversation, user, total = null) {
        conversation.total = total;
        conversation.people.delete(user);
        this.emit('people', conversation);
    }

    changePerson(conversation, user, change) {
        const person = conversation.people.get(user);
        if (person) {
            Object.assign(person, change);
            this.emit('people', conversation);
        }
    }

    setTyping(conversation, nick, on) {
        conversation.typists.set(nick, on);
        this.emit('typing', conversation);
    }

    setTopic(conversation, topic) {
        conversation.topic = topic;
        this.emit('topic', conversation);
    }

    // Somebody who is talked to in private is called otherwise now.
    renamePrivate(old, nick) {
        const conversation = this.find(privateKey(old));
        if (!conversation || this.find(privateKey(nick))) {
            return;
        }
        this.conversations.delete(conversation.key);
        conversation.name = nick;
        conversation.key = privateKey(nick);
        this.conversations.set(conversation.key, conversation);
        for (const item of this.outbox.items) {
            if (item.nick !== undefined && fold(item.nick) === fold(old)) {
                item.nick = nick;
            }
        }
        this.emit('conversations');
    }
}
