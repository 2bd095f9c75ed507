// How long to wait before trying again: doubling up to a limit, with a chance part so that a whole
// room does not come back in the same moment.

const FIRST_MS = 400;
const MOST_MS = 15000;

export class Backoff {
    #tries = 0;

    constructor(random = Math.random) {
        this.random = random;
    }

    next(least = 0) {
        const base = Math.max(least, Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries));
        this.#tries += 1;
        return Math.round(base * (0.75 + this.random() / 2));
    }

    reset() {
        this.#tries = 0;
    }
}
