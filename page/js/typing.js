// Who is typing, and how often to say so oneself.

export const SAY_EVERY_MS = 3000;
export const FORGET_AFTER_MS = 6000;

// Says when its user types: at most once in three seconds.
export class TypingSender {
    #last = -Infinity;

    constructor(now = () => Date.now()) {
        this.now = now;
    }

    // Whether it is to be said now.
    typed() {
        if (this.now() - this.#last < SAY_EVERY_MS) {
            return false;
        }
        this.#last = this.now();
        return true;
    }

    // The text was sent or taken away. Whether that is to be said: it was said that one types.
    stopped() {
        const said = this.now() - this.#last < FORGET_AFTER_MS;
        this.#last = -Infinity;
        return said;
    }
}

// Who types in one conversation.
export class Typists {
    #until = new Map();

    constructor(now = () => Date.now()) {
        this.now = now;
    }

    set(nick, on) {
        if (on) {
            this.#until.set(nick, this.now() + FORGET_AFTER_MS);
        } else {
            this.#until.delete(nick);
        }
    }

    names() {
        for (const [nick, until] of this.#until) {
            if (until <= this.now()) {
                this.#until.delete(nick);
            }
        }
        return [...this.#until.keys()];
    }

    // When somebody will be forgotten next, or null.
    nextChange() {
        const times = [...this.#until.values()];
        return times.length > 0 ? Math.min(...times) : null;
    }
}
