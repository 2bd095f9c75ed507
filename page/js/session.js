// The client's side of the native protocol (docs/protocol/native.md): signs in, comes back, asks,
// sends what waits. What comes from others goes through incoming.js into the store.

import { clean } from './clean.js';
import { Emitter } from './emitter.js';
import { receive } from './incoming.js';
import { BEGINNING, positionOf } from './position.js';
import { FEW, Roll, WHOLE_MAX } from './roll.js';

const VERSION = 1;
const PAGE = 50; // messages of history asked for at once
const AROUND = 30; // before and after a message that is jumped to
// Reasons of the server for which coming back by oneself would be wrong.
const FINAL = new Set(['resumed', 'kicked', 'banned']);

export class Refusal extends Error {
    constructor(error) {
        super(error.message);
        this.code = error.code;
        this.about = error.about;
    }
}

// Emits `saved` (something that a reload needs has changed), `ended` (reason, sentence: the session
// is over and will not come back by itself), `refused` (a Refusal that no request waits for).
export class Session extends Emitter {
    #requests = new Map();
    #ref = 0;
    #wanted = null; // the nick to log in with
    #greeted = false;

    constructor(store, connection, lang) {
        super();
        this.store = store;
        this.connection = connection;
        this.lang = lang;
        this.token = null;
        this.prefix = Math.random().toString(36).slice(2, 8); // of ids: tabs must not share them
        this.count = 0;
        this.roll = new Roll((conversation) => this.tell({ type: 'names', room: conversation.name }));
        connection.on('object', (object) => this.#take(object));
        connection.on('state', () => this.#moved());
    }

    // Signing in and out

    // Gives a promise: in, or a Refusal. The line is opened when it is not.
    async signIn(nick) {
        this.#wanted = nick;
        this.connection.start();
        await new Promise((resolve, reject) => {
            this.first = { resolve, reject };
            if (this.#greeted) {
                this.#tryLogin();
            }
        });
    }

    // Goes on with what a reload has kept.
    comeBack({ token, nick }) {
        this.token = token;
        this.#wanted = nick;
        this.store.setMe(nick, null);
        this.store.enterPhase('entering');
        this.connection.start();
    }

    signOut() {
        this.connection.send({ type: 'bye' });
        this.#end();
        this.store.clear();
        this.store.enterPhase('out');
        this.connection.start();
    }

    #end() {
        this.token = null;
        this.#wanted = null;
        this.connection.stop();
        this.emit('saved');
    }

    #moved() {
        if (this.connection.state === 'open') {
            return;
        }
        this.#greeted = false;
        this.roll.cancelAll(); // who is there is asked on entering again
        this.store.outbox.reset();
        for (const { reject } of this.#requests.values()) {
            reject(new Refusal({ code: 'line', message: '' }));
        }
        this.#requests.clear();
        if (this.store.phase === 'in') {
            this.store.enterPhase('entering');
        }
    }

