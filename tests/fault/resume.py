#!/usr/bin/env python3
"""Members of the native door whose lines break, and whose server is killed, again and again: each
comes back with its token and sends again what was not acknowledged. In the end everything that was
said has been kept once, and every member has read every message once, in order.

TEST_ROUNDS says how often (8); TEST_SEED repeats a run's random numbers.
"""
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

ROUNDS = int(os.environ.get('TEST_ROUNDS', 8))
SEED = int(os.environ.get('TEST_SEED', time.time_ns() % 1000000))
WINDOW = 20  # messages of a member that are not acknowledged


class Member:
    def __init__(self, context, server, nick):
        self.context, self.server, self.nick = context, server, nick
        self.client = self.token = None
        self.said = 0
        self.unsent = {}    # by id, in order: not acknowledged
        self.acked = {}     # id -> position
        self.read = []      # (position, text)
        self.last = [0, 0]

    def connect(self):
        self.client = Client(self.server.address('native'), 'native')
        self.context.defer(self.client.close)
        self.client.greet()
        if self.token:
            self.client.send_object(type='resume', token=self.token,
                                    rooms=[{'room': 'lobby', 'after': self.last}])
        else:
            self.client.send_object(type='login', nick=self.nick)
        deadline = time.monotonic() + DEADLINE
        self.welcome = False
        while not self.welcome:
            if time.monotonic() > deadline or not self.take():
                raise Failure('%s: no welcome' % self.nick)
        for id in self.unsent:
            self.send(id)

    def send(self, id):
        self.client.send_object(type='say', room='lobby', text=self.unsent[id], id=id)

    def say(self):
        while len(self.unsent) < WINDOW:
            self.said += 1
            id = '%s-%d' % (self.nick, self.said)
            self.unsent[id] = 'message ' + id
            self.send(id)

    def take(self):
        """One object; False when the line has ended, maybe in the middle of one."""
        try:
            got = self.client.take_object()
        except Failure:
            if not self.client.ended:
                raise
            got = None
        if got is None:
            return False
        if got['type'] == 'error':
            raise Failure('%s: %r' % (self.nick, got))
        if got['type'] == 'welcome':
            if bool(self.token) != got['resumed']:
                raise Failure('%s: %r' % (self.nick, got))
            self.welcome, self.token = True, got['token']
        if got.get('gap'):
            raise Failure('a gap: %r' % got)
        if got['type'] == 'ack':
            self.unsent.pop(got['id'], None)
            self.acked[got['id']] = (got['epoch'], got['seq'])
        for said in got.get('messages', [got]):
            if said['type'] == 'message':
                self.last = [said['epoch'], said['seq']]
                self.read.append((tuple(self.last), said['text']))
        return True

    def waiting(self):
        return b'\n' in self.client.pending


def run(members, until):
    """Everybody reads and, if somebody speaks, speaks, until that is so."""
    deadline = time.monotonic() + 3 * DEADLINE
    while not until():
        if time.monotonic() > deadline:
            raise Failure('it does not happen')
        sockets = [m.client.socket for m in members]
        ready = select.select(sockets, [], [], 0 if any(m.waiting() for m in members) else 1)[0]
        for member in members:
            while member.client.socket in ready or member.waiting():
                if not member.take():
                    raise Failure('%s: the line has ended' % member.nick)
                ready = [s for s in ready if s is not member.client.socket]


def check(members, history):
    texts = [m['text'] for m in history]
    wanted = {'message %s-%d' % (m.nick, i + 1) for m in members for i in range(m.said)}
    if len(texts) != len(set(texts)) or set(texts) != wanted:
        raise Failure('said %d, kept %d, of them different %d'
                      % (len(wanted), len(texts), len(set(texts))))
    kept = [((m['epoch'], m['seq']), m['text']) for m in history]
    for member in members:
        if member.read != kept:
            raise Failure('%s has read %d messages, not all of the %d once and in order'
                          % (member.nick, len(member.read), len(kept)))
        for position, text in kept:
            id = text[len('message '):]
            if id.startswith(member.nick + '-') and member.acked[id] != position:
                raise Failure('%s is acknowledged as %r, kept as %r'
                              % (id, member.acked[id], position))


def resume(context, kill, *options):
    tap.comment('TEST_SEED=%d' % SEED)
    dice = random.Random(SEED)
    server = context.server('--set', 'grace-seconds=60', '--set', 'replay-lines=0',
                            '--set', 'resume-lines=10000', *options)
    members = [Member(context, server, nick) for nick in ('ann', 'bob', 'carol')]
    for member in members:
        member.connect()
    for _ in range(ROUNDS):
        enough = len(members[0].acked) + dice.randrange(1, 60)

        def spoken():
            for member in members:
                member.say()
            return len(members[0].acked) >= enough
        run(members, spoken)
        broken = members if kill else dice.sample(members, dice.randrange(1, 3))
        if kill:
            server.kill()
            server.start()
        for member in broken:
            member.client.abort()
        for member in broken:
            member.connect()
    count = sum(m.said for m in members)
    run(members, lambda: all(len(m.read) >= count and not m.unsent for m in members))
    for member in members:
        member.client.send_object(type='bye')
    server.stop()
    check(members, export(server.data))
    tap.comment('%d messages' % count)


def test_broken_lines(context):
    resume(context, False)


def test_broken_lines_two_threads(context):
    resume(context, False, '--threads', '2')


def test_killed_server(context):
    resume(context, True)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
