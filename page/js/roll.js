// When to ask again who is in a room. The list of people is exact as long as the server tells of each
// who comes and goes; where many do, it does not (docs/protocol/native.md, "Of others"). Then the list
// is asked for when the crowd has come to rest, and not by all pages at the same moment. Knows no
// socket; its clock can be another one.

export const WHOLE_MAX = 2000; // people in a room whose list is asked for whole
export const FEW = 200; // names that are asked for of a larger one, on entering it

const WAIT_MS = 2000; // without a crowd, and as much again at random

export class Roll {
    #timers = new Map();
    #ask;
    #clock;

    constructor(ask, clock = { set: (f, ms) => setTimeout(f, ms), clear: (id) => clearTimeout(id), random: Math.random }) {
        this.#ask = ask;
        this.#clock = clock;
    }

    // A crowd has come or gone.
    crowd(conversation) {
        this.cancel(conversation);
        if (conversation.headcount <= WHOLE_MAX) {
            this.#later(conversation);
        }
    }

    // The room has become small enough for a whole list.
    complete(conversation) {
        if (conversation.unlisted > 0 && conversation.headcount <= WHOLE_MAX && !this.#timers.has(conversation)) {
            this.#later(conversation);
        }
    }

    cancel(conversation) {
        this.#clock.clear(this.#timers.get(conversation));
        this.#timers.delete(conversation);
    }

    cancelAll() {
        for (const conversation of [...this.#timers.keys()]) {
            this.cancel(conversation);
        }
    }

    #later(conversation) {
        const ms = WAIT_MS * (1 + this.#clock.random());
        this.#timers.set(conversation, this.#clock.set(() => {
            this.#timers.delete(conversation);
            this.#ask(conversation);
        }, ms));
    }
}
