// What browsers do to pages: tabs, reloads, back and forward, lost networks, no place to keep things.

import assert from 'node:assert/strict';
import { frames, join, openRoom, say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

// In the page: while `barred` it gets no line; `tries` counts.
const BAR = () => {
    const Real = window.WebSocket;
    window.tries = 0;
    window.WebSocket = class extends Real {
        constructor(...args) {
            super(...args);
            window.tries += 1;
            window.line = this;
            if (window.barred) {
                this.close();
            }
        }
    };
};

function kept(page) {
    return page.evaluate(() => JSON.parse(sessionStorage.getItem('teahouse.session')));
}

await run({
    async 'tabs do not share what is secret, but the name that was typed'(context) {
        const server = await context.server();
        const first = await context.page(server);
        await signIn(first, 'ann');
        const { token } = await kept(first);
        assert.ok(token.length >= 22);
        assert.ok(!await first.evaluate((secret) => JSON.stringify({ ...localStorage }).includes(secret), token));
        const second = await context.browser.tab(first.context(), server);
        assert.equal(await kept(second), null);
        assert.equal(await second.inputValue('#signin-nick'), 'ann');
        // The name is in use: by the other tab.
        await second.press('#signin-nick', 'Enter');
        await second.waitForFunction(() => document.getElementById('signin-error').textContent.includes('ann'));
        await signIn(second, 'ann2');
        assert.notEqual((await kept(second)).token, token);
        for (const page of [first, second]) {
            await page.reload();
            await page.waitForSelector('.person[data-nick="ann2"]');
        }
        await shows(first, '.me-name', 'ann');
        await shows(second, '.me-name', 'ann2');
        await say(first, 'to the other tab');
        await sees(second, 'to the other tab');
        // Signing out of one leaves the other where it is.
        await say(second, '/quit');
        await second.waitForSelector('#signin-nick:focus');
        await say(first, 'alone again');
        await sees(first, 'to the other tab', 'alone again');
        assert.notEqual(await kept(first), null);
        assert.equal(await kept(second), null);
    },

    async 'away and back, as with the buttons of the browser'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        await join(ann, 'tea');
        await say(ann, 'in tea');
        await sees(ann, 'in tea');
        await ann.fill('#composer-text', 'not sent yet');
        for (let i = 1; i <= 3; i += 1) {
            await ann.goto('about:blank');
            bob.say(`while away ${i}`);
            await bob.expect(`bob: while away ${i}`);
            await ann.goBack();
            await shows(ann, '#head-name', 'tea');
            await sees(ann, 'in tea');
        }
        assert.equal(await ann.inputValue('#composer-text'), 'not sent yet');
        await shows(ann, '.conversation:first-child .badge > :first-child', '3');
        await openRoom(ann, 'lobby');
        await sees(ann, 'while away 1', 'while away 2', 'while away 3');
        await say(ann, 'here');
        await bob.expect('ann: here');
        assert.equal((await texts(ann)).length, 4);
    },

    async 'reloads in a hurry'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        await say(ann, 'first');
        await sees(ann, 'first');
        for (let i = 0; i < 8; i += 1) {
            await ann.goto(server.url(), { waitUntil: i % 2 === 0 ? 'commit' : 'domcontentloaded' });
        }
        await sees(ann, 'first');
        await shows(ann, '.me-name', 'ann');
        await say(ann, 'second');
        await bob.expect('ann: second');
        assert.deepEqual(await texts(ann), ['first', 'second']);
        assert.equal(await ann.$$eval('.person', (all) => all.length), 2);
    },

    async 'what waits to be sent survives a reload'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: BAR });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        await ann.evaluate(() => {
            window.barred = true;
            window.line.close();
        });
        await say(ann, 'written without a line');
        await ann.waitForSelector('#rows .pending');
        await ann.reload();
        await sees(ann, 'written without a line');
        await bob.expect('ann: written without a line');
        await say(ann, 'and this');
        await bob.expect('ann: and this');
        assert.deepEqual(await texts(ann), ['written without a line', 'and this']);
    },

    async 'where nothing can be kept, the page does all the rest'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: () => {
            for (const name of ['localStorage', 'sessionStorage']) {
                Object.defineProperty(window, name, { get() {
                    throw new DOMException('forbidden', 'SecurityError');
                } });
            }
        } });
        await signIn(ann, 'ann');
        await join(ann, 'tea');
        await say(ann, 'works');
        await sees(ann, 'works');
        await ann.click('#emoji-open');
        await ann.click('#emoji button >> nth=3');
        await ann.press('#composer-text', 'Enter');
        await ann.waitForFunction(() => document.querySelectorAll('#rows .message:not(.pending)').length === 2);
    },

    async 'what is kept and makes no sense harms nobody'(context) {
        const server = await context.server();
        let count = 0;
        for (const [name, value] of [['teahouse.session', '{"token":'], ['teahouse.session', '[]'],
            ['teahouse.session', '{"token":"x"}'], ['teahouse.drafts', '7'], ['teahouse.session', 'null']]) {
            const page = await context.page(server, { init: `sessionStorage.setItem(${JSON.stringify(name)},
                ${JSON.stringify(value)}); localStorage.setItem('teahouse.emoji', '{}');
                localStorage.setItem('teahouse.nick', '{"a":1}')` });
            await page.waitForSelector('#signin-nick:focus');
            count += 1;
            await signIn(page, `ann${count}`);
            await page.click('#emoji-open');
            await page.waitForSelector('#emoji button:focus');
            await page.keyboard.press('Enter');
            await page.press('#composer-text', 'Enter');
            await page.waitForSelector('#rows .message:not(.pending)');
        }
    },

    async 'a network that is back is used at once'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: BAR, clock: Date.now() });
        const { clock } = ann.context();
        await signIn(ann, 'ann');
        await ann.evaluate(() => {
            window.barred = true;
            window.line.close();
        });
        for (let i = 0; i < 8; i += 1) { // the waits grow long
            await clock.fastForward(20000);
        }
        await ann.waitForSelector('#bar:not([hidden])');
        assert.match(await ann.textContent('#bar span'), /^Not connected\. Trying again/);
        await clock.pauseAt(await ann.evaluate(() => Date.now() + 1000)); // from now on no timer helps
        await say(ann, 'meanwhile');
        const tries = await ann.evaluate(() => {
            window.barred = false;
            const before = window.tries;
            window.dispatchEvent(new Event('online'));
            return window.tries - before;
        });
        assert.equal(tries, 1);
        await clock.resume();
        await sees(ann, 'meanwhile');
        await ann.waitForSelector('#bar', { state: 'hidden' });
        // So does the button, and whoever comes back to the tab.
        await ann.evaluate(() => {
            window.barred = true;
            window.line.close();
        });
        for (let i = 0; i < 8; i += 1) {
            await clock.fastForward(20000);
        }
        await ann.waitForSelector('#bar button:not([hidden])');
        await ann.evaluate(() => {
            window.barred = false;
        });
        await ann.click('#bar button', { timeout: 5000 });
        await ann.waitForSelector('#bar', { state: 'hidden' });
        await say(ann, 'again');
        await sees(ann, 'meanwhile', 'again');
    },
});
