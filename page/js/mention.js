// Where a text speaks of somebody.

import { fold } from './fold.js';

const WORD = /[\p{L}\p{N}_]/u;
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

// Words of scripts without blanks between words have no edges to look for.
function isEdge(inside, outside) {
    if (!outside || !WORD.test(outside) || !WORD.test(inside)) {
        return true;
    }
    return IDEOGRAPH.test(inside) || IDEOGRAPH.test(outside);
}

// [start, end) of each mention of the nick in the text.
export function mentions(text, nick) {
    const found = [];
    const name = fold(nick);
    const folded = fold(text);
    // Folding may change lengths; then the whole text counts, and nothing in it is marked.
    const aligned = folded.length === text.length;
    if (!name) {
        return found;
    }
    for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + name.length)) {
        const end = at + name.length;
        const first = String.fromCodePoint(name.codePointAt(0));
        const last = [...name].at(-1);
        const before = [...folded.slice(Math.max(0, at - 2), at)].at(-1);
        const after = end < folded.length ? String.fromCodePoint(folded.codePointAt(end)) : '';
        if (isEdge(first, before) && isEdge(last, after)) {
            found.push(aligned ? [at, end] : [0, 0]);
        }
    }
    return found;
}

export function isMentioned(text, nick) {
    return mentions(text, nick).length > 0;
}
