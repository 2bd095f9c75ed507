#!/usr/bin/env python3
"""Peers who do all that they can to the server while honest people talk: these hear each other,
in order and completely, and the server stops as it should.

TEST_ACTIONS says how much the others do (3000); TEST_SEED repeats a run's random numbers.
"""
import os
import random
import selectors
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Member  # noqa: E402
from server import DEADLINE, DOORS  # noqa: E402
from tap import Failure  # noqa: E402

ACTIONS = int(os.environ.get('TEST_ACTIONS', 3000))
SEED = int(os.environ.get('TEST_SEED', time.time_ns() % 1000000))

PESTS = 40
NICKS = ['pest%d' % i for i in range(PESTS * 3 // 4)]
ROOMS = ['den', 'DEN', '暗室', 'lobby', 'a', 'b', 'c']
RESET = struct.pack('ii', 1, 0)

GARBAGE = [
    b'\xff\xfb\x2a\xff\xfa\x2a\x01;GBK\xff\xf0', b'\xff\xfd\x2a', b'\xff\xfa' + b'x' * 3000,
    b'\xff' * 50, b'\x00' * 500, b'\r\0\r\n\n\r', b'say \xc4\xe3\xba\n', b'say \xf0\x9f\x92\n',
    b'[' * 2000, b'{"a":' * 200, b'{"type":"broadcast","msg":"\\ud800"}\n', b'{"type":1}',
    b'{"type":"login"}{"type":"login","msg":{}}', b'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    b'x' * 20000, b'\n' * 5000, b'say \x1b[2J\x07\n', b'}', b'"', b'{"', b'{}',
]


def json_commands(dice):
    nick, room = dice.choice(NICKS), dice.choice(ROOMS)
    return dice.choice([
        '{"type":"login","msg":"%s"}' % nick,
        '{"type":"broadcast","msg":"%s"}' % ('j' * dice.choice([1, 10, 1000, 3999])),
        '{"type":"broadcast","msg":"one\\ntwo","ack":%d}' % dice.randrange(99),
        '{"type":"sendto","nickname":"%s","msg":"psst"}' % nick,
        '{"type":"ls"}', '{"type":"help"}', '{"type":"ignore"}',
        '{"type":"history"}', '{"type":"search","msg":"j"}', '{"type":"join","room":"%s"}' % room,
    ]) + dice.choice(['', '', '\n', '\r\n'])


def line_commands(dice):
    nick, room = dice.choice(NICKS), dice.choice(ROOMS)
    return dice.choice([
        'login ' + nick, 'login', 'say ' + 'l' * dice.choice([1, 10, 1000, 3990]), 'say 喝茶',
        'join ' + room, 'join ' + room, 'part', 'nick ' + nick, 'mute', 'ignore ' + nick, 'ignore',
        'charset gbk', 'charset utf-8', 'charset gb18030', 'history 50', 'search l', 'who', 'look',
        'rooms', 'topic tea', 'topic -', 'help', 'msg %s psst' % nick, 'nonsense',
    ]) + dice.choice(['\n', '\r\n', '\r', '\r\0'])


class Pest:
    """One hostile connection after another."""

    def __init__(self, server, dice, flush, search):
        self.server = server
        self.dice = dice
        self.flush = flush  # most bytes that it sends at once
        self.search = search
        self.socket = None
        self.connections = 0
        self.sent = 0

    def connect(self):
        self.door = self.dice.choice(DOORS)
        self.reads = self.dice.random() < 0.8
        self.queue = b''
        self.socket = socket.socket()
        if not self.reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(self.server.address(self.door))
        self.socket.setblocking(False)
        self.connections += 1
        if self.dice.random() < 0.9:
            nick = self.dice.choice(NICKS)
            login = '{"type":"login","msg":"%s"}' if self.door == 'json' else 'login %s\n'
            self.queue = (login % nick).encode()

    def read(self):
        try:
            while self.reads and self.socket:
                if not self.socket.recv(1 << 18):
                    self.drop()
        except BlockingIOError:
            pass
        except ConnectionError:
            self.drop()

    def drop(self):
        self.socket.close()
        self.socket = None

    def act(self):
        if not self.socket:
            self.connect()
        self.read()
        if not self.socket:
            return
        dice = self.dice
        what = dice.random()
        if what < 0.02:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.drop()
            return
        if what < 0.04:
            self.drop()
            return
        try:
            if what < 0.05:
                self.socket.shutdown(socket.SHUT_WR)
                return
            if what < 0.15:
                self.queue += dice.choice(GARBAGE)
            elif what < 0.17:
                self.queue += dice.randbytes(dice.randrange(1, 200))
            elif what < 0.18:
                self.queue += b'logout\n'
            else:
                commands = json_commands if self.door == 'json' else line_commands
                for _ in range(dice.choice([1, 1, 1, 2, 5, 20])):
                    command = commands(dice)
                    if self.search or 'search' not in command:
                        self.queue += command.encode(dice.choice(['utf-8', 'gb18030']))
            size = dice.choice([1, 2, 3, 7, 100, self.flush])
            n = self.socket.send(self.queue[:size])
            self.sent += n
            self.queue = self.queue[n:][:self.flush]
        except BlockingIOError:
            pass
        except OSError:
            self.drop()


def operate(server, dice, asked):
    """An operator sends somebody out, or is a nuisance himself."""
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(DEADLINE)
    line.connect(os.path.join(server.data, 'ctl'))
    line.sendall(dice.choice([
        b'kick %s out\n' % dice.choice(NICKS).encode(), b'kick %s\n' % dice.choice(NICKS).encode(),
        b'who\n', b'stats\n', b'say mind the step\n', b'ban 192.0.2.1\n', b'unban 192.0.2.1\n',
        b'bans\n', b'\xff\n', b'kick']))
    asked.append(line)
    while len(asked) > 5:
        asked.pop(0).close()


class Restless(Member):
    """Listens to the lobby, in which it stays, while it changes what it can: of what is said there
    it must miss nothing."""

    def __init__(self, server, door, nick, dice, commands):
        super().__init__(server, door, nick)
        self.dice = dice
        self.commands = commands

    def step_out(self):
        if not self._out:
            self._out = (self.dice.choice(self.commands) + '\n').encode()
        super().step_out()

    def _take(self, line):
        super()._take(line.removeprefix('[lobby] '))


class Honest:
    """Some who talk to each other in the lobby, one at each door, and some who listen."""

    def __init__(self, context, server, dice, messages, window):
        self.selector = selectors.DefaultSelector()
        speakers = [Member(server, door, 'honest%d' % i, messages, 20, window)
                    for i, door in enumerate(DOORS)]
        self.members = speakers + [
            Restless(server, 'line-english', 'wanderer', dice,
                     ['join inn', 'join lobby', 'join den\npart', 'join inn\npart', 'look']),
            Restless(server, 'line-terse', 'ignorer', dice,
                     ['ignore ' + nick for nick in NICKS] + ['nick ignorer', 'nick ignorer2']),
            Restless(server, 'line-english', 'translator', dice,
                     ['charset gbk', 'charset utf-8', 'ignore pest1', 'join inn', 'join lobby']),
        ]
        for member in self.members:
            member.client.pass_over()  # it is in
            self.selector.register(member.client.socket, selectors.EVENT_READ, member)
            member.client.charset = 'latin-1'  # whatever others say
            context.defer(member.client.close)
        self.total = messages * len(speakers)
        self.nicks = {m.nick for m in speakers}
        self.moved = time.monotonic()

    def step(self, wait=0):
        for member in self.members:
            member.step_out()
        for key, _ in self.selector.select(wait):
            before = len(key.data.heard)
            if not key.data.step_in():
                raise Failure('%s was closed: %r' % (key.data.nick, key.data.others[-3:]))
            if len(key.data.heard) != before:
                self.moved = time.monotonic()

    def heard(self, member):
        return [message for message in member.heard if message[0] in self.nicks]

    def finish(self):
        self.moved = time.monotonic()
        while any(len(self.heard(m)) < self.total for m in self.members):
            self.step(0.01)
            if time.monotonic() - self.moved > DEADLINE:
                break
        first = self.heard(self.members[0])
        for member in self.members:
            heard = self.heard(member)
            if heard != first or len(heard) != self.total:
                raise Failure('%s heard %d of %d, %s as the first' % (
                    member.nick, len(heard), self.total,
                    'the same' if heard == first else 'not the same'))
        for member in self.members[:len(self.nicks)]:
            own = [text for nick, text in first if nick == member.nick]
            if own != [member.text(n) for n in range(member.messages)]:
                raise Failure('the words of %s: %r' % (member.nick, own[:20]))


def storm(context, *options, flood=False, messages=200, window=4, flush=60000, search=True):
    tap.comment('TEST_SEED=%d' % SEED)
    dice = random.Random(SEED)
    server = context.server('--set', 'replay-lines=5', *options, flood=flood)
    honest = Honest(context, server, dice, messages, window)
    pests = [Pest(server, dice, flush, search) for _ in range(PESTS)]
    asked = []
    for number in range(ACTIONS):
        dice.choice(pests).act()
        if number % 10 == 0:
            for pest in pests:
                if pest.socket:
                    pest.read()
            honest.step()
        if number % 50 == 0:
            operate(server, dice, asked)
    honest.finish()
    tap.comment('%d connections, %d bytes' % (sum(p.connections for p in pests),
                                              sum(p.sent for p in pests)))
    # It is asked to stop in the middle of it, with some there who never read.
    for number in range(600):
        if number == 300:
            server.terminate()
        pest = dice.choice(pests)
        try:
            pest.act()
        except ConnectionError:
            pest.socket = None
    for pest in pests:
        if pest.socket and pest.reads:
            pest.drop()
    server.wait()


def test_storm(context):
    storm(context)


def test_storm_three_threads(context):
    storm(context, '--threads', '3')


def test_storm_in_memory(context):
    # Without a disk all that was said is looked through, by the hub itself: slow with sanitizers.
    storm(context, '--threads', '3', '--set', 'durability=none', search=False)


def test_storm_with_flood_limits(context):
    storm(context, flood=True, messages=20, window=1)


def test_storm_with_small_outboxes(context):
    storm(context, '--threads', '2', '--set', 'outbox-bytes=262144', '--set', 'pipeline-bytes=20000',
          flush=4000)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
