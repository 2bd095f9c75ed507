// Elements made and kept. Data gets into the document as text and attributes only.

// make('button', {class: 'x', type: 'button', 'aria-label': 'y', onclick: f}, child, 'text')
export function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else if (value === true) {
            element.setAttribute(name, '');
        } else if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(name, value);
        }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

export function byId(id) {
    return document.getElementById(id);
}

// An icon of icons.svg.
export function icon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', 'icons.svg#' + name);
    svg.append(use);
    return svg;
}

// Sets a text only where it is another one, so that nothing is laid out or read out for nothing.
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

// Makes the children of `parent` those of `items`, keeping the element of each key. Elements that
// stay are not moved as long as their order stays, so that focus and scroll stay too.
export function reconcile(parent, items, { key, create, update }) {
    const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    const keys = new Set(items.map(key));
    for (const [name, element] of old) {
        if (!keys.has(name)) {
            old.delete(name);
            element.remove();
        }
    }
    let next = parent.firstElementChild;
    for (const item of items) {
        const name = key(item);
        let element = old.get(name);
        if (!element) {
            element = create(item);
            element.dataset.key = name;
        }
        update?.(element, item);
        if (next === element) {
            next = next.nextElementSibling;
        } else {
            parent.insertBefore(element, next);
        }
    }
}
