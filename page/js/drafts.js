// What was typed and not sent, by conversation; kept for the tab.

import { Emitter } from './emitter.js';
import { tab } from './storage.js';

export class Drafts extends Emitter {
    #texts = tab.get('drafts', {});

    get(key) {
        return Object.hasOwn(this.#texts, key) ? this.#texts[key] : '';
    }

    set(key, text) {
        if (this.get(key) === text) {
            return;
        }
        const had = this.get(key) !== '';
        if (text) {
            this.#texts[key] = text;
        } else {
            delete this.#texts[key];
        }
        tab.set('drafts', this.#texts);
        if (had !== (text !== '')) {
            this.emit('change');
        }
    }

    clear() {
        this.#texts = {};
        tab.remove('drafts');
        this.emit('change');
    }
}
