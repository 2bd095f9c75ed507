// "ann is typing…"

import { byId, setText } from './dom.js';
import { list, t } from './i18n.js';

const NAMED = 3;

export class TypingView {
    #timer = null;

    constructor(store) {
        this.store = store;
        this.element = byId('typing');
        store.on('typing', (conversation) => conversation === store.active && this.#show());
        store.on('active', () => this.#show());
    }

    #show() {
        clearTimeout(this.#timer);
        const { active } = this.store;
        const names = (active?.typists.names() ?? []).filter((nick) => !this.store.isIgnored(nick));
        setText(this.element, this.#sentence(names));
        const next = active?.typists.nextChange();
        if (next) {
            this.#timer = setTimeout(() => this.#show(), Math.max(50, next - Date.now()));
        }
    }

    #sentence(names) {
        if (names.length === 0) {
            return '';
        }
        if (names.length > NAMED) {
            return t('typingCrowd');
        }
        return t(names.length === 1 ? 'typingOne' : 'typingMany', { names: list(names) });
    }
}
