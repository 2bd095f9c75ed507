// The dialog to join a room or make one.

import { make } from './dom.js';
import { openDialog } from './dialog.js';
import { noLine, t } from './i18n.js';

export async function openRooms(store, session, join) {
    const field = make('input', { id: 'join-field', autofocus: true, autocomplete: 'off', autocapitalize: 'off',
        'aria-describedby': 'join-hint join-error' });
    const error = make('p', { id: 'join-error', class: 'dialog-error', role: 'alert' });
    const list = make('ul', { class: 'choices' }, make('li', { class: 'hint' }, t('loading')));
    const form = make('form', { novalidate: true },
        make('label', { for: 'join-field' }, t('roomName')),
        make('div', { class: 'field-row' }, field, make('button', { class: 'button primary' }, t('join'))),
        make('p', { id: 'join-hint', class: 'hint' }, t('roomHint')), error);
    const dialog = openDialog(t('joinRoom'), form, make('h3', {}, t('roomsNow')), list);
    const enter = async (room) => {
        try {
            await join(room);
            dialog.close();
        } catch (refusal) {
            error.textContent = refusal.message || noLine();
            field.focus();
        }
    };
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const room = field.value.trim().replace(/^#/u, '');
        if (room) {
            enter(room);
        }
    });
    try {
        const { rooms } = await session.request({ type: 'rooms' });
        list.replaceChildren(...rooms.map((room) => choice(store, room, enter)));
        if (rooms.length === 0) {
            list.append(make('li', { class: 'hint' }, t('noRooms')));
        }
    } catch (refusal) {
        list.replaceChildren(make('li', { class: 'hint' }, refusal.message || noLine()));
    }
}

function choice(store, { room, people, topic }, enter) {
    const here = store.findRoom(room)?.joined;
    return make('li', {}, make('button', { class: 'choice', type: 'button', onclick: () => enter(room) },
        make('span', { class: 'choice-words' }, make('span', { class: 'choice-name' }, room),
            topic ? make('span', { class: 'choice-note' }, topic) : null),
        make('span', { class: 'choice-count' },
            t('peopleCount', { n: people }) + (here ? ' · ' + t('joined') : ''))));
}