    #take(object) {
        const waiting = this.#requests.get(object.ref);
        if (waiting) {
            this.#requests.delete(object.ref);
        }
        switch (object.type) {
        case 'hello':
            this.#hello(object);
            break;
        case 'welcome':
            this.#welcome(object);
            break;
        case 'error':
            this.#error(object, waiting);
            return;
        case 'closed':
            this.#closed(object);
            break;
        default:
            receive(this, object);
        }
        waiting?.resolve(object);
    }

    #hello(hello) {
        this.store.server = hello;
        this.#greeted = true;
        this.store.emit('server');
        if (this.token) {
            this.#resume();
        } else if (this.#wanted) {
            this.#tryLogin();
        }
    }

    #tryLogin() {
        this.#login().catch((error) => this.#refusedLogin(error));
    }

    #refusedLogin(error) {
        if (error.code === 'line') {
            return; // tried again with the next line
        }
        if (this.first) {
            this.first.reject(error);
            this.first = null;
            this.#wanted = null;
        } else if (this.store.phase === 'entering') {
            this.#wanted = null;
            this.emit('nickNeeded', error); // what is open stays as it is
        }
    }

    // Where each room is to go on.
    #positions() {
        return this.store.rooms().map((room) => {
            room.since = room.newest ?? room.resumeFrom ?? BEGINNING;
            return { room: room.name, after: room.since };
        });
    }

    async #resume() {
        const token = this.token;
        try {
            await this.request({ type: 'resume', token, rooms: this.#positions(),
                private: this.store.lastPrivate ?? BEGINNING, version: VERSION, lang: this.lang });
        } catch (error) {
            if (error.code !== 'line') {
                this.token = null;
                this.#tryLogin();
            }
        }
    }

    async #login() {
        const login = { type: 'login', nick: this.#wanted, version: VERSION, lang: this.lang,
            client: 'page' };
        const rooms = this.#positions().slice(0, 20);
        if (rooms.length > 0) {
            login.rooms = rooms;
        }
        await this.request(login);
        this.first?.resolve();
        this.first = null;
    }

    #welcome(welcome) {
        const { store } = this;
        this.token = welcome.token;
        this.#wanted = welcome.nick;
        store.setMe(welcome.nick, welcome.user);
        if (!welcome.resumed) {
            for (const room of store.rooms()) {
                room.joined = false;
            }
            store.muted = false;
            store.ignored.clear();
            this.#holdSent();
        }
        store.enterPhase('in');
        this.emit('saved');
        this.flush();
        this.connection.send({ type: 'ignore' });
    }

    // A new session does not know the old one's ids: what was sent may have been kept. For a room
    // its history will tell (see entered()); for a private message nobody can.
    #holdSent() {
        for (const item of [...this.store.outbox.items]) {
            if (item.position) { // it was heard: only the acknowledgement is missing
                this.store.outbox.remove(item.id);
            } else if (item.sent && item.room !== undefined) {
                item.held = true;
            } else if (item.sent && !item.error) {
                this.store.outbox.fail(item.id, 'unsure');
            }
        }
    }

    // A room has been entered. What was said since is known when this question is answered, since
    // answers keep their order; then its waiting messages may go.
    async entered(conversation) {
        const names = { type: 'names', room: conversation.name };
        if (conversation.headcount > WHOLE_MAX) {
            names.count = FEW;
        }
        try {
            await this.request(names);
        } catch {
            return; // the line broke, or one has left: it will be entered again, or not
        }
        const { outbox } = this.store;
        for (const item of outbox.items) {
            if (this.store.conversationOf(item) === conversation) {
                delete item.held;
            }
        }
        conversation.entering = null;
        conversation.readTo ??= conversation.newest ?? BEGINNING; // a room's past is not unread
        this.store.recount(conversation);
        this.store.emit('pending', conversation);
        this.emit('saved');
        this.flush();
    }

    #error(error, waiting) {
        const refusal = new Refusal(error);
        if (error.id !== undefined) {
            this.#refusedMessage(error);
        } else if (waiting) {
            waiting.reject(refusal);
        } else {
            this.emit('refused', refusal);
        }
    }

    #refusedMessage(error) {
        const item = this.store.outbox.fail(error.id, error.message);
        if (item) {
            this.store.emit('pending', this.store.conversationOf(item));
            this.emit('saved');
        }
        this.flush();
    }

    #closed({ reason, message }) {
        if (FINAL.has(reason) && this.first) { // it was not let in
            this.connection.stop();
            this.#refusedLogin(new Refusal({ code: reason, message }));
        } else if (FINAL.has(reason)) {
            this.connection.stop();
            this.token = null;
            this.emit('ended', reason, message);
        } else if (this.store.phase === 'out' && !this.#wanted) {
            this.connection.stop(); // nobody came in for too long; who does opens it again
        } else if (reason !== 'shutdown') {
            this.emit('refused', new Refusal({ code: reason, message }));
        }
    }

    // Asking

    // Gives a promise of the answer, or a Refusal (code `line`: the line broke before).
    request(object) {
        this.#ref += 1;
        const ref = this.#ref;
        return new Promise((resolve, reject) => {
            if (!this.connection.send({ ...object, ref })) {
                reject(new Refusal({ code: 'line', message: '' }));
                return;
            }
            this.#requests.set(ref, { resolve, reject });
        });
    }

    // What is not asked for an answer.
    tell(object) {
        return this.connection.send(object);
    }

    // Saying

    say(conversation, text) {
        const to = conversation.kind === 'room'
            ? { room: conversation.name } : { nick: conversation.name };
        const item = this.store.outbox.add(this.nextId(), to, clean(text), Date.now());
        item.by = this.store.nick;
        this.store.emit('pending', conversation);
        this.emit('saved');
        this.flush();
        return item;
    }

    nextId() {
        this.count += 1;
        return `${this.prefix}-${Date.now().toString(36)}-${this.count}`;
    }

    // Again, as a new message: what was refused, or may not have arrived.
    sayAgain(id) {
        const item = this.store.outbox.retry(id, this.nextId());
        if (item) {
            delete item.sent;
            this.store.emit('pending', this.store.conversationOf(item));
            this.flush();
        }
    }

    giveUp(id) {
        const item = this.store.outbox.remove(id);
        if (item) {
            this.store.emit('pending', this.store.conversationOf(item));
            this.emit('saved');
        }
    }

    // Sends what waits.
    flush() {
        if (this.store.phase !== 'in') {
            return;
        }
        for (const item of this.store.outbox.take()) {
            item.sent = true;
            const { id, text } = item;
            this.connection.send(item.room !== undefined
                ? { type: 'say', room: item.room, text, id } : { type: 'tell', nick: item.nick, text, id });
        }
    }

    // History

    // Fetches what is before an entry (null: the newest there is).
    async fetchBefore(conversation, entry) {
        await this.#fetch(conversation, async () => {
            const question = { type: 'history', room: conversation.name, count: PAGE };
            if (entry) {
                question.before = entry.position;
            }
            const answer = await this.request(question);
            conversation.log.addBefore(entry, answer.messages, answer.more);
        });
    }

    // Fetches what is behind an entry, towards the next hole's end.
    async fetchAfter(conversation, entry) {
        await this.#fetch(conversation, async () => {
            const answer = await this.request({ type: 'history', room: conversation.name,
                after: entry.position, count: PAGE });
            conversation.log.addAfter(entry, answer.messages, answer.more);
        });
    }

    // One at a time; a conversation whose history cannot be read is asked again when its reader wants it.
    async #fetch(conversation, work) {
        if (conversation.busy || this.store.phase !== 'in') {
            return;
        }
        conversation.busy = true;
        try {
            await work();
        } catch (error) {
            if (error.code !== 'line') {
                conversation.stuck = true; // until somebody asks again
                this.emit('refused', error);
            }
        } finally {
            conversation.busy = false;
            conversation.readTo ??= conversation.newest;
            this.store.emit('log', conversation);
        }
    }

    // Makes a message and its surroundings known. Gives its entry.
    async fetchAround(conversation, message) {
        const position = positionOf(message);
        const known = conversation.log.get(position);
        if (known) {
            return known;
        }
        const ask = (direction) => this.request({ type: 'history', room: conversation.name,
            [direction]: position, count: AROUND });
        const [before, after] = await Promise.all([ask('before'), ask('after')]);
        const entry = conversation.log.addIsland(message, before, after);
        this.store.emit('log', conversation);
        return entry;
    }

    search(conversation, text, before) {
        const question = { type: 'search', room: conversation.name, text, count: 20 };
        if (before) {
            question.before = before;
        }
        return this.request(question);
    }
}
