#!/usr/bin/env python3
"""Many people at all doors in several rooms do what comes to their minds, and a model of the hub
(tests/lib/hub_model.py) says what each of them reads of it, word for word. With groups of commands
at once there must be an order of them that explains what everybody has read.

TEST_STEPS says how much they do (300); TEST_SEED repeats a run's random numbers. What fails is made
shorter before it is shown.
"""
import copy
import itertools
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import door_model as doors  # noqa: E402
import tap  # noqa: E402
from hub_model import REPLAY, Hub  # noqa: E402
from server import export  # noqa: E402
from tap import Context, Failure  # noqa: E402

STEPS = int(os.environ.get('TEST_STEPS', 300))
SEED = int(os.environ.get('TEST_SEED', 20061))
SHRINK_RUNS = int(os.environ.get('TEST_SHRINK', 200))  # most plays to make a failure shorter
STATES_MAX = 500    # hubs, since nobody has read yet what was first
RECENT = 20         # messages of a room that may be of one step

SLOTS = ['line-english', 'line-chinese', 'line-terse', 'json', 'native', 'native', 'native-web',
         'native-web', 'socketio', 'socketio', 'line-english']
NICKS = ['ann', 'bob', 'Cat', 'dan', 'eve', 'fay', 'gus', 'hal', 'ANN', 'cat', 'ida', 'jon']
ROOMS = ['tea', 'Milk', 'TEA', 'milk', 'den', 'lobby']
TOPICS = ['', 'green tea', 'news']

# How often each command comes, by door.
COMMON = {'say': 30, 'tell': 8, 'history': 3, 'search': 2, 'bye': 1, 'break': 1}
LINE = {**COMMON, 'join': 6, 'part': 3, 'look': 2, 'who': 2, 'rooms': 2, 'nick': 8, 'mute': 2,
        'ignore': 12, 'topic': 3}
COMMANDS = {
    'line-english': LINE, 'line-chinese': LINE, 'line-terse': LINE,
    'json': {**COMMON, 'who': 3, 'mute': 3},
    'native': {**LINE, 'typing': 3, 'again': 4, 'break': 4, 'resume': 3},
    'socketio': {'say': 20, 'tell': 5, 'nick': 6, 'history': 2, 'search': 1, 'break': 1},
}
COMMANDS['native-web'] = COMMANDS['native']


class Generator:
    """Makes commands that mean something where the model is now, and some that do not."""

    def __init__(self, dice):
        self.dice = dice
        self.texts = 0

    def text(self):
        self.texts += 1
        return 'text%d word%d' % (self.texts, self.dice.randrange(8))

    def room(self, often=3):
        return self.dice.choice(ROOMS) if self.dice.randrange(often) == 0 else None

    def nick(self, hub):
        here = [u.nick for u in hub.users.values()]
        return self.dice.choice(here if here and self.dice.random() < 0.9 else NICKS)

    def step(self, play, most):
        """A list of (slot, command)."""
        hub = play.states[0]
        if self.dice.random() < 0.01 and hub.users:
            return [(None, ('kick', self.nick(hub)))]
        slots = self.dice.sample(range(len(SLOTS)), self.dice.randrange(1, most + 1))
        idle = [slot for slot in slots if not play.alive(slot)]
        if idle:
            if play.tokens.get(idle[0]) and self.dice.random() < 0.7:
                return [(idle[0], ('resume',))]
            return [(idle[0], ('connect',))]
        return [(slot, self.command(slot, hub, play)) for slot in slots]

    def command(self, slot, hub, play):
        door = SLOTS[slot]
        user = hub.of(play.sessions[slot])
        if not user:
            if self.dice.random() < 0.8:
                rooms = [self.dice.choice(ROOMS[:2])] if self.dice.random() < 0.3 else []
                nick = self.dice.choice(NICKS)
                return ('login', nick, rooms) if door.startswith('native') else ('login', nick)
            return ('say', self.text())
        names, weights = zip(*COMMANDS[door].items())
        name = self.dice.choices(names, weights)[0]
        make = getattr(self, 'make_' + name, None)
        return make(door.startswith('native'), user, hub) if make else (name,)

    def own_id(self):
        return 'id%d' % self.texts if self.dice.random() < 0.5 else None

    def make_say(self, native, user, hub):
        text = self.text()
        return ('say', text, self.room() if native else None, self.own_id())

    def make_tell(self, native, user, hub):
        text = self.text()
        return ('tell', self.nick(hub), text, self.own_id())

    def make_again(self, native, user, hub):
        """What was sent with an id before is sent once more."""
        if not user.sent:
            return self.make_say(native, user, hub)
        ack = self.dice.choice(list(user.sent))
        message = user.sent[ack]
        if message.to:
            return ('tell', message.to, message.text, ack)
        return ('say', message.text, None, ack)

    def make_history(self, native, user, hub):
        count = self.dice.choice([0, 1, 2, 5, 30])
        room = self.room() if native else None
        fold = room.lower() if room else user.current
        said = hub.said.get(fold, [])
        if not native or not said or self.dice.random() < 0.4:
            return ('history', room, count)
        text = self.dice.choice(said).text
        return ('history', room, count, *self.dice.choice([(text, None), (None, text)]))

    def make_search(self, native, user, hub):
        return ('search', self.dice.choice(['word%d' % self.dice.randrange(8),
                                            'text%d' % self.dice.randrange(self.texts + 1)]))

    def make_join(self, native, user, hub):
        return ('join', self.dice.choice(ROOMS))

    def make_part(self, native, user, hub):
        return ('part', self.room() if native else None)

    def make_look(self, native, user, hub):
        return ('look', self.room() if native else None)

    def make_topic(self, native, user, hub):
        text = self.dice.choice(TOPICS) if self.dice.random() < 0.7 else None
        return ('topic', text, self.room() if native else None)

    def make_nick(self, native, user, hub):
        return ('nick', self.dice.choice(NICKS))

    def make_ignore(self, native, user, hub):
        return ('ignore', self.nick(hub) if self.dice.random() < 0.85 else None)

    def make_typing(self, native, user, hub):
        return ('typing', self.dice.random() < 0.5)


