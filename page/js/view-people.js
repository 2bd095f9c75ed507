// Who is in the room, and by which door.

import { byId, make, reconcile, setText } from './dom.js';
import { hueOf } from './colour.js';
import { t } from './i18n.js';
import { avatar } from './view-message.js';

const DOORS = new Set(['web', 'native', 'line-english', 'line-chinese', 'line-terse', 'json', 'socketio']);

export function doorName(door) {
    return DOORS.has(door) ? t('door_' + door.replaceAll('-', '_')) : door;
}

export class PeopleView {
    constructor(store, actions) {
        this.store = store;
        this.actions = actions;
        this.list = byId('people');
        this.scheduled = false;
        store.on('people', (conversation) => conversation === store.active && this.#schedule());
        store.on('active', () => this.#schedule());
        store.on('me', () => this.#schedule());
        this.list.addEventListener('click', (event) => {
            const button = event.target.closest('button');
            if (button) {
                actions.personMenu(button.dataset.nick, button);
            }
        });
    }

    #schedule() {
        if (!this.scheduled) {
            this.scheduled = true;
            requestAnimationFrame(() => {
                this.scheduled = false;
                this.#render();
            });
        }
    }

    #render() {
        const { active } = this.store;
        const people = active ? [...active.people.values()] : [];
        setText(byId('people-heading'), active?.kind === 'room' ? t('peopleHere', { n: active.headcount }) : t('people'));
        const unlisted = active?.kind === 'room' ? active.unlisted : 0;
        byId('people-more').hidden = unlisted === 0;
        setText(byId('people-more'), t('peopleMore', { n: unlisted }));
        reconcile(this.list, people, {
            key: (person) => person.user + person.nick + person.door,
            create: (person) => this.#create(person),
            update: (element, person) => this.#update(element.firstChild, person),
        });
    }

    #create({ nick, door }) {
        return make('li', {}, make('button', { class: 'person', type: 'button', 'data-nick': nick, 'aria-haspopup': 'menu' },
            avatar(nick), make('span', { class: 'person-name nick hue-' + hueOf(nick) }, make('bdi', {}, nick)),
            make('span', { class: 'tag state', hidden: true }),
            make('span', { class: 'tag', title: t('cameBy', { door: doorName(door) }) }, doorName(door))));
    }

    #update(button, person) {
        const ignored = this.store.isIgnored(person.nick);
        button.classList.toggle('away', Boolean(person.away));
        button.classList.toggle('ignored', ignored);
        const state = button.querySelector('.state');
        const words = person.user === this.store.user ? t('you') : person.away ? t('away')
            : ignored ? t('ignoredTag') : '';
        state.hidden = !words;
        setText(state, words);
    }
}
