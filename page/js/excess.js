// By how many characters (code points) a text is too long. The limit is the server's and in bytes of
// UTF-8, which nobody counts who writes.

function bytesOf(character) {
    const code = character.codePointAt(0);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

export function excess(text, most) {
    let bytes = 0;
    let over = 0;
    for (const character of text) {
        bytes += bytesOf(character);
        over += bytes > most ? 1 : 0;
    }
    return over;
}
