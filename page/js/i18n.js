// Sentences in the reader's language.

import { en } from './lang-en.js';
import { zh } from './lang-zh.js';

const LANGUAGES = { en, zh };

// The first of the browser's languages that there is.
export function choose(languages) {
    for (const one of languages) {
        const name = one.toLowerCase().split('-')[0];
        if (Object.hasOwn(LANGUAGES, name)) {
            return { lang: name, locale: one };
        }
    }
    return { lang: 'en', locale: 'en' };
}

const chosen = choose(globalThis.navigator?.languages ?? ['en']);
export const { lang, locale } = chosen;

// A sentence, with {names} filled in. One that has a plural is {one, other}, told apart by `n`.
export function translate(language, key, values = {}) {
    let text = LANGUAGES[language][key];
    if (text === undefined) {
        throw new Error('no sentence: ' + key);
    }
    if (typeof text !== 'string') {
        text = text[new Intl.PluralRules(language).select(values.n)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

export function t(key, values) {
    return translate(lang, key, values);
}

const WHY = { banned: 'refusedBanned', 'address-limit': 'refusedAddress', full: 'refusedFull' };

// That there is no line, and why if that is known (refused.js); tried again after so many seconds,
// or just now.
export function noLine(refused = null, seconds = 0) {
    const why = t(refused ? WHY[refused] : 'notConnected');
    return seconds > 0 ? t('offline', { why, n: seconds }) : t('reconnecting', { why });
}

// "ann, bob and cid"
export function list(names) {
    return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}

// Fills in what the document leaves open: data-t is the text, data-t-NAME an attribute.
export function fillIn(root) {
    for (const element of root.querySelectorAll('*')) {
        for (const { name, value } of [...element.attributes]) {
            if (name === 'data-t') {
                element.textContent = t(value);
            } else if (name.startsWith('data-t-')) {
                element.setAttribute(name.slice('data-t-'.length), t(value));
            }
        }
    }
}
