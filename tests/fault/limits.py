#!/usr/bin/env python3
"""Too much of something: commands, connections, file descriptors. Each gets a clear answer or a
close with a reason, and the members notice nothing."""
import os
import resource
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE, DOORS  # noqa: E402
from tap import Failure  # noqa: E402

DESCRIPTORS = 64


def two(context, server):
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    bob = context.client(server, 'json').enter('bob')
    alice.sees_enter('bob')
    return alice, bob


def is_refusal(client):
    """Whether the server closes with a reason instead of greeting. It may also just close, when
    it has nothing left to say it with."""
    client.fill()
    reason = {'line-english': '* Closed: ', 'line-chinese': '* 连接关闭：', 'line-terse': '* Closed: ',
              'json': '{'}[client.door].encode(client.charset)
    if client.pending and not client.pending.startswith(reason):
        return False
    if client.door == 'json':
        got = client.take_object()
        if got is not None and (got['type'], got['code']) != ('error', 'closed'):
            raise Failure('got %r' % got)
    else:
        client.take_line()
    client.take_eof()
    return True


def test_paste(context):
    """200 lines pasted at once, with the default burst: all are done, in order, none is dropped."""
    server = context.server('--set', 'flood-rate=100', flood=True)
    alice, bob = two(context, server)
    alice.send_bytes(b''.join(b'say %d\r\n' % i for i in range(200)))
    for i in range(200):
        alice.hears('alice', str(i))
        bob.hears('alice', str(i))
    alice.sync()
    # The json door likewise, in one piece.
    bob.send_bytes(b''.join(b'{"type":"broadcast","msg":"%d"}' % i for i in range(200)) + b'\n')
    for i in range(200):
        alice.hears('bob', str(i))
        bob.hears('bob', str(i))
    bob.sync()


def test_paste_then_end(context):
    """What waits is done although its sender has ended."""
    server = context.server('--set', 'flood-rate=100', '--set', 'flood-burst=10', flood=True)
    alice, bob = two(context, server)
    carol = context.client(server, 'line-terse').enter('carol')
    for client in (alice, bob):
        client.sees_enter('carol')
    carol.send_bytes(b''.join(b'say %d\n' % i for i in range(100)))
    carol.half_close()
    for i in range(100):
        for client in (alice, bob, carol):
            client.hears('carol', str(i))
    carol.take_eof()
    for client in (alice, bob):
        client.sees_leave('carol')


def test_flood(context):
    """Past flood-buffer-bytes the line is closed; the flooder and the room are told why."""
    server = context.server('--set', 'flood-rate=1', '--set', 'flood-buffer-bytes=8192', flood=True)
    alice, bob = two(context, server)
    carol = context.client(server, 'line-english').enter('carol')
    for client in (alice, bob):
        client.sees_enter('carol')
    try:
        for _ in range(200):
            carol.send_bytes(b'say flood\r\n' * 100)
    except ConnectionError:
        pass
    heard = 0
    while True:
        line = carol.take_line()
        if line != 'carol: flood':
            break
        heard += 1
    if line is None or not line.startswith('* Closed: '):
        raise Failure('after %d lines: %r' % (heard, line))
    carol.take_eof()
    for _ in range(heard):
        for client in (alice, bob):
            client.hears('carol', 'flood')
    line = alice.take_line()
    while line == 'carol: flood':
        bob.hears('carol', 'flood')
        line = alice.take_line()
    if not line.startswith('* carol '):
        raise Failure('got %r' % line)
    alice.sees_leave('carol')
    got = bob.take_object()
    if got['type'] != 'system_msg' or 'carol' not in got['msg']:
        raise Failure('got %r' % got)
    bob.sees_leave('carol')
    alice.say('hi')
    alice.hears('alice', 'hi')
    bob.hears('alice', 'hi')


def test_others_do_not_wait(context):
    """One who waits for tokens holds nobody up."""
    server = context.server('--set', 'flood-rate=1', '--set', 'flood-burst=20', flood=True)
    alice, bob = two(context, server)
    bob.send_bytes(b'{"type":"broadcast","msg":"x"}' * 200 + b'\n')
    alice.hears('bob', 'x')
    alice.say('not held up')
    while alice.take_line() != 'alice: not held up':
        pass


