#!/usr/bin/env python3
"""Crowds that mean harm: many who never read, many who begin something and never end it, floods of
each command. The others hear every word in order, and memory stays within its bounds.

TEST_MEMBERS says how many members there are (60), a tenth of whom never read; TEST_HALF_OPEN how
many connections begin something (600).
"""
import os
import resource
import selectors
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from client import Client  # noqa: E402
from hostile_peers import ask, pair, talk, wait_until  # noqa: E402
from server import DEADLINE, DOORS  # noqa: E402
from tap import Failure  # noqa: E402

MEMBERS = int(os.environ.get('TEST_MEMBERS', 60))
HALF_OPEN = int(os.environ.get('TEST_HALF_OPEN', 600))
OUTBOX_BYTES = 65536
TEXT_BYTES = 3900
MOST = 20000             # texts until those who do not read must be gone
DESCRIPTORS = (resource.RLIMIT_NOFILE, 20000, 20000)
BASE_KB = 24 * 1024      # that a crowd may cost beside what the silent ones leave unread

BEGINNINGS = {
    'line-english': (b'', b'lo', b'login a', b'\xff\xfa\x2a'), 'line-chinese': (b'', b'say \xc4'),
    'line-terse': (b'', b'logi'), 'json': (b'', b'{"type":', b'{"type":"lo'),
    'native': (b'', b'{"type":"login","nick":"x'),
    'web': (b'', b'G', b'GET / HTTP/1.1\r\nHost: x', b'POST /socket.io/?EIO=4 HTTP/1.1\r\nConte'),
}


def many_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    if hard < 3000:
        raise tap.Skip('only %d descriptors' % hard)


def connect(context, server, door):
    """At the web door, too, where it is only bytes."""
    client = Client(server.address(door), 'line-english' if door == 'web' else door)
    client.door = door
    context.defer(client.close)
    return client


class Listener:
    """Reads lines; of those of the talker it keeps how many came, if each was the next one."""

    def __init__(self, context, server, nick):
        self.client = connect(context, server, 'line-english')
        self.client.enter(nick)
        self.client.pass_over()  # it is in
        self.client.socket.setblocking(False)
        self.rest, self.heard, self.left = self.client.pending, 0, set()

    def read(self):
        data = self.client.socket.recv(1 << 20)
        if not data:
            raise Failure('a member who reads was closed')
        *lines, self.rest = (self.rest + data).split(b'\r\n')
        for line in lines:
            if line.startswith(b'talker: '):
                if int(line[8:14]) != self.heard:
                    raise Failure('heard %r after %d' % (line[:20], self.heard))
                self.heard += 1
            elif line.endswith(b' has left the room.'):
                self.left.add(line.split()[0])


def say(talker, listeners, selector, number):
    """Says one more, until everybody has heard it; how long the last one took."""
    began = time.monotonic()
    talker.say(('%06d ' % number).ljust(TEXT_BYTES, 'x'))
    behind = len(listeners)
    while behind > 0:
        ready = selector.select(DEADLINE)
        if not ready:
            raise Failure('%d have not heard text %d' % (behind, number))
        for key, _ in ready:
            key.data.read()
        behind = sum(one.heard <= number for one in listeners)
    return time.monotonic() - began


