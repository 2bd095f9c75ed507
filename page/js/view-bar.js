// Above everything: that the line is broken, and what is done about it. A line that is back within
// a moment is not worth a word.

import { byId, make } from './dom.js';
import { noLine, t } from './i18n.js';
import { toast } from './toast.js';

const QUIET_MS = 1200;

export class BarView {
    #since = null; // when the line broke
    #shown = false;
    #timer = null;
    #ended = null;

    constructor(store, session, connection, again) {
        Object.assign(this, { store, session, connection, again });
        this.bar = byId('bar');
        this.words = make('span', {});
        this.button = make('button', { class: 'link', type: 'button', onclick: () => this.#clicked() });
        this.bar.append(this.words, this.button);
        connection.on('state', () => this.#update());
        store.on('phase', () => this.#update());
        session.on('ended', (reason, sentence) => {
            this.#ended = reason === 'resumed' ? t('elsewhere') : sentence || t('thrownOut');
            this.#update();
        });
    }

    #clicked() {
        if (this.#ended) {
            this.#ended = null;
            this.again();
        } else {
            this.connection.retryNow();
        }
        this.#update();
    }

    #update() {
        clearTimeout(this.#timer);
        if (this.store.phase !== 'entering' && !this.#ended) {
            if (this.#shown && this.store.phase === 'in') {
                toast(t('lineBack'));
            }
            this.#since = null;
            this.#show(false);
            return;
        }
        this.#since ??= Date.now();
        const quiet = this.#since + QUIET_MS - Date.now();
        if (quiet > 0 && !this.#ended) {
            this.#timer = setTimeout(() => this.#update(), quiet);
            return;
        }
        this.#say();
        this.#show(true);
        this.#timer = setTimeout(() => this.#update(), 1000);
    }

    #show(on) {
        this.#shown = on;
        this.bar.hidden = !on;
    }

    #say() {
        const { connection } = this;
        const waiting = connection.state === 'waiting';
        const seconds = Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1000));
        this.words.textContent = this.#ended ?? noLine(connection.refused, waiting ? seconds : 0);
        this.button.textContent = this.#ended ? t('signInAgain') : t('retryNow');
        this.button.hidden = !this.#ended && !waiting;
    }
}
