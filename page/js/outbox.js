// What was sent and is not acknowledged yet, in order. Knows no DOM and no socket.
//
// A message keeps its id for as long as the session lasts: sent again after a broken line it is
// recognised by the server. After a new login ids are forgotten, and what the room's history shows
// must not be sent again: see settle().

export const MAX_UNDER_WAY = 100; // the server remembers as many ids

export class Outbox {
    constructor(saved = []) {
        this.items = saved;
        this.under = new Set(); // ids sent on this line
    }

    // to: {room} or {nick}
    add(id, to, text, at) {
        const item = { id, ...to, text, at };
        this.items.push(item);
        return item;
    }

    find(id) {
        return this.items.find((item) => item.id === id);
    }

    // Those to be sent now, at most as many as may be under way.
    take() {
        const taken = [];
        for (const item of this.items) {
            if (this.under.size >= MAX_UNDER_WAY) {
                break;
            }
            if (!item.error && !item.held && !this.under.has(item.id)) {
                this.under.add(item.id);
                taken.push(item);
            }
        }
        return taken;
    }

    // The line is broken: all that is not acknowledged is to be sent again.
    reset() {
        this.under.clear();
    }

    // Acknowledged, or given up by the user.
    remove(id) {
        const item = this.find(id);
        this.items = this.items.filter((one) => one.id !== id);
        this.under.delete(id);
        return item;
    }

    fail(id, error) {
        const item = this.find(id);
        this.under.delete(id);
        if (item) {
            item.error = error;
        }
        return item;
    }

    retry(id, newId) {
        const item = this.find(id);
        if (item) {
            delete item.error;
            item.id = newId;
        }
        return item;
    }

    // After a new login: of what waits for a room and was sent before, that which the history since
    // then shows as said by the same nick is done. Each message stands for one item only.
    settle(room, messages) {
        const left = [...messages];
        const done = [];
        for (const item of this.items.filter((one) => one.held && one.room === room)) {
            const at = left.findIndex((one) => one.from === item.by && one.text === item.text);
            if (at >= 0) {
                left.splice(at, 1);
                done.push(item);
            }
        }
        for (const item of done) {
            this.remove(item.id);
        }
        return done;
    }
}