def test_members_who_never_read(context):
    many_descriptors()
    silent_count = MEMBERS // 10
    server = context.server('--set', 'outbox-bytes=%d' % OUTBOX_BYTES, '--set', 'replay-lines=0',
                            limits=[DESCRIPTORS])
    selector = selectors.DefaultSelector()
    context.defer(selector.close)
    listeners = [Listener(context, server, 'l%d' % i) for i in range(MEMBERS - silent_count)]
    for one in listeners:
        selector.register(one.client.socket, selectors.EVENT_READ, one)
    talker = listeners[0].client
    talker.send('nick talker')
    calm = sorted(say(talker, listeners, selector, n) for n in range(50))
    before = server.peak_memory_kb()
    silent = []
    for i in range(silent_count):
        door = DOORS[i % len(DOORS)]
        client = context.client(server, door, receive_buffer=4096)
        client.greet()
        if door == 'json':
            client.send_object(type='login', msg='silent%d' % i)
        else:
            client.send('login silent%d' % i)
        silent.append(client)
    times, number = [], 50
    while len(listeners[0].left) < silent_count and number < MOST:
        times.append(say(talker, listeners, selector, number))
        number += 1
    grown = server.peak_memory_kb() - before
    if len(listeners[0].left) < silent_count:
        raise Failure('%d are still there' % (silent_count - len(listeners[0].left)))
    if grown > BASE_KB + 2 * silent_count * OUTBOX_BYTES // 1024:
        raise Failure('%d kB more for %d who do not read' % (grown, silent_count))
    times.sort()
    tap.comment('%d members, %d silent, %d texts, %d kB more; p99 of all having heard: '
                '%.1f ms without them, %.1f ms with them'
                % (MEMBERS, silent_count, number, grown, 1000 * calm[len(calm) * 99 // 100],
                   1000 * times[len(times) * 99 // 100]))


def test_half_open(context):
    """They may stay for login-seconds; then all is as before."""
    many_descriptors()
    server = context.server('--set', 'login-seconds=2', '--threads', '2', limits=[DESCRIPTORS],
                            doors=tuple(BEGINNINGS))
    alice, dave = pair(context, server)
    talk(alice, dave, 0)
    before, memory = server.descriptors(), server.peak_memory_kb()
    crowd, places = [], list(BEGINNINGS.items())
    for i in range(HALF_OPEN):
        door, beginnings = places[i % len(places)]
        client = connect(context, server, door)
        client.send_bytes(beginnings[i // len(places) % len(beginnings)])
        crowd.append(client)
        if i % 100 == 0:
            talk(alice, dave, i)
    grown = server.peak_memory_kb() - memory
    for client in crowd:
        while client.fill():
            pass
    wait_until(lambda: server.descriptors() <= before, 'descriptors are lost: %d, before %d'
               % (server.descriptors(), before))
    talk(alice, dave, HALF_OPEN)
    tap.comment('%d connections, %d kB more' % (HALF_OPEN, grown))
    if grown > BASE_KB + HALF_OPEN * 4:
        raise Failure('%d kB for %d connections' % (grown, HALF_OPEN))


def test_one_byte_at_a_time(context):
    """Who sends a byte now and then does not stay longer for it."""
    server = context.server('--set', 'login-seconds=2', doors=tuple(BEGINNINGS))
    alice, dave = pair(context, server)
    crowd = [connect(context, server, door) for door in BEGINNINGS]
    closed = set()
    deadline = time.monotonic() + DEADLINE
    sent = 0
    while len(closed) < len(crowd):
        if time.monotonic() > deadline:
            raise Failure('still there: %s' % [c.door for c in crowd if c not in closed])
        for client in crowd:
            if client in closed:
                continue
            try:
                client.send_bytes(b'{' if client.door in ('json', 'native') and sent == 0 else b'G')
                client.socket.setblocking(False)
                while client.socket.recv(4096):
                    pass
                closed.add(client)
            except BlockingIOError:
                pass
            except ConnectionError:
                closed.add(client)
            if client not in closed:
                client.socket.setblocking(True)
        sent += 1
        time.sleep(0.05)
        if sent % 10 == 0:
            talk(alice, dave, sent)


def test_nicks_of_broken_lines(context):
    """A nick is kept for who may come back, but an address does not get more of them that way than
    it may have lines."""
    most = 20
    server = context.server('--set', 'connections-per-address=%d' % most, '--threads', '2')
    for i in range(5 * most):
        client = context.client(server, 'native').enter('squatter%d' % i)
        client.half_close()
        client.rest()
    held = ask(server, 'who').count('squatter')
    tap.comment('%d of %d nicks are held' % (held, 5 * most))
    if not 0 < held <= most:
        raise Failure('%d nicks are held by %d lines' % (held, most))
    alice = context.client(server, 'line-english').enter('squatter%d' % (5 * most - 1))
    alice.pass_over()


LINES = ('say x', 'msg alice x', 'look', 'who', 'rooms', 'join tea', 'join den', 'part', 'topic x',
         'topic', 'history 200', 'search x', 'nick pest', 'nick pest2', 'mute', 'ignore alice',
         'charset gbk', 'help', 'login x', 'nonsense', '')
OBJECTS = ('{"type":"say","text":"x"}', '{"type":"tell","nick":"alice","text":"x"}',
           '{"type":"typing","on":true}', '{"type":"ping"}', '{"type":"resume","token":"x"}',
           '{"type":"history","count":200}', '{"type":"search","text":"x"}', '{}', '[', '{"type":1}')


def test_floods(context):
    """Of each command: who sends it without end is held back, or closed, and told why."""
    server = context.server('--set', 'flood-buffer-bytes=8192', flood=True)
    alice = context.client(server, 'line-english').enter('alice')
    dave = context.client(server, 'json').enter('dave')
    closed = 0
    for door, commands in (('line-terse', LINES), ('native', OBJECTS)):
        for command in commands:
            client = context.client(server, door)
            client.greet()
            client.login('pest')
            line = command.encode() + b'\n'
            try:
                client.socket.settimeout(0.2)
                for _ in range(40):
                    client.send_bytes(line * (8192 // len(line)))
            except OSError:
                pass
            client.socket.settimeout(DEADLINE)
            # The members are there, and hear each other; what the pest says is passed over.
            alice.pass_over()
            dave.pass_over()
            alice.say('hear me')
            while 'hear me' not in dave.take_object()['msg']:
                pass
            text = client.rest() if b'' != line.strip() or door == 'native' else b''
            closed += b'too fast' in text or b'flood' in text
            client.abort()
    tap.comment('%d of %d flooders were closed and told why' % (closed, len(LINES + OBJECTS)))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
