// Where the list of messages stands: what this page is most about.

import assert from 'node:assert/strict';
import { frames, join, openRoom, place, say, scrollUp, sees, shows, signIn, texts, topOf } from './lib/browser.js';
import { run } from './lib/tap.js';

const MOST_ROWS = 320; // in the document, however long the history is

// Says so many lines, and waits until the last one has come back.
async function talk(telnet, nick, words, count) {
    for (let i = 1; i <= count; i += 1) {
        telnet.say(`${words} ${i}`);
    }
    await telnet.expect(`${nick}: ${words} ${count}\r\n`);
}

// Escape leads there, wherever the list stands; the first one closes what is open.
async function toNewest(page) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
}

function rowCount(page) {
    return page.$eval('#rows', (rows) => rows.children.length);
}

// Scrolls up in steps of a screen until a message is in the document.
async function scrollUpTo(page, text) {
    await page.hover('#messages');
    for (let i = 0; i < 2000; i += 1) {
        if ((await texts(page)).includes(text)) {
            return;
        }
        await page.mouse.wheel(0, -2500);
        await frames(page, 1);
    }
    throw new Error(`${text} has not come`);
}

// Gives a function that tells how much the page's main thread has worked, in seconds of CPU, which
// does not depend on what else the machine does.
async function workOf(page) {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return async () => {
        const { metrics } = await session.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'TaskDuration').value;
    };
}

async function costOf(work, action) {
    const before = await work();
    await action();
    return await work() - before;
}