class Play:
    """A server, those who are there, and what the model says of it: more than one hub while nobody
    has read which of several things came first."""

    def __init__(self, context, options):
        self.context = context
        self.server = context.server(
            '--set', 'replay-lines=%d' % REPLAY, '--set', 'grace-seconds=3600', '--set',
            'roster-rate=1073741824', *options, doors=doors.SERVER_DOORS)
        self.states = [Hub()]
        self.seen = doors.Seen()
        self.peers = {}        # by session, those that have not ended
        self.sessions = {}     # by slot: the last one
        self.tokens = {}       # by slot: (user's number, token, last by room, last in private)
        self.count = 0

    def alive(self, slot):
        return self.sessions.get(slot) in self.peers

    def new_peer(self, slot):
        self.count += 1
        session = 's%d' % self.count
        peer = doors.connect(self.context, self.server, SLOTS[slot], self.seen)
        self.peers[session] = peer
        self.sessions[slot] = session
        return session, peer

    def start(self, slot, command):
        """Has it done, as far as it can be now; gives back the model's commands, all of one
        session, which come one after the other."""
        name, *arguments = command
        if name == 'kick':
            doors.operate(self.server, 'kick ' + arguments[0])
            return [(None, 'kick', arguments[0])]
        if name == 'connect':
            if self.alive(slot):
                return []
            session, peer = self.new_peer(slot)
            made = [(session, 'connect', doors.kind(SLOTS[slot]))]
            return made + ([(session, 'login', peer.nick)] if SLOTS[slot] == 'socketio' else [])
        if name == 'resume':
            return self.start_resume(slot)
        if not self.alive(slot) or not self.can(slot, command):
            return []
        session = self.sessions[slot]
        command = self.at_door(SLOTS[slot], command)
        if name == 'break':
            self.peers[session].abort()
        else:
            self.peers[session].do(*command)
        return [(session, *command)]

    def can(self, slot, command):
        """Whether all texts that the command speaks of are there, and its answer can be told from
        that of a question: at two doors strangers are told the same whatever they ask."""
        if SLOTS[slot] in ('line-english', 'line-chinese') and \
                command[0] not in ('login', 'bye', 'break') and \
                not all(hub.of(self.sessions[slot]) for hub in self.states):
            return False
        if command[0] != 'history':
            return True
        user = self.states[0].of(self.sessions[slot])
        fold = command[1].lower() if command[1] else user and user.current
        said = [m.text for m in self.states[0].said.get(fold, [])]
        return all(text is None or text in said and text in self.seen.positions
                   for text in command[3:])

    @staticmethod
    def at_door(door, command):
        """Without what cannot be said at the door: rooms and ids."""
        name, *arguments = command
        if door in doors.LINES and name in ('say', 'tell'):
            arguments = arguments[:2] if name == 'tell' else arguments[:1]
        elif door == 'json' and name == 'say' and len(arguments) == 3:
            arguments = [arguments[0], None, arguments[2]]
        elif door == 'socketio' and name in ('say', 'tell'):
            arguments = arguments[:2] if name == 'tell' else arguments[:1]
        return (name, *arguments)

    def start_resume(self, slot):
        if slot not in self.tokens:
            return []
        number, token, last, last_private = self.tokens[slot]
        if self.alive(slot):   # what it has is known only when nothing is under way
            self.peers[self.sessions[slot]].catch_up()
            peer = self.peers[self.sessions[slot]]
            last, last_private = dict(peer.last), peer.last_private
        session, peer = self.new_peer(slot)
        peer.last, peer.last_private = dict(last), last_private
        peer.do('resume', token, last, last_private)
        return [(session, 'connect', doors.kind(SLOTS[slot])),
                (session, 'resume', number, dict(last), last_private)]

    def step(self, step):
        made = [commands for commands in (self.start(*one) for one in step) if commands]
        acting = {commands[0][0] for commands in made}
        for session in acting:
            if session in self.peers:
                self.peers[session].catch_up()
        for peer in self.peers.values():
            peer.catch_up()
        self.explain(made)
        for session, peer in list(self.peers.items()):
            peer.read = []
            if peer.ended:
                del self.peers[session]
        self.note_tokens()

    def note_tokens(self):
        for slot, session in self.sessions.items():
            peer, user = self.peers.get(session), self.states[0].of(session)
            if peer and peer.token and user:
                self.tokens[slot] = (user.number, peer.token, dict(peer.last), peer.last_private)

    def explain(self, made):
        found, nearest = {}, None
        for state in self.states:
            for order in itertools.permutations(made):
                hub = copy.deepcopy(state) if len(self.states) > 1 or len(made) > 1 else state
                read = {session: [] for session in self.peers}
                for session, *command in itertools.chain(*order):
                    for to, what in hub.do(session, *command):
                        read[to] += doors.shows(self.peers[to].door, what)
                wrong = [s for s in self.peers if not doors.same(read[s], self.peers[s].read)]
                if not wrong:
                    if self.in_order(hub):
                        found[hub.key()] = hub
                elif nearest is None or len(wrong) < len(nearest[0]):
                    nearest = wrong, read, order
        if not found:
            self.complain(made, *(nearest or ([], {}, made)))
        if len(found) > STATES_MAX:
            raise Failure('%d states: nobody looks at what is done' % len(found))
        self.states = list(found.values())

    def in_order(self, hub):
        """Whether what was said last stands where the positions say."""
        for messages in hub.said.values():
            known = [p for p in (self.seen.positions.get(m.text) for m in messages[-RECENT:]) if p]
            if known != sorted(known):
                return False
        return True

    def complain(self, made, wrong, read, order):
        lines = ['after %s' % ', '.join(map(str, itertools.chain(*order)))]
        if len(made) > 1:
            lines.append('(in this or any other order)')
        for session in wrong[:3]:
            lines += ['%s at %s' % (session, self.peers[session].door),
                      '  expected %r' % ([item for _, item in read[session]],),
                      '       got %r' % (self.peers[session].read,)]
        raise Failure('\n'.join(lines))

    def end(self):
        """What is kept is what was said, at the positions that were read."""
        self.server.stop()
        history = export(self.server.data)
        for hub in self.states:
            kept = {}
            for m in history:
                kept.setdefault(m['room'].lower(), []).append((m['from'], m['text']))
            said = {fold: [doors.told(m) for m in messages]
                    for fold, messages in hub.said.items() if messages}
            if kept == said:
                break
        else:
            raise Failure('kept is %r\nsaid was %r' % (kept, said))
        last = {}
        for m in history:
            position = (m['epoch'], m['seq'])
            self.seen.note(m['text'], position)
            if position <= last.get(m['room'].lower(), (0, 0)):
                raise Failure('out of order: %r' % m)
            last[m['room'].lower()] = position


