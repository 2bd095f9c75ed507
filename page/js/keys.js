// Keys that work everywhere.

function isTyping(target) {
    return target.closest?.('input, textarea, dialog, [role="menu"], [role="dialog"]') !== null;
}

// what: {neighbour, switcher, search, escape, help, write}
export function listenToKeys(what) {
    document.addEventListener('keydown', (event) => {
        const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
        const modal = document.querySelector('dialog[open]') !== null;
        if (event.isComposing || modal || !what.ready()) {
            return;
        }
        let done = true;
        if (event.altKey && !event.ctrlKey && event.key === 'ArrowUp') {
            what.neighbour(-1);
        } else if (event.altKey && !event.ctrlKey && event.key === 'ArrowDown') {
            what.neighbour(1);
        } else if (control && event.key === 'k') {
            what.switcher();
        } else if (control && event.key === 'f') {
            done = what.search();
        } else if (event.key === 'F1') {
            what.help();
        } else if (event.key === 'Escape') {
            what.escape();
        } else {
            done = false;
            // Whoever types anywhere is writing a message.
            if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey
                && !isTyping(event.target)) {
                what.write();
            }
        }
        if (done) {
            event.preventDefault();
        }
    });
}
