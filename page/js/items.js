// What a conversation's list shows, line by line, of a part of its log: messages in groups of one
// speaker, days, holes, comings and goings in one line, and where the unread ones begin. Pure.

import { compare } from './position.js';
import { dayOf } from './time.js';

const GROUP_MS = 5 * 60 * 1000; // a speaker's lines stand together for so long

function timeOf(entry) {
    return entry.kind === 'message' ? entry.message.at : entry.event.at;
}

function belongs(entry, previous) {
    return previous?.kind === 'message' && previous.message.from === entry.message.from
        && (previous.message.user ?? entry.message.user) === (entry.message.user ?? previous.message.user)
        && entry.message.at - previous.message.at < GROUP_MS;
}

// Comings and goings of the same kind make one line; renames and topics stand alone.
function sameEvents(item, entry) {
    return item?.kind === 'events' && item.type === entry.event.type
        && (item.type === 'joined' || item.type === 'left' || item.type === 'crowd');
}

// entries: a part of the log; previous: the entry before it. mark: the position up to which
// everything had been read, or null; hidden(entry): not to be shown; mine(message).
export function buildItems(entries, { previous = null, mark = null, hidden = () => false, mine = () => false }) {
    const items = [];
    let last = previous;
    let marked = mark === null || (previous !== null && compare(previous.position, mark) > 0);
    for (const entry of entries) {
        if (hidden(entry)) {
            continue;
        }
        let fresh = false;
        if (entry.gap) {
            items.push({ kind: 'gap', key: 'gap' + entry.key, entry });
            fresh = true;
        }
        const day = dayOf(timeOf(entry));
        if (!last || dayOf(timeOf(last)) !== day) {
            items.push({ kind: 'day', key: 'day' + entry.key, at: timeOf(entry) });
            fresh = true;
        }
        if (!marked && entry.kind === 'message' && compare(entry.position, mark) > 0 && !mine(entry.message)) {
            items.push({ kind: 'new', key: 'new' });
            marked = true;
            fresh = true;
        }
        add(items, entry, fresh, last);
        last = entry;
    }
    return items;
}

function add(items, entry, fresh, last) {
    if (entry.kind === 'message') {
        items.push({ kind: 'message', key: entry.key, entry, head: fresh || !belongs(entry, last) });
        return;
    }
    const item = items.at(-1);
    if (sameEvents(item, entry)) {
        item.events.push(entry.event);
    } else {
        items.push({ kind: 'events', key: entry.key, type: entry.event.type, events: [entry.event] });
    }
}
