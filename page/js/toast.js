// A sentence that goes away by itself.

import { byId, make } from './dom.js';

const SHOWN_MS = 4500;
const MOST = 3;

export function toast(sentence) {
    const place = byId('toasts');
    const element = make('div', { class: 'toast' }, sentence);
    place.append(element);
    while (place.children.length > MOST) {
        place.firstChild.remove();
    }
    setTimeout(() => element.remove(), SHOWN_MS);
}
