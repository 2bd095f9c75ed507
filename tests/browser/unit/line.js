// The line: when it is tried again, and what the page learns of why it is not let in.

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Backoff } from '../../../page/js/backoff.js';
import { Connection } from '../../../page/js/connection.js';
import { lang, noLine, translate } from '../../../page/js/i18n.js';
import { askWhy } from '../../../page/js/refused.js';

class FakeSocket {
    static all = [];

    constructor() {
        this.readyState = 1;
        FakeSocket.all.push(this);
    }

    send() {}

    close() {}
}

// What the connection does from here on; `answers` are those of askWhy, one a question.
function start(...answers) {
    FakeSocket.all = [];
    const states = [];
    const asked = { count: 0 };
    const connection = new Connection('ws://x/chat', { WebSocket: FakeSocket, backoff: new Backoff(() => 0.5),
        askWhy: async () => answers[asked.count++] ?? null });
    connection.on('state', () => states.push(connection.state + (connection.refused ? ' ' + connection.refused : '')));
    connection.start();
    return { connection, states, asked };
}

// Lets promises that are kept be heard of.
async function settle() {
    for (let i = 0; i < 5; i += 1) {
        await null;
    }
}

async function fails() {
    FakeSocket.all.at(-1).onclose();
    await settle();
}

test('a line that was never open: the server is asked why, and the line is tried on', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const { connection, states, asked } = start('full', 'full', 'address-limit', null, 'full');
    for (let i = 0; i < 4; i += 1) {
        await fails();
        mock.timers.tick(20000);
    }
    assert.deepEqual(states, ['connecting', 'waiting', 'waiting full', 'connecting full', 'waiting full',
        'connecting full', 'waiting full', 'waiting address-limit', 'connecting address-limit',
        'waiting address-limit', 'waiting', 'connecting']);
    await fails();
    assert.equal(connection.refused, 'full');
    mock.timers.tick(20000);
    FakeSocket.all.at(-1).onmessage({ data: '{"type":"hello"}' });
    assert.equal(states.at(-1), 'open');
    // A line that breaks when it was open says nothing of a refusal.
    await fails();
    assert.equal(asked.count, 5);
    assert.equal(states.at(-1), 'waiting');
    connection.stop();
    mock.timers.reset();
});

test('who is banned asks less often, but at once when told to', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const { connection } = start('banned', 'banned', 'banned');
    await fails();
    assert.equal(connection.retryAt, Date.now() + 60000);
    mock.timers.tick(59999);
    assert.equal(FakeSocket.all.length, 1);
    mock.timers.tick(1);
    assert.equal(FakeSocket.all.length, 2);
    await fails();
    assert.equal(connection.retryAt, Date.now() + 60000);
    connection.retryNow();
    assert.equal(FakeSocket.all.length, 3);
    assert.equal(connection.refused, 'banned');
    connection.stop();
    assert.equal(connection.refused, null);
    mock.timers.tick(200000);
    assert.equal(FakeSocket.all.length, 3);
    mock.timers.reset();
});

test('one question at a time; an answer that is too late changes nothing', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const answers = [];
    const connection = new Connection('ws://x/chat', { WebSocket: FakeSocket, backoff: new Backoff(() => 0.5),
        askWhy: () => new Promise((resolve) => answers.push(resolve)) });
    connection.start();
    await fails();
    mock.timers.tick(20000);
    await fails();
    mock.timers.tick(20000);
    assert.equal(answers.length, 1);
    FakeSocket.all.at(-1).onmessage({ data: '{"type":"hello"}' });
    answers[0]('banned');
    await settle();
    assert.equal(connection.state, 'open');
    assert.equal(connection.refused, null);
    connection.stop();
    mock.timers.reset();
});

test('what an answer means', async () => {
    const table = [[200, {}, null], [403, { 'X-Refused': 'banned' }, 'banned'], [429, { 'X-Refused': 'address-limit' },
        'address-limit'], [503, { 'X-Refused': 'full' }, 'full'],
    // Of a proxy, and of a server that knows more than this page.
    [403, {}, null], [503, {}, null], [503, { 'X-Refused': 'asleep' }, null]];
    for (const [status, headers, wanted] of table) {
        assert.equal(await askWhy('welcome', async () => new Response('', { status, headers })), wanted);
    }
    assert.equal(await askWhy('welcome', async () => {
        throw new TypeError('nobody is there');
    }), null);
    // Nobody answers: not for ever.
    const never = (address, { signal }) => new Promise((resolve, reject) => {
        signal.onabort = () => reject(signal.reason);
    });
    const alive = setTimeout(() => {}, 60000); // AbortSignal's timer alone does not keep node running
    assert.equal(await askWhy('welcome', never, 1), null);
    clearTimeout(alive);
});

test('what the reader is told', () => {
    const keys = { banned: 'refusedBanned', 'address-limit': 'refusedAddress', full: 'refusedFull' };
    assert.equal(noLine(), translate(lang, 'reconnecting', { why: translate(lang, 'notConnected') }));
    for (const [reason, key] of Object.entries(keys)) {
        assert.equal(noLine(reason, 7), translate(lang, 'offline', { why: translate(lang, key), n: 7 }));
    }
    const said = (language) => translate(language, 'offline', { why: translate(language, 'refusedFull'), n: 7 });
    assert.equal(said('en'), 'The server is full. Trying again in 7 s.');
    assert.equal(said('zh'), '服务器已满，7 秒后重试。');
});
