// Lines that begin with a slash. Gives what is meant, knows nothing of who does it.

const COMMANDS = {
    help: { args: 0 },
    nick: { args: 1 },
    join: { args: 1 },
    part: { args: 1, optional: true },
    msg: { args: 2 },
    topic: { args: 1, optional: true, rest: true },
    ignore: { args: 1 },
    mute: { args: 0 },
    rooms: { args: 0 },
    who: { args: 0 },
    search: { args: 1, optional: true, rest: true },
    quit: { args: 0 },
};

const ALIASES = { j: 'join', leave: 'part', tell: 'msg', query: 'msg', w: 'msg', names: 'who',
    logout: 'quit', bye: 'quit', list: 'rooms', name: 'nick' };

// {say: text} or {command, args} or {unknown: word} or {usage: command}
export function parse(line) {
    if (line.startsWith('//')) {
        return { say: line.slice(1) };
    }
    const match = /^\/([\p{L}]+)(?:\s+([^]*))?$/u.exec(line);
    if (!match) {
        return { say: line };
    }
    const word = match[1].toLowerCase();
    const name = Object.hasOwn(ALIASES, word) ? ALIASES[word] : word;
    if (!Object.hasOwn(COMMANDS, name)) {
        return { unknown: match[1] };
    }
    const spec = COMMANDS[name];
    const rest = (match[2] ?? '').trim();
    if (spec.args === 0 && rest) {
        return { usage: name };
    }
    let args = rest ? [rest] : [];
    if (spec.args === 2) {
        const two = /^(\S+)\s+([^]+)$/u.exec(rest);
        args = two ? [two[1], two[2]] : [];
    } else if (spec.args === 1 && !spec.rest && /\s/u.test(rest)) {
        args = [];
    }
    if (spec.args > 0 && args.length === 0 && !(spec.optional && rest === '')) {
        return { usage: name };
    }
    return { command: name, args };
}

// What the limit is for: the slash that is taken off a doubled one does not count.
export function measured(line) {
    return parse(line).say ?? line;
}
