#!/usr/bin/env python3
"""Everybody talks at once: all hear the same, in the same order, once; also when it ends."""
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Crowd, verify  # noqa: E402
from server import DOORS, export  # noqa: E402
from tap import Failure  # noqa: E402

SPEAKERS, LISTENERS, MESSAGES = 8, 8, 300


def talk(context, *options, window=1, padding=0):
    server = context.server('--set', 'replay-lines=0', *options)
    crowd = Crowd(context, server, SPEAKERS, LISTENERS, MESSAGES, window=window, padding=padding)
    crowd.run(crowd.all_heard)
    crowd.close()
    if not crowd.all_heard():
        raise Failure('somebody was closed; heard: %s' % [len(m.heard) for m in crowd.members])
    history = export(server.data)
    if len(history) != crowd.total:
        raise Failure('%d messages are kept, %d were said' % (len(history), crowd.total))
    verify(history, [crowd])
    for member in crowd.members:
        if member.door == 'json' and len(member.acks) != member.messages:
            raise Failure('%s has %d acks' % (member.nick, len(member.acks)))
        unexpected = [o for o in member.others if not came(o)]
        if unexpected:
            raise Failure('%s read %r' % (member.nick, unexpected))
    server.check_running()


def came(other):
    """Whether it is what is read of one who comes."""
    text = other['msg'] if isinstance(other, dict) else other
    return 'has entered the room.' in text or '进入' in text


def test_one_at_a_time(context):
    talk(context)


def test_many_under_way(context):
    talk(context, window=32)


def test_long_texts(context):
    talk(context, window=8, padding=3000)


def test_no_store(context):
    server = context.server('--set', 'durability=none', '--set', 'replay-lines=0')
    crowd = Crowd(context, server, SPEAKERS, LISTENERS, MESSAGES, window=8)
    crowd.run(crowd.all_heard)
    crowd.close()
    order = crowd.members[0].heard
    for member in crowd.members:
        if member.heard[-crowd.total:] != order[-crowd.total:] or len(member.heard) != crowd.total:
            raise Failure('%s heard something else than the first' % member.nick)


def test_two_threads_one_at_a_time(context):
    talk(context, '--threads', '2')


def test_two_threads_many_under_way(context):
    talk(context, '--threads', '2', window=32)


def test_four_threads_long_texts(context):
    talk(context, '--threads', '4', window=8, padding=3000)


def stop_under_load(context, *options):
    """SIGTERM in the middle: exit status 0; whatever was heard or acked is kept; all are told."""
    for _ in range(5):
        server = context.server('--set', 'replay-lines=0', *options)
        crowd = Crowd(context, server, SPEAKERS, LISTENERS, 100000, window=16)
        enough = random.randrange(1000, 20000)
        crowd.run(lambda: crowd.heard() >= enough)
        server.terminate()
        crowd.run(lambda: False)
        server.wait()
        verify(export(server.data), [crowd])
        for member in crowd.members:
            last = member.others[-1] if member.others else ''
            if isinstance(last, dict):
                last = last['msg'][last['msg'].rfind(' : ') + 3:]
            if not last.startswith(('服务器关闭', '* Closed: ', '* 连接关闭：')):
                raise Failure('%s was not told: %r' % (member.nick, member.others[-3:]))
        crowd.close()
        server.discard()


def test_stop_under_load(context):
    stop_under_load(context)


def test_stop_under_load_two_threads(context):
    stop_under_load(context, '--threads', '2')


def all_leave(context, *options):
    """Many leave in the same moment, every other one by a reset: each leaving is told once."""
    server = context.server(*options)
    witnesses = []
    for i, door in enumerate(DOORS):
        witness = context.client(server, door).enter('witness%d' % i)
        for earlier in witnesses:
            earlier.sees_enter('witness%d' % i)
        witnesses.append(witness)
    people = []
    for i in range(100):
        person = context.client(server, DOORS[i % len(DOORS)]).enter('person%d' % i)
        people.append(person)
        for witness in witnesses:
            witness.sees_enter('person%d' % i)
    for i, person in enumerate(people):
        if i % 2:
            person.abort()
        else:
            person.close()
    for witness in witnesses:
        left = []
        while len(left) < len(people):
            got = witness.take_object()['msg'] if witness.door == 'json' else witness.take_line()
            left.append(got)
        for i in range(len(people)):
            own = [line for line in left if 'person%d ' % i in line or 'person%d>' % i in line]
            if len(own) != 1:
                raise Failure('of person%d: %r' % (i, own))
        witness.sync()
    witnesses[0].say('still here')
    for witness in witnesses:
        witness.hears('witness0', 'still here')


def test_all_leave(context):
    all_leave(context)


def test_all_leave_two_threads(context):
    all_leave(context, '--threads', '2')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
