// One WebSocket that is opened again whenever it breaks. Sends and receives JSON objects; knows
// nothing of what they mean, but for `hello` (the line works) and `ping`/`pong` (it still does).
//
// Emits `object` (what came), `state` (when `state`, `retryAt` or `refused` changes). States: `idle`
// (nobody wants it), `connecting`, `open`, `waiting` (until `retryAt`). `refused` is why the server
// lets no line in (refused.js), as far as that is known; else null.

import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';

const QUIET_MS = 25000; // after so much silence ask whether the server is there
const ANSWER_MS = 10000; // and wait so long for a word
const BANNED_MS = 60000; // who is banned need not ask often
const OPEN = 1; // WebSocket.OPEN

export class Connection extends Emitter {
    #socket = null;
    #timer = null;
    #heartbeat = null;
    #backoff;
    #askWhy;
    #asking = false;

    // askWhy: gives a promise of why the server lets no line in, or null.
    constructor(url, { WebSocket = globalThis.WebSocket, backoff = new Backoff(), askWhy = async () => null } = {}) {
        super();
        this.url = url;
        this.Socket = WebSocket;
        this.state = 'idle';
        this.retryAt = 0;
        this.refused = null;
        this.#backoff = backoff;
        this.#askWhy = askWhy;
    }

    start() {
        if (this.state === 'idle' || this.state === 'waiting') {
            this.#connect();
        }
    }

    retryNow() {
        if (this.state === 'waiting') {
            this.#connect();
        }
    }

    stop() {
        clearTimeout(this.#timer);
        this.#drop();
        this.refused = null;
        this.#enter('idle');
    }

    send(object) {
        if (this.state !== 'open') {
            return false;
        }
        if (this.#socket.readyState !== OPEN) { // broken, and its event is still to come
            this.#broken();
            return false;
        }
        this.#socket.send(JSON.stringify(object));
        return true;
    }

    // The machine was asleep, or the network is another one: find out soon.
    check() {
        if (this.state === 'open') {
            this.#ask();
        } else {
            this.retryNow();
        }
    }

    #enter(state) {
        this.state = state;
        this.emit('state');
    }

    #connect() {
        clearTimeout(this.#timer);
        let socket;
        try {
            socket = new this.Socket(this.url);
        } catch {
            this.#wait();
            return;
        }
        this.#socket = socket;
        socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
        socket.onclose = () => this.#socket === socket && this.#broken();
        this.#expect();
        this.#enter('connecting');
    }

    #receive(data) {
        let object;
        try {
            object = JSON.parse(data);
        } catch {
            return;
        }
        clearTimeout(this.#heartbeat);
        this.#heartbeat = setTimeout(() => this.#ask(), QUIET_MS);
        if (this.state === 'connecting') {
            this.#backoff.reset();
            this.refused = null;
            this.#enter('open');
        }
        this.emit('object', object);
    }

    #ask() {
        if (this.send({ type: 'ping' })) {
            this.#expect();
        }
    }

    // Nothing for too long is a broken line that nobody has told us of.
    #expect() {
        clearTimeout(this.#heartbeat);
        this.#heartbeat = setTimeout(() => this.#broken(), ANSWER_MS);
    }

    #drop() {
        clearTimeout(this.#heartbeat);
        const socket = this.#socket;
        this.#socket = null;
        socket?.close();
    }

    #broken() {
        const wasOpen = this.state === 'open';
        this.#drop();
        this.#wait();
        if (!wasOpen) {
            this.#findOutWhy();
        }
    }

    #wait() {
        const delay = this.#backoff.next(this.refused === 'banned' ? BANNED_MS : 0);
        clearTimeout(this.#timer);
        this.retryAt = Date.now() + delay;
        this.#timer = setTimeout(() => this.#connect(), delay);
        this.#enter('waiting');
    }

    async #findOutWhy() {
        if (this.#asking) {
            return;
        }
        this.#asking = true;
        const why = await this.#askWhy();
        this.#asking = false;
        if (why === this.refused || this.state === 'open' || this.state === 'idle') {
            return;
        }
        this.refused = why;
        if (why === 'banned' && this.state === 'waiting') {
            this.#wait();
        } else {
            this.emit('state');
        }
    }
}
