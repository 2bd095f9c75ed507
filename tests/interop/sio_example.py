#!/usr/bin/env python3
"""The events of Socket.IO's own chat example, as its page uses them, with the clients of both
protocols; and how they meet those who are there by other doors."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from sio import Drivers, SioClient  # noqa: E402
from tap import Failure  # noqa: E402

DOORS = ('web', 'line-english')


class Page:
    """What the example's script does with a socket."""

    def __init__(self, drivers, server, kind, name, way='upgrade'):
        self.client = SioClient(drivers, server, kind, way)
        self.client.connected()
        self.client.emit('add user', name)
        got = self.next()
        if got[0] != 'login' or list(got[1]) != ['numUsers']:
            raise Failure('%s: no login but %r' % (name, got))
        self.users = got[1]['numUsers']
        self.name = name

    def next(self):
        """The next event that the page knows. It has no ear for `msg`, which may come until the
        server has read who this is."""
        while True:
            got = self.client.event()
            if got[0] != 'msg':
                return got

    def expect(self, name, **values):
        got = self.next()
        if got[:2] != [name, values] or len(got) > 3 or (len(got) == 3 and self.client.kind == '2'):
            raise Failure('%s: expected %r %r\n     got %r' % (self.name, name, values, got))

    def sees_named(self, name, users):
        """Somebody comes, who is in the room under one of the server's names until it has said its
        own: until it is here, the server cannot know that it will."""
        joined = self.next()
        if joined[:2] != ['user joined', dict(joined[1], numUsers=users)]:
            raise Failure('%s: %r is not how %s comes' % (self.name, joined, name))
        self.expect('user left', username=joined[1]['username'], numUsers=users - 1)
        self.expect('user joined', username=name, numUsers=users)


def check_page(context, kind):
    server = context.server(doors=DOORS)
    drivers = Drivers(context)
    alice = Page(drivers, server, kind, 'alice')
    if alice.users != 1:
        raise Failure('numUsers: %r' % alice.users)
    bob = Page(drivers, server, kind, '小明')
    if bob.users != 2:
        raise Failure('numUsers: %r' % bob.users)
    alice.sees_named('小明', 2)

    alice.client.emit('new message', 'hello 🍵')
    bob.expect('new message', username='alice', message='hello 🍵')
    bob.client.emit('typing')
    alice.expect('typing', username='小明')
    bob.client.emit('stop typing')
    alice.expect('stop typing', username='小明')
    bob.client.emit('new message', '你好')
    alice.expect('new message', username='小明', message='你好')  # and its own did not come

    carol = context.client(server, 'line-english').enter('carol')
    for page in alice, bob:
        page.expect('user joined', username='carol', numUsers=3)
    carol.pass_over()
    carol.say('from telnet')
    carol.hears('carol', 'from telnet')
    for page in alice, bob:
        page.expect('new message', username='carol', message='from telnet')
    alice.client.emit('new message', 'to telnet')
    carol.hears('alice', 'to telnet')
    bob.expect('new message', username='alice', message='to telnet')

    bob.client.close()
    carol.sees_leave('小明')
    alice.expect('user left', username='小明', numUsers=2)
    carol.close()
    alice.expect('user left', username='carol', numUsers=1)


def test_page_with_client_4(context):
    check_page(context, '4')


def test_page_with_client_3(context):
    check_page(context, '3')


def test_page_with_client_2(context):
    check_page(context, '2')


def test_names_that_are_taken(context):
    """The page cannot be told that a name is taken: it gets one that is like it."""
    server = context.server(doors=DOORS)
    drivers = Drivers(context)
    ann = context.client(server, 'line-english').enter('ann')
    for i, name in enumerate(('ann', 'ann', 'a b!')):
        page = Page(drivers, server, '4', name)
        if page.users != i + 2:
            raise Failure('numUsers: %r' % page.users)
        page.client.emit('new message', 'I am %d' % i)
        while not (line := ann.take_line()).endswith(': I am %d' % i):
            if ': ' in line:
                raise Failure('ann reads %r' % line)
        if line.split(':')[0] != ('ann2', 'ann3', 'a_b')[i]:
            raise Failure('it speaks as %r' % line)


def test_with_the_tutorial(context):
    """The example's page and the tutorial's client in one room."""
    server = context.server(doors=DOORS)
    drivers = Drivers(context)
    alice = Page(drivers, server, '4', 'alice')
    one = SioClient(drivers, server, 'python').enter()
    alice.expect('user joined', username=one.nick, numUsers=2)
    one.say('hello')
    alice.expect('new message', username=one.nick, message='hello')
    one.hears(one.nick, 'hello')
    alice.client.emit('new message', 'and to you')
    one.hears('alice', 'and to you')
    one.close()
    alice.expect('user left', username=one.nick, numUsers=1)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
