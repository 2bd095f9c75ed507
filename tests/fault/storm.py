#!/usr/bin/env python3
"""Many come and go at the same moment: what somebody says meanwhile does not wait until all of them
are through, and who has come and gone is told in full, together."""
import os
import re
import resource
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import until  # noqa: E402

PEOPLE = 300
MANY = 20        # a room of more is told of them together
FLOODERS, FLOOD_LINES = 100, 2000
HOUSE_FULL = 3200  # more than one round of the loop writes to
OVERTAKEN = 150  # at least so many do not stand in a word's way
CAME = re.compile(r'\* ([0-9,]+) (?:person|people) ha(?:ve|s) entered')
LEFT = re.compile(r'(?:\*|,) ([0-9,]+)(?: person| people)? ha(?:ve|s) left')


class Line:
    """Somebody at the English line door."""

    def __init__(self, context, server):
        self.socket = socket.create_connection(server.address('line-english'), DEADLINE)
        context.defer(self.socket.close)
        self.file = self.socket.makefile('r', encoding='utf-8', newline='\r\n')
        context.defer(self.file.close)
        self.read()

    def read(self):
        line = self.file.readline()
        if not line:
            raise Failure('the line has ended')
        return line.rstrip('\r\n')

    def send(self, *commands):
        self.socket.sendall(''.join(command + '\r\n' for command in commands).encode())


def number(match):
    return int(match[1].replace(',', '')) if match else 0


def storm(context, overtaken, *options):
    server = context.server('--set', 'crowd-members=%d' % MANY, *options, doors=('line-english',))
    ann = Line(context, server)
    ann.send('login ann', 'say first')
    while ann.read() != 'ann: first':
        pass
    people = [Line(context, server) for _ in range(PEOPLE)]
    server.process.send_signal(signal.SIGSTOP)
    try:
        for i, one in enumerate(people):
            one.send('login n%d' % i, 'say hi %d' % i, 'logout')
        ann.send('say and I')
    finally:
        server.process.send_signal(signal.SIGCONT)
    said, came, left = [], 0, 0
    while left < PEOPLE or len(said) <= PEOPLE:
        line = ann.read()
        if ': ' in line and not line.startswith('*'):
            said.append(line)
        came += line.endswith(' has entered the room.') + number(CAME.match(line))
        left += line.endswith(' has left the room.') + \
            (number(LEFT.search(line)) if line.startswith('*') else 0)
    if came != PEOPLE or left != PEOPLE:
        raise Failure('%d came and %d left of %d' % (came, left, PEOPLE))
    wanted = sorted(['n%d: hi %d' % (i, i) for i in range(PEOPLE)] + ['ann: and I'])
    if sorted(said) != wanted:
        raise Failure('not each word once: %r' % said)
    before = said.index('ann: and I')
    tap.comment('%d of %d spoke before' % (before, PEOPLE))
    if PEOPLE - before < overtaken:
        raise Failure('%d of %d spoke before' % (before, PEOPLE))


def test_words_in_a_storm(context):
    storm(context, OVERTAKEN)


def test_words_in_a_storm_two_threads(context):
    storm(context, 0, '--threads', '2')  # two threads go on as they like


def handshake(transport):
    """Socket.IO 2 comes in by it, without a further word."""
    lines = ['GET /socket.io/?EIO=3&transport=%s HTTP/1.1' % transport, 'Host: localhost']
    if transport == 'websocket':
        lines += ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
                  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
    return '\r\n'.join(lines + ['', '']).encode()


def wait_for_descriptors(server, enough):
    for _ in until():
        if enough(server.descriptors()):
            return
    raise Failure('the server has %d descriptors' % server.descriptors())


def web_people(context, server):
    """All of them with a connection that is taken."""
    before = server.descriptors()
    people = [socket.create_connection(server.address('web'), DEADLINE) for _ in range(PEOPLE)]
    for one in people:
        context.defer(one.close)
    wait_for_descriptors(server, lambda count: count == before + PEOPLE)
    return people


def storm_by_http(context, transport):
    """Requests that bring somebody in stand in nobody's way either."""
    server = context.server('--set', 'crowd-members=100000', doors=('line-english', 'web'))
    ann = Line(context, server)
    ann.send('login ann', 'say first')
    while ann.read() != 'ann: first':
        pass
    people = web_people(context, server)
    server.process.send_signal(signal.SIGSTOP)
    try:
        for one in people:
            one.sendall(handshake(transport))
        ann.send('say and I')
    finally:
        server.process.send_signal(signal.SIGCONT)
    came, before = 0, None
    while before is None or came < PEOPLE:
        line = ann.read()
        came += line.endswith(' has entered the room.')
        if line == 'ann: and I':
            before = came
    tap.comment('%d of %d came before' % (before, PEOPLE))
    if PEOPLE - before < OVERTAKEN:
        raise Failure('%d of %d came before' % (before, PEOPLE))
    status = b'101' if transport == 'websocket' else b'200'
    for one in people:
        if one.recv(12) != b'HTTP/1.1 ' + status:
            raise Failure('one is not let in')


def test_handshakes_by_polling(context):
    storm_by_http(context, 'polling')


def test_handshakes_by_websocket(context):
    storm_by_http(context, 'websocket')


def test_newcomers_who_go(context):
    """Who waits for a turn and closes, or is closed, is gone, and nothing is left of it."""
    server = context.server(doors=('line-english', 'web'))
    ann = Line(context, server)
    ann.send('login ann')
    before = server.descriptors()
    people = web_people(context, server)
    server.process.send_signal(signal.SIGSTOP)
    try:
        for one in people:
            one.sendall(handshake('polling'))
            one.close()
    finally:
        server.process.send_signal(signal.SIGCONT)
    wait_for_descriptors(server, lambda count: count == before)
    again = socket.create_connection(server.address('web'), DEADLINE)
    context.defer(again.close)
    again.sendall(handshake('polling'))
    if not again.recv(12).startswith(b'HTTP/1.1 200'):
        raise Failure('nobody is let in any more')


def test_floods_in_a_storm(context):
    """Who had to wait for a turn may send no more at once than others."""
    server = context.server('--set', 'flood=on', '--set', 'flood-buffer-bytes=1024',
                            doors=('line-english',))
    people = [Line(context, server) for _ in range(FLOODERS)]
    server.process.send_signal(signal.SIGSTOP)
    try:
        for i, one in enumerate(people):
            one.send('login n%d' % i, *['say hi'] * FLOOD_LINES)
    finally:
        server.process.send_signal(signal.SIGCONT)
    for one in people:
        while one.read() != '* Closed: you sent too much too fast':
            pass


def test_words_to_many(context):
    """A word to more members than are written to at once comes to all, as does what is said while
    it is on its way."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < HOUSE_FULL + 200:
        raise tap.Skip('only %d descriptors' % hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = context.server('--set', 'connections-per-address=0', doors=('line-english',))
    people = [Line(context, server) for _ in range(HOUSE_FULL)]
    for i, one in enumerate(people):
        one.send('login n%d' % i)
    for one in people:
        one.send('sync')  # an unknown command is answered, behind the login
        while 'sync' not in one.read():
            pass
    words = ['n0: word %d' % i for i in range(5)]
    people[0].send('say word 0')
    while people[0].read() != words[0]:
        pass
    people[0].send(*('say word %d' % i for i in range(1, 5)))  # others have the first one to come
    for one in people:
        heard = words[:1] if one is people[0] else []
        while len(heard) < len(words):
            line = one.read()
            if line.startswith('n0: '):
                heard.append(line)
        if heard != words:
            raise Failure('heard %r' % heard)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
