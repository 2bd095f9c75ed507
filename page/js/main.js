// Puts the parts together.

import { Actions } from './actions.js';
import { startAnnouncing } from './announce.js';
import { Connection } from './connection.js';
import { byId } from './dom.js';
import { Drafts } from './drafts.js';
import { fillIn, lang, locale } from './i18n.js';
import { listenToKeys } from './keys.js';
import { Notifier } from './notify.js';
import { Panels } from './panels.js';
import { askWhy } from './refused.js';
import { restore, save } from './saved.js';
import { Session } from './session.js';
import { Store } from './store.js';
import { toast } from './toast.js';
import { BarView } from './view-bar.js';
import { ComposerView } from './view-composer.js';
import { HeadView } from './view-head.js';
import { Menu } from './view-menu.js';
import { MessagesView } from './view-messages.js';
import { PeopleView } from './view-people.js';
import { SearchView } from './view-search.js';
import { SidebarView } from './view-sidebar.js';
import { SigninView } from './view-signin.js';
import { TypingView } from './view-typing.js';

const SAVE_AFTER_MS = 150;

document.documentElement.lang = lang === 'zh' && !locale.includes('-') ? 'zh-CN' : locale;
fillIn(document);

const address = new URL('chat', document.baseURI);
address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';

const parts = {};
const store = parts.store = new Store();
const connection = new Connection(address.href, { askWhy: () => askWhy(new URL('welcome', document.baseURI)) });
const session = parts.session = new Session(store, connection, lang);
const actions = new Actions(parts);

parts.menu = new Menu();
parts.drafts = new Drafts();
const signin = new SigninView(store, session, connection);
parts.panels = new Panels((name) => name === 'search' && parts.search.open());
parts.messages = new MessagesView(store, session);
parts.composer = new ComposerView(store, session, parts.drafts, actions);
parts.search = new SearchView(store, session, actions);
parts.notifier = new Notifier(store, (conversation) => actions.open(conversation));
new SidebarView(store, session, parts.drafts, actions);
new HeadView(store, session, actions);
new PeopleView(store, actions);
new TypingView(store);
new BarView(store, session, connection, () => signin.open());
startAnnouncing(store);

byId('rows').addEventListener('click', (event) => {
    const name = event.target.closest('button[data-nick]');
    if (name) {
        actions.personMenu(name.dataset.nick, name);
    }
});

// In, or not yet: one of the two halves of the document is shown. Who was in stays in while the
// line is broken.
store.on('phase', () => {
    const { phase } = store;
    byId('app').hidden = phase === 'out';
    if (phase === 'in' && !byId('signin').hidden) {
        signin.close();
        parts.composer.focus();
    }
});
store.on('active', (now) => parts.panels.suit(now === null || now.kind === 'room'));
// Whoever comes in can write at once, whoever leaves a room in the one where that leads.
store.on('active', () => byId('signin').hidden && parts.composer.focus());

// What a reload needs
let saving = null;
const saveNow = () => {
    clearTimeout(saving);
    saving = null;
    save(session);
};
const saveSoon = () => {
    saving ??= setTimeout(saveNow, SAVE_AFTER_MS);
};
session.on('saved', saveSoon);
store.on('conversations', saveSoon);
store.on('phase', () => store.phase === 'in' && saveNow());
addEventListener('pagehide', saveNow);

// Sentences that nobody waits for
session.on('refused', (refusal) => refusal.message && toast(refusal.message));
store.on('notice', (sentence) => toast(sentence));

// The line
addEventListener('online', () => connection.check());
addEventListener('pageshow', (event) => event.persisted && connection.check());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && connection.check());

listenToKeys({
    ready: () => store.phase !== 'out' && byId('signin').hidden,
    neighbour: (distance) => store.active && actions.open(store.neighbour(distance)),
    switcher: () => actions.switcher(),
    // Pressed again it is the browser's own.
    search: () => {
        const there = document.activeElement === byId('search-text');
        if (!there) {
            actions.openSearch();
        }
        return !there;
    },
    escape: () => actions.escape(),
    help: () => actions.help(),
    write: () => parts.composer.focus(),
});

const saved = restore(store);
if (saved) {
    session.comeBack(saved);
} else {
    signin.open();
    connection.start();
}
