#!/usr/bin/env python3
"""What a message and a connection cost, in things that can be counted: writes, encodings, pieces of
memory. The short form of script/bench: no times, so nothing that another program could disturb."""
import mmap
import os
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from metrics import Asker  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure, Skip  # noqa: E402
from webpeer import Frames  # noqa: E402

COUNTER = os.environ.get('COUNT_ALLOC_LIBRARY')
MESSAGES = 50
# Heap of one who is logged in and listens, the tables' share included: what script/bench measures
# as resident memory, but to the byte. Less is always welcome; more needs a reason.
HEAP_BYTES = {'line-english': 800, 'json': 790, 'native': 950}
HEAP_BYTES_BY_WEBSOCKET = {'native': 1200, 'socketio': 1400}


class Counts:
    """What the server has taken, by tests/programs/count_alloc.c."""

    def __init__(self, context):
        if not COUNTER:
            raise Skip('no allocator to count with a sanitizer')
        self.path = os.path.join(context.folder(), 'counts')
        os.environ.update(LD_PRELOAD=COUNTER, COUNT_ALLOC=self.path)
        context.defer(os.environ.pop, 'LD_PRELOAD', None)
        context.defer(os.environ.pop, 'COUNT_ALLOC', None)

    def open(self, context):
        with open(self.path, 'rb') as file:
            self.map = mmap.mmap(file.fileno(), 16, prot=mmap.PROT_READ)
        context.defer(self.map.close)

    def now(self):
        """(calls, bytes), once nothing has changed for a while."""
        deadline = time.monotonic() + DEADLINE
        last, since = None, 0
        while time.monotonic() < deadline:
            got = struct.unpack('QQ', self.map[:16])
            if got != last:
                last, since = got, time.monotonic()
            elif time.monotonic() - since > 0.3:
                return got
            time.sleep(0.02)
        raise Failure('the server does not come to rest')


def more(context, server, door, members, count):
    """So many more members; what they hear of each other is read."""
    for _ in range(count):
        members.append(context.client(server, door).enter('m%05d' % len(members)))
    settle(members)


def settle(members):
    """Twice: a member may have come before the last one's coming is done."""
    for member in members + members:
        member.pass_over()


def enter_by_websocket(context, server, door, nick):
    """Until the server has said that it is in."""
    native = door == 'native'
    member = Frames(context, server.address('web'),
                    '/chat' if native else '/socket.io/?EIO=4&transport=websocket')
    member.put('{"type":"login","nick":"%s"}' % nick if native else '40')
    end = '"type":"entered"' if native else '42["msg",'
    got = ''
    while end not in got:
        got = member.get()
        if got is None:
            raise Failure('%s: closed' % nick)
    return member


def each_by_websocket(context, counts, door):
    server = context.server(doors=('web',))
    counts.open(context)
    for i in range(40):
        enter_by_websocket(context, server, door, 'm%05d' % i)
    before = counts.now()
    for i in range(40, 160):
        enter_by_websocket(context, server, door, 'm%05d' % i)
    return (counts.now()[1] - before[1]) / 120


def one_by_one(members):
    """The first says something, and the next thing when all have read it."""
    for i in range(MESSAGES):
        members[0].say('message %d' % i)
        for member in members:
            member.hears('m00000', 'message %d' % i)


def test_connection(context):
    """The heap of an idle connection."""
    for door, most in HEAP_BYTES.items():
        counts = Counts(context)
        server = context.server(doors=(door,))
        counts.open(context)
        members = []
        more(context, server, door, members, 40)
        before = counts.now()
        more(context, server, door, members, 120)
        each = (counts.now()[1] - before[1]) / 120
        tap.comment('%s: %.0f bytes' % (door, each))
        if each > most:
            raise Failure('%s: %.0f bytes of heap each, at most %d are allowed' % (door, each, most))


def test_websocket(context):
    """The same of one who has come by a WebSocket."""
    for door, most in HEAP_BYTES_BY_WEBSOCKET.items():
        each = each_by_websocket(context, Counts(context), door)
        tap.comment('%s by WebSocket: %.0f bytes' % (door, each))
        if each > most:
            raise Failure('%s by WebSocket: %.0f bytes of heap each, at most %d are allowed'
                          % (door, each, most))


def test_delivery(context):
    """No memory is taken for a delivery: as much for a message to many as for one to few."""
    counts = Counts(context)
    server = context.server('--set', 'durability=none', doors=('line-english',))
    counts.open(context)
    members, taken = [], []
    for size in (10, 110):
        more(context, server, 'line-english', members, size - len(members))
        one_by_one(members)
        before = counts.now()
        one_by_one(members)
        taken.append((counts.now()[0] - before[0]) / MESSAGES)
    tap.comment('%.1f pieces of memory for a message to 10, %.1f to 110' % tuple(taken))
    if taken[1] - taken[0] > 2:  # what time brings in: a timer, another step of the index
        raise Failure('%.1f pieces of memory for a message to 10 members, %.1f to 110' % tuple(taken))


def test_turn(context):
    """However many messages come at once: one encoding each, one run, one write a member."""
    server = context.server(doors=('line-english', 'metrics'))
    asker = Asker(context, server)
    members = []
    more(context, server, 'line-english', members, 30)
    before = asker.scrape()
    members[0].send_bytes(b''.join(b'say word %d\r\n' % i for i in range(MESSAGES)))
    for member in members:
        for i in range(MESSAGES):
            member.hears('m00000', 'word %d' % i)
    after = asker.scrape()
    for name, expected in (('deliveries', MESSAGES * len(members)), ('encodes', MESSAGES),
                           ('runs', 1), ('writes', len(members) + 1)):  # the answer to the first
        name = 'teahouse_%s_total' % name
        got = after.sum(name) - before.sum(name)
        if got != expected:
            raise Failure('%s: expected %d more, got %d' % (name, expected, got))


def indexer_wakeups(pid):
    """Of the one thread that has a niceness of its own, so far."""
    tasks = '/proc/%d/task' % pid
    for task in os.listdir(tasks):
        with open(os.path.join(tasks, task, 'stat')) as file:
            nice = int(file.read().rpartition(')')[2].split()[16])
        if nice != os.getpriority(os.PRIO_PROCESS, 0):
            with open(os.path.join(tasks, task, 'status')) as file:
                return next(int(line.split()[1]) for line in file
                            if line.startswith('voluntary_ctxt_switches'))
    raise Skip('the indexer may not be given a niceness of its own')


def test_indexer_sleeps(context):
    """The indexer is not woken for each message: it would take a lock that all others want."""
    server = context.server(doors=('line-english',))
    members = []
    more(context, server, 'line-english', members, 2)
    one_by_one(members)
    before = indexer_wakeups(server.process.pid)
    for _ in range(4):
        one_by_one(members)
    woken = indexer_wakeups(server.process.pid) - before
    tap.comment('%d times for %d messages' % (woken, 4 * MESSAGES))
    if woken > MESSAGES:
        raise Failure('woken %d times by %d messages' % (woken, 4 * MESSAGES))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
