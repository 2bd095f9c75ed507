// Addresses in a text. Only http and https are ever made links; all else stays text.

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u3000-\u303f\uff01-\uff60\u2018-\u201f]+/giu;
const TRAILING = /[.,:;!?…]+$/u;
const PAIRS = { ')': '(', ']': '[', '}': '{' };

// A full stop or a bracket that the sentence, not the address, ends with.
function trim(address) {
    for (;;) {
        const cut = address.replace(TRAILING, '');
        const closing = cut.at(-1);
        const opening = PAIRS[closing];
        if (opening && cut.split(closing).length > cut.split(opening).length) {
            address = cut.slice(0, -1);
        } else {
            return cut;
        }
    }
}

// The address as an URL that is safe to follow, or null.
export function safeUrl(address) {
    try {
        const url = new URL(address);
        const good = (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname;
        return good && !url.username && !url.password ? url.href : null;
    } catch {
        return null;
    }
}

// [{start, end, href}] in order.
export function findLinks(text) {
    const links = [];
    for (const match of text.matchAll(ADDRESS)) {
        const address = trim(match[0]);
        const href = safeUrl(address);
        if (href) {
            links.push({ start: match.index, end: match.index + address.length, href });
        }
    }
    return links;
}
