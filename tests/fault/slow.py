#!/usr/bin/env python3
"""A peer that never reads is closed, with a reason that the room is told; the others, who hear
every word in order, are not held up."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from tap import Failure  # noqa: E402

TEXTS = 600          # at most: what the sockets keep (some 512 and 128 KiB) and the outbox
TEXT_BYTES = 3900
AT_ONCE = 50         # texts that are under way
READ_BYTES = 65536
GROWTH_KB = 128 * 1024  # of the server, for one who asks and does not read


def slow(context, door, *options):
    server = context.server('--set', 'outbox-bytes=65536', '--set', 'replay-lines=0', *options)
    talker = context.client(server, 'line-english').enter('talker')
    talker.sync()
    listener = context.client(server, 'line-terse').enter('listener')
    talker.sees_enter('listener')
    sleeper = context.client(server, door, receive_buffer=READ_BYTES).enter('sleeper')
    for client in (talker, listener):
        client.sees_enter('sleeper')

    said, gone = [], False
    while not gone and len(said) < TEXTS:
        batch = [('%06d ' % (len(said) + i)).ljust(TEXT_BYTES, 'x') for i in range(AT_ONCE)]
        talker.send_bytes(b''.join(b'say %s\n' % text.encode() for text in batch))
        gone = _hear(talker, batch)
        if _hear(listener, batch) != gone:
            # One of them has read of it already: it is the next thing that the other reads.
            late = listener if gone else talker
            _reads_of_it(late, late.take_line())
            gone = True
        said += batch
    tap.comment('%d texts' % len(said))
    if not gone:
        raise Failure('still there after %d bytes' % (len(said) * TEXT_BYTES))
    for client in (talker, listener):
        client.sync()

    # What it was sent before it was given up is whole and in order up to where it stops.
    rest = sleeper.rest().decode('utf-8', 'replace')
    if door != 'json':
        for text, line in zip(said, rest.split('\n')[:-1]):
            if line.rstrip('\r') != 'talker: ' + text and not line.startswith('* Closed: '):
                raise Failure('the sleeper was sent %r' % line[:100])
    talker.say('goes on')
    for client in (talker, listener):
        client.hears('talker', 'goes on')


def _hear(client, texts):
    """Hears the texts; whether it read meanwhile that the sleeper was given up."""
    gone = False
    for text in texts:
        line = client.take_line()
        if line.startswith('* '):
            _reads_of_it(client, line)
            gone = True
            line = client.take_line()
        if line != 'talker: ' + text:
            raise Failure('expected %r, got %r' % (text[:20], line[:100]))
    return gone


def _reads_of_it(client, line):
    if line != '* sleeper did not read what was sent and is disconnected.':
        raise Failure('got %r' % line[:100])
    client.sees_leave('sleeper')


def test_line_english(context):
    slow(context, 'line-english')


def test_json(context):
    slow(context, 'json')


def test_two_threads(context):
    slow(context, 'line-terse', '--threads', '2')


def test_many_who_do_not_read(context):
    """As many sleepers as talkers; also those who do not even log in, and ask all the same."""
    server = context.server('--set', 'outbox-bytes=65536', '--set', 'replay-lines=0')
    talker = context.client(server, 'line-english').enter('talker')
    talker.sync()
    for i in range(20):
        context.client(server, 'json', receive_buffer=READ_BYTES).enter('sleeper%d' % i)
        talker.sees_enter('sleeper%d' % i)
    left = set()
    for i in range(TEXTS):
        text = ('%06d ' % i).ljust(TEXT_BYTES, 'x')
        talker.say(text)
        while True:
            line = talker.take_line()
            if line == 'talker: ' + text:
                break
            if line.endswith(' has left the room.'):
                left.add(line.split()[0])
        if len(left) == 20:
            break
    if len(left) != 20:
        raise Failure('left: %s' % sorted(left))
    talker.sync()


def test_asker_who_does_not_read(context):
    """Who asks without end and reads nothing is not given memory without end."""
    server = context.server('--set', 'outbox-bytes=65536')
    talker = context.client(server, 'line-english').enter('talker')
    talker.sync()
    asker = context.client(server, 'line-terse', receive_buffer=READ_BYTES).enter('asker')
    talker.sees_enter('asker')
    before = server.peak_memory_kb()
    asker.socket.setblocking(False)
    sent = 0
    for _ in range(200000):
        try:
            sent += asker.socket.send(b'help\n' * 1000)
        except BlockingIOError:
            break  # the server does not read it any more, or ...
        except ConnectionError:
            break  # ... has closed
    tap.comment('%d bytes' % sent)
    talker.say('unmoved')
    while talker.take_line() != 'talker: unmoved':
        pass
    grown = server.peak_memory_kb() - before
    tap.comment('%d kB more' % grown)
    if grown > GROWTH_KB:
        raise Failure('%d kB for one who does not read' % grown)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
