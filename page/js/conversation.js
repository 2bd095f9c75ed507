// One room, or one person that is talked to in private: what is said, who is there, what was read.

import { fold } from './fold.js';
import { Log } from './log.js';
import { compare } from './position.js';
import { Typists } from './typing.js';

export function roomKey(name) {
    return 'room:' + fold(name);
}

export function privateKey(nick) {
    return 'private:' + fold(nick);
}

export class Conversation {
    constructor(kind, name) {
        this.kind = kind;
        this.name = name;
        this.key = kind === 'room' ? roomKey(name) : privateKey(name);
        this.joined = false;
        this.topic = '';
        this.people = new Map(); // by user id, in the order of coming; of a large room not all
        this.total = null; // how many there are, as the server has said last
        this.log = new Log();
        this.log.older = kind === 'room';
        this.typists = new Typists();
        this.readTo = null; // position of the last message that was read
        this.unread = 0;
        this.mentioned = 0;
        this.resumeFrom = null; // after a reload: up to where all was read, so that the rest is counted
        this.saidTo = null; // and the newest position that was known before
        this.since = null; // the position that the server was asked to go on from
        this.entering = null; // {since}, until what was said since is known
        this.busy = false; // history is being fetched
        this.stuck = false; // it could not be read
    }

    // The position of the newest message that is known, or null.
    get newest() {
        return this.log.last;
    }

    // How many people are here, and how many of them are not in the list.
    get headcount() {
        return this.total ?? this.people.size;
    }

    get unlisted() {
        return Math.max(0, this.headcount - this.people.size);
    }

    // Marks as read up to a position. Whether that changed anything.
    read(position) {
        if (!position || (this.readTo && compare(position, this.readTo) <= 0)) {
            return false;
        }
        this.readTo = position;
        return true;
    }

    // Counts the messages of others behind what was read.
    count(isMine, isMention) {
        this.unread = 0;
        this.mentioned = 0;
        const entries = this.log.entries;
        for (let i = entries.length - 1; i >= 0 && this.readTo; i -= 1) {
            const entry = entries[i];
            if (entry.kind !== 'message') {
                continue;
            }
            if (compare(entry.position, this.readTo) <= 0) {
                break;
            }
            if (!isMine(entry.message)) {
                this.unread += 1;
                this.mentioned += isMention(entry.message) ? 1 : 0;
            }
        }
    }

    person(nick) {
        const name = fold(nick);
        return [...this.people.values()].find((person) => fold(person.nick) === name) ?? null;
    }
}
