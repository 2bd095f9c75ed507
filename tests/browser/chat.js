// People who chat: with each other's pages, with a telnet, in private, by keys alone.

import assert from 'node:assert/strict';
import net from 'node:net';
import { frames, join, openRoom, say, sees, shows, signIn, texts } from './lib/browser.js';
import { run } from './lib/tap.js';

await run({
    async 'a newcomer signs in'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await shows(ann, '#signin-title', 'Welcome to Teahouse');
        assert.equal(await ann.title(), 'Teahouse');
        await ann.press('#signin-nick', 'Enter');
        await shows(ann, '#signin-error', 'Please type a name.');
        await ann.fill('#signin-nick', 'a b');
        await ann.press('#signin-nick', 'Enter');
        await ann.waitForFunction(() => document.getElementById('signin-error').textContent.length > 0);
        await signIn(ann, 'ann');
        assert.equal(await ann.title(), 'lobby · Teahouse');
        assert.equal(await ann.evaluate(() => document.activeElement.id), 'composer-text');
        // Whose name is taken is told so, and may try another one.
        const other = await context.page(server);
        await other.fill('#signin-nick', 'Ann');
        await other.press('#signin-nick', 'Enter');
        await other.waitForFunction(() => document.getElementById('signin-error').textContent.length > 0);
        assert.ok(await other.isHidden('#app'));
        await signIn(other, 'anna');
        await shows(ann, '#rows .events', 'anna has come in');
    },

    async 'two people chat'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await say(ann, 'hello, bob');
        await sees(ann, 'hello, bob');
        await sees(bob, 'hello, bob');
        await say(bob, 'hello, ann');
        await say(bob, 'how are you?');
        for (const page of [ann, bob]) {
            await sees(page, 'hello, bob', 'hello, ann', 'how are you?');
            // A speaker's lines stand together.
            assert.deepEqual(await page.$$eval('#rows .message-by .nick', (all) => all.map((one) => one.textContent)),
                ['ann', 'bob']);
        }
        assert.equal(await ann.$$eval('#rows .day', (all) => all.map((one) => one.textContent).join()), 'Today');
        // Shift and Enter make a new line, not a message.
        await ann.fill('#composer-text', 'one');
        await ann.press('#composer-text', 'Shift+Enter');
        await ann.type('#composer-text', 'two');
        await ann.press('#composer-text', 'Enter');
        await sees(bob, 'how are you?', 'one\ntwo');
        // Enter that ends what an input method composes sends nothing.
        await ann.fill('#composer-text', 'nihao');
        await ann.dispatchEvent('#composer-text', 'keydown', { key: 'Enter', isComposing: true });
        assert.equal(await ann.inputValue('#composer-text'), 'nihao');
    },

    async 'a telnet and a page chat'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        const bob = await context.telnet(server, 'bob');
        await shows(ann, '#rows .events', 'bob has come in');
        await shows(ann, '.person[data-nick="bob"] .tag:last-child', 'telnet');
        bob.say('hello from a terminal');
        await sees(ann, 'hello from a terminal');
        await say(ann, '你好,来自网页');
        await bob.expect('ann: 你好,来自网页');
        bob.send('topic green tea');
        await shows(ann, '#head-topic', 'green tea');
        await ann.click('#head-topic');
        await ann.fill('#ask-field', 'black tea');
        await ann.press('#ask-field', 'Enter');
        await bob.expect('black tea');
        await shows(ann, '#head-topic', 'black tea');
        bob.send('logout');
        await ann.waitForSelector('.person[data-nick="bob"]', { state: 'detached' });
    },

    async 'in a room of many comings and goings are told together'(context) {
        const server = await context.server('--set', 'crowd-members=1');
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        const bob = net.connect(server.port('line-english'), '127.0.0.1',
            () => bob.write('login bob\r\npart\r\njoin lobby\r\npart\r\njoin lobby\r\npart\r\n'));
        context.defer(() => bob.destroy());
        bob.on('error', () => {}).resume();
        await shows(ann, '#rows .events', 'bob has come in');
        await shows(ann, '#rows .events ~ .events', '2 people have come in, 3 have left; 1 is here');
        await shows(ann, '#people-heading', '1 person here');
        // Who is there is known again when all is quiet.
        await ann.waitForSelector('.person[data-nick="bob"]', { state: 'detached' });
    },

    async 'people are shown with the door that they came in by'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await context.telnet(server, 'english');
        const say = (door, text) => {
            const socket = net.connect(server.port(door), '127.0.0.1', () => socket.write(text));
            socket.on('error', () => {}).resume();
            context.defer(() => socket.destroy());
        };
        say('line-chinese', 'login chinese\r\n');
        say('line-terse', 'login terse\n');
        say('json', '{"type":"login","msg":"objects"}\n');
        say('native', '{"type":"login","nick":"bot"}\n');
        const polling = `${server.url()}socket.io/?EIO=4&transport=polling`;
        const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
        await fetch(`${polling}&sid=${sid}`, { method: 'POST', body: '40' });
        await ann.waitForFunction(() => document.querySelectorAll('.person').length === 7);
        const doors = await ann.$$eval('.person', (all) => all.map((one) => [one.dataset.nick,
            one.querySelector('.tag:last-child').textContent]));
        const named = Object.fromEntries(doors);
        const known = new Set(['ann', 'english', 'chinese', 'terse', 'objects', 'bot']);
        const other = Object.keys(named).find((nick) => !known.has(nick)); // the door picks its name
        assert.deepEqual(named, { ann: 'web', english: 'telnet', chinese: 'telnet 中文', terse: 'telnet plain',
            objects: 'JSON', bot: 'app', [other]: 'Socket.IO' });
        await shows(ann, '#people-heading', '7 people here');
        await ann.click('.person[data-nick="objects"]');
        await shows(ann, '.menu-title small', 'came in by JSON');
    },

    async 'emoji are picked, and the last ones are at hand'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await ann.fill('#composer-text', 'ab');
        await ann.evaluate(() => document.getElementById('composer-text').setSelectionRange(1, 1));
        await ann.click('#emoji-open');
        assert.ok(await ann.$$eval('#emoji button', (all) => all.length > 100
            && new Set(all.map((one) => one.textContent)).size === all.length));
        await ann.click('#emoji button >> text=🍵');
        assert.equal(await ann.inputValue('#composer-text'), 'a🍵b'); // where the cursor was
        await ann.waitForSelector('#emoji', { state: 'hidden' });
        await ann.press('#composer-text', 'Enter');
        await bob.expect('ann: a🍵b');
        await ann.reload();
        await ann.waitForSelector('.person');
        await ann.click('#emoji-open');
        assert.equal(await ann.textContent('#emoji button'), '🍵');
        await ann.mouse.click(500, 200); // beside it
        await ann.waitForSelector('#emoji', { state: 'hidden' });
    },

    async 'in no room at all'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        assert.ok(await ann.isHidden('#empty'));
        await shows(ann, '.beginning .nothing-yet', 'Nobody has said anything yet. Be the first!');
        await say(ann, 'first');
        await sees(ann, 'first');
        assert.ok(await ann.isHidden('.nothing-yet'));
        await ann.hover('.conversation');
        await ann.click('.conversation-leave');
        await ann.waitForSelector('#empty:not([hidden])');
        assert.ok(await ann.isHidden('#composer'));
        await ann.keyboard.press('Escape');
        await ann.keyboard.press('Alt+ArrowDown');
        await ann.keyboard.type('x');
        await ann.reload();
        await ann.waitForSelector('#app:not([hidden])');
        await ann.waitForSelector('#empty:not([hidden])');
        await ann.click('#empty-join');
        await ann.fill('#join-field', '#lobby');
        await ann.press('#join-field', 'Enter');
        await sees(ann, 'first');
        await say(ann, 'second');
        await sees(ann, 'first', 'second');
    },

    async 'rooms have unread counts'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await join(ann, 'tea');
        await say(bob, 'one');
        await say(bob, 'two');
        await shows(ann, '.conversation:first-child .badge > :first-child', '2');
        assert.equal(await ann.title(), '(2) tea · Teahouse');
        await say(bob, 'three, ann');
        await shows(ann, '.conversation:first-child .badge > :first-child', '@3');
        await openRoom(ann, 'lobby');
        await sees(ann, 'one', 'two', 'three, ann');
        await ann.waitForSelector('.badge', { state: 'detached' });
        assert.equal(await ann.title(), 'lobby · Teahouse');
        // Where the unread ones begin is shown, and who is spoken of.
        assert.equal(await ann.$eval('#rows .new-mark + .message .message-text', (one) => one.textContent), 'one');
        assert.equal(await ann.$eval('#rows .mention mark', (one) => one.textContent), 'ann');
        // What is unread is so after a reload too.
        await openRoom(ann, 'tea');
        await say(bob, 'four');
        await say(bob, 'five');
        await shows(ann, '.conversation:first-child .badge > :first-child', '2');
        await ann.reload();
        await shows(ann, '.conversation:first-child .badge > :first-child', '2');
        await openRoom(ann, 'lobby');
        await sees(ann, 'one', 'two', 'three, ann', 'four', 'five');
        assert.equal(await ann.$eval('#rows .new-mark + .message .message-text', (one) => one.textContent), 'four');
        // The list of rooms tells who is where, and one may leave.
        await ann.click('#join-open');
        await ann.waitForSelector('dialog .choice');
        const rooms = await ann.$$eval('dialog .choice-name', (all) => all.map((one) => one.textContent));
        assert.deepEqual(rooms.sort(), ['lobby', 'tea']);
        await ann.keyboard.press('Escape');
        await say(ann, '/part tea');
        await ann.waitForFunction(() => document.querySelectorAll('#rooms .conversation').length === 1);
    },

    async 'private messages'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        const cid = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await signIn(cid, 'cid');
        await ann.click('.person[data-nick="bob"]');
        await ann.click('.menu-item >> text=Write in private');
        await shows(ann, '#head-name', 'bob');
        await say(ann, 'psst');
        await sees(ann, 'psst');
        await shows(bob, '#privates .badge > :first-child', '@1');
        await openRoom(bob, 'ann');
        await sees(bob, 'psst');
        await say(bob, 'yes?');
        await sees(ann, 'psst', 'yes?');
        await say(cid, 'nothing here');
        await sees(cid, 'nothing here');
        assert.equal(await cid.$$eval('#privates li', (all) => all.length), 0);
        // A command does it too. Who is not there cannot be written to.
        await say(ann, '/msg nobody hello?');
        await ann.waitForSelector('.message.failed .message-state');
        await ann.click('.message.failed >> text=Discard');
        await ann.waitForSelector('.message.failed', { state: 'detached' });
    },

    async 'typing is shown, and ends'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.page(server);
        await signIn(ann, 'ann');
        await signIn(bob, 'bob');
        await ann.type('#composer-text', 'h');
        await shows(bob, '#typing', 'ann is typing…');
        await ann.type('#composer-text', 'i');
        await ann.press('#composer-text', 'Enter');
        await sees(bob, 'hi');
        await shows(bob, '#typing', '');
        // What is taken away again ends it too.
        await ann.type('#composer-text', 'x');
        await shows(bob, '#typing', 'ann is typing…');
        await ann.press('#composer-text', 'Backspace');
        await shows(bob, '#typing', '');
    },

    async 'drafts are kept, by room and over a reload'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        await signIn(ann, 'ann');
        await ann.fill('#composer-text', 'for the lobby');
        await ann.click('#join-open');
        await ann.fill('#join-field', 'tea');
        await ann.press('#join-field', 'Enter');
        await shows(ann, '#head-name', 'tea');
        assert.equal(await ann.inputValue('#composer-text'), '');
        await ann.waitForSelector('.conversation:first-child .conversation-draft');
        await ann.fill('#composer-text', 'for tea');
        await openRoom(ann, 'lobby');
        assert.equal(await ann.inputValue('#composer-text'), 'for the lobby');
        await ann.reload();
        await ann.waitForFunction(() => document.getElementById('composer-text').value === 'for the lobby');
        await openRoom(ann, 'tea');
        assert.equal(await ann.inputValue('#composer-text'), 'for tea');
    },

    async 'a reload goes on with the session'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await bob.expect('ann has entered the room.');
        await say(ann, 'before');
        await join(ann, 'tea');
        await say(ann, 'in tea');
        await sees(ann, 'in tea');
        await ann.click('#people .person >> nth=0');
        await ann.keyboard.press('Escape');
        await ann.reload();
        await shows(ann, '#head-name', 'tea');
        await sees(ann, 'in tea');
        await openRoom(ann, 'lobby');
        await sees(ann, 'before');
        await say(ann, 'after');
        await bob.expect('ann: after');
        assert.deepEqual(await texts(ann), ['before', 'after']);
        // Nobody was told of it.
        assert.equal(await ann.$$eval('#rows .events', (all) => all.filter((one) =>
            one.textContent.includes('ann')).length), 0);
    },

    async 'two tabs are two people; what one leaves the other keeps'(context) {
        const server = await context.server();
        const first = await context.page(server);
        await signIn(first, 'ann');
        const second = await context.browser.tab(first.context(), server);
        assert.equal(await second.inputValue('#signin-nick'), 'ann');
        await signIn(second, 'ann2');
        await say(second, 'from the second');
        await sees(first, 'from the second');
        await first.reload();
        await sees(first, 'from the second');
        await shows(first, '.me-name', 'ann');
        await second.close();
        await say(first, 'still here');
        await sees(first, 'from the second', 'still here');
    },

    async 'somebody is ignored, and heard again'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        bob.say('one');
        await sees(ann, 'one');
        await ann.click('.person[data-nick="bob"]');
        await ann.click('.menu-item >> text="Ignore"');
        await ann.waitForSelector('.person.ignored');
        bob.say('two');
        await bob.expect('bob: two');
        await say(ann, '/ignore bob');
        await ann.waitForSelector('.person.ignored', { state: 'detached' });
        bob.say('three');
        await sees(ann, 'three');
        assert.ok(!(await texts(ann)).includes('two'));
    },

    async 'by keys alone'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        const { keyboard } = ann;
        await keyboard.type('ann');
        await keyboard.press('Enter');
        await ann.waitForSelector('#composer-text:focus');
        await keyboard.type('by keys');
        await keyboard.press('Enter');
        await bob.expect('ann: by keys');
        await keyboard.type('/join tea');
        await keyboard.press('Enter');
        await shows(ann, '#head-name', 'tea');
        await keyboard.press('Alt+ArrowUp');
        await shows(ann, '#head-name', 'lobby');
        await keyboard.press('Alt+ArrowDown');
        await shows(ann, '#head-name', 'tea');
        await keyboard.press('Control+k');
        await keyboard.type('lob');
        await keyboard.press('Enter');
        await shows(ann, '#head-name', 'lobby');
        // The emoji: arrows move, Enter chooses, Escape closes.
        await ann.focus('#emoji-open');
        await keyboard.press('Enter');
        await ann.waitForSelector('#emoji button:focus');
        await keyboard.press('ArrowRight');
        const wanted = await ann.evaluate(() => document.activeElement.textContent);
        await keyboard.press('Enter');
        assert.equal(await ann.inputValue('#composer-text'), wanted);
        await keyboard.press('Enter');
        await bob.expect('ann: ' + wanted);
        // A person's menu
        await ann.focus('.person[data-nick="bob"]');
        await keyboard.press('Enter');
        await ann.waitForSelector('.menu-item:focus');
        await keyboard.press('ArrowDown');
        await keyboard.press('Enter');
        assert.equal(await ann.inputValue('#composer-text'), '@bob ');
        await ann.fill('#composer-text', '');
        // Search, and to what was found
        await keyboard.press('Control+f');
        await ann.waitForSelector('#search-text:focus');
        await keyboard.type('keys');
        await ann.waitForFunction(async () => { // the index may be a little behind
            document.getElementById('search-form').requestSubmit();
            await new Promise((resolve) => setTimeout(resolve, 100));
            return document.querySelector('.result') !== null;
        });
        await keyboard.press('Tab');
        await ann.waitForSelector('.result:focus');
        await keyboard.press('Enter');
        await ann.waitForSelector('.message.found');
        await keyboard.press('Escape');
        await ann.waitForSelector('#composer-text:focus');
        await ann.waitForSelector('#search-panel', { state: 'hidden' });
        // The topic, and a room that is left
        await ann.focus('#head-topic');
        await keyboard.press('Enter');
        await ann.waitForSelector('#ask-field:focus');
        await keyboard.type('by keys too');
        await keyboard.press('Enter');
        await shows(ann, '#head-topic', 'by keys too');
        await ann.focus('.conversation:nth-child(2) .conversation-leave');
        await keyboard.press('Enter');
        await ann.waitForFunction(() => document.querySelectorAll('#rooms .conversation').length === 1);
        // The list can be scrolled, and typing leads back to the field.
        await ann.focus('#messages');
        await keyboard.press('PageUp');
        await keyboard.type('typed');
        assert.equal(await ann.inputValue('#composer-text'), 'typed');
        await ann.fill('#composer-text', '');
        await keyboard.press('F1');
        await ann.waitForSelector('dialog[open] kbd');
        await keyboard.press('Escape');
        await ann.waitForSelector('dialog[open]', { state: 'detached' });
        // Focus can be seen wherever it is.
        for (let i = 0; i < 12; i += 1) {
            await keyboard.press('Tab');
            const seen = await ann.evaluate(() => {
                const { activeElement } = document;
                return getComputedStyle(activeElement).outlineStyle !== 'none'
                    || activeElement.id === 'composer-text' || activeElement === document.body;
            });
            assert.ok(seen);
        }
    },

    async 'commands, and what is none'(context) {
        const server = await context.server();
        const ann = await context.page(server);
        const bob = await context.telnet(server, 'bob');
        await signIn(ann, 'ann');
        await say(ann, '/nosuch thing');
        await shows(ann, '#composer-note', 'There is no command /nosuch. Type /help for a list.');
        await say(ann, '/join');
        await shows(ann, '#composer-note', 'It is used like this: /join ROOM');
        await say(ann, '//etc/passwd');
        await bob.expect('ann: /etc/passwd');
        await say(ann, '/nick anne');
        await shows(ann, '.me-name', 'anne');
        await ann.fill('#composer-text', '长'.repeat(1400));
        await shows(ann, '#composer-note', 'Too long by 67 characters');
        assert.ok(await ann.isDisabled('#composer-send'));
        await ann.fill('#composer-text', '');
        await say(ann, '/mute');
        await ann.waitForSelector('#banner:not([hidden])');
        await ann.click('#banner button');
        await ann.waitForSelector('#banner', { state: 'hidden' });
        await say(ann, '/quit');
        await ann.waitForSelector('#signin-nick:focus');
        await frames(ann);
        assert.ok(await ann.isHidden('#app'));
        await ann.reload();
        await ann.waitForSelector('#signin-nick:focus');
    },
});
