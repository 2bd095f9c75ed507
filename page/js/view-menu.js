// A small menu beside what was clicked. Arrow keys move, Escape closes.

import { byId, make } from './dom.js';

const EDGE = 8; // pixels kept free at the edges of the window

export class Menu {
    constructor() {
        this.root = byId('menu');
        this.opener = null;
        this.root.addEventListener('keydown', (event) => this.#key(event));
        document.addEventListener('pointerdown', (event) => {
            if (!this.root.hidden && !this.root.contains(event.target)) {
                this.close(false);
            }
        });
        window.addEventListener('resize', () => this.close(false));
    }

    // items: [{label, act}]; title: an element above them, or null.
    open(opener, title, items) {
        if (this.opener === opener && !this.root.hidden) {
            this.close();
            return;
        }
        this.close(false);
        this.opener = opener;
        opener.setAttribute('aria-expanded', 'true');
        this.root.replaceChildren(...(title ? [title] : []), ...items.map(({ label, act }) =>
            make('button', { class: 'menu-item', role: 'menuitem', type: 'button', tabindex: -1,
                onclick: () => {
                    this.close();
                    act();
                } }, label)));
        this.root.hidden = false;
        this.#place(opener.getBoundingClientRect());
        this.root.querySelector('.menu-item')?.focus();
    }

    #place(box) {
        const { offsetWidth: width, offsetHeight: height } = this.root;
        const left = Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE));
        const below = box.bottom + 4 + height < innerHeight - EDGE;
        const top = below ? box.bottom + 4 : Math.max(EDGE, box.top - height - 4);
        this.root.style.left = left + 'px';
        this.root.style.top = top + 'px';
    }

    close(back = true) {
        if (this.root.hidden) {
            return false;
        }
        this.root.hidden = true;
        this.opener?.removeAttribute('aria-expanded');
        if (back) {
            this.opener?.focus();
        }
        return true;
    }

    #key(event) {
        const items = [...this.root.querySelectorAll('.menu-item')];
        const at = items.indexOf(document.activeElement);
        const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
        if (event.key === 'Escape' || event.key === 'Tab') {
            event.preventDefault();
            event.stopPropagation();
            this.close();
        } else if (Object.hasOwn(moves, event.key)) {
            event.preventDefault();
            items[(moves[event.key] + items.length) % items.length].focus();
        }
    }
}
