// What the page does when the server says no.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { frames, join, openRoom, say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

function control(server, ...words) {
    execFileSync(process.env.TEAHOUSE, ['ctl', '--data', path.join(server.folder, 'data'), ...words]);
}

// In the page: what it asked for, and its lines.
const LISTEN = () => {
    const Real = window.WebSocket;
    window.lines = [];
    window.asked = [];
    window.WebSocket = class extends Real {
        constructor(...args) {
            super(...args);
            window.lines.push(this);
            if (window.barred) {
                this.close();
            }
        }

        send(data) {
            window.asked.push(JSON.parse(data));
            super.send(data);
        }
    };
};

async function complaint(page, nick) {
    await page.fill('#signin-nick', nick);
    await page.press('#signin-nick', 'Enter');
    await page.waitForFunction(() => document.getElementById('signin-error').textContent.length > 0);
    assert.ok(await page.isEnabled('#signin-go'));
    assert.ok(await page.evaluate(() => document.activeElement.id === 'signin-nick'));
    return page.textContent('#signin-error');
}

await run({
    async 'names that are refused, in both languages'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        const english = await context.page(server);
        const chinese = await context.page(server, { locale: 'zh-CN' });
        for (const nick of ['bob', 'BOB', 'ｂｏｂ', 'a b', 'x'.repeat(33), 'Teahouse']) {
            assert.match(await complaint(english, nick), /^[A-Z][\x20-\x7e“”]+\.$|[ｂｏｂ]/u, nick);
            assert.match(await complaint(chinese, nick), /\p{Script=Han}/u, nick);
        }
        // What is typed next takes the complaint away, and then it works.
        await english.type('#signin-nick', 'x');
        await shows(english, '#signin-error', '');
        await signIn(english, 'ann');
        bob.send('logout');
    },

    async 'a name may be typed before there is a line'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: () => {
            window.barred = true;
        } });
        await ann.context().addInitScript(LISTEN);
        await ann.reload();
        await shows(ann, '#signin-line', 'Connecting…');
        await ann.fill('#signin-nick', 'ann');
        await ann.press('#signin-nick', 'Enter');
        await shows(ann, '#signin-go', 'Coming in…');
        await ann.evaluate(() => {
            window.barred = false;
        });
        await ann.waitForSelector('.person[data-nick="ann"]');
        assert.equal(await ann.evaluate(() => window.asked.filter(({ type }) => type === 'login').length), 1);
    },

    async 'whoever thinks about a name for long is left in peace'(context) {
        const server = await context.server('--set', 'login-seconds=1');
        const ann = await context.page(server, { init: LISTEN });
        await ann.waitForFunction(() => window.lines.length === 1 && window.lines[0].readyState === WebSocket.CLOSED);
        await shows(ann, '#signin-line', '');
        await frames(ann);
        assert.equal(await ann.textContent('#toasts'), '');
        await signIn(ann, 'ann');
        assert.equal(await ann.evaluate(() => window.lines.length), 2);
        await say(ann, 'at last');
        await sees(ann, 'at last');
    },

    async 'sent out by an operator: told why, not back by oneself, but by a click'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: LISTEN });
        await signIn(ann, 'ann');
        await say(ann, 'before');
        await sees(ann, 'before');
        control(server, 'kick', 'ann', 'too loud');
        await ann.waitForFunction(() => document.querySelector('#bar span').textContent.includes('too loud'));
        assert.equal(await ann.evaluate(() => window.lines.length), 1);
        await ann.click('#bar button');
        await signIn(ann, 'ann');
        await sees(ann, 'before');
        await say(ann, 'quieter');
        await sees(ann, 'before', 'quieter');
    },

    async 'the server stops and starts again as it should'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await say(ann, 'one');
        await sees(bob, 'one');
        server.child.kill('SIGTERM');
        assert.equal((await server.ended).code, 0);
        await say(ann, 'two');
        await ann.waitForSelector('#rows .pending');
        await server.start();
        await sees(ann, 'one', 'two');
        await sees(bob, 'one', 'two');
        assert.equal((await texts(bob)).length, 2);
    },

    async 'what is pasted: too much is said before it is sent, the rest arrives as it is'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: LISTEN });
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        const said = () => ann.evaluate(() => window.asked.filter(({ type }) => type === 'say').length);
        await ann.fill('#composer-text', 'x'.repeat(300000));
        await shows(ann, '#composer-note', 'Too long by 296000 bytes');
        await ann.press('#composer-text', 'Enter');
        assert.ok(await ann.isDisabled('#composer-send'));
        assert.equal(await said(), 0);
        assert.equal((await ann.inputValue('#composer-text')).length, 300000);
        // The field does not push the messages away.
        const box = await ann.$eval('#composer', (one) => one.getBoundingClientRect().height);
        assert.ok(box < 340, String(box));
        // Just as much as may be, of what takes most room on its way.
        for (const text of ['"'.repeat(4000), '\\'.repeat(4000), '茶'.repeat(1333), `a${'\n'.repeat(300)}b`]) {
            await say(ann, text);
            await sees(bob, text);
            await sees(ann, text);
        }
        // What the server would change is changed before: one's own message is known as it comes back.
        await say(ann, '  if (a) {\r\n\t\tb();\u0007\u202e\r\n\t}\r\n\r\n');
        await sees(ann, 'if (a) {\n  b();\n }');
        await sees(bob, 'if (a) {\n  b();\n }');
        await ann.fill('#composer-text', ' \u0001 \n ');
        assert.ok(await ann.isDisabled('#composer-send'));
        assert.equal(await said(), 5);
        assert.equal(await ann.$$eval('#rows .pending', (all) => all.length), 0);
    },

    async 'other limits are told where they were met'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await ann.click('#head-topic');
        await ann.fill('#ask-field', 'x'.repeat(501));
        await ann.press('#ask-field', 'Enter');
        await ann.waitForFunction(() => document.getElementById('ask-error').textContent.includes('500'));
        await ann.keyboard.press('Escape');
        await ann.click('#join-open');
        await ann.fill('#join-field', 'r'.repeat(51));
        await ann.press('#join-field', 'Enter');
        await ann.waitForFunction(() => document.getElementById('join-error').textContent.includes('50'));
        await ann.keyboard.press('Escape');
        for (let i = 1; i < 20; i += 1) {
            await join(ann, `room${i}`);
        }
        await say(ann, '/join onemore');
        await ann.waitForFunction(() => document.getElementById('toasts').textContent.includes('20'));
        await shows(ann, '#head-name', 'room19');
        await openRoom(ann, 'lobby');
        await say(ann, 'all is well');
        await sees(ann, 'all is well');
    },

    async 'who writes too fast waits, in order'(context) {
        const server = await context.server('--set', 'flood=on', '--set', 'flood-rate=50');
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        const lines = Array.from({ length: 80 }, (_, i) => `fast ${i}`);
        for (const line of lines) {
            await say(ann, line);
        }
        await sees(ann, ...lines.slice(-3));
        assert.deepEqual(await texts(ann), lines);
        for (const line of lines) {
            await bob.expect(`ann: ${line}\r\n`);
        }
    },
});
