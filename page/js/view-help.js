// Keys and commands.

import { make } from './dom.js';
import { openDialog } from './dialog.js';
import { t } from './i18n.js';

const KEYS = [[['Enter'], 'keySend'], [['Shift', 'Enter'], 'keyNewline'], [['Alt', '↑ ↓'], 'keyRooms'],
    [['Ctrl', 'K'], 'keySwitch'], [['Ctrl', 'F'], 'keySearch'], [['Esc'], 'keyEscape'], [['F1'], 'keyHelp']];
const COMMANDS = ['join', 'part', 'msg', 'nick', 'topic', 'search', 'rooms', 'who', 'ignore', 'mute', 'quit'];

export function openHelp() {
    const keys = make('dl', { class: 'help-list' }, ...KEYS.flatMap(([names, what]) => [
        make('dt', {}, ...names.flatMap((name, i) => [i > 0 ? ' ' : '', make('kbd', {}, name)])),
        make('dd', {}, t(what))]));
    const commands = make('dl', { class: 'help-list' }, ...COMMANDS.flatMap((name) => [
        make('dt', {}, make('code', {}, t('cmd_' + name))), make('dd', {}, t(`cmd_${name}_is`))]));
    openDialog(t('keys'), make('h3', {}, t('keysTitle')), keys, make('h3', {}, t('commandsTitle')), commands,
        make('p', { class: 'hint' }, t('slashHint')));
}
