// Days, times, and what happens when nothing does: the pages' clocks are moved, nobody waits.

import assert from 'node:assert/strict';
import { say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

const DAY_MS = 86400000;
const QUIET_MS = 25000; // as in connection.js
const ANSWER_MS = 10000;
const TYPING_MS = 6000; // as in typing.js

function days(page) {
    return page.$$eval('#rows .day', (all) => all.map((one) => one.textContent));
}

// In the page: which lines it has opened, and what it has asked on them.
const LISTEN = () => {
    const Real = window.WebSocket;
    window.lines = [];
    window.asked = [];
    window.WebSocket = class extends Real {
        constructor(...args) {
            super(...args);
            window.lines.push(this);
        }

        send(data) {
            window.asked.push(JSON.parse(data).type);
            super.send(data);
        }
    };
};

function pings(page) {
    return page.evaluate(() => window.asked.filter((type) => type === 'ping').length);
}

await run({
    async 'days are parted, and are called what they are to the reader'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        bob.say('said some time ago');
        await bob.expect('bob: said some time ago');
        const now = Date.now();
        const table = [[0, 'Today'], [DAY_MS, 'Yesterday'],
            [3 * DAY_MS, /^\w+day,? \d+ \w+$|^\d+ \w+ \d{4}$/], [400 * DAY_MS, /^\d+ \w+ \d{4}$/]];
        let last;
        for (const [later, wanted] of table) {
            last = await context.page(server, { clock: now + later });
            await signIn(last, `ann${later / DAY_MS}`);
            await sees(last, 'said some time ago');
            const [day] = await days(last);
            assert.ok(wanted instanceof RegExp ? wanted.test(day) : day === wanted, day);
        }
        const chinese = await context.page(server, { clock: now + DAY_MS, locale: 'zh-CN' });
        await signIn(chinese, '小红');
        await sees(chinese, 'said some time ago');
        assert.deepEqual(await days(chinese), ['昨天']);
    },

    async 'at midnight today becomes yesterday, and a new day begins'(context) {
        const server = await context.server();
        // The server's time is the real one, so the page lives where it is after ten in the evening
        // (Etc/GMT-5 is five hours ahead), and its clock is moved on from there.
        const ahead = 22 - new Date().getUTCHours();
        const timezoneId = ahead <= 14 ? `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}` : `Etc/GMT+${24 - ahead}`;
        const ann = await context.page(server, { clock: Date.now(), timezoneId });
        await signIn(ann, 'ann');
        await say(ann, 'before midnight');
        await sees(ann, 'before midnight');
        assert.deepEqual(await days(ann), ['Today']);
        await ann.context().clock.fastForward(2 * 3600 * 1000);
        await shows(ann, '#rows .day', 'Yesterday');
        // Over a night in which the machine slept: its clock has gone on, and its timers have not.
        await ann.context().clock.setSystemTime(await ann.evaluate(() => Date.now()) + DAY_MS);
        await ann.waitForFunction(() => !['Today', 'Yesterday'].includes(document.querySelector('#rows .day').textContent));
    },

    async 'times are the reader\'s own'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        bob.say('when?');
        await bob.expect('bob: when?');
        const table = [['en-GB', 'Asia/Shanghai'], ['en-GB', 'America/New_York'], ['zh-CN', 'Asia/Shanghai']];
        for (const [locale, timezoneId] of table) {
            const page = await context.page(server, { locale, timezoneId });
            await signIn(page, `in-${timezoneId.split('/')[1]}-${locale}`);
            await sees(page, 'when?');
            const [shown, iso, title] = await page.$eval('#rows time', (one) =>
                [one.textContent, one.dateTime, one.title]);
            const at = new Date(iso);
            const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: timezoneId, ...options }).format(at);
            assert.equal(shown, format({ hour: '2-digit', minute: '2-digit' }));
            assert.equal(title, format({ dateStyle: 'full', timeStyle: 'medium' }));
        }
    },

    async 'who says nothing more is no longer typing'(context) {
        const server = await context.server();
        const ann = await context.page(server, { clock: Date.now() });
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await bob.type('#composer-text', 'h');
        await shows(ann, '#typing', 'bob is typing…');
        await ann.context().clock.fastForward(TYPING_MS + 500);
        await shows(ann, '#typing', '');
    },

    async 'a silent line is asked whether it is there, and stays'(context) {
        const server = await context.server();
        const ann = await context.page(server, { clock: Date.now(), init: LISTEN });
        await signIn(ann, 'ann');
        for (let i = 1; i <= 4; i += 1) {
            await ann.context().clock.fastForward(QUIET_MS + 1000);
            await ann.waitForFunction((count) => window.asked.filter((type) => type === 'ping').length >= count, i);
            await say(ann, `still here ${i}`);
            await sees(ann, `still here ${i}`); // and the answer before it
        }
        assert.equal(await ann.evaluate(() => window.lines.length), 1);
        assert.equal(await pings(ann), 4);
        assert.ok(await ann.isHidden('#bar'));
    },

    async 'a line that is dead without a word is found out, and nothing is lost'(context) {
        const server = await context.server();
        const ann = await context.page(server, { clock: Date.now(), init: LISTEN });
        await signIn(ann, 'ann');
        await say(ann, 'one');
        await sees(ann, 'one');
        server.child.kill('SIGSTOP');
        await say(ann, 'into the void');
        await ann.waitForSelector('#rows .pending');
        await ann.context().clock.fastForward(2000);
        await shows(ann, '.pending .message-state', 'Sending…');
        await ann.context().clock.fastForward(QUIET_MS);
        await ann.context().clock.fastForward(ANSWER_MS + 1000);
        await ann.context().clock.fastForward(3000);
        await ann.waitForSelector('#bar:not([hidden])');
        server.child.kill('SIGCONT');
        await ann.context().clock.fastForward(ANSWER_MS + 20000);
        await sees(ann, 'one', 'into the void');
        await ann.waitForSelector('#bar', { state: 'hidden' });
        assert.deepEqual(await texts(ann), ['one', 'into the void']);
    },

    async 'after a sleep the page finds its way back'(context) {
        const server = await context.server();
        const ann = await context.page(server, { clock: Date.now(), init: LISTEN });
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        // The lid is shut: no timer runs, and the other end gives the line up.
        await ann.evaluate(() => {
            window.lines[0].onclose = null;
            window.lines[0].onmessage = null;
            window.lines[0].close();
        });
        bob.say('while you slept');
        await bob.expect('bob: while you slept');
        // Awake: the timer that was due long ago fires, and then the one for the answer.
        await ann.context().clock.fastForward(8 * 3600 * 1000);
        await ann.context().clock.fastForward(ANSWER_MS + 1000);
        await ann.context().clock.fastForward(20000);
        await sees(ann, 'while you slept');
        await say(ann, 'good morning');
        await bob.expect('ann: good morning');
        assert.deepEqual(await texts(ann), ['while you slept', 'good morning']);
    },
});
