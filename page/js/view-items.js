// The lines of a conversation's list that are no messages.

import { make, setText } from './dom.js';
import { list, t } from './i18n.js';
import { dayName } from './time.js';

const NAMED = 4; // names in one line of comings or goings

function someNames(events) {
    const names = [...new Set(events.map((event) => event.nick))];
    const shown = names.length > NAMED ? names.slice(0, NAMED - 1) : names;
    const rest = names.length - shown.length;
    return { n: names.length, names: list(rest > 0 ? [...shown, t('others', { n: rest })] : shown) };
}

// Each count takes its own plural: so the sentence is put together of three.
function crowd(events) {
    const sum = (name) => events.reduce((all, event) => all + event[name], 0);
    const came = sum('came');
    const went = sum('went');
    const here = t('crowdHere', { n: events.at(-1).people });
    if (came > 0 && went > 0) {
        return t('crowdBoth', { came: t('crowdCame', { n: came }), left: t('crowdAlsoLeft', { n: went }), here });
    }
    return t('crowdOne', { what: came > 0 ? t('crowdCame', { n: came }) : t('crowdLeft', { n: went }), here });
}

function sentence({ type, events }) {
    const [first] = events;
    switch (type) {
    case 'joined':
        return t('cameIn', someNames(events));
    case 'left':
        return t('wentOut', someNames(events));
    case 'crowd':
        return crowd(events);
    case 'renamed':
        return t('isCalled', first);
    case 'topic':
        return first.topic ? t('setTopic', first) : t('tookTopic', first);
    default:
        return '';
    }
}

function beginning(conversation) {
    const room = conversation.kind === 'room';
    const element = make('div', { class: 'beginning' }, make('strong', {}, conversation.name));
    element.append(make('p', {}, room ? t('beginning', { room: conversation.name })
        : t('privateBeginning', { nick: conversation.name })));
    if (room) {
        element.append(make('p', { class: 'nothing-yet' }, t('emptyRoom')));
    }
    return element;
}

export function createItem(item) {
    switch (item.kind) {
    case 'day':
        return make('div', { class: 'day', role: 'separator' }, dayName(item.at));
    case 'new':
        return make('div', { class: 'new-mark', role: 'separator' }, t('newMark'));
    case 'gap':
        return make('div', { class: 'gap' }, t('gap'),
            make('button', { class: 'link', type: 'button', 'data-gap': item.entry.key }, t('gapLoad')));
    case 'older':
        return make('div', { class: 'older' }, t('loading'));
    case 'stuck':
        return make('div', { class: 'older' }, t('gap'),
            make('button', { class: 'link', type: 'button', 'data-older': true }, t('gapLoad')));
    case 'beginning':
        return beginning(item.conversation);
    default:
        return make('div', { class: 'events' }, sentence(item));
    }
}

export function updateItem(element, item) {
    if (item.kind === 'events') {
        setText(element, sentence(item));
    } else if (item.kind === 'day') {
        setText(element, dayName(item.at));
    } else if (item.kind === 'beginning' && item.conversation.kind === 'room') {
        element.lastChild.hidden = item.conversation.log.messageCount > 0;
    }
}
