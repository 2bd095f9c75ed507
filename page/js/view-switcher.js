// Going to a room or a person by a few letters of the name.

import { make } from './dom.js';
import { openDialog } from './dialog.js';
import { fold } from './fold.js';
import { t } from './i18n.js';

const MOST = 8;

// What there is to go to: [{name, note, go}]
function targets(store, actions) {
    const found = [...store.conversations.values()].map((one) => ({ name: one.name,
        note: one.kind === 'room' ? one.topic : t('privateMessages'), unread: one.unread,
        go: () => actions.open(one) }));
    const known = new Set(store.privates().map((one) => fold(one.name)));
    const people = new Map(store.rooms().flatMap((room) => [...room.people.values()])
        .map((person) => [fold(person.nick), person]));
    for (const [name, person] of people) {
        if (person.user !== store.user && !known.has(name)) {
            found.push({ name: person.nick, note: t('writePrivately'), unread: 0,
                go: () => actions.writeTo(person.nick) });
        }
    }
    return found;
}

function match(all, words) {
    const wanted = fold(words.trim());
    return all.map((one) => ({ one, at: fold(one.name).indexOf(wanted) })).filter(({ at }) => at >= 0)
        .sort((a, b) => (a.at > 0) - (b.at > 0) || (b.one.unread > 0) - (a.one.unread > 0))
        .slice(0, MOST).map(({ one }) => one);
}

export function openSwitcher(store, actions) {
    const all = targets(store, actions);
    let shown = [];
    let chosen = 0;
    const field = make('input', { autofocus: true, autocomplete: 'off', role: 'combobox', 'aria-expanded': 'true',
        'aria-controls': 'switch-list', 'aria-label': t('switchHint'), placeholder: t('switchHint') });
    const list = make('ul', { id: 'switch-list', class: 'choices', role: 'listbox', 'aria-label': t('switchTo') });
    const dialog = openDialog(t('switchTo'), field, list);
    const go = (one) => {
        dialog.close();
        one.go();
    };
    const mark = () => {
        [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === chosen)));
        field.setAttribute('aria-activedescendant', shown.length > 0 ? 'switch-' + chosen : '');
        list.children[chosen]?.scrollIntoView({ block: 'nearest' });
    };
    const fill = () => {
        shown = match(all, field.value);
        chosen = 0;
        list.replaceChildren(...shown.map((one, i) => make('li', { id: 'switch-' + i, class: 'choice', role: 'option',
            onclick: () => go(one) },
        make('span', { class: 'choice-words' }, make('span', { class: 'choice-name' }, one.name)),
        make('span', { class: 'choice-count' }, one.note.slice(0, 40)))));
        if (shown.length === 0) {
            list.append(make('li', { class: 'hint' }, t('noMatch')));
        }
        mark();
    };
    field.addEventListener('input', fill);
    field.addEventListener('keydown', (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && shown.length > 0) {
            event.preventDefault();
            chosen = (chosen + step + shown.length) % shown.length;
            mark();
        } else if (event.key === 'Enter' && !event.isComposing && shown[chosen]) {
            event.preventDefault();
            go(shown[chosen]);
        }
    });
    fill();
}
