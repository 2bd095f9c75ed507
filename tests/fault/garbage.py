#!/usr/bin/env python3
"""Input that no client sends: it is answered or the line is closed, memory stays bounded, and the
others notice nothing."""
import os
import random
import select
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from client import GREETING  # noqa: E402
from server import DEADLINE, DOORS, NAME  # noqa: E402
from tap import Failure  # noqa: E402

MIB = 1 << 20
GROWTH_KB = 32 * 1024  # that a flood of garbage may cost


class Bystanders:
    """Two members who talk before and after, and the server's memory."""

    def __init__(self, context, *options):
        self.server = context.server('--set', 'replay-lines=0', *options)
        self.alice = context.client(self.server, 'line-english').enter('alice')
        self.alice.sync()
        self.bob = context.client(self.server, 'json').enter('bob')
        self.alice.sees_enter('bob')
        self.before = self.server.peak_memory_kb()
        self.number = 0

    def check(self):
        self.number += 1
        text = 'still here %d' % self.number
        self.alice.say(text)
        for client in (self.alice, self.bob):
            client.hears('alice', text)
        grown = self.server.peak_memory_kb() - self.before
        if grown > GROWTH_KB:
            raise Failure('the server has grown by %d kB' % grown)


def pour(client, data, most):
    """Sends data again and again, reading what is answered, up to `most` bytes or until the server
    has closed: (bytes sent, bytes read)."""
    sent, read = 0, b''
    client.socket.setblocking(False)
    while sent < most:
        ready = select.select([client.socket], [client.socket], [], DEADLINE)
        if not ready[0] and not ready[1]:
            raise Failure('the server neither reads nor closes, after %d bytes' % sent)
        try:
            if ready[0]:
                piece = client.socket.recv(65536)
                if not piece:
                    client.ended = True
                    break
                read += piece
            if ready[1]:
                sent += client.socket.send(data)
        except BlockingIOError:
            pass
        except ConnectionError:
            client.ended = True
            break
    client.socket.setblocking(True)
    if sent > 2 * MIB:
        tap.comment('%d bytes, answered by %d%s' % (sent, len(read),
                                                    ', closed' if client.ended else ''))
    return sent, read


def pour_and_end(client, data, most):
    """The same to a client that is closed for it, perhaps only when all has been sent."""
    sent, read = pour(client, data, most)
    client.socket.settimeout(DEADLINE)
    try:
        while not client.ended:
            piece = client.socket.recv(65536)
            read += piece
            client.ended = not piece
    except ConnectionError:
        client.ended = True
    return sent, read


def test_json_brackets(context):
    """100 MB of [: no object; told once, not by the megabyte."""
    people = Bystanders(context)
    client = context.client(people.server, 'json')
    client.greet()
    sent, read = pour(client, b'[' * 65536, 100 * MIB)
    if b'"error"' not in read:
        raise Failure('no error in %r' % read[:200])
    if len(read) > 65536:
        raise Failure('%d bytes of answers' % len(read))
    people.check()
    if not client.ended:  # then it can be understood again behind a line end
        client.pending = b''
        client.send_bytes(b'\n')
        client.sync()


def test_json_nested(context):
    """100 MB of {"a": has no end in sight, and closes."""
    people = Bystanders(context)
    client = context.client(people.server, 'json')
    client.greet()
    sent, read = pour_and_end(client, b'{"a":' * 10000, 100 * MIB)
    if not client.ended or b'"too-long"' not in read:
        raise Failure('sent %d bytes, read %r' % (sent, read[:200]))
    people.check()


def test_json_endless_string(context):
    people = Bystanders(context)
    client = context.client(people.server, 'json')
    client.greet()
    client.send_bytes(b'{"type":"broadcast","msg":"')
    sent, read = pour_and_end(client, b'x' * 65536, 100 * MIB)
    if not client.ended or b'"too-long"' not in read:
        raise Failure('sent %d bytes, read %r' % (sent, read[:200]))
    people.check()


def test_endless_line(context):
    """20 MB without a line end: refused at its end, and the next line is done."""
    people = Bystanders(context)
    for door in ('line-english', 'line-chinese', 'line-terse'):
        client = context.client(people.server, door).enter('flood')
        for other in (people.alice, people.bob):
            other.sees_enter('flood')
        sent, read = pour(client, b'say ' + b'x' * 65536, 20 * MIB)
        if client.ended or sent < 20 * MIB:
            raise Failure('%s: closed after %d bytes: %r' % (door, sent, read[:200]))
        client.send_bytes(b'\n')
        client.say('next')
        lines = []
        while not lines or 'next' not in lines[-1]:
            lines.append(client.take_line())
        refusals = [line for line in lines if line.startswith('* ')]
        if len(refusals) != 1:
            raise Failure('%s: %r' % (door, lines))
        for other in (people.alice, people.bob):
            other.hears('flood', 'next')
        client.close()
        for other in (people.alice, people.bob):
            other.sees_leave('flood')
        people.check()


def test_nothing_but(context):
    """Nothing but NULs, line ends, telnet, blanks, half characters."""
    people = Bystanders(context)
    for door in DOORS:
        for data in (b'\0', b'\n', b'\r', b'\r\0', b'\xff', b'\xff\xfb', b'\xff\xfa',
                     b'\xff\xfb\x18', b'\xff\xfd\x2a\xff\xfb\x2a', b'\xff\xfa\x2a\x01;X',
                     b' ', b'\x81', b'\xe4', b'}', b'"', b'\\'):
            client = context.client(people.server, door)
            client.take_bytes(len(GREETING[door].format(NAME).encode(client.charset)))
            pour(client, data * 4096, MIB)
            client.close()
        people.check()


def test_noise(context):
    """Random bytes, random pieces."""
    people = Bystanders(context)
    dice = random.Random(1)
    for _ in range(100):
        client = context.client(people.server, dice.choice(DOORS))
        try:
            client.send_bytes(dice.choice((b'', b'login noise\n',
                                           b'{"type":"login","msg":"noise"}')))
            for _ in range(dice.randrange(20)):
                client.send_bytes(dice.randbytes(dice.randrange(1, 400)))
        except ConnectionError:
            pass
        (client.close if dice.random() < 0.5 else client.abort)()
    # Some of it may have been commands: only what the two say now is looked at.
    for client in (people.alice, people.bob):
        client.pass_over()
    people.alice.say('still here')
    while people.alice.take_line() != 'alice: still here':
        pass
    people.server.check_running()


def test_byte_by_byte(context):
    """One byte at a time, at all doors."""
    people = Bystanders(context)
    for door in DOORS:
        client = context.client(people.server, door)
        client.greet()
        if door == 'json':
            text = '{"type":"login","msg":"慢"}\n{"type":"broadcast","msg":"你好 😀"}\n'
        else:
            text = 'login 慢\r\nsay 你好 😀\r\n'
        client.drip(text.encode(client.charset))
        for other in (people.alice, people.bob):
            other.sees_enter('慢')
            other.hears('慢', '你好 😀')
        client.close()
        for other in (people.alice, people.bob):
            other.sees_leave('慢')


def test_many_half_open(context):
    """Those who begin something and never end it."""
    people = Bystanders(context)
    beginnings = (b'lo', b'login a', b'\xff', b'\xff\xfa\x2a', b'{"type":', b'{"type":"lo', b'GET',
                  b'say \xc4')
    for i in range(400):
        client = context.client(people.server, DOORS[i % len(DOORS)])
        client.send_bytes(beginnings[i // 4 % len(beginnings)])
    people.check()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