await run({
    async 'whoever is at the end follows the newest message'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await talk(bob, 'bob', 'line', 100);
        await sees(ann, 'line 100');
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
        bob.say('one more');
        await sees(ann, 'one more');
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
        assert.ok(await ann.isHidden('#to-newest'));
        // Also when the window gets smaller, as under a phone's keyboard.
        await ann.setViewportSize({ width: 1200, height: 400 });
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
    },

    async 'whoever reads above stays there, and is offered the new messages'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await talk(bob, 'bob', 'line', 100);
        await sees(ann, 'line 100');
        await scrollUp(ann, 900);
        const reading = await ann.evaluate(() => {
            const top = document.getElementById('messages').getBoundingClientRect().top;
            return [...document.querySelectorAll('#rows .message')].find((row) =>
                row.getBoundingClientRect().top >= top).querySelector('.message-text').textContent;
        });
        const before = await topOf(ann, reading);
        bob.say('new one');
        await shows(ann, '#to-newest', '1 new message');
        await talk(bob, 'bob', 'new', 49);
        await shows(ann, '#to-newest', '50 new messages');
        await frames(ann);
        assert.equal(await topOf(ann, reading), before);
        assert.equal(await ann.title(), '(50) lobby · Teahouse');
        // One's own word leads back to the end, as the button does.
        await ann.click('#to-newest');
        await sees(ann, 'new 49');
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
        assert.ok(await ann.isHidden('#to-newest'));
        await shows(ann, '#head-name', 'lobby');
        assert.equal(await ann.title(), 'lobby · Teahouse');
        await scrollUp(ann, 900);
        await say(ann, 'mine');
        await sees(ann, 'mine');
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
    },

    async 'a room is found again where it was left'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await talk(bob, 'bob', 'line', 100);
        await sees(ann, 'line 100');
        await ann.click('#join-open');
        await ann.fill('#join-field', 'tea');
        await ann.press('#join-field', 'Enter');
        await shows(ann, '#head-name', 'tea');
        await openRoom(ann, 'lobby');
        await sees(ann, 'line 100');
        await scrollUp(ann, 700);
        const before = await topOf(ann, 'line 70');
        await openRoom(ann, 'tea');
        await openRoom(ann, 'lobby');
        await frames(ann);
        assert.equal(await topOf(ann, 'line 70'), before);
    },

    async 'many unread messages are read from the first'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await join(ann, 'tea');
        await talk(bob, 'bob', 'line', 300);
        await shows(ann, '.conversation:first-child .badge > :first-child', '99+');
        await openRoom(ann, 'lobby');
        await frames(ann);
        const [mark, view] = await ann.evaluate(() => [document.querySelector('.new-mark').getBoundingClientRect().top,
            document.getElementById('messages').getBoundingClientRect()]);
        assert.ok(mark >= view.top && mark <= view.bottom);
        assert.match(await ann.textContent('#to-newest'), /^2\d\d new messages$/);
        await ann.click('#to-newest');
        await sees(ann, 'line 300');
        await ann.waitForSelector('.badge', { state: 'detached' });
    },

    async '10,000 messages of history'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        for (let i = 0; i < 10; i += 1) {
            await talk(bob, 'bob', `part ${i} line`, 1000);
        }
        const ann = await context.page(server, { init: () => {
            window.longTasks = 0;
            new PerformanceObserver((list) => {
                window.longTasks += list.getEntries().length;
            }).observe({ type: 'longtask', buffered: true });
        } });
        const work = await workOf(ann);
        await signIn(ann, 'ann');
        await sees(ann, 'part 9 line 1000');
        // What comes in above moves nothing: a line that is on the screen is still there after each
        // page of history, but for the way that the wheel has gone.
        await scrollUp(ann, 600);
        await ann.hover('#messages');
        let most = 0;
        for (let i = 0; i < 40; i += 1) {
            const moved = await ann.evaluate(async () => {
                const list = document.getElementById('messages');
                const middle = list.getBoundingClientRect().top + list.clientHeight / 2;
                const row = [...document.querySelectorAll('#rows .message')].find((one) =>
                    one.getBoundingClientRect().top > middle);
                const { top } = row.getBoundingClientRect();
                list.scrollTop -= 150;
                for (let frame = 0; frame < 4; frame += 1) {
                    await new Promise((resolve) => requestAnimationFrame(resolve));
                }
                return row.getBoundingClientRect().top - top;
            });
            assert.ok(Math.abs(moved - 150) <= 1, `the row has moved by ${moved} instead of 150`);
            most = Math.max(most, await rowCount(ann));
        }
        await scrollUpTo(ann, 'part 8 line 1');
        const early = await costOf(work, () => scrollUpTo(ann, 'part 7 line 1'));
        await scrollUpTo(ann, 'part 1 line 1');
        const late = await costOf(work, () => scrollUpTo(ann, 'part 0 line 1'));
        most = Math.max(most, await rowCount(ann));
        console.log(`# rows in the document: at most ${most}; work of 1,000 messages: ${early.toFixed(2)} s of CPU behind `
            + `2,000, ${late.toFixed(2)} s behind 9,000; long tasks: ${await ann.evaluate(() => window.longTasks)}`);
        // A page takes as much work however many came before it.
        assert.ok(late < 3 * early + 0.2, `${late} s of CPU after ${early} s`);
        assert.ok(most <= MOST_ROWS, `${most} rows in the document`);
        await ann.waitForSelector('.beginning', { state: 'attached' });
        // All of them are there, in their order, each once: going down through the list.
        const seen = await ann.evaluate(async () => {
            const list = document.getElementById('messages');
            const all = [];
            const known = new Set();
            list.scrollTop = 0;
            for (let still = 0; still < 10;) {
                const before = all.length;
                for (const row of document.querySelectorAll('#rows .message')) {
                    const key = row.dataset.key.replace('h', '');
                    if (!known.has(key)) {
                        known.add(key);
                        all.push(row.querySelector('.message-text').textContent);
                    }
                }
                list.scrollTop += list.clientHeight * 3;
                await new Promise((resolve) => requestAnimationFrame(resolve));
                still = all.length === before ? still + 1 : 0;
            }
            return all;
        });
        assert.equal(seen.length, 10000);
        assert.ok(seen.every((text, i) => text === `part ${Math.floor(i / 1000)} line ${i % 1000 + 1}`));
        assert.ok(await rowCount(ann) <= MOST_ROWS);
        bob.say('the newest');
        await toNewest(ann);
        await sees(ann, 'the newest');
    },

    async 'search finds, and leads to the message in its context'(context) {
        const server = await context.server();
        const bob = await context.telnet(server, 'bob');
        await talk(bob, 'bob', 'before', 150);
        bob.say('the needle, and 绿茶');
        await talk(bob, 'bob', 'after', 600);
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await sees(ann, 'after 600');
        await ann.click('#search-open');
        await ann.fill('#search-text', 'nothing-like-this');
        await ann.press('#search-text', 'Enter');
        await ann.waitForFunction(() => /^Nothing found/.test(document.getElementById('search-note').textContent));
        await ann.fill('#search-text', '绿茶');
        await ann.waitForFunction(async () => { // the index may be a little behind
            document.getElementById('search-form').requestSubmit();
            await new Promise((resolve) => setTimeout(resolve, 100));
            return document.getElementById('search-note').textContent === '1 message found';
        });
        assert.equal(await ann.textContent('.result mark'), '绿茶');
        await ann.click('.result');
        await ann.waitForSelector('.message.found');
        await frames(ann);
        const all = await texts(ann);
        const at = all.indexOf('the needle, and 绿茶');
        assert.equal(all[at - 1], 'before 150');
        assert.equal(all[at + 1], 'after 1');
        const [row, view] = await ann.evaluate(() => [document.querySelector('.message.found').getBoundingClientRect(),
            document.getElementById('messages').getBoundingClientRect()]);
        assert.ok(row.top >= view.top && row.bottom <= view.bottom);
        // From there down to the present all the rest is found.
        await shows(ann, '#to-newest', 'Back to the present');
        await ann.hover('#messages');
        // Who scrolls past a hole before the server has answered must come back to it: it is filled
        // from the side that is looked at.
        let shown = [];
        for (let i = 0; i < 2000; i += 1) {
            const holes = await ann.$$eval('#rows .gap', (gaps) => {
                gaps[0]?.scrollIntoView({ block: 'center' });
                return gaps.length;
            });
            shown = (await texts(ann)).filter((text) => text.startsWith('after')).map((text) => Number(text.split(' ')[1]));
            if (holes === 0 && shown.includes(300)) {
                break;
            }
            if (holes === 0) {
                await ann.mouse.wheel(0, shown[0] > 300 ? -1500 : 1500);
            }
            await frames(ann, 1);
        }
        assert.ok(shown.includes(300));
        assert.deepEqual(shown, shown.map((_, i) => shown[0] + i));
        await toNewest(ann);
        await sees(ann, 'after 599', 'after 600');
        await frames(ann);
        assert.ok((await place(ann)).below <= 1);
    },
});
