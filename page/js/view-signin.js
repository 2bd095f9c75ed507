// Where a newcomer types a name.

import { byId, setText } from './dom.js';
import { noLine, t } from './i18n.js';
import { visits } from './storage.js';

export class SigninView {
    constructor(store, session, connection) {
        this.store = store;
        this.session = session;
        this.connection = connection;
        this.root = byId('signin');
        this.field = byId('signin-nick');
        this.error = byId('signin-error');
        this.go = byId('signin-go');
        this.line = byId('signin-line');
        this.field.value = visits.get('nick', '');
        byId('signin-form').addEventListener('submit', (event) => {
            event.preventDefault();
            this.#enter();
        });
        this.field.addEventListener('input', () => this.#complain(''));
        store.on('server', () => this.#show());
        connection.on('state', () => this.#show());
        session.on('nickNeeded', (refusal) => this.open(t('takenMeanwhile') + ' ' + refusal.message));
        store.on('phase', () => store.phase === 'out' && this.open());
        this.#show();
    }

    open(complaint = '') {
        this.root.hidden = false;
        this.#complain(complaint);
        this.#busy(false);
        this.field.focus();
        this.field.select();
    }

    close() {
        this.root.hidden = true;
    }

    #show() {
        setText(byId('signin-title'), t('welcomeTo', { name: this.store.server.name }));
        const { state, refused } = this.connection;
        const trying = refused ? noLine(refused) : t('connecting');
        setText(this.line, state === 'open' || state === 'idle' ? '' : trying);
    }

    #complain(sentence) {
        setText(this.error, sentence);
        this.field.toggleAttribute('aria-invalid', sentence !== '');
    }

    #busy(busy) {
        this.go.disabled = busy;
        setText(this.go, t(busy ? 'entering' : 'enter'));
    }

    async #enter() {
        const nick = this.field.value.trim();
        if (!nick) {
            this.#complain(t('nameNeeded'));
            this.field.focus();
            return;
        }
        this.#busy(true);
        this.#complain('');
        try {
            await this.session.signIn(nick);
            visits.set('nick', nick);
        } catch (refusal) {
            this.#complain(refusal.message || t('connecting'));
            this.field.focus();
        }
        this.#busy(false);
    }
}
