// Which part of a log is in the document. However long the history is, so many rows and no more.
// Holds entries, not indices, so that what comes in before or behind moves nothing. Pure.

export const SIZE = 120; // entries shown when the end is followed
export const STEP = 60; // entries added at once
export const MOST = 260; // entries in the document

export class Window {
    constructor(log) {
        this.log = log;
        this.first = null; // null: the window is at the end and moves with it
        this.last = null; // null: the window reaches to the end
    }

    // [start, end) in the log's entries.
    range() {
        const { entries } = this.log;
        let start = this.first ? this.log.indexOf(this.first) : -1;
        let end = this.last ? this.log.indexOf(this.last) + 1 : entries.length;
        if (this.first && start < 0) { // forgotten meanwhile
            this.first = null;
            this.last = null;
            end = entries.length;
        }
        if (!this.first) {
            start = Math.max(0, end - SIZE);
        }
        return [start, Math.max(end, start)];
    }

    get atEnd() {
        return this.range()[1] === this.log.entries.length;
    }

    // Moves with the end from now on.
    follow() {
        this.first = null;
        this.last = null;
    }

    // Stays where it is from now on, whatever comes.
    hold() {
        const [start, end] = this.range();
        this.#set(start, end);
    }

    #set(start, end) {
        const { entries } = this.log;
        this.first = entries[start] ?? null;
        this.last = entries[end - 1] ?? null;
    }

    around(entry) {
        const at = this.log.indexOf(entry);
        this.#set(Math.max(0, at - STEP), Math.min(this.log.entries.length, at + STEP));
    }

    // Towards the past. Whether there was any.
    showOlder() {
        const [start, end] = this.range();
        if (start === 0) {
            return false;
        }
        const first = Math.max(0, start - STEP);
        this.#set(first, Math.min(end, first + MOST));
        return true;
    }

    // Towards the present.
    showNewer() {
        const [start, end] = this.range();
        const { length } = this.log.entries;
        if (end === length) {
            return false;
        }
        const last = Math.min(length, end + STEP);
        this.#set(Math.max(start, last - MOST), last);
        return true;
    }

    // New entries at the end belong to the window if it reached so far and is not too large.
    extend(wasAtEnd) {
        const [start, end] = this.range();
        const { length } = this.log.entries;
        if (this.first && wasAtEnd && end < length && length - start <= MOST) {
            this.#set(start, length);
        }
    }

    // After entries came in between: cuts what is too much, farthest from what is looked at.
    limit(entry) {
        const [start, end] = this.range();
        if (this.first && end - start > MOST) {
            const at = entry ? this.log.indexOf(entry) : end;
            const first = Math.max(start, Math.min(at - MOST / 2, end - MOST));
            this.#set(first, first + MOST);
        }
    }
}
