// When to ask again who is in a room. The list of people is exact as long as the server tells of each
// who comes and goes; where many do, it does not (docs/protocol/native.md, "Of others"). Then the list
// is asked for when the crowd has come to rest, or does not for long, and not by all pages at the same
// moment. Knows no socket; its clock can be another one.

export const WHOLE_MAX = 2000; // people in a room whose list is asked for whole
export const FEW = 200; // names that are asked for of a larger one, on entering it

const WAIT_MS = 2000; // without a crowd, and as much again at random
const LATEST_MS = 20000; // of waiting, when there is always a crowd, and half as much again at random

export class Roll {
    #timers = new Map(); // the conversations that wait: {quiet, latest}
    #ask;
    #clock;

    constructor(ask, clock = { set: (f, ms) => setTimeout(f, ms), clear: (id) => clearTimeout(id), random: Math.random }) {
        this.#ask = ask;
        this.#clock = clock;
    }

    // A crowd has come or gone.
    crowd(conversation) {
        if (conversation.headcount > WHOLE_MAX) {
            this.cancel(conversation);
        } else {
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
        const timers = this.#timers.get(conversation);
        this.#clock.clear(timers?.quiet);
        this.#clock.clear(timers?.latest);
        this.#timers.delete(conversation);
    }

    cancelAll() {
        for (const conversation of [...this.#timers.keys()]) {
            this.cancel(conversation);
        }
    }

    // Puts it off again, but not for ever.
    #later(conversation) {
        const ask = () => {
            this.cancel(conversation);
            this.#ask(conversation);
        };
        const timers = this.#timers.get(conversation)
            ?? { latest: this.#clock.set(ask, LATEST_MS * (1 + this.#clock.random() / 2)) };
        this.#clock.clear(timers.quiet);
        timers.quiet = this.#clock.set(ask, WAIT_MS * (1 + this.#clock.random()));
        this.#timers.set(conversation, timers);
    }
}
