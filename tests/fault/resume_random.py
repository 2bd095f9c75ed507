#!/usr/bin/env python3
"""Members of the native door who do everything at random: say, tell, join, part, take other names,
say goodbye and come again, while lines break at any moment, answers are lost, two lines come back
at once, and the server is killed. In the end what each has read of each room is what the history
has, without a hole but those that it was told of and has filled, nothing twice; and each id was
acknowledged with the one position of its one message, or refused and not kept.

--seed N (or TEST_SEED) repeats a run's random numbers, --steps N (or TEST_STEPS) says how much
happens, --long that much does; names of tests may follow.
"""
import argparse
import json
import os
import random
import select
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from client import Client  # noqa: E402
from server import DEADLINE, export  # noqa: E402
from tap import Failure  # noqa: E402

STEPS, STEPS_LONG = 400, 10000
STEPS_A_KILL = 150
WINDOW = 20         # messages of a member that have no answer yet
ROOMS = ('lobby', 'tea', 'milk')
FAITHFUL = 2        # so many of the members never say goodbye: all that they are told reaches them
REFUSED = ('room-not-in', 'nick-unknown')


class Line:
    """A connection that is read without waiting."""

    def __init__(self, context, server):
        self.client = Client(server.address('native'), 'native')
        context.defer(self.client.close)
        self.objects = []
        self.ended = False

    def send(self, **members):
        if self.ended:
            return
        try:
            self.client.send_object(**members)
        except OSError:
            self.ended = True

    def pump(self, wait=0.0):
        """Takes in what has come, after a while if need be."""
        client = self.client
        if not self.ended and select.select([client.socket], [], [], wait)[0]:
            try:
                piece = client.socket.recv(1 << 16)
            except OSError:
                piece = b''
            client.pending += piece
            self.ended = not piece
        *lines, client.pending = client.pending.split(b'\n')
        self.objects += [json.loads(line) for line in lines]

    def over(self):
        return self.ended or any(o['type'] in ('closed', 'error') for o in self.objects)

    def abort(self):
        self.client.abort()
        self.ended = True


