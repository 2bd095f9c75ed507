// What is shown beside the messages: conversations, people, search. On a narrow screen they are
// drawers, one at a time, over a shade.

import { byId, icon } from './dom.js';
import { visits } from './storage.js';

const NARROW = matchMedia('(max-width: 720px)');
const MIDDLE = matchMedia('(max-width: 1000px)');

export class Panels {
    constructor(onOpen) {
        this.onOpen = onOpen;
        this.room = true;
        this.sidebar = byId('sidebar');
        this.shade = byId('shade');
        this.right = { people: byId('people-panel'), search: byId('search-panel') };
        byId('sidebar-open').addEventListener('click', () => this.openSidebar());
        byId('sidebar-close').addEventListener('click', () => this.closeSidebar());
        this.shade.addEventListener('click', () => this.closeDrawers());
        for (const name of ['people', 'search']) {
            const opener = byId(name + '-open');
            opener.append(icon(name));
            opener.addEventListener('click', () => this.toggle(name));
            byId(name + '-close').append(icon('close'));
            byId(name + '-close').addEventListener('click', () => {
                this.close(name);
                opener.focus();
            });
        }
        MIDDLE.addEventListener('change', () => this.#fit());
        NARROW.addEventListener('change', () => this.#fit());
        this.#fit();
    }

    // As much as there is room for.
    #fit() {
        this.closeDrawers();
        this.#set('people', this.room && !MIDDLE.matches && visits.get('people', true));
        this.#set('search', false);
    }

    // Only a room has people, and a history that can be searched.
    suit(room) {
        if (room !== this.room) {
            this.room = room;
            this.#fit();
        }
    }

    isOpen(name) {
        return !this.right[name].hidden;
    }

    toggle(name) {
        if (this.isOpen(name)) {
            this.close(name);
        } else {
            this.open(name);
        }
        if (name === 'people' && !MIDDLE.matches) {
            visits.set('people', this.isOpen('people'));
        }
    }

    open(name) {
        if (!this.room) {
            return;
        }
        this.closeSidebar();
        for (const other of Object.keys(this.right)) {
            this.#set(other, other === name);
        }
        this.#shadow();
        if (MIDDLE.matches && name === 'people') {
            byId('people-close').focus();
        }
        this.onOpen(name);
    }

    close(name) {
        if (!this.isOpen(name)) {
            return false;
        }
        this.#set(name, false);
        if (name === 'search' && !MIDDLE.matches && visits.get('people', true)) {
            this.#set('people', true);
        }
        this.#shadow();
        return true;
    }

    #set(name, on) {
        this.right[name].hidden = !on;
        byId(name + '-open').setAttribute('aria-expanded', String(on));
    }

    openSidebar() {
        this.sidebar.classList.add('open');
        this.#shadow();
        byId('sidebar-close').focus();
    }

    closeSidebar() {
        const was = this.sidebar.classList.contains('open');
        this.sidebar.classList.remove('open');
        this.#shadow();
        return was;
    }

    // What lies over the messages. Whether there was anything.
    closeDrawers() {
        const sidebar = this.closeSidebar();
        const right = MIDDLE.matches && Object.keys(this.right).filter((name) => this.close(name)).length > 0;
        return sidebar || right;
    }

    #shadow() {
        const open = NARROW.matches && this.sidebar.classList.contains('open')
            || MIDDLE.matches && Object.keys(this.right).some((name) => this.isOpen(name));
        this.shade.hidden = !open;
    }
}
