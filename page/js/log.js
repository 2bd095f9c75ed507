// What is known of one conversation's messages: sorted by position, each once, with the holes that
// are known to be in it. Knows no DOM and no server.
//
// Entries are messages (`kind: 'message'`, with a `position`) and events (`kind: 'event'`: somebody
// came, a topic was changed), which have no position of their own and stay behind what was the
// newest message when they happened. An entry with `gap` may have messages before it that have not
// been fetched; for those before the first entry there is `older`.

import { compare, keyOf, positionOf, BEGINNING } from './position.js';

export class Log {
    constructor() {
        this.entries = [];
        this.older = true; // there may be messages before the first
        this.last = null; // the newest position
        this.#messages = new Map();
        this.#events = 0;
    }

    #messages;
    #events;

    has(position) {
        return this.#messages.has(keyOf(position));
    }

    get(position) {
        return this.#messages.get(keyOf(position));
    }

    get messageCount() {
        return this.#messages.size;
    }

    // A message that has just been said. Gives its entry, or null if it is known.
    add(message) {
        const position = positionOf(message);
        if (this.has(position)) {
            return null;
        }
        const entry = { kind: 'message', key: 'm' + keyOf(position), position, order: 0, message };
        this.#insert(entry);
        this.#messages.set(keyOf(position), entry);
        if (!this.last || compare(position, this.last) > 0) {
            this.last = position;
        }
        return entry;
    }

    // The same where it may have been said long ago: one's own message whose acknowledgement comes
    // late stands alone in what has not been fetched.
    addHeard(message) {
        const entry = this.add(message);
        const next = entry && this.#messageFrom(this.indexOf(entry) + 1);
        const inside = entry && this.before(entry) !== null;
        if (next && (inside ? next.gap : this.older)) {
            entry.gap = inside;
            next.gap = true;
        }
        return entry;
    }

    addEvent(event) {
        this.#events += 1;
        const entry = { kind: 'event', key: 'e' + this.#events, position: this.last ?? BEGINNING,
            order: this.#events, event };
        this.#insert(entry);
        return entry;
    }

    #insert(entry) {
        const at = this.#indexAfter(entry.position, entry.order);
        this.entries.splice(at, 0, entry);
    }

    // The index of the first entry that belongs behind (position, order).
    #indexAfter(position, order) {
        let low = 0;
        let high = this.entries.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            const entry = this.entries[middle];
            if ((compare(entry.position, position) || entry.order - order) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    indexOf(entry) {
        const at = this.#indexAfter(entry.position, entry.order) - 1;
        return this.entries[at] === entry ? at : -1;
    }

    // The first message's entry at or behind an index.
    #messageFrom(index) {
        for (let i = index; i < this.entries.length; i += 1) {
            if (this.entries[i].kind === 'message') {
                return this.entries[i];
            }
        }
        return null;
    }

    // The message before an entry, and the one behind it.
    before(entry) {
        for (let i = this.indexOf(entry) - 1; i >= 0; i -= 1) {
            if (this.entries[i].kind === 'message') {
                return this.entries[i];
            }
        }
        return null;
    }

    first() {
        return this.#messageFrom(0);
    }

    // The newest messages of the room. `whole`: nothing is missing between what is known and these.
    // Gives the entries that are new.
    addNewest(messages, { whole, more }) {
        const known = this.messageCount > 0;
        const touches = messages.some((message) => this.has(positionOf(message)));
        const added = messages.map((message) => this.add(message)).filter(Boolean);
        if (!known) {
            this.older = more;
        } else if (!whole && !touches && added.length > 0) {
            added[0].gap = true;
        }
        return added;
    }

    // What was found before `entry` (null: before everything known, or nothing is known): the
    // newest there is. `more`: there are older ones.
    addBefore(entry, messages, more) {
        const previous = entry ? this.before(entry) : null;
        const added = this.#addAll(messages);
        const closed = !more || messages.some((message) =>
            previous && compare(positionOf(message), previous.position) <= 0);
        if (entry) {
            entry.gap = false;
        }
        if (previous) {
            const oldest = added.find((one) => compare(one.position, previous.position) > 0);
            if (!closed) {
                (oldest ?? entry).gap = true;
            }
        } else {
            this.older = more;
        }
        return added;
    }

    // What was found after `entry`: the oldest there is behind it. `more`: there are newer ones.
    addAfter(entry, messages, more) {
        const next = this.#messageFrom(this.indexOf(entry) + 1);
        const added = this.#addAll(messages);
        if (next) {
            const reached = !more || messages.some((message) =>
                compare(positionOf(message), next.position) >= 0);
            next.gap = !reached;
        }
        return added;
    }

    // The surroundings of a message that is not known: `before` it, itself, and `after` it.
    addIsland(message, before, after) {
        const position = positionOf(message);
        const at = this.#indexAfter(position, 0);
        const next = this.#messageFrom(at);
        const had = this.has(position);
        const previousKnown = this.entries.slice(0, at).reverse().find((one) => one.kind === 'message');
        const entry = this.add(message) ?? this.get(position);
        if (!had) {
            if (previousKnown) {
                entry.gap = true;
            } else {
                this.older = true;
            }
            if (next) {
                next.gap = true;
            }
        }
        if (!had || entry.gap || (this.older && this.first() === entry)) {
            this.addBefore(entry, before.messages, before.more);
        }
        if (!next || next.gap) {
            this.addAfter(entry, after.messages, after.more);
        }
        return entry;
    }

    #addAll(messages) {
        return messages.map((message) => this.add(message)).filter(Boolean);
    }

    // Forgets all but the newest `keep` entries.
    trim(keep) {
        if (this.entries.length <= keep) {
            return;
        }
        const gone = this.entries.splice(0, this.entries.length - keep);
        for (const entry of gone) {
            if (entry.kind === 'message') {
                this.#messages.delete(keyOf(entry.position));
            }
        }
        const first = this.first();
        if (first) {
            first.gap = false;
        }
        this.older = true;
    }
}
