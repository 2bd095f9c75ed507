// A colour for a nick: one of twelve hues of tokens.css, always the same one.

import { fold } from './fold.js';

export const HUES = 12;

export function hueOf(nick) {
    let hash = 0x811c9dc5; // FNV-1a, 32 bits
    for (const unit of new TextEncoder().encode(fold(nick))) {
        hash = Math.imul(hash ^ unit, 0x01000193) >>> 0;
    }
    return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}
