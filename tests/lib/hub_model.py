"""A second implementation of the hub's rules, as plain as can be: who is where, who hears what, in
which order. It knows no bytes; door_model.py says how each door shows what comes out of it.

Names are of ASCII here, so that folding is lower(). Positions are not computed but compared: a
message is known by its text, of which no two are the same.

What comes out is a list of (session, what), in order; `what` is a tuple that begins with a word.
"""

REPLAY = 3        # lines that a newcomer is shown: the server's replay-lines
HISTORY = 20      # lines of a history when no count is given
SEARCH = 20
LASTING = ('native', 'web', 'socketio')  # doors whose sessions outlive a broken line


class Message:
    """Never changed; shared by all copies of a hub."""

    def __init__(self, user, text, room=None, to=None):
        self.sender, self.number = user.nick, user.number  # then
        self.text, self.room, self.to = text, room, to

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return '%s: %s' % (self.sender, self.text)


class User:
    def __init__(self, number, nick, door, session, lasting):
        self.number = number      # never changes: the session that it came by
        self.nick, self.door, self.session = nick, door, session
        self.lasting = lasting    # stays when its line breaks
        self.rooms = []           # folded names, in the order of entering
        self.current = None
        self.muted = False
        self.ignores = []         # (nick then, number)
        self.sent = {}            # own id: message

    def ignores_user(self, other):
        return any(number == other.number or nick.lower() == other.nick.lower()
                   for nick, number in self.ignores)

    def ignores_message(self, message):
        return any(number == message.number or nick.lower() == message.sender.lower()
                   for nick, number in self.ignores)


class Room:
    def __init__(self, name):
        self.name = name
        self.members = []         # users' numbers, in the order of coming


