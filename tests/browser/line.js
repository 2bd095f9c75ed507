// What becomes of the talk when the line breaks, or the server does.

import assert from 'node:assert/strict';
import { frames, join, openRoom, say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

// In the page: cut() breaks its line; while `deaf` what it sends is lost; while `barred` it gets no
// new line.
const CUT = () => {
    const Real = window.WebSocket;
    window.lines = [];
    window.WebSocket = class extends Real {
        constructor(...args) {
            super(...args);
            window.lines.push(this);
            if (window.barred) {
                this.close();
            }
        }

        send(data) {
            if (!window.deaf) {
                super.send(data);
            }
        }
    };
    window.cut = () => window.lines.at(-1).close();
};

// Does what breaks the page's line, and waits for the next one.
async function reconnects(page, action) {
    const lines = await page.evaluate(() => window.lines.length);
    await action();
    await page.waitForFunction((before) => window.lines.length > before
        && window.lines.at(-1).readyState === WebSocket.OPEN, lines);
}

// Scrolls up until all of these have been in the list: they, and nothing else.
async function scrollsThrough(page, wanted) {
    const known = new Set(await texts(page));
    await page.hover('#messages');
    for (let i = 0; i < 400 && known.size < wanted.length; i += 1) {
        await page.mouse.wheel(0, -700);
        await frames(page, 2);
        (await texts(page)).forEach((text) => known.add(text));
    }
    assert.deepEqual(wanted.filter((text) => !known.has(text)), []);
    assert.equal(known.size, wanted.length);
}

await run({
    async 'the server is killed and started again: nothing is lost or doubled'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await join(ann, 'tea');
        await say(ann, 'in tea');
        await sees(ann, 'in tea');
        await openRoom(ann, 'lobby');
        await say(ann, 'one');
        await sees(bob, 'one');
        await server.kill();
        await ann.waitForSelector('#bar:not([hidden])');
        await say(ann, 'while it was down');
        await say(ann, 'and this');
        assert.equal(await ann.$$eval('#rows .message.pending', (all) => all.length), 2);
        await say(bob, 'me too');
        await server.start();
        const button = ann.locator('#bar button');
        await button.click({ timeout: 1000 }).catch(() => {}); // it may be back by itself already
        for (const page of [ann, bob]) {
            await page.waitForFunction(() => document.querySelectorAll('#rows .message').length === 4
                && document.querySelectorAll('#rows .pending').length === 0);
            const all = await texts(page);
            assert.equal(all[0], 'one');
            assert.deepEqual(all.slice(1).sort(), ['and this', 'me too', 'while it was down']);
            assert.ok(all.indexOf('while it was down') < all.indexOf('and this'));
        }
        await ann.waitForSelector('#bar', { state: 'hidden' });
        await openRoom(ann, 'tea');
        assert.deepEqual(await texts(ann), ['in tea']);
        await say(ann, 'tea goes on');
        await sees(ann, 'in tea', 'tea goes on');
    },

    async 'killed with messages on their way, again and again'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        const said = [];
        for (let round = 0; round < 4; round += 1) {
            for (let i = 0; i < 8; i += 1) {
                said.push(`round ${round} message ${i}`);
                await say(ann, said.at(-1));
            }
            await server.kill();
            said.push(`round ${round} late`);
            await say(ann, said.at(-1));
            await server.start();
            await ann.waitForFunction((count) => document.querySelectorAll('#rows .message').length === count
                && document.querySelectorAll('#rows .pending').length === 0, said.length);
        }
        assert.deepEqual(await texts(ann), said);
        await sees(bob, said.at(-1));
        assert.deepEqual(await texts(bob), said);
    },

    async 'started again after the grace: a new login, nothing lost or doubled'(context) {
        const server = await context.server('--set', 'grace-seconds=0');
        const ann = await context.page(server, { init: CUT });
        await signIn(ann, 'ann');
        await say(ann, 'one');
        await sees(ann, 'one');
        await ann.evaluate(() => {
            window.deaf = true; // the message does not arrive
        });
        await say(ann, 'two');
        await reconnects(ann, async () => {
            await server.kill();
            await server.start();
        });
        await ann.evaluate(() => {
            window.deaf = false;
            window.cut();
        });
        await sees(ann, 'one', 'two');
        const bob = await context.telnet(server, 'bob');
        bob.send('history 10');
        await bob.expect('ann: one');
        await bob.expect('ann: two');
        await say(ann, 'three');
        await bob.expect('ann: three');
        assert.deepEqual(await texts(ann), ['one', 'two', 'three']);
    },

    async 'a short break is passed over quietly'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: CUT });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        await reconnects(ann, async () => {
            await ann.evaluate(() => window.cut());
            bob.say('did you hear this?');
            await bob.expect('bob: did you hear this?');
        });
        await sees(ann, 'did you hear this?');
        await say(ann, 'yes');
        await bob.expect('ann: yes');
        assert.deepEqual(await texts(ann), ['did you hear this?', 'yes']);
        assert.equal(await ann.$$eval('.toast', (all) => all.length), 0);
    },

    async 'a mention that was missed is notified when the line is back'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: `(${CUT})();
            localStorage.setItem('teahouse.notify', 'true');
            window.notified = [];
            window.Notification = class {
                static permission = 'granted';

                constructor(title, { body }) {
                    window.notified.push(title + ': ' + body);
                }
            };` });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await join(ann, 'tea');
        bob.say('ann, one');
        await ann.waitForFunction(() => window.notified.length === 1);
        await reconnects(ann, async () => {
            await ann.evaluate(() => window.cut());
            bob.say('ann, two');
            bob.say('nothing');
            await bob.expect('bob: nothing');
        });
        await ann.waitForFunction(() => window.notified.length === 2);
        // A reload does not say again what was said before it.
        await ann.reload();
        await shows(ann, '.conversation:first-child .badge > :first-child', '@3');
        await frames(ann);
        assert.deepEqual(await ann.evaluate(() => window.notified), []);
    },

    async 'a message whose acknowledgement was lost is kept once'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: () => {
            const Real = window.WebSocket;
            window.WebSocket = class extends Real { // hears neither its own message nor the ack
                set onmessage(listener) {
                    super.onmessage = (event) => {
                        const { type, text } = JSON.parse(event.data);
                        if (!window.lossy || type !== 'ack' && text !== 'once') {
                            listener(event);
                        }
                    };
                }
            };
            const send = Real.prototype.send;
            Real.prototype.send = function keep(data) {
                window.line = this;
                send.call(this, data);
            };
        } });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await ann.evaluate(() => {
            window.lossy = true;
        });
        await say(ann, 'once');
        await bob.expect('ann: once');
        assert.equal(await ann.$$eval('#rows .pending', (all) => all.length), 1);
        await ann.evaluate(() => {
            window.lossy = false;
            window.line.close();
        });
        await sees(ann, 'once');
        await say(ann, 'twice');
        await bob.expect('ann: twice');
        assert.deepEqual(await texts(ann), ['once', 'twice']);
    },

    async 'a message of one\'s own that is acknowledged late hides no hole'(context) {
        const server = await context.server('--set', 'resume-lines=50');
        const ann = await context.page(server, { init: CUT });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await ann.evaluate(() => { // it goes out, but nothing comes in any more
            window.barred = true;
            window.lines.at(-1).onmessage = null;
        });
        await say(ann, 'before');
        await bob.expect('ann: before');
        await ann.evaluate(() => window.cut());
        for (let i = 1; i <= 120; i += 1) {
            bob.say(`missed ${i}`);
        }
        await bob.expect('bob: missed 120');
        await ann.evaluate(() => {
            window.barred = false;
        });
        await sees(ann, 'missed 120');
        await ann.waitForSelector('#rows .pending', { state: 'detached' });
        await scrollsThrough(ann, ['before', ...Array.from({ length: 120 }, (_, i) => `missed ${i + 1}`)]);
    },

    async 'more was missed than a resume brings: the hole is shown and filled'(context) {
        const server = await context.server('--set', 'resume-lines=50');
        const ann = await context.page(server, { init: CUT });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await say(ann, 'before');
        await sees(ann, 'before');
        await ann.evaluate(() => {
            window.barred = true;
            window.cut();
        });
        for (let i = 1; i <= 300; i += 1) {
            bob.say(`missed ${i}`);
        }
        await bob.expect('bob: missed 300');
        await ann.evaluate(() => {
            window.barred = false;
        });
        await sees(ann, 'missed 300');
        await scrollsThrough(ann, ['before', ...Array.from({ length: 300 }, (_, i) => `missed ${i + 1}`)]);
    },

    async 'a name that is taken meanwhile: another one is asked for, and nothing is lost'(context) {
        const server = await context.server('--set', 'grace-seconds=0');
        const ann = await context.page(server, { init: CUT });
        await signIn(ann, 'ann');
        await join(ann, 'tea');
        await say(ann, 'mine');
        await sees(ann, 'mine');
        await server.kill();
        await say(ann, 'waiting');
        await server.start();
        const thief = await context.telnet(server);
        thief.send('login ann');
        await Promise.race([ann.waitForSelector('#signin:not([hidden])'), ann.waitForSelector('#rows .pending', { state: 'detached' })]);
        if (await ann.isVisible('#signin')) { // else the page was quicker than the thief
            await ann.fill('#signin-nick', 'anne');
            await ann.press('#signin-nick', 'Enter');
        }
        await shows(ann, '#head-name', 'tea');
        await sees(ann, 'mine', 'waiting');
    },

    async 'another tab takes the session over'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await say(ann, 'here');
        await sees(ann, 'here');
        // A tab that is duplicated has what the first one keeps.
        const kept = await ann.evaluate(() => sessionStorage.getItem('teahouse.session'));
        const copy = await context.page(server, { init: `sessionStorage.setItem('teahouse.session',
            ${JSON.stringify(kept)})` });
        await sees(copy, 'here');
        await shows(ann, '#bar span', 'You go on in another tab or window.');
        await say(copy, 'there');
        await sees(copy, 'here', 'there');
        await ann.click('#bar button');
        await signIn(ann, 'anna');
        await sees(ann, 'here', 'there');
    },
});