class Member:
    def __init__(self, crowd, name, faithful):
        self.crowd, self.name, self.faithful = crowd, name, faithful
        self.line = self.token = None
        self.nick, self.names, self.said, self.marks = name, 0, 0, 0
        self.unsent = {}    # id -> what to send, in order: no answer yet
        self.outcome = {}   # id -> position, or None: refused
        self.told = {}      # id -> to whom, if it is a private one
        self.stays = {}     # room -> positions read, of the stay that goes on
        self.past = []      # (room, positions) of those that have ended
        self.private = []   # (position, text)
        self.private_gap = False
        self.holes = {}     # room -> (first, last) not read, because a gap was told of
        self.filling = {}   # room -> the mark of what was asked last
        self.entered = set()
        self.mark = None
        self.absent = 0     # steps until it comes back
        self.welcome = self.leaving = self.goodbye = self.overtaken = False

    # coming

    def last(self, room):
        return max(self.stays[room], default=(0, 0))

    def resume_on(self, line):
        rooms = [{'room': r, 'after': self.last(r)} for r in self.stays]
        line.send(type='resume', token=self.token, rooms=rooms,
                  private=max(self.private, default=((0, 0), ''))[0])

    def open_line(self):
        return Line(self.crowd.context, self.crowd.server)

    def come(self):
        """By the token, or for the first time; a resume's answer may be lost on the way."""
        dice = self.crowd.dice
        if not self.token:
            self.line = self.open_line()
            self.line.send(type='login', nick=self.nick)
        else:
            for _ in range(dice.choice((0, 0, 1, 2))):
                lost = self.open_line()
                self.resume_on(lost)
                if dice.random() < 0.5:
                    lost.pump(0.01)
                lost.abort()
            if dice.random() < 0.2:
                self.line = self.race()
            else:
                self.line = self.open_line()
                self.resume_on(self.line)
        self.entered = set()
        self.welcome = False
        self.until(lambda: self.welcome)
        self.send_mark()
        for room in self.holes:
            self.fill(room)
        for wanted in self.unsent.values():
            self.line.send(**wanted)

    def race(self):
        """Two lines come back at once, with the same token: one of them goes on."""
        lines = [self.open_line(), self.open_line()]
        for line in lines:
            self.resume_on(line)
        deadline = time.monotonic() + DEADLINE
        while not any(line.over() for line in lines):
            if time.monotonic() > deadline:
                raise Failure('%s: two lines with one token' % self.name)
            for line in lines:
                line.pump(0.01)
        return lines[lines[0].over()]

    def send_mark(self):
        """Its answer says that all rooms have been told of."""
        self.marks += 1
        self.mark = 'mark-%d' % self.marks
        self.line.send(type='rooms', ref=self.mark)

    # doing

    def send(self, kind, **members):
        if len(self.unsent) >= WINDOW:
            return
        self.said += 1
        id = '%s-%d' % (self.name, self.said)
        self.told.pop(id, None) if kind == 'say' else None
        self.unsent[id] = dict(type=kind, id=id, text='text ' + id, **members)
        self.line.send(**self.unsent[id])

    def tell(self, other):
        self.told['%s-%d' % (self.name, self.said + 1)] = other
        self.send('tell', nick=other.nick)

    def act(self):
        dice, what = self.crowd.dice, self.crowd.dice.random()
        if self.absent:
            self.absent -= 1
            if not self.absent:
                self.come()
        elif what < 0.60:
            self.send('say', room=dice.choice(ROOMS if what < 0.1 else list(self.stays) or ROOMS))
        elif what < 0.75:
            self.tell(dice.choice(self.crowd.members))
        elif what < 0.82:
            self.line.send(type='join', room=dice.choice(ROOMS))
        elif what < 0.87:
            self.line.send(type='part', room=dice.choice(ROOMS))
        elif what < 0.90:
            self.names += 1
            self.line.send(type='nick', nick='%s.%d' % (self.name, self.names))
        elif what < 0.92 and not self.faithful:
            self.start_over()
        elif what < 0.94:
            self.line.abort()
            self.absent = dice.randint(1, 20)
        elif what < 0.97:
            self.line.abort()
            self.come()
        else:
            self.come()  # while the older line is alive, with input on its way

    def start_over(self):
        """Another session: what had no answer may have been kept or not."""
        self.leaving, self.goodbye = True, False
        self.line.send(type='bye')
        self.until(lambda: self.goodbye)
        self.leaving = False
        self.unsent = {}
        for room in list(self.stays):
            self.leave(room)
        self.token = None
        self.come()

    # hearing

    def until(self, done):
        deadline = time.monotonic() + DEADLINE
        while not done():
            if time.monotonic() > deadline:
                raise Failure('%s: it does not happen' % self.name)
            self.hear(0.1)

    def hear(self, wait=0.0):
        if self.absent:
            return
        self.line.pump(wait)
        objects, self.line.objects = self.line.objects, []
        for got in objects:
            take = getattr(self, 'on_' + got['type'], None)
            if got.get('gap') and not self.crowd.gaps:
                raise Failure('%s: a gap: %r' % (self.name, got))
            if take:
                take(got)
        if self.overtaken:
            self.overtaken = False
            self.come()
            if self.leaving:
                self.line.send(type='bye')

    def on_closed(self, got):
        """A line that was given up before this one may be heard after it."""
        self.goodbye |= got['reason'] == 'goodbye'
        self.overtaken |= got['reason'] == 'resumed'

    def leave(self, room):
        if room not in self.stays:
            return
        read = sorted(self.stays.pop(room))
        for _, last in self.holes.pop(room, []):
            before = [p for p in read if p < last]
            self.past.append((room, before))
            read = read[len(before):]
        self.past.append((room, read))

    # what a gap leaves out

    def fill(self, room):
        """Asks for what comes next; an older question's answer is of no use any more."""
        first, _ = self.holes[room][0]
        self.marks += 1
        self.filling[room] = 'fill-%d' % self.marks
        self.line.send(type='history', room=room, after=first, count=5, ref=self.filling[room])

    def open_hole(self, room, got):
        if not got['messages']:
            raise Failure('%s: nothing but a gap: %r' % (self.name, got))
        newest = got['messages'][0]
        if self.stays[room]:
            holes = self.holes.setdefault(room, [])
            holes.append((self.last(room), (newest['epoch'], newest['seq'])))
            if len(holes) == 1 and self.welcome:
                self.fill(room)

    def on_filling(self, room, got):
        if room not in self.holes or self.filling[room] != got['ref']:
            return
        first, last = self.holes[room].pop(0)
        found = [(m['epoch'], m['seq']) for m in got['messages']]
        found = [p for p in found if p < last]
        self.stays[room] = sorted(self.stays[room] + found)
        if found and got['more']:
            self.holes[room].insert(0, (found[-1], last))
        if self.holes[room]:
            self.fill(room)
        else:
            del self.holes[room]

    def on_welcome(self, got):
        if bool(self.token) != got['resumed']:
            raise Failure('%s: %r' % (self.name, got))
        self.welcome, self.token, self.nick = True, got['token'], got['nick']

    def on_entered(self, got):
        room = got['room'].lower()
        self.entered.add(room)
        self.stays.setdefault(room, [])
        self.on_history(got)

    def on_exited(self, got):
        self.entered.discard(got['room'].lower())
        self.leave(got['room'].lower())

    def on_rooms(self, got):
        if got.get('ref') == self.mark:
            for room in set(self.stays) - self.entered:
                self.leave(room)

    def on_history(self, got):
        if got.get('ref', '').startswith('fill'):
            self.on_filling(got['room'].lower(), got)
            return
        if got.get('gap') and got.get('private'):
            self.private_gap = True
        elif got.get('gap'):
            self.open_hole(got['room'].lower(), got)
        for said in got['messages']:
            getattr(self, 'on_' + said['type'])(said)

    def on_message(self, got):
        self.stays[got['room'].lower()].append((got['epoch'], got['seq']))

    def on_private(self, got):
        self.private.append(((got['epoch'], got['seq']), got['text']))

    def on_nick(self, got):
        self.nick = got['nick']

    def settle(self, id, outcome):
        self.unsent.pop(id, None)
        if self.outcome.setdefault(id, outcome) != outcome:
            raise Failure('%s: %r, then %r' % (id, self.outcome[id], outcome))

    def on_ack(self, got):
        self.settle(got['id'], (got['epoch'], got['seq']))

    def on_error(self, got):
        if 'id' in got and got['code'] in REFUSED:
            self.settle(got['id'], None)
        elif got.get('about') not in ('join', 'part'):
            raise Failure('%s: %r' % (self.name, got))


