// Runs tests and prints TAP. A test gets a Context, which lends it servers, pages and telnets and
// takes all of them back, however the test ends.

import { Browser } from './browser.js';
import { Server } from './server.js';
import { Telnet } from './telnet.js';

export class Context {
    #undo = [];

    constructor(browser) {
        this.browser = browser;
        this.servers = [];
    }

    defer(undo) {
        this.#undo.push(undo);
    }

    async server(...options) {
        const server = new Server(options);
        this.servers.push(server);
        this.defer(() => server.discard());
        await server.start();
        return server;
    }

    // A page in a context of its own: another person's browser.
    async page(server, options) {
        const page = await this.browser.page(server, options);
        this.defer(() => page.context().close());
        return page;
    }

    async telnet(server, nick) {
        const telnet = new Telnet(server.port('line-english'));
        this.defer(() => telnet.close());
        if (nick) {
            await telnet.login(nick);
        }
        return telnet;
    }

    async end() {
        this.browser.checkPages();
        for (const undo of this.#undo.splice(0).reverse()) {
            await undo();
        }
    }
}

function comment(text) {
    console.log(text.split('\n').map((line) => '# ' + line).join('\n'));
}

// tests: {name: async function(context)}; arguments choose some of them by a part of the name.
export async function run(tests) {
    const chosen = process.argv.slice(2);
    const all = Object.entries(tests).filter(([name]) =>
        chosen.length === 0 || chosen.some((part) => name.includes(part)));
    const browser = new Browser();
    await browser.start();
    console.log(`1..${all.length}`);
    let number = 0;
    for (const [name, test] of all) {
        number += 1;
        const context = new Context(browser);
        try {
            await test(context);
            await context.end();
            console.log(`ok ${number} - ${name}`);
        } catch (error) {
            process.exitCode = 1;
            console.log(`not ok ${number} - ${name}`);
            comment(String(error.stack));
            for (const server of context.servers) {
                comment('log of the server (its end):\n' + server.logEnd());
            }
            browser.forget();
            await context.end().catch(() => {});
        }
    }
    await browser.stop();
}
