// The browser's own dialogs: they keep the focus, and Escape closes them.

import { byId, icon, make } from './dom.js';
import { noLine, t } from './i18n.js';

let count = 0;

// Shows a dialog of a title and a body. Gives the element; close() takes it away.
export function openDialog(title, ...body) {
    count += 1;
    const id = 'dialog-title-' + count;
    const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': id });
    const close = make('button', { class: 'icon-button', type: 'button', 'aria-label': t('close'),
        onclick: () => dialog.close() }, icon('close'));
    dialog.append(make('header', { class: 'dialog-head' }, make('h2', { id }, title), close),
        make('div', { class: 'dialog-body' }, ...body));
    dialog.addEventListener('close', () => dialog.remove());
    dialog.addEventListener('click', (event) => {
        if (event.target === dialog) { // beside it
            dialog.close();
        }
    });
    byId('dialogs').append(dialog);
    dialog.showModal();
    dialog.querySelector('[autofocus]')?.focus();
    return dialog;
}

// A dialog with one field. submit(value) may throw what to complain about.
export function ask({ title, label, value = '', hint = '', action, maxlength = null, submit }) {
    const field = make('input', { id: 'ask-field', value, maxlength, autofocus: true, autocomplete: 'off',
        'aria-describedby': 'ask-error' });
    const error = make('p', { id: 'ask-error', class: 'dialog-error', role: 'alert' });
    const form = make('form', { novalidate: true }, make('label', { for: 'ask-field' }, label), field,
        hint ? make('p', { class: 'hint' }, hint) : null, error,
        make('div', { class: 'dialog-buttons' },
            make('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, t('cancel')),
            make('button', { class: 'button primary' }, action)));
    const dialog = openDialog(title, form);
    field.select();
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        try {
            await submit(field.value.trim());
            dialog.close();
        } catch (refusal) {
            error.textContent = refusal.message || noLine();
            field.focus();
        }
    });
}
