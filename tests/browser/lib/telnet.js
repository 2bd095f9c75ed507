// Somebody at the English line door.

import net from 'node:net';

const DEADLINE_MS = 15000;

export class Telnet {
    #text = '';
    #wake = () => {};

    constructor(port) {
        this.socket = net.connect(port, '127.0.0.1');
        this.socket.setEncoding('utf8');
        this.socket.on('error', () => {});
        this.socket.on('data', (data) => {
            this.#text += data;
            this.#wake();
        });
    }

    send(line) {
        this.socket.write(line + '\r\n');
    }

    say(text) {
        this.send('say ' + text);
    }

    async login(nick) {
        await this.expect('Welcome to Teahouse');
        this.send('login ' + nick);
        this.send('look');
        await this.expect('The following are in this room:');
    }

    // The text comes, behind what was expected before.
    async expect(text) {
        await this.expectOne(text);
    }

    // One of the texts comes; gives it.
    async expectOne(...texts) {
        const deadline = Date.now() + DEADLINE_MS;
        for (;;) {
            const text = texts.find((one) => this.#text.includes(one));
            if (text !== undefined) {
                this.#text = this.#text.slice(this.#text.indexOf(text) + text.length);
                return text;
            }
            await new Promise((resolve, reject) => {
                const timer = setTimeout(() => reject(new Error(
                    `telnet: expected ${JSON.stringify(texts)}, got ${JSON.stringify(this.#text.slice(-1000))}`)),
                Math.max(1, deadline - Date.now()));
                this.#wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
    }

    close() {
        this.socket.destroy();
    }
}
