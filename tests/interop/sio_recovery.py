#!/usr/bin/env python3
"""Connection state recovery, as socket.io-client 4 knows it: what was said while its line was
broken comes once, in order, and the others are told of no leaving."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from sio import WAYS, Drivers, SioClient  # noqa: E402
from tap import Failure  # noqa: E402

DOORS = ('web', 'line-english')


def begin(context, way, *options):
    server = context.server(*options, doors=DOORS)
    ann = context.client(server, 'line-english').enter('ann')
    ann.sync()
    one = SioClient(Drivers(context), server, '4', way).enter()
    ann.sees_enter(one.nick)
    if way == 'upgrade':
        one.upgraded()
    return server, ann, one


def come_back(client, recovered=True):
    client.do('open-line')
    told = client.connected()
    if told['recovered'] != recovered:
        raise Failure('recovered: %r' % told['recovered'])


def say(ann, *texts):
    for text in texts:
        ann.say(text)
    for text in texts:
        ann.hears('ann', text)


def check_missed(context, way):
    server, ann, one = begin(context, way)
    say(ann, 'first')
    one.hears('ann', 'first')
    for times in range(3):
        one.drop()
        missed = ['missed %d.%d' % (times, i) for i in range(50)]
        say(ann, *missed)
        come_back(one)
        say(ann, 'after %d' % times)
        for text in (*missed, 'after %d' % times):
            one.hears('ann', text)
        one.say('it is me')
        one.hears(one.nick, 'it is me')
        ann.hears(one.nick, 'it is me')  # and so nobody was told that it had left


def check_nothing_missed(context, way):
    server, ann, one = begin(context, way)
    say(ann, 'first')
    one.hears('ann', 'first')
    one.drop()
    come_back(one)
    say(ann, 'second')
    one.hears('ann', 'second')
    ann.sync()


def check_under_way(context, way):
    """It is dropped while the others speak on, and loses nothing."""
    server, ann, one = begin(context, way)
    count = 400
    for i in range(count):
        ann.say('%d' % i)
        if i == 150:
            for n in range(40):
                one.hears('ann', '%d' % n)
            one.drop()
        if i == 300:
            come_back(one)
    for n in range(40, count):
        one.hears('ann', '%d' % n)
    for n in range(count):
        ann.hears('ann', '%d' % n)
    say(ann, 'the end')
    one.hears('ann', 'the end')


def check_many_missed(context, way):
    """More than is in one answer of the history."""
    server, ann, one = begin(context, way)
    say(ann, 'first')
    one.hears('ann', 'first')
    one.drop()
    missed = ['%d %s' % (i, 'x' * 100) for i in range(900)]
    say(ann, *missed)
    come_back(one)
    for text in missed:
        one.hears('ann', text)
    say(ann, 'live')
    one.hears('ann', 'live')


def check_goodbye(context, way):
    """Who has said goodbye is gone at once, and comes anew."""
    server, ann, one = begin(context, way)
    say(ann, 'first')
    one.hears('ann', 'first')
    one.close()
    one.take('disconnect')
    ann.sees_leave(one.nick)
    say(ann, 'not for it')
    one.do('open-line')
    if one.connected()['recovered']:
        raise Failure('recovered after a goodbye')


def test_too_late(context):
    """After the time of grace it has left, and comes anew."""
    server, ann, one = begin(context, 'websocket', '--set', 'grace-seconds=1')
    say(ann, 'first')
    one.hears('ann', 'first')
    one.drop()
    ann.sees_leave(one.nick)
    come_back(one, recovered=False)


def test_the_server_is_killed(context):
    """Sessions outlive it: who comes back to the next one is who it was, and misses nothing."""
    server, ann, one = begin(context, 'websocket')
    say(ann, *('before %d' % i for i in range(10)))
    for i in range(5):
        one.hears('ann', 'before %d' % i)
    server.kill()
    one.take('disconnect')
    for i in range(5, 10):
        one.hears('ann', 'before %d' % i)
    server.start()
    ann = context.client(server, 'line-english').enter('ann')
    ann.pass_over()
    say(ann, 'missed')
    one.do('open-line', url='http://%s:%d' % server.address('web'))
    told = one.connected()
    if not told['recovered']:
        raise Failure('not recovered')
    ann.sees_enter(one.nick)  # who was not there while this server ran
    one.hears('ann', 'missed')
    say(ann, 'live')
    one.hears('ann', 'live')
    one.say('it is me')
    ann.hears(one.nick, 'it is me')


def test_a_wrong_pid(context):
    server, ann, one = begin(context, 'websocket')
    two = SioClient(one.drivers, server, '4', auth={'pid': 'no such pid', 'offset': '1.1'})
    if two.connected()['recovered']:
        raise Failure('recovered with a pid that nobody has')
    if two.value().get('action') != 'login':
        raise Failure('its login did not come first')


def make(check, way):
    def test(context):
        check(context, way)
    return test


for check in check_missed, check_nothing_missed, check_under_way, check_many_missed, check_goodbye:
    for way in WAYS:
        globals()['test_%s_%s' % (check.__name__[6:], way)] = make(check, way)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
