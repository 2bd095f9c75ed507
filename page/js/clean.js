// A text as the server will keep it (src/core/name.h, text_append_clean), so that what comes back is
// known as what was sent: line breaks of all kinds are \n, tabs are blanks; controls and what turns
// the direction of writing around is left out, blanks and line breaks at both ends too.

const BREAKS = /\r\n?|[\u0085\u2028\u2029]/gu;
const NEVER = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/gu;

export function clean(text) {
    return text.replace(BREAKS, '\n').replaceAll('\t', ' ').replace(NEVER, '').replace(/^[ \n]+|[ \n]+$/gu, '');
}
