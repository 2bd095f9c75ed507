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

// Takes all places that are left, until one is turned away.
async function fill(context, server) {
    const crowd = [];
    for (;;) {
        const one = await context.telnet(server);
        crowd.push(one);
        if (await one.expectOne('Welcome to', 'Closed: ') === 'Closed: ') {
            return crowd;
        }
    }
}

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

    async 'banned before the name was typed: told so, and what stays is the name'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: LISTEN });
        await shows(ann, '#signin-line', '');
        control(server, 'ban', '127.0.0.1', 'noise');
        assert.match(await complaint(ann, 'ann'), /banned/);
        assert.equal(await ann.inputValue('#signin-nick'), 'ann');
        control(server, 'unban', '127.0.0.1');
        await signIn(ann, 'ann');
        await say(ann, 'quieter');
        await sees(ann, 'quieter');
    },

    async 'banned: told so in both languages while no line is let in'(context) {
        const server = await context.server();
        const ann = await context.page(server, { init: LISTEN });
        const li = await context.page(server, { init: LISTEN, locale: 'zh-CN' });
        const bob = await context.page(server, { init: LISTEN });
        await signIn(ann, 'ann');
        await signIn(li, '李');
        await signIn(bob, 'bob');
        await bob.evaluate(() => { // his line is broken when it happens
            window.barred = true;
            window.lines.at(-1).close();
        });
        control(server, 'ban', '127.0.0.1', 'noise');
        for (const page of [ann, li]) {
            await page.waitForFunction(() => document.querySelector('#bar span').textContent.includes('noise'));
            await page.click('#bar button');
            await page.press('#signin-nick', 'Enter');
        }
        await shows(ann, '#signin-line', 'You are banned from this server. Trying again…');
        await shows(li, '#signin-line', '你已被本服务器封禁，正在重试…');
        await bob.waitForFunction(() => /^You are banned from this server\. Trying again in \d\d s\.$/
            .test(document.querySelector('#bar span').textContent));
        control(server, 'unban', '127.0.0.1');
        await bob.evaluate(() => {
            window.barred = false;
        });
        await bob.click('#bar button');
        await bob.waitForSelector('#bar', { state: 'hidden' });
        for (const page of [ann, li]) {
            await page.evaluate(() => window.dispatchEvent(new Event('online')));
            await page.waitForSelector('#signin', { state: 'hidden' });
        }
        await say(li, '大家好');
        await sees(ann, '大家好');
        await sees(bob, '大家好');
    },

    async 'no place: told so in both languages, and let in when there is one'(context) {
        for (const [setting, english, chinese] of [
            ['connections-per-address=40', 'There are too many connections from your address.', '来自你的地址的连接太多'],
            ['connections=40', 'The server is full.', '服务器已满'],
        ]) {
            const server = await context.server('--set', setting);
            const ann = await context.page(server, { init: LISTEN });
            const li = await context.page(server, { init: LISTEN, locale: 'zh-CN' });
            await signIn(ann, 'ann');
            for (const page of [ann, li]) {
                await page.evaluate(() => {
                    window.barred = true;
                    window.lines.at(-1).close();
                });
            }
            const crowd = await fill(context, server);
            for (const page of [ann, li]) {
                await page.evaluate(() => {
                    window.barred = false;
                });
            }
            await shows(li, '#signin-line', `${chinese}，正在重试…`);
            await ann.waitForFunction((wanted) => document.querySelector('#bar span').textContent.startsWith(wanted),
                `${english} Trying again`);
            crowd.forEach((one) => one.close());
            await signIn(li, '李');
            await say(li, '有位子了');
            await sees(ann, '有位子了');
            await ann.waitForSelector('#bar', { state: 'hidden' });
        }
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
        await shows(ann, '#composer-note', 'Too long by 296000 characters');
        await ann.press('#composer-text', 'Enter');
        assert.ok(await ann.isDisabled('#composer-send'));
        assert.equal(await said(), 0);
        assert.equal((await ann.inputValue('#composer-text')).length, 300000);
        // The field does not push the messages away.
        const box = await ann.$eval('#composer', (one) => one.getBoundingClientRect().height);
        assert.ok(box < 340, String(box));
        // In characters, also where a character has several bytes.
        await ann.fill('#composer-text', '茶'.repeat(1334));
        await shows(ann, '#composer-note', 'Too long by 1 character');
        await ann.fill('#composer-text', '🍵'.repeat(1100));
        await shows(ann, '#composer-note', 'Too long by 100 characters');
        await ann.fill('#composer-text', '茶'.repeat(1333));
        await shows(ann, '#composer-note', '');
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
        await ann.fill('#ask-field', '茶'.repeat(166) + 'xxxx');
        await ann.press('#ask-field', 'Enter');
        await shows(ann, '#ask-error', 'Too long by 2 characters');
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
        await say(ann, `/topic ${'茶'.repeat(167)}`);
        await ann.waitForFunction(() =>
            document.getElementById('toasts').textContent.includes('Too long by 1 character'));
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
