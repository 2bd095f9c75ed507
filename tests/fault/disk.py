#!/usr/bin/env python3
"""The disk is full: the speaker is refused, the room is told once, nothing is shown that is not
kept; when there is space again, all goes on by itself.

Once with a limit on the size of files, which anyone can set; once with a small file system of its
own, when the one who runs it may mount."""
import os
import resource
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import export  # noqa: E402
from tap import Failure, Skip  # noqa: E402

DOWN = '* Messages cannot be kept just now (the server\'s disk is full or failing), so nothing ' \
       'can be said.'
UP = '* Messages can be kept again.'
TEXT_BYTES = 3900
MOST = 5000           # texts until it must be full
WHILE_FULL = 20       # texts that are tried then


class Person:
    """What one reads, but for the notices about the disk, which are gathered by themselves: they
    may come between any two other things."""

    def __init__(self, client):
        self.client = client
        self.notices = []

    def take(self):
        while True:
            if self.client.door == 'json':
                got = self.client.take_object()
                notice = got is not None and got['type'] == 'system_msg'
            else:
                got = self.client.take_line()
                notice = got in (DOWN, UP)
            if got is None:
                raise Failure('closed')
            if not notice:
                return got
            self.notices.append(got)

    def sync(self):
        if self.client.door == 'json':
            self.client.send_object(type='help')
            got = self.take()['type']
        else:
            self.client.send('no-such-command')
            got = self.take()
        if got not in ('help', 'Unknown command: no-such-command',
                       'Unknown command no-such-command '):
            raise Failure('expected nothing\n     got %r' % got)


class Room:
    """A speaker, a listener and a json client."""

    def __init__(self, context, server):
        self.alice = Person(context.client(server, 'line-english').enter('alice'))
        self.alice.sync()
        self.bob = Person(context.client(server, 'line-terse').enter('bob'))
        self.alice.client.sees_enter('bob')
        self.dave = Person(context.client(server, 'json').enter('dave'))
        for person in (self.alice, self.bob):
            person.client.sees_enter('dave')
        self.people = (self.alice, self.bob, self.dave)
        self.number = 0
        self.kept = []

    def say(self):
        """alice says something: whether it was kept. All hear it, or she alone is refused."""
        text = ('%06d ' % self.number).ljust(TEXT_BYTES, 'x')
        self.number += 1
        self.alice.client.say(text)
        got = self.alice.take()
        heard = got == 'alice: ' + text
        if heard:
            self.kept.append(text)
            if self.bob.take() != got or not self.dave.take()['msg'].endswith(text):
                raise Failure('the others heard something else')
        elif not got.startswith('* '):
            raise Failure('alice read %r' % got[:200])
        for person in self.people:
            person.sync()
        return heard

    def fill(self):
        while self.say():
            if self.number > MOST:
                raise Failure('not full after %d texts' % self.number)

    def refused_with_ack(self):
        """At the json door the refusal carries the ack, and there is no ack."""
        self.dave.client.send_object(type='broadcast', msg='y' * TEXT_BYTES, ack='a')
        got = self.dave.take()
        if got.get('code') != 'not-kept' or got.get('ack') != 'a':
            raise Failure('got %r' % str(got)[:200])
        for person in self.people:
            person.sync()

    def check_notices(self, most):
        """Once when it begins, once when it ends, and the same for all."""
        notices = self.alice.notices
        if not 1 <= len(notices) <= most or notices != [(DOWN, UP)[i % 2] for i in
                                                        range(len(notices))]:
            raise Failure('notices: %r' % notices)
        if self.bob.notices != notices or len(self.dave.notices) != len(notices):
            raise Failure('other notices: %r, %r' % (self.bob.notices, self.dave.notices))

    def recover(self):
        tries = 0
        while not self.say():
            tries += 1
            if tries > MOST:
                raise Failure('does not recover')
        for _ in range(50):
            if not self.say():
                raise Failure('refused again')
        if self.alice.notices[-1] != UP:
            raise Failure('notices: %r' % self.alice.notices)

    def check_kept(self, server):
        """What was heard, and nothing else; also when the server has stopped."""
        for _ in range(2):
            kept = [m['text'] for m in export(server.data)]
            if kept != self.kept:
                raise Failure('%d texts were heard, %d are kept' % (len(self.kept), len(kept)))
            for person in self.people:
                person.client.close()
            if server.running():
                server.stop()


def file_size(context, ignore):
    """The log of SQLite may reach the limit before the rest does and then begin anew: so there may
    be more than one time of refusals."""
    limit = 1 << 20
    server = context.server('--set', 'replay-lines=0', ignore=ignore,
                            limits=[(resource.RLIMIT_FSIZE, limit, resource.RLIM_INFINITY)])
    room = Room(context, server)
    for _ in range(WHILE_FULL):
        room.fill()
    room.check_notices(most=2 * WHILE_FULL)
    tap.comment('%d said, %d kept, %d notices' % (room.number, len(room.kept),
                                                  len(room.alice.notices)))
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    room.recover()
    room.check_kept(server)


def test_file_size(context):
    file_size(context, ignore=[signal.SIGXFSZ])


def test_file_size_signal(context):
    """The same with the signal of that limit as it comes: the server must not die of it."""
    file_size(context, ignore=[])


def mount(*arguments):
    done = subprocess.run(['mount', *arguments], capture_output=True)
    if done.returncode != 0:
        raise Skip('mount: ' + done.stderr.decode().strip())


def test_file_system(context):
    folder = context.folder()
    if os.geteuid() != 0:
        raise Skip('only root may mount')
    mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder)
    context.defer(subprocess.run, ['umount', '-l', folder])
    server = context.server('--set', 'replay-lines=0', data=os.path.join(folder, 'data'))
    room = Room(context, server)
    room.fill()
    for _ in range(WHILE_FULL):
        if room.say():
            raise Failure('kept although there is no space')
    room.refused_with_ack()
    room.check_notices(most=1)
    # All else works.
    alice = room.alice.client
    alice.send('look')
    for line in ('The following are in this room:', 'alice', 'bob', 'dave'):
        alice.expect_line(line)
    alice.send('history 1')
    if not alice.take_line().endswith('] alice: ' + room.kept[-1]):
        raise Failure('history')

    mount('-o', 'remount,size=64m', folder)
    room.recover()
    room.check_notices(most=2)
    room.check_kept(server)


def test_start_on_full(context):
    """A start on a full disk says so, and does no harm to what is there."""
    folder = context.folder()
    if os.geteuid() != 0:
        raise Skip('only root may mount')
    mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder)
    context.defer(subprocess.run, ['umount', '-l', folder])
    server = context.server('--set', 'replay-lines=0', data=os.path.join(folder, 'data'))
    room = Room(context, server)
    for _ in range(10):
        room.say()
    server.kill()
    filler = os.path.join(folder, 'filler')
    try:
        with open(filler, 'wb') as file:
            while True:
                file.write(b'x' * 4096)
                file.flush()
    except OSError:
        pass
    try:
        server.start()
        server.kill()
    except Failure as failure:
        if not server.log().strip().splitlines()[-1:]:
            raise Failure('no reason is given: %s' % failure) from None
        tap.comment('does not start: ' + server.log().strip().splitlines()[-1])
    os.unlink(filler)
    server.start()
    if [m['text'] for m in export(server.data)] != room.kept:
        raise Failure('something is lost')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