def enter_when_there_is_place(context, server, door, nick):
    """A place is free soon after somebody has gone."""
    deadline = time.monotonic() + DEADLINE
    while True:
        client = context.client(server, door)
        if not is_refusal(client):
            return client.enter(nick)
        if time.monotonic() > deadline:
            raise Failure('there is no place')
        time.sleep(0.02)


def test_per_address(context):
    server = context.server('--set', 'connections-per-address=4')
    alice, bob = two(context, server)
    others = [context.client(server, 'line-chinese').enter('other%d' % i) for i in range(2)]
    for i in range(2):
        alice.sees_enter('other%d' % i)
    for door in DOORS:
        if not is_refusal(context.client(server, door)):
            raise Failure('a fifth is let in at ' + door)
    alice.sync()
    others[0].close()
    alice.sees_leave('other0')
    enter_when_there_is_place(context, server, 'line-english', 'late')
    alice.sees_enter('late')
    if not is_refusal(context.client(server, 'json')):
        raise Failure('a fifth is let in')


def test_in_all(context):
    server = context.server('--set', 'connections=3')
    alice, bob = two(context, server)
    carol = context.client(server, 'line-terse').enter('carol')
    alice.sees_enter('carol')
    for door in DOORS:
        if not is_refusal(context.client(server, door)):
            raise Failure('a fourth is let in at ' + door)
    carol.abort()
    alice.sees_leave('carol')
    enter_when_there_is_place(context, server, 'json', 'dave')
    alice.sees_enter('dave')


def run_out_of_descriptors(context, *options):
    """More connections than descriptors: those in excess are refused, the members talk on, and
    when some have gone there is place again."""
    server = context.server(*options, limits=[(resource.RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS)])
    alice, bob = two(context, server)
    crowd = [context.client(server, DOORS[i % len(DOORS)]) for i in range(3 * DESCRIPTORS)]
    refused = [client for client in crowd if is_refusal(client)]
    let_in = len(crowd) - len(refused)
    tap.comment('%d of %d were let in' % (let_in, len(crowd)))
    if not 0 < let_in < DESCRIPTORS:
        raise Failure('%d were let in' % let_in)
    alice.say('one')
    for client in (alice, bob):
        client.hears('alice', 'one')
    alice.send('history 1')  # reading needs the store, and no new descriptor
    if not (alice.take_line() or '').endswith('] alice: one'):
        raise Failure('no history')
    for client in crowd:
        client.close()
    enter_when_there_is_place(context, server, 'line-english', 'late')
    alice.sees_enter('late')
    alice.say('two')
    for client in (alice, bob):
        while (client.take_object()['msg'] if client is bob else client.take_line())[-3:] != 'two':
            pass


def test_descriptors(context):
    run_out_of_descriptors(context)


def test_descriptors_two_threads(context):
    run_out_of_descriptors(context, '--threads', '2')


def storm(context, *options):
    """Thousands of connects from one address, each gone at once, some by a reset."""
    server = context.server('--set', 'connections-per-address=100', *options)
    alice, bob = two(context, server)
    before = server.descriptors()
    failures = []

    def connect():
        from client import Client
        try:
            for i in range(1000):
                client = Client(server.address(DOORS[i % len(DOORS)]), DOORS[i % len(DOORS)])
                (client.close if i % 3 else client.abort)()
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=connect) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(50):
        alice.say(str(i))
        for client in (alice, bob):
            client.hears('alice', str(i))
    for thread in threads:
        thread.join()
    if failures:
        raise Failure('%r' % failures[0])
    alice.sync()
    deadline = time.monotonic() + DEADLINE
    while server.descriptors() > before:
        if time.monotonic() > deadline:
            raise Failure('%d descriptors, before %d' % (server.descriptors(), before))
        time.sleep(0.02)


def test_storm(context):
    storm(context)


def test_storm_two_threads(context):
    storm(context, '--threads', '2')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
