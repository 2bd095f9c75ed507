// Where a list stands: at its end, or at something that is being read.

const NEAR_END = 24; // pixels that still count as the end

export function isAtEnd(scroller) {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_END;
}

export function toEnd(scroller) {
    scroller.scrollTop = scroller.scrollHeight;
}

// The first child that can be seen, preferably a message: {element, offset}.
export function anchor(scroller, rows) {
    const top = scroller.getBoundingClientRect().top;
    let other = null;
    for (const element of rows.children) {
        const box = element.getBoundingClientRect();
        if (box.bottom <= top + 1) {
            continue;
        }
        const found = { element, offset: box.top - top };
        if (element.classList.contains('message')) {
            return found;
        }
        other ??= found;
    }
    return other;
}

// Scrolls so that what was anchored is where it was. Whether it is still there.
export function restore(scroller, held) {
    if (!held || !held.element.isConnected) {
        return false;
    }
    const top = scroller.getBoundingClientRect().top;
    const moved = held.element.getBoundingClientRect().top - top - held.offset;
    if (Math.abs(moved) > 0.5) {
        scroller.scrollTop += moved;
    }
    return true;
}

// Scrolls so that an element stands at a part of the height (0: top, 1: bottom).
export function show(scroller, element, part) {
    const box = scroller.getBoundingClientRect();
    const { top } = element.getBoundingClientRect();
    scroller.scrollTop += top - box.top - box.height * part;
}
