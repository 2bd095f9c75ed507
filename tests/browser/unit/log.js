// The log of a conversation: order, holes, and that nothing is in it twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Log } from '../../../page/js/log.js';

function said(...seqs) {
    return seqs.map((seq) => ({ epoch: 1, seq, from: 'ann', at: seq, text: String(seq) }));
}

// "1 2 |5": with a bar before what may have something before it; a bar alone in front: `older`.
function drawn(log) {
    const entries = log.entries.map((one) => (one.gap ? '|' : '')
        + (one.kind === 'message' ? one.message.seq : 'e'));
    return [...log.older ? ['|'] : [], ...entries].join(' ');
}

function newest(log, seqs, options = { whole: false, more: true }) {
    return log.addNewest(said(...seqs), options);
}

test('messages are sorted, each once; events stay behind what they followed', () => {
    const log = new Log();
    log.older = false;
    for (const message of said(3, 1, 2, 3)) {
        log.add(message);
    }
    log.addEvent({ type: 'joined' });
    assert.equal(drawn(log), '1 2 3 e');
    log.add(said(4)[0]);
    log.addEvent({ type: 'left' });
    assert.equal(drawn(log), '1 2 3 e 4 e');
    assert.equal(log.messageCount, 4);
    assert.deepEqual(log.last, [1, 4]);
});

test('an epoch comes behind all of the one before it', () => {
    const log = new Log();
    log.add({ epoch: 2, seq: 1, text: 'b' });
    log.add({ epoch: 1, seq: 900, text: 'a' });
    assert.deepEqual(log.entries.map((one) => one.message.text), ['a', 'b']);
});

test('the newest, more of which may be missing', () => {
    const log = new Log();
    newest(log, [1, 2]);
    assert.equal(drawn(log), '| 1 2');
    newest(log, [3, 4], { whole: true, more: true });
    assert.equal(drawn(log), '| 1 2 3 4');
    newest(log, [4, 5]); // touches
    assert.equal(drawn(log), '| 1 2 3 4 5');
    newest(log, [8, 9]);
    assert.equal(drawn(log), '| 1 2 3 4 5 |8 9');
});

test('a hole is filled from behind and from before', () => {
    const log = new Log();
    newest(log, [1, 2]);
    newest(log, [8, 9]);
    log.addBefore(log.get([1, 8]), said(6, 7), true);
    assert.equal(drawn(log), '| 1 2 |6 7 8 9');
    log.addAfter(log.get([1, 2]), said(3, 4), true);
    assert.equal(drawn(log), '| 1 2 3 4 |6 7 8 9');
    log.addAfter(log.get([1, 4]), said(5, 6), true);
    assert.equal(drawn(log), '| 1 2 3 4 5 6 7 8 9');
    log.addBefore(log.first(), [], false);
    assert.equal(drawn(log), '1 2 3 4 5 6 7 8 9');
});

test('positions have holes of their own: an empty answer closes one', () => {
    const log = new Log();
    newest(log, [1, 2]);
    newest(log, [8, 9]);
    log.addAfter(log.get([1, 2]), [], false);
    assert.equal(drawn(log), '| 1 2 8 9');
});

test('one message alone, far above: what is around it is not known', () => {
    const log = new Log();
    newest(log, [50, 51]);
    log.addHeard(said(10)[0]); // before all that is known
    assert.equal(drawn(log), '| 10 |50 51');
    log.addHeard(said(20)[0]); // in the hole
    assert.equal(drawn(log), '| 10 |20 |50 51');
    log.addHeard(said(52)[0]); // at the end
    assert.equal(drawn(log), '| 10 |20 |50 51 52');
    assert.equal(log.addHeard(said(20)[0]), null);
    const whole = new Log();
    whole.older = false;
    whole.addHeard(said(2)[0]);
    whole.addHeard(said(1)[0]);
    assert.equal(drawn(whole), '1 2');
});

test('an island: a message that search has found, and its surroundings', () => {
    const log = new Log();
    newest(log, [50, 51]);
    log.addIsland(said(20)[0], { messages: said(18, 19), more: true }, { messages: said(21, 22), more: true });
    assert.equal(drawn(log), '| 18 19 20 21 22 |50 51');
    log.addIsland(said(30)[0], { messages: said(29), more: true }, { messages: said(31), more: true });
    assert.equal(drawn(log), '| 18 19 20 21 22 |29 30 31 |50 51');
    log.addBefore(log.get([1, 29]), said(22, 23, 24, 25, 26, 27, 28), true);
    assert.equal(drawn(log), '| 18 19 20 21 22 23 24 25 26 27 28 29 30 31 |50 51');
});

test('what is let go of can be fetched again', () => {
    const log = new Log();
    log.older = false;
    newest(log, [1, 2, 3, 4, 5], { whole: true, more: false });
    log.trim(2);
    assert.equal(drawn(log), '| 4 5');
    assert.ok(!log.has([1, 3]));
    log.addBefore(log.first(), said(2, 3), true);
    assert.equal(drawn(log), '| 2 3 4 5');
});
