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
        const deadline = Date.now() + DEADLINE_MS;
        for (;;) {
            const at = this.#text.indexOf(text);
            if (at >= 0) {
                this.#text = this.#text.slice(at + text.length);
                return;
            }
            await new Promise((resolve, reject) => {
                const timer = setTimeout(() => reject(new Error(
                    `telnet: expected ${JSON.stringify(text)}, got ${JSON.stringify(this.#text.slice(-1000))}`)),
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
