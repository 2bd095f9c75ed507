// What can be done in the page, by whatever it is asked for: buttons, menus, keys, commands.

import { ask } from './dialog.js';
import { make } from './dom.js';
import { hueOf } from './colour.js';
import { excess } from './excess.js';
import { fold } from './fold.js';
import { noLine, t } from './i18n.js';
import { notifyLabel } from './notify.js';
import { Refusal } from './session.js';
import { visits } from './storage.js';
import { toast } from './toast.js';
import { openHelp } from './view-help.js';
import { doorName } from './view-people.js';
import { openRooms } from './view-rooms.js';
import { openSwitcher } from './view-switcher.js';

export class Actions {
    // parts: {store, session, menu, panels, drafts, notifier, messages, composer, search}, some of
    // which come later.
    constructor(parts) {
        this.parts = parts;
    }

    get store() {
        return this.parts.store;
    }

    get session() {
        return this.parts.session;
    }

    // Going somewhere

    open(conversation) {
        this.store.activate(conversation);
        this.parts.panels.closeDrawers();
        this.parts.composer.focus();
    }

    writeTo(nick) {
        const conversation = this.store.private(nick);
        conversation.readTo ??= [0, 0];
        conversation.joined = true;
        this.open(conversation);
    }

    async join(room) {
        if (!this.store.findRoom(room)?.joined) {
            await this.session.request({ type: 'join', room });
        }
        const conversation = this.store.findRoom(room);
        if (conversation) {
            this.open(conversation);
        }
    }

    leave(conversation) {
        if (conversation.kind === 'private') {
            this.store.remove(conversation);
            return;
        }
        this.session.request({ type: 'part', room: conversation.name }).catch((error) => this.#complain(error));
    }

    async jump(conversation, message) {
        try {
            const entry = await this.session.fetchAround(conversation, message);
            this.store.activate(conversation);
            this.parts.panels.closeDrawers();
            this.parts.messages.showEntry(entry);
        } catch (error) {
            this.#complain(error);
        }
    }

    switcher() {
        openSwitcher(this.store, this);
    }

    joinDialog() {
        openRooms(this.store, this.session, (room) => this.join(room));
    }

    help() {
        openHelp();
    }

    // Saying

    say(conversation, text) {
        this.session.say(conversation, text);
        this.parts.messages.toNewest(false);
    }

    topicDialog() {
        const room = this.store.active;
        ask({ title: t('topicOf', { room: room.name }), label: t('topic'), value: room.topic, hint: t('topicHint'),
            action: t('save'),
            submit: (topic) => this.setTopic(room, topic) });
    }

    // Says so before the server would have to.
    async setTopic(room, topic) {
        const over = excess(topic, this.store.server.limits.topic ?? 500);
        if (over > 0) {
            throw new Refusal({ code: 'topic-long', message: t('tooLong', { n: over }) });
        }
        return this.session.request({ type: 'topic', room: room.name, topic });
    }

    nickDialog() {
        ask({ title: t('changeName'), label: t('newName'), value: this.store.nick, action: t('save'),
            submit: (nick) => this.rename(nick) });
    }

    async rename(nick) {
        await this.session.request({ type: 'nick', nick });
        visits.set('nick', nick);
    }

    async ignore(nick) {
        const { on } = await this.session.request({ type: 'ignore', nick });
        toast(t(on ? 'ignoredNow' : 'unignoredNow', { nick }));
    }

    signOut() {
        this.parts.drafts.clear();
        this.session.signOut();
    }

    // Menus

    personMenu(nick, opener) {
        const { store } = this;
        const person = store.active?.person(nick);
        const title = make('div', { class: 'menu-title' }, make('span', { class: 'nick hue-' + hueOf(nick) }, nick),
            person ? make('small', {}, t('cameBy', { door: doorName(person.door) })) : null);
        if (fold(nick) === fold(store.nick)) {
            this.ownMenu(opener);
            return;
        }
        this.parts.menu.open(opener, title, [
            { label: t('writePrivately'), act: () => this.writeTo(nick) },
            { label: t('mentionName'), act: () => this.mention(nick) },
            { label: t(store.isIgnored(nick) ? 'unignore' : 'ignore'),
                act: () => this.ignore(nick).catch((error) => this.#complain(error)) },
        ]);
    }

    mention(nick) {
        this.parts.panels.closeDrawers();
        this.parts.composer.mention(nick);
    }

    ownMenu(opener) {
        const { notifier, menu } = this.parts;
        menu.open(opener, null, [
            { label: t('changeName'), act: () => this.nickDialog() },
            ...(notifier.possible ? [{ label: notifyLabel(notifier), act: () => this.#notify() }] : []),
            { label: t(this.store.muted ? 'unmuteRooms' : 'muteRooms'), act: () => this.session.tell({ type: 'mute' }) },
            { label: t('keys'), act: () => this.help() },
            { label: t('signOut'), act: () => this.signOut() },
        ]);
    }

    async #notify() {
        const { notifier } = this.parts;
        if (!await notifier.turn(!notifier.wanted)) {
            toast(t('notifyRefused'));
        }
    }

    // Commands of the input (commands.js)

    command(name, args) {
        const room = this.store.active?.kind === 'room' ? this.store.active : null;
        const commands = {
            help: () => this.help(),
            nick: () => this.rename(args[0]),
            join: () => this.join(args[0].replace(/^#/u, '')),
            part: () => {
                const conversation = args[0] ? this.store.findRoom(args[0].replace(/^#/u, '')) : this.store.active;
                return conversation ? this.leave(conversation) : toast(t('notInRoom', { room: args[0] }));
            },
            msg: () => {
                this.writeTo(args[0].replace(/^@/u, ''));
                this.say(this.store.active, args[1]);
            },
            topic: () => args.length === 0 ? this.topicDialog()
                : this.setTopic(room, args[0]),
            ignore: () => this.ignore(args[0]),
            mute: () => this.session.request({ type: 'mute' }),
            rooms: () => this.joinDialog(),
            who: () => this.parts.panels.open('people'),
            search: () => this.openSearch(args[0]),
            quit: () => this.signOut(),
        };
        if ((name === 'topic' || name === 'search') && !room) {
            toast(t(name === 'search' ? 'searchPrivate' : 'noTopicHere'));
            return;
        }
        Promise.resolve(commands[name]()).catch((error) => this.#complain(error));
    }

    openSearch(words) {
        this.parts.panels.open('search');
        this.parts.search.open(words);
    }

    // Escape: closes what is open, the last first; then goes to the newest message.
    escape() {
        const { panels, messages, composer, menu } = this.parts;
        if (menu.close() || panels.closeDrawers() || panels.close('search')) {
            composer.focus();
            return;
        }
        messages.toNewest(false);
        composer.focus();
    }

    #complain(error) {
        if (error.code === undefined) {
            throw error;
        }
        toast(error.code === 'line' ? noLine() : error.message);
    }
}
