#!/usr/bin/env python3
"""Everybody in one room: telnet, the Chinese door, the JSON door, the native one, python3-socketio and
all generations of socket.io-client, by all their ways. All hear the same in the same order."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from sio import KINDS, WAYS, Drivers, SioClient  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import Frames, Peer  # noqa: E402

DOORS = ('line-english', 'line-chinese', 'line-terse', 'json', 'native', 'web')
ROUNDS = 5


class Line:
    """A person at one of the older doors."""

    def __init__(self, context, server, door, nick):
        self.client = context.client(server, door).enter(nick)
        self.nick = nick
        self.client.pass_over()

    def say(self, text):
        self.client.say(text)

    def words(self, nicks, count):
        """(nick, text) of the next words; who comes and goes is passed over."""
        found = []
        while len(found) < count:
            got = self.client.take_object() if self.client.door == 'json' else self.client.take_line()
            if got is None:
                raise Failure('%s: closed' % self.nick)
            if self.client.door == 'json':
                if got['type'] != 'broadcast':
                    continue
                nick, _, text = got['msg'].partition('][')[2].partition('] : ')
            else:
                nick, _, text = got.partition(':')
                text = text if self.client.door == 'line-chinese' else text[1:]
            if nick in nicks:
                found.append((nick, text))
        return found


class Native:
    """A native client over TCP, or over the WebSocket at /chat."""

    def __init__(self, context, server, nick, web=False):
        self.nick = nick
        self.socket = Frames(context, server.address('web'), '/chat') if web else \
            Peer(context, server.address('native'))
        self.web = web
        self.say_object(type='login', nick=nick)
        while (got := self.take())['type'] != 'entered':
            if got['type'] == 'error':
                raise Failure('%s: %r' % (nick, got))

    def say_object(self, **members):
        text = json.dumps(members)
        if self.web:
            self.socket.put(text)
        else:
            self.socket.socket.sendall(text.encode() + b'\n')

    def say(self, text):
        self.say_object(type='say', text=text)

    def take(self):
        text = self.socket.get() if self.web else self.socket.take_until(b'\n')
        if text is None:
            raise Failure('%s: closed' % self.nick)
        return json.loads(text)

    def words(self, nicks, count):
        found = []
        while len(found) < count:
            got = self.take()
            if got['type'] == 'message':
                found.append((got['from'], got['text']))
        return found


class Sio:
    def __init__(self, drivers, server, kind, way):
        self.client = SioClient(drivers, server, kind, way).enter()
        self.nick = self.client.nick

    def say(self, text):
        self.client.say(text)

    def words(self, nicks, count):
        return [self.client.message() for _ in range(count)]


def everybody(context, server):
    drivers = Drivers(context)
    people = [Line(context, server, door, name) for door, name in zip(
        DOORS, ('telnet', '小红', 'window', 'json'))]
    people += [Native(context, server, 'native'), Native(context, server, 'native网页', web=True)]
    people += [Sio(drivers, server, kind, way) for kind in KINDS for way in WAYS]
    return people


def test_everybody_talks(context):
    """Each in turn, then all at once."""
    server = context.server(doors=DOORS)
    people = everybody(context, server)
    nicks = {person.nick for person in people}
    if len(nicks) != len(people):
        raise Failure('a nick twice: %r' % nicks)
    for person in people:
        expected = (person.nick, '%s说: hello 🍵 "quotes"' % person.nick)
        person.say(expected[1])
        for other in people:
            if (got := other.words(nicks, 1)) != [expected]:
                raise Failure('%s reads %r instead of %r' % (other.nick, got, expected))

    for number in range(ROUNDS):
        for person in people:
            person.say('number %d' % number)
    total = ROUNDS * len(people)
    first = people[0].words(nicks, total)
    for person in people:
        if [text for nick, text in first if nick == person.nick] != \
                ['number %d' % i for i in range(ROUNDS)]:
            raise Failure('of %s came %r' % (person.nick, [w for w in first if w[0] == person.nick]))
    for other in people[1:]:
        if (got := other.words(nicks, total)) != first:
            raise Failure('%s reads in another order:\n%r\n%r' % (other.nick, got, first))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
