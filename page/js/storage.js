// What is kept in the browser: for the tab (a reload finds it) or for all tabs (the next visit
// finds it). A browser that keeps nothing is no error, and what is of another kind than what it
// stands in for counts as not kept.

const PREFIX = 'teahouse.';

function kindOf(value) {
    return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function keeper(area) {
    return {
        get(name, otherwise = null) {
            try {
                const text = area().getItem(PREFIX + name);
                const value = text === null ? otherwise : JSON.parse(text);
                return otherwise === null || kindOf(value) === kindOf(otherwise) ? value : otherwise;
            } catch {
                return otherwise;
            }
        },
        set(name, value) {
            try {
                area().setItem(PREFIX + name, JSON.stringify(value));
            } catch {
                // full, or forbidden: then it is not kept
            }
        },
        remove(name) {
            try {
                area().removeItem(PREFIX + name);
            } catch {
                // the same
            }
        },
    };
}

export const tab = keeper(() => sessionStorage);
export const visits = keeper(() => localStorage);
