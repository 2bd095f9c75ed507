// Nicks and rooms are equal when they are after NFKC and case folding, as on the server.

export function fold(name) {
    return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}
