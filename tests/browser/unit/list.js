// What the list of messages shows of a log, and how much of it is in the document; what waits.

import assert from 'node:assert/strict';
import test from 'node:test';
import { buildItems } from '../../../page/js/items.js';
import { Log } from '../../../page/js/log.js';
import { Outbox, MAX_UNDER_WAY } from '../../../page/js/outbox.js';
import { MOST, SIZE, Window } from '../../../page/js/window.js';
import { Backoff } from '../../../page/js/backoff.js';

const NOON = Date.UTC(2026, 2, 10, 4); // at Shanghai, where these tests are

function logOf(messages) {
    const log = new Log();
    log.older = false;
    messages.forEach(([from, at], i) => log.add({ epoch: 1, seq: i + 1, from, at, text: 'x' }));
    return log;
}

function kinds(log, options = {}) {
    return buildItems(log.entries, options).map((item) => item.kind === 'message'
        ? (item.head ? 'H' : 'm') : item.kind).join(' ');
}

test('groups of one speaker, within minutes', () => {
    const minute = 60000;
    assert.equal(kinds(logOf([['ann', NOON], ['ann', NOON + minute], ['bob', NOON + minute], ['ann', NOON + minute],
        ['ann', NOON + 10 * minute]])), 'day H m H H H');
});

test('days are those of the reader', () => {
    const midnight = Date.UTC(2026, 2, 10, 16); // 00:00 at Shanghai
    assert.equal(kinds(logOf([['ann', midnight - 1], ['ann', midnight]])), 'day H day H');
    assert.equal(kinds(logOf([['ann', midnight], ['ann', midnight + 1]])), 'day H m');
});

test('where the unread ones begin, which are never one\'s own', () => {
    const log = logOf([['ann', NOON], ['me', NOON], ['bob', NOON], ['bob', NOON]]);
    const mine = ({ from }) => from === 'me';
    assert.equal(kinds(log, { mark: [1, 1], mine }), 'day H H new H m');
    assert.equal(kinds(log, { mark: [1, 4], mine }), 'day H H H m');
});

test('comings and goings of one kind make one line', () => {
    const log = logOf([['ann', NOON]]);
    for (const [type, nick] of [['joined', 'a'], ['joined', 'b'], ['left', 'a'], ['topic', 'c'], ['topic', 'd']]) {
        log.addEvent({ type, nick, at: NOON });
    }
    const events = buildItems(log.entries, {}).filter((item) => item.kind === 'events');
    assert.deepEqual(events.map((item) => item.events.length), [2, 1, 1, 1]);
});

test('what is ignored leaves no trace', () => {
    const log = logOf([['ann', NOON], ['bad', NOON], ['ann', NOON]]);
    assert.equal(kinds(log, { hidden: (entry) => entry.message.from === 'bad' }), 'day H m');
});

test('the window moves over the log, and never grows past its limit', () => {
    const log = logOf(Array.from({ length: 2000 }, () => ['ann', NOON]));
    const view = new Window(log);
    assert.deepEqual(view.range(), [2000 - SIZE, 2000]);
    view.hold();
    while (view.showOlder()) {
        const [start, end] = view.range();
        assert.ok(end - start <= MOST);
    }
    assert.equal(view.range()[0], 0);
    while (view.showNewer()) {
        const [start, end] = view.range();
        assert.ok(end - start <= MOST);
    }
    assert.equal(view.range()[1], 2000);
    // What comes above moves nothing of it.
    const held = view.first;
    log.older = true;
    log.addBefore(log.first(), [{ epoch: 0, seq: 1, from: 'z', at: NOON, text: 'old' }], false);
    assert.equal(log.entries[view.range()[0]], held);
});

test('the outbox sends in order, so many at once, and again after a break', () => {
    const outbox = new Outbox();
    for (let i = 0; i < MAX_UNDER_WAY + 5; i += 1) {
        outbox.add(`id-${i}`, { room: 'lobby' }, `text ${i}`, NOON);
    }
    assert.equal(outbox.take().length, MAX_UNDER_WAY);
    assert.equal(outbox.take().length, 0);
    outbox.remove('id-0');
    assert.deepEqual(outbox.take().map((item) => item.id), [`id-${MAX_UNDER_WAY}`]);
    outbox.reset();
    assert.equal(outbox.take()[0].id, 'id-1');
    outbox.fail('id-1', 'no');
    outbox.reset();
    assert.equal(outbox.take()[0].id, 'id-2');
});

test('after a new login what the history shows is not sent again, each once', () => {
    const outbox = new Outbox();
    for (const [id, text] of [['1', 'same'], ['2', 'same'], ['3', 'other']]) {
        Object.assign(outbox.add(id, { room: 'lobby' }, text, NOON), { held: true, by: 'ann' });
    }
    const done = outbox.settle('lobby', [{ from: 'ann', text: 'same' }, { from: 'bob', text: 'other' }]);
    assert.deepEqual(done.map((item) => item.id), ['1']);
    assert.deepEqual(outbox.items.map((item) => item.id), ['2', '3']);
});

test('tries come ever slower, up to a limit', () => {
    const backoff = new Backoff(() => 0.5);
    const waits = Array.from({ length: 9 }, () => backoff.next());
    assert.ok(waits.every((wait, i) => i === 0 || wait >= waits[i - 1]));
    assert.equal(waits.at(-1), waits.at(-2));
    backoff.reset();
    assert.equal(backoff.next(), waits[0]);
});