def replay(script, options):
    """The failure of a script on a server of its own, or None."""
    context = Context()
    try:
        play = Play(context, options)
        for step in script:
            play.step(step)
        play.end()
        return None
    except Failure as failure:
        return failure
    finally:
        context.undo()


def shorter(script, options):
    """Leaves out what is not needed for it to fail: halves, quarters... and single commands."""
    runs, size = 0, max(1, len(script) // 2)
    failure = None
    while runs < SHRINK_RUNS:
        at, before = 0, len(script)
        while at < len(script) and runs < SHRINK_RUNS:
            attempt = script[:at] + script[at + size:]
            runs += 1
            got = replay(attempt, options)
            if got:
                script, failure = attempt, got
            else:
                at += size
        if size == 1 and len(script) == before:
            break
        size = max(1, size // 2)
    return script, failure


def model(context, *options, most=1, seed=0, steps=STEPS):
    seed += SEED * 100
    tap.comment('TEST_SEED=%d' % SEED)
    generator = Generator(random.Random(seed))
    play = Play(context, options)
    script = []
    try:
        for _ in range(steps):
            step = generator.step(play, most)
            script.append(step)
            play.step(step)
        play.end()
    except Failure as failure:
        short, again = shorter(script, options)
        tap.comment('%d steps, made shorter to %d:' % (len(script), len(short)))
        for step in short:
            tap.comment('  %s' % ' | '.join('%s %r' % (slot, command) for slot, command in step))
        raise again or failure from None
    tap.comment('%d steps, %d messages, %d sessions'
                % (steps, len(play.seen.positions), play.count))


def test_one_at_a_time(context):
    model(context)


def test_little_memory(context):
    model(context, '--set', 'backlog-bytes=4096', seed=1)


def test_two_threads(context):
    model(context, '--threads', '2', seed=2)


def test_at_once(context):
    model(context, most=3, seed=3)


def test_at_once_two_threads(context):
    model(context, '--threads', '2', '--set', 'backlog-bytes=4096', most=3, seed=4)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
