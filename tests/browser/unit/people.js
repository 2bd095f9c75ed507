// Who is in a room, and how many, when the server no longer tells of each.

import assert from 'node:assert/strict';
import test from 'node:test';
import { receive } from '../../../page/js/incoming.js';
import { buildItems } from '../../../page/js/items.js';
import { Roll } from '../../../page/js/roll.js';
import { Store } from '../../../page/js/store.js';

// A clock that stands still until it is moved; at random is always the middle.
class Clock {
    constructor() {
        this.now = 0;
        this.timers = [];
        this.random = () => 0.5;
    }

    set(call, ms) {
        const timer = { at: this.now + ms, call };
        this.timers.push(timer);
        return timer;
    }

    clear(timer) {
        this.timers = this.timers.filter((one) => one !== timer);
    }

    move(ms) {
        this.now += ms;
        for (const timer of this.timers.filter((one) => one.at <= this.now)) {
            this.clear(timer);
            timer.call();
        }
    }
}

function start() {
    const clock = new Clock();
    const asked = [];
    const store = new Store();
    const session = { store, emit() {}, entered() {}, roll: new Roll((one) => asked.push(one.name), clock) };
    const hear = (object) => receive(session, { room: 'lobby', at: 1, ...object });
    store.setMe('ann', '1');
    hear({ type: 'entered', people: 2, messages: [], more: false });
    hear({ type: 'names', names: [{ nick: 'ann', user: '1' }, { nick: 'bob', user: '2' }], people: 2 });
    return { clock, asked, store, session, hear, room: store.findRoom('lobby') };
}

test('a crowd is counted, and the list asked for when it is over', () => {
    const { clock, asked, hear, room } = start();
    hear({ type: 'crowd', came: 7, left: 2, people: 7 });
    assert.deepEqual([room.headcount, room.people.size, room.unlisted], [7, 2, 5]);
    clock.move(2999);
    hear({ type: 'crowd', came: 1, left: 0, people: 8 });
    clock.move(2999);
    assert.deepEqual(asked, []);
    clock.move(1);
    assert.deepEqual(asked, ['lobby']);
    hear({ type: 'names', names: [{ nick: 'ann', user: '1' }], people: 1 });
    assert.deepEqual([room.headcount, room.unlisted, clock.timers.length], [1, 0, 0]);
    const [item] = buildItems(room.log.entries, {}).filter((one) => one.kind === 'events');
    assert.deepEqual(item.events.map(({ came, went }) => [came, went]), [[7, 2], [1, 0]]);
});

test('a crowd that never comes to rest does not put the list off for ever', () => {
    const { clock, asked, hear } = start();
    for (let second = 0; second < 60; second++) {
        hear({ type: 'crowd', came: 1, left: 1, people: 9 });
        clock.move(1000);
    }
    assert.deepEqual(asked, ['lobby', 'lobby']);
    clock.move(3000);
    assert.deepEqual([asked.length, clock.timers.length], [3, 0]);
});

test('of a very large room the list is not asked for', () => {
    const { clock, asked, hear, room } = start();
    hear({ type: 'crowd', came: 7, left: 2, people: 2001 });
    assert.equal(clock.timers.length, 0);
    hear({ type: 'joined', nick: 'cat', user: '3', door: 'json', people: 2002 });
    assert.deepEqual([room.headcount, room.unlisted, clock.timers.length], [2002, 1999, 0]);
    hear({ type: 'left', nick: 'dan', user: '4', reason: 'gone', people: 2000 });
    clock.move(4000);
    assert.deepEqual(asked, ['lobby']);
});

test('who is not in the list may speak, change and go', () => {
    const { hear, room } = start();
    hear({ type: 'message', epoch: 1, seq: 1, from: 'eve', user: '9', text: 'hi' });
    hear({ type: 'renamed', nick: 'eva', old: 'eve', user: '9' });
    hear({ type: 'away', nick: 'eva', user: '9', on: true });
    hear({ type: 'typing', nick: 'eva', user: '9', on: true });
    hear({ type: 'left', nick: 'eva', user: '9', reason: 'gone', people: 2 });
    assert.deepEqual([room.headcount, room.people.size, room.unlisted], [2, 2, 0]);
});

test('a room that is left, and a line that breaks, ask for nothing', () => {
    const { clock, asked, hear, session } = start();
    hear({ type: 'crowd', came: 7, left: 2, people: 7 });
    session.roll.cancelAll();
    hear({ type: 'crowd', came: 7, left: 2, people: 14 });
    hear({ type: 'exited', current: null });
    hear({ type: 'crowd', came: 1, left: 0, people: 15 });
    clock.move(10000);
    assert.deepEqual(asked, []);
});

test('an older server does not say how many there are', () => {
    const { hear, room } = start();
    hear({ type: 'entered', messages: [] });
    hear({ type: 'names', names: [{ nick: 'ann', user: '1' }, { nick: 'bob', user: '2' }] });
    hear({ type: 'joined', nick: 'cat', user: '3', door: 'json' });
    assert.deepEqual([room.headcount, room.unlisted], [3, 0]);
});