class Hub:
    def __init__(self):
        self.users = {}           # by number, in the order of coming
        self.rooms = {'lobby': Room('lobby')}  # by folded name, in the order of making
        self.topics = {}          # by folded name: outlive the room
        self.said = {}            # by folded name: messages: outlive the room
        self.told = {}            # by user's number: what was said in private by it or to it
        self.sessions = {}        # session: user's number
        self.doors = {}           # session: door
        self.out = []

    def key(self):
        """The same for two hubs that nobody can tell from each other."""
        def texts(said):
            return {fold: [m.text for m in messages] for fold, messages in said.items()}
        return repr([
            [(u.number, u.nick, u.door, u.session, u.rooms, u.current, u.muted, u.ignores,
              sorted(u.sent)) for u in self.users.values()],
            [(fold, r.name, r.members) for fold, r in self.rooms.items()],
            sorted(self.topics.items()), sorted(texts(self.said).items()),
            sorted(texts(self.told).items()), sorted(self.doors.items())])

    # finding

    def named(self, nick):
        return next((u for u in self.users.values() if u.nick.lower() == nick.lower()), None)

    def of(self, session):
        return self.users.get(self.sessions.get(session))

    def members(self, fold):
        return [self.users[n] for n in self.rooms[fold].members]

    def room_of(self, user, name):
        """The folded name of the room that is meant, or None."""
        fold = name.lower() if name else user.current
        return fold if fold in user.rooms else None

    # telling

    def answer(self, session, *what):
        self.out.append((session, what))

    def tell_room(self, fold, *what, hears=lambda user: True):
        for user in self.members(fold):
            if user.session is not None and hears(user):
                self.out.append((user.session, ('in', self.rooms[fold].name,
                                                user.current == fold, *what)))

    def roster(self, fold, nick, came):
        """Doors with lists of names get one whenever somebody comes or goes."""
        nicks = tuple(u.nick for u in self.members(fold))
        for user in self.members(fold):
            if user.session is not None and user.door == 'socketio':
                self.answer(user.session, 'roster', nick, came, nicks)

    # coming and going

    def enter(self, user, name, by_login):
        fold = name.lower()
        room = self.rooms.setdefault(fold, Room(name))
        self.tell_room(fold, 'joined', user.nick, user.door, len(room.members) + 1)
        others = [u.session for u in self.members(fold)
                  if u.session is not None and u.door == 'socketio']
        room.members.append(user.number)
        user.rooms.append(fold)
        user.current = fold
        nicks = tuple(u.nick for u in self.members(fold))
        for session in others:
            self.answer(session, 'roster', user.nick, True, nicks)
        self.entered(user, fold, by_login, True, False)
        self.replay(user, fold, self.said.get(fold, [])[-REPLAY:], True)

    def entered(self, user, fold, by_login, current, resumed):
        self.answer(user.session, 'entered', self.rooms[fold].name, self.topics.get(fold, ''),
                    by_login, current, resumed, user.nick,
                    tuple(u.nick for u in self.members(fold)))

    def replay(self, user, fold, messages, past):
        if messages:
            self.answer(user.session, 'replay', self.rooms[fold].name, past, tuple(messages))

    def leave(self, user, fold, why):
        room = self.rooms[fold]
        room.members.remove(user.number)
        user.rooms.remove(fold)
        if user.current == fold:
            user.current = user.rooms[-1] if user.rooms else None
        self.tell_room(fold, 'left', user.nick, why, len(room.members))
        self.roster(fold, user.nick, False)
        if not room.members and fold != 'lobby':
            del self.rooms[fold]

    def close(self, session, why):
        self.answer(session, 'closed', why, self.doors[session])
        self.sessions.pop(session, None)
        del self.doors[session]

    def end(self, user, why):
        if user.session is not None:
            self.close(user.session, why)
            user.session = None
        while user.rooms:
            self.leave(user, user.rooms[0], why)
        del self.users[user.number]

    # commands: (session, name, arguments...)

    def do(self, session, name, *arguments):
        """Gives back what comes of it."""
        self.out = []
        user = self.of(session)
        if name in ('connect', 'login', 'resume', 'kick', 'bye', 'break'):
            getattr(self, 'do_' + name.replace('break', 'gone'))(session, user, *arguments)
        elif session in self.doors:
            if user or (name == 'who' and self.doors[session] == 'json'):
                getattr(self, 'do_' + name)(session, user, *arguments)
            else:
                ack = arguments[2] if name in ('say', 'tell') and len(arguments) > 2 else None
                self.refuse(session, 'not-logged-in', name, '', ack)
        return self.out

    def refuse(self, session, code, about, quote='', ack=None):
        self.answer(session, 'refused', code, about, quote, ack, self.of(session) is not None)

    def do_connect(self, session, user, door):
        self.doors[session] = door

    def do_login(self, session, user, nick, rooms=()):
        if user:
            return self.refuse(session, 'logged-in', 'login', nick)
        if self.named(nick):
            return self.refuse(session, 'nick-taken', 'login', nick)
        door = self.doors[session]
        user = User(session, nick, door, session, door in LASTING)
        self.users[user.number] = user
        self.sessions[session] = user.number
        self.answer(session, 'logged-in', nick, False)
        self.enter(user, 'lobby', True)
        for name in rooms:
            if name.lower() not in user.rooms:
                self.enter(user, name, False)

    def do_bye(self, session, user):
        if user:
            self.end(user, 'goodbye')
        elif session in self.doors:
            self.close(session, 'goodbye')

    def do_gone(self, session, user):
        if session not in self.doors:
            return
        if not user or not user.lasting:
            return self.end(user, 'gone') if user else self.close(session, 'gone')
        self.close(session, 'gone')
        user.session = None
        for fold in user.rooms:
            self.tell_room(fold, 'away', user.nick, True)

    def do_resume(self, session, user, number, after, private_after):
        """`number`: the user whose token it is; `after`: {folded name: the last message that it
        has, or None}."""
        user = self.users.get(number)
        if not user:
            return self.refuse(session, 'token', 'resume')
        was_away = user.session is None
        if not was_away:
            self.close(user.session, 'resumed')
        user.session = session
        self.sessions[session] = user.number
        self.answer(session, 'logged-in', user.nick, True)
        if user.muted:
            self.answer(session, 'mute', True, True)
        for nick, _ in user.ignores:
            self.answer(session, 'ignore', nick, True, True)
        for fold in user.rooms:
            if was_away:
                self.tell_room(fold, 'away', user.nick, False, hears=lambda u: u is not user)
            self.entered(user, fold, False, fold == user.current, True)
            if fold in after and not user.muted:
                missed = self.after(self.said.get(fold, []), after[fold])
                self.replay(user, fold, [m for m in missed if not user.ignores_message(m)], False)
        missed = self.after(self.told.get(number, []), private_after)
        if missed:
            self.answer(session, 'missed-private', tuple(missed))

    @staticmethod
    def after(messages, last):
        if last is None:
            return messages
        at = next((i for i, m in enumerate(messages) if m.text == last), None)
        return messages if at is None else messages[at + 1:]

    def do_kick(self, session, user, nick):
        target = self.named(nick)
        if target:
            self.end(target, 'kicked')

    # talking

    def do_say(self, session, user, text, room=None, ack=None):
        if ack and ack in user.sent:
            return self.answer(session, 'ack', ack, user.sent[ack], True)
        fold = self.room_of(user, room)
        if not fold:
            return self.refuse(session, 'room-not-in', 'say', room or '', ack)
        if user.muted:
            return self.refuse(session, 'muted', 'say', '', ack)
        message = Message(user, text, self.rooms[fold].name)
        self.said.setdefault(fold, []).append(message)
        self.tell_room(fold, 'message', message,
                       hears=lambda u: not u.muted and not u.ignores_user(user))
        self.acknowledge(session, user, ack, message)

    def acknowledge(self, session, user, ack, message):
        if ack:
            self.answer(session, 'ack', ack, message, False)
            if user.lasting:
                user.sent[ack] = message

    def do_tell(self, session, user, nick, text, ack=None):
        if ack and ack in user.sent:
            return self.answer(session, 'ack', ack, user.sent[ack], True)
        to = self.named(nick)
        if not to:
            return self.refuse(session, 'nick-unknown', 'tell', nick, ack)
        heard = not to.ignores_user(user)
        message = Message(user, text, to=to.nick)
        for number in {user.number} | ({to.number} if heard else set()):
            self.told.setdefault(number, []).append(message)
        for end in ([to] if to is not user and heard else []) + [user]:
            if end.session is not None:
                self.answer(end.session, 'private', message)
        self.acknowledge(session, user, ack, message)

    def do_typing(self, session, user, on):
        if not user.current:
            return self.refuse(session, 'room-not-in', 'typing')
        if user.muted:
            return self.refuse(session, 'muted', 'typing')
        self.tell_room(user.current, 'typing', user.nick, on,
                       hears=lambda u: not u.muted and not u.ignores_user(user))

    # rooms

    def do_join(self, session, user, name):
        fold = name.lower()
        if fold == user.current:
            self.refuse(session, 'room-already-in', 'join', self.rooms[fold].name)
        elif fold in user.rooms:
            user.current = fold
            self.entered(user, fold, False, True, False)
        else:
            self.enter(user, name, False)

    def do_part(self, session, user, name=None):
        fold = self.room_of(user, name)
        if not fold:
            return self.refuse(session, 'room-not-in', 'part', name or '')
        room = self.rooms[fold].name
        at = len(self.out)
        self.leave(user, fold, 'goodbye')
        current = self.rooms[user.current].name if user.current else ''
        self.out.insert(at, (session, ('exited', room, current)))

    def do_topic(self, session, user, text, name=None):
        """`text`: None shows it, '' takes it away."""
        fold = self.room_of(user, name)
        if not fold:
            return self.refuse(session, 'room-not-in', 'topic', name or '')
        if text is None:
            return self.answer(session, 'show-topic', self.rooms[fold].name,
                               self.topics.get(fold, ''))
        self.topics[fold] = text
        self.tell_room(fold, 'topic', user.nick, text)

    # looking

    def do_look(self, session, user, name=None):
        fold = self.room_of(user, name)
        if not fold:
            return self.refuse(session, 'room-not-in', 'look', name or '')
        self.answer(session, 'names', self.rooms[fold].name, self.people(self.members(fold)))

    @staticmethod
    def people(users):
        return tuple((u.nick, u.door, u.session is None) for u in users)

    def do_who(self, session, user):
        self.answer(session, 'who', self.people(self.users.values()))

    def do_rooms(self, session, user):
        self.answer(session, 'rooms', tuple(
            (room.name, len(room.members), self.topics.get(fold, ''))
            for fold, room in self.rooms.items()))

    def do_history(self, session, user, name=None, count=0, before=None, after=None):
        fold = name.lower() if name else user.current
        if not fold:
            return self.refuse(session, 'room-not-in', 'history', name or '')
        count = count or HISTORY
        said = self.said.get(fold, [])
        texts = [m.text for m in said]
        if after:
            found = said[texts.index(after) + 1:]
            shown = found[:count]
        else:
            found = said[:texts.index(before)] if before else said
            shown = found[-count:]
        room = self.rooms[fold].name if fold in self.rooms else name
        self.answer(session, 'history', room, tuple(shown), len(found) > count)

    def do_search(self, session, user, word):
        fold = user.current
        if not fold:
            return self.refuse(session, 'room-not-in', 'search')
        found = [m for m in reversed(self.said.get(fold, [])) if word in m.text.split()]
        self.answer(session, 'found', self.rooms[fold].name, word, tuple(found[:SEARCH]),
                    len(found) > SEARCH)

    # oneself

    def do_nick(self, session, user, nick):
        other = self.named(nick)
        if nick == user.nick:
            return self.answer(session, 'nick', nick, False)
        if other and other is not user:
            return self.refuse(session, 'nick-taken', 'nick', nick)
        for fold in user.rooms:
            self.tell_room(fold, 'renamed', user.nick, nick)
        user.nick = nick
        for fold in user.rooms:
            self.roster(fold, '', False)
        self.answer(session, 'nick', nick, bool(user.rooms))

    def do_mute(self, session, user):
        user.muted = not user.muted
        self.answer(session, 'mute', user.muted, False)

    def do_ignore(self, session, user, nick=None):
        if not nick:
            return self.answer(session, 'ignores', tuple(n for n, _ in user.ignores))
        other = self.named(nick)
        for entry in user.ignores:
            if entry[0].lower() == nick.lower() or (other and entry[1] == other.number):
                user.ignores.remove(entry)
                return self.answer(session, 'ignore', entry[0], False, False)
        if not other:
            self.refuse(session, 'nick-unknown', 'ignore', nick)
        elif other is user:
            self.refuse(session, 'ignore-self', 'ignore', nick)
        else:
            user.ignores.append((other.nick, other.number))
            self.answer(session, 'ignore', other.nick, True, False)
