// Listeners by name. Nothing here knows what is emitted.

export class Emitter {
    #listeners = new Map();

    on(name, listener) {
        if (!this.#listeners.has(name)) {
            this.#listeners.set(name, new Set());
        }
        this.#listeners.get(name).add(listener);
        return () => this.#listeners.get(name).delete(listener);
    }

    emit(name, ...values) {
        for (const listener of this.#listeners.get(name) ?? []) {
            listener(...values);
        }
    }
}
