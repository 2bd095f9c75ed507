// The emoji picker. Arrow keys move in it, Enter chooses, Escape closes.

import { emojiGroups } from './emoji-data.js';
import { icon, make } from './dom.js';
import { t } from './i18n.js';
import { visits } from './storage.js';

const COLUMNS = 8; // as in composer.css
const RECENT = 16;
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

export class EmojiPicker {
    constructor(opener, panel, choose) {
        this.opener = opener;
        this.panel = panel;
        this.choose = choose;
        opener.append(icon('emoji'));
        opener.addEventListener('click', () => this.panel.hidden ? this.open() : this.close());
        panel.addEventListener('click', (event) => this.#clicked(event.target));
        panel.addEventListener('keydown', (event) => this.#key(event));
        document.addEventListener('pointerdown', (event) => {
            if (!panel.contains(event.target) && !opener.contains(event.target)) {
                this.close(false);
            }
        });
    }

    open() {
        const recent = visits.get('emoji', []);
        const groups = recent.length > 0 ? [{ name: 'emojiRecent', emoji: recent }, ...emojiGroups] : emojiGroups;
        this.panel.replaceChildren(...groups.flatMap(({ name, emoji }) => [
            make('h3', { id: 'group-' + name }, t(name)),
            make('div', { class: 'emoji-grid', role: 'group', 'aria-labelledby': 'group-' + name },
                ...emoji.map((one) => make('button', { type: 'button', tabindex: -1 }, one))),
        ]));
        this.panel.hidden = false;
        this.opener.setAttribute('aria-expanded', 'true');
        this.#focus(0);
    }

    // Gives the focus back, unless it went elsewhere by itself.
    close(back = true) {
        if (this.panel.hidden) {
            return false;
        }
        this.panel.hidden = true;
        this.opener.setAttribute('aria-expanded', 'false');
        if (back) {
            this.opener.focus();
        }
        return true;
    }

    #buttons() {
        return [...this.panel.querySelectorAll('button')];
    }

    #focus(index) {
        const buttons = this.#buttons();
        const button = buttons[Math.max(0, Math.min(buttons.length - 1, index))];
        for (const one of buttons) {
            one.tabIndex = one === button ? 0 : -1;
        }
        button.focus();
    }

    #key(event) {
        if (event.key === 'Escape') {
            event.stopPropagation();
            this.close();
        } else if (Object.hasOwn(STEPS, event.key)) {
            event.preventDefault();
            this.#focus(this.#buttons().indexOf(document.activeElement) + STEPS[event.key]);
        }
    }

    #clicked(target) {
        const button = target.closest('button');
        if (!button) {
            return;
        }
        const one = button.textContent;
        const recent = visits.get('emoji', []).filter((other) => other !== one);
        visits.set('emoji', [one, ...recent].slice(0, RECENT));
        this.close(false);
        this.choose(one);
    }
}
