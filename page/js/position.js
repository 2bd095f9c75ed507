// Positions of messages in a room: [epoch, seq], compared by epoch, then seq.

export const BEGINNING = [0, 0];

export function compare(a, b) {
    return a[0] - b[0] || a[1] - b[1];
}

export function earlier(a, b) {
    return compare(a, b) <= 0 ? a : b;
}

export function later(a, b) {
    return compare(a, b) >= 0 ? a : b;
}

export function positionOf(message) {
    return [message.epoch, message.seq];
}

export function keyOf(position) {
    return position[0] + '.' + position[1];
}
