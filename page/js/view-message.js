// One message as an element.

import { hueOf } from './colour.js';
import { make, setText } from './dom.js';
import { t } from './i18n.js';
import { findLinks } from './links.js';
import { mentions } from './mention.js';
import { fullTime, timeOf } from './time.js';

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*\s?){1,3}$/u;

export function avatar(nick) {
    const letter = String.fromCodePoint(nick.codePointAt(0) ?? 63).toUpperCase();
    return make('span', { class: 'avatar hue-' + hueOf(nick), 'aria-hidden': 'true' }, letter);
}

// The text with its links, and what speaks of the reader marked.
export function richText(text, nick) {
    const parts = document.createDocumentFragment();
    const links = findLinks(text);
    const marks = nick ? mentions(text, nick).filter(([start, end]) => end > start) : [];
    let at = 0;
    const plain = (end) => {
        for (const [from, to] of marks) {
            if (from >= at && to <= end) {
                parts.append(text.slice(at, from), make('mark', {}, text.slice(from, to)));
                at = to;
            }
        }
        parts.append(text.slice(at, end));
        at = end;
    };
    for (const { start, end, href } of links) {
        plain(start);
        parts.append(make('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text.slice(start, end)));
        at = end;
    }
    plain(text.length);
    return parts;
}

function time(at, extra = '') {
    return make('time', { class: 'message-time ' + extra, datetime: new Date(at).toISOString(), title: fullTime(at) },
        timeOf(at));
}

// message: {from, at, text}; head: it begins a group; nick: the reader's.
export function createMessage(message, { head, mention, nick }) {
    const classes = ['message', head && 'head-of-group', mention && 'mention'].filter(Boolean).join(' ');
    const text = make('div', { class: ONLY_EMOJI.test(message.text) ? 'message-text large' : 'message-text', dir: 'auto' });
    text.append(richText(message.text, mention ? nick : ''));
    const main = make('div', { class: 'message-main' });
    const element = make('div', { class: classes });
    if (head) {
        const name = make('button', { class: 'nick hue-' + hueOf(message.from), type: 'button', tabindex: -1,
            'data-nick': message.from, 'aria-haspopup': 'menu' }, make('bdi', {}, message.from));
        main.append(make('div', { class: 'message-by' }, name, time(message.at)));
        element.append(avatar(message.from));
    } else {
        main.append(make('span', { class: 'unseen' }, message.from + ': '));
        element.append(time(message.at, 'message-side'));
    }
    main.append(text);
    element.append(main);
    return element;
}

// What waits in the outbox: greyed, with what became of it.
export function createPending(item, head) {
    const element = createMessage({ from: item.by, at: item.at, text: item.text }, { head, mention: false });
    element.classList.add('pending');
    element.querySelector('.message-main').append(make('div', { class: 'message-state' }));
    return element;
}

export function updatePending(element, item) {
    const state = element.querySelector('.message-state');
    element.classList.toggle('failed', Boolean(item.error));
    if (!item.error) {
        setText(state, Date.now() - item.at > 800 ? t('sending') : '');
        return;
    }
    const why = item.error === 'unsure' ? t('unsure') : item.error;
    if (state.dataset.why !== why) {
        state.dataset.why = why;
        state.replaceChildren(t('notSent', { why }),
            make('button', { class: 'link', type: 'button', 'data-again': item.id }, t('sendAgain')),
            make('button', { class: 'link', type: 'button', 'data-discard': item.id }, t('discard')));
    }
}