class Crowd:
    def __init__(self, context, resume_lines, options):
        tap.comment('--seed %d --steps %d' % (arguments.seed, arguments.steps))
        self.context, self.dice = context, random.Random(arguments.seed)
        self.gaps = resume_lines < 100
        self.server = context.server('--set', 'grace-seconds=60', '--set', 'replay-lines=0',
                                     '--set', 'resume-lines=%d' % resume_lines, *options)
        names = ('ann', 'bob', 'carol', 'dave')
        self.members = [Member(self, name, i < FAITHFUL) for i, name in enumerate(names)]

    def kill(self):
        for member in self.dice.sample(self.members, 2):
            self.resume_at_the_last_moment(member)
        self.server.kill()
        self.server.start()
        for member in self.members:
            if not member.absent:
                member.line.abort()
                member.come()

    def resume_at_the_last_moment(self, member):
        if self.dice.random() < 0.5:
            line = member.open_line()
            member.resume_on(line)
            line.pump(self.dice.choice((0, 0.001, 0.01)))

    def run(self, killed):
        for member in self.members:
            member.come()
        kills = 1 + arguments.steps // STEPS_A_KILL if killed else 0
        moments = self.dice.sample(range(arguments.steps), kills)
        for step in range(arguments.steps):
            if step in moments:
                self.kill()
            self.dice.choice(self.members).act()
            for member in self.members:
                if self.dice.random() < 0.5:
                    member.hear()
        self.quiet()

    def quiet(self):
        """Everything has its answer, and everybody has heard of it."""
        for member in self.members:
            if member.absent:
                member.absent = 0
                member.come()
        for member in self.members:
            member.until(lambda m=member: not m.unsent)
        for member in self.members:
            member.send_mark()
            done = []
            member.on_rooms = lambda got, m=member, done=done: (
                Member.on_rooms(m, got), done.append(got.get('ref') == m.mark))
            member.until(lambda done=done: any(done))
        for member in self.members:
            member.until(lambda m=member: not m.holes)

    def check(self):
        history = {room: {} for room in ROOMS}
        for m in export(self.server.data):
            history[m['room'].lower()][(m['epoch'], m['seq'])] = m['text']
        for member in self.members:
            self.check_rooms(member, history)
            self.check_private(member)
        self.check_answers(history)
        return sum(len(h) for h in history.values())

    def check_rooms(self, member, history):
        for room, read in member.past + list(member.stays.items()):
            whole = sorted(history[room])
            if read and read[0] not in whole:
                raise Failure('%s has read %r of %s, which was not kept'
                              % (member.name, read[0], room))
            begin = whole.index(read[0]) if read else len(whole)
            if read != whole[begin:begin + len(read)]:
                raise Failure('%s in %s: read %r of %r' % (member.name, room, read, whole[begin:]))
            if read is member.stays.get(room) and begin + len(read) < len(whole):
                raise Failure('%s in %s lacks the last: %r'
                              % (member.name, room, whole[begin + len(read):]))

    def check_private(self, member):
        positions = [position for position, _ in member.private]
        if positions != sorted(set(positions)):
            raise Failure('%s in private: %r' % (member.name, positions))

    def check_answers(self, history):
        """`found`: where each text is, in rooms or as whoever heard it in private has it."""
        found, kept = {}, [t for room in history.values() for t in room.values()]
        if len(kept) != len(set(kept)):
            raise Failure('kept twice: %r' % [t for t in kept if kept.count(t) > 1])
        for room in history.values():
            for position, text in room.items():
                found.setdefault(text, {})['room'] = position
        for member in self.members:
            for position, text in member.private:
                found.setdefault(text, {})[member.name] = position
        for member in self.members:
            for id, answer in member.outcome.items():
                self.check_answer(member, id, answer, found.get('text ' + id, {}))

    def check_answer(self, member, id, answer, found):
        if set(found.values()) - {answer}:
            raise Failure('%s: answer %r, but %r' % (id, answer, found))
        must = [m.name for m in (member, member.told.get(id))
                if m and m.faithful and not m.private_gap]
        if answer is None or id not in member.told:
            must = [] if answer is None else ['room']
        for name in must:
            if name not in found:
                raise Failure('%s: answer %r, but not with %s: %r' % (id, answer, name, found))


def happen(context, *options, killed=False, resume_lines=10000):
    crowd = Crowd(context, resume_lines, options)
    crowd.run(killed)
    for member in crowd.members:
        member.line.send(type='bye')
    crowd.server.stop()
    tap.comment('%d messages' % crowd.check())


def test_broken_lines(context):
    happen(context)


def test_two_threads(context):
    happen(context, '--threads', '2')


def test_killed_server(context):
    happen(context, killed=True)


def test_little_memory(context):
    happen(context, '--threads', '2', '--set', 'backlog-bytes=4096', killed=True)


def test_gaps(context):
    happen(context, '--set', 'backlog-bytes=4096', killed=True, resume_lines=2)


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int,
                        default=os.environ.get('TEST_SEED', time.time_ns() % 1000000))
    parser.add_argument('--steps', type=int, default=os.environ.get('TEST_STEPS', STEPS))
    parser.add_argument('--long', action='store_const', const=STEPS_LONG, dest='steps')
    parser.add_argument('tests', nargs='*')
    return parser.parse_args()


if __name__ == '__main__':
    arguments = read_arguments()
    tap.main(sys.modules[__name__], arguments.tests)
