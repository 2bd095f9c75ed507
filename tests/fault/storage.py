#!/usr/bin/env python3
"""A disk that fails for a while, a clock that is set back and forth, a history that is damaged."""
import contextlib
import os
import sqlite3
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from disk import Room  # noqa: E402
from faults import DISK_ERRORS, Faults, same_bytes  # noqa: E402
from resume import Member, run  # noqa: E402
from server import command, export  # noqa: E402
from tap import Failure  # noqa: E402

TRIES = 20
DAY_MS = 86400000
PAGE = 4096
MORE = 60  # messages of one member


def fail_for_a_while(context, errors):
    faults = Faults(context)
    server = context.server('--set', 'replay-lines=0', *faults.options, variables=faults.variables)
    room = Room(context, server)
    notices = 0
    for error in errors:
        for _ in range(5):
            if not room.say():
                raise Failure('refused although nothing fails')
        faults.set(**error)
        for _ in range(TRIES):
            if room.say():
                raise Failure('kept although the disk fails: %r' % error)
        room.refused_with_ack()
        faults.set()
        room.recover()
        notices += 2
        room.check_notices(most=notices)
    room.check_kept(server)
    tap.comment('%d said, %d kept' % (room.number, len(room.kept)))


def test_writing_fails(context):
    fail_for_a_while(context, [{'write': error} for error in DISK_ERRORS])


def test_syncing_fails(context):
    fail_for_a_while(context, [{'sync': error} for error in DISK_ERRORS])


def test_clock(context):
    """Order and positions do not hang on it; times are what the clock says, and nobody is kept or
    thrown out for it."""
    faults = Faults(context)
    server = context.server(*faults.options, '--set', 'history-keep-days=30', '--threads', '2',
                            variables=faults.variables)
    room = Room(context, server)
    for number, days in enumerate((0, 1, -1, 20, -300, 365, 0, -10000, 10000, -2, 0)):
        faults.set(clock_ms=days * DAY_MS)
        for _ in range(3):
            if not room.say():
                raise Failure('refused with the clock %d days off' % days)
        late = context.client(server, 'native').enter('late%d' % number)
        got = [m['text'] for m in late.replay['messages']]
        if not got:
            got = [m['text'] for m in late.expect_members(type='history', replay=True)['messages']]
        if got != room.kept[-len(got):] or len(got) < min(20, len(room.kept)):
            raise Failure('%d are replayed of %d' % (len(got), len(room.kept)))
        for person in room.people:
            person.client.sees_enter('late%d' % number)
        late.send_object(type='bye')
        for person in room.people:
            person.client.sees_leave('late%d' % number)
    positions = [(m['epoch'], m['seq']) for m in export(server.data)]
    if positions != sorted(set(positions)):
        raise Failure('positions: %r' % positions)
    room.check_kept(server)


def damage(path, at, length):
    with open(path, 'r+b') as file:
        file.seek(at)
        file.write(os.urandom(length))


def talk(context, server, text):
    ann = context.client(server, 'line-english').enter('ann')
    bob = context.client(server, 'json').enter('bob')
    ann.sees_enter('bob')
    ann.say(text)
    for client in (ann, bob):
        client.hears('ann', text)
    ann.close()
    bob.sees_leave('ann')
    bob.close()


def check_gap(context, server, after):
    """Who has read up to there hears that something may be missing, not that all is well."""
    client = context.client(server, 'native')
    client.greet()
    client.send_object(type='login', nick='late', rooms=[{'room': 'lobby', 'after': after}])
    client.expect_members(type='welcome')
    got = client.expect_members(type='entered', room='lobby')
    if not got.get('gap') and not client.expect_members(type='history', replay=True).get('gap'):
        raise Failure('a gap is not told')
    client.send_object(type='bye')
    client.rest()


def test_damaged_at_the_start(context):
    """The file is kept aside as it was, the log says so, and the chat goes on, at positions that are
    later than all before."""
    server = context.server('--set', 'replay-lines=0')
    path = os.path.join(server.data, 'history.db')
    for number, (at, length) in enumerate(((0, 100), (100, 5000), (16, 8)), 1):
        talk(context, server, 'before %d' % number)
        last = export(server.data)[-1]
        server.stop()
        damage(path, at, length)
        copy = os.path.join(context.folder(), 'damaged')
        with open(path, 'rb') as source, open(copy, 'wb') as target:
            target.write(source.read())
        server.start()
        aside = '%s.damaged-%d' % (path, number)
        if not os.path.exists(aside) or not same_bytes(aside, copy):
            raise Failure('the damaged file is not kept as it was')
        lines = [line for line in server.log().splitlines() if 'damaged-%d' % number in line]
        if len(lines) != 1 or ' error ' not in lines[0]:
            raise Failure('the log says %r' % lines)
        talk(context, server, 'after %d' % number)
        check_gap(context, server, [last['epoch'], last['seq']])
        first = export(server.data)[0]
        if (first['epoch'], first['seq']) <= (last['epoch'], last['seq']) \
                or first['text'] != 'after %d' % number:
            raise Failure('before: %r, after: %r' % (last, first))


def test_damaged_in_the_middle(context):
    """Pages that only what is old stands on: who wants that is refused, and all else goes on. Should
    more be damaged than that, the file is set aside."""
    for quarter in range(4):
        server = context.server('--set', 'replay-lines=5')
        room = Room(context, server)
        for _ in range(150):
            if not room.say():
                raise Failure('refused although nothing fails')
        for person in room.people:
            person.client.close()
        server.stop()
        path = os.path.join(server.data, 'history.db')
        pages = os.path.getsize(path) // 4096
        damage(path, 4096 * (pages * quarter // 4 + 1), 4096 * (pages // 4 - 1))
        server.start()
        aside = os.path.exists(path + '.damaged-1')
        talk(context, server, 'goes on')
        client = context.client(server, 'native').enter('reader')
        client.send_object(type='history', count=200)
        answers = []
        while not answers or answers[-1]['type'] not in ('error', 'history'):
            answers.append(client.take_object())
            if answers[-1].get('replay'):
                answers.pop()
        if answers[-1]['type'] == 'error' and answers[-1]['code'] != 'not-read':
            raise Failure('got %r' % answers[-1])
        tap.comment('quarter %d: %s, history: %s' % (
            quarter + 1, 'set aside' if aside else 'left in its place',
            answers[-1].get('code') or len(answers[-1]['messages'])))
        client.send_object(type='bye')
        client.rest()
        server.stop()


def page_of_positions(db, size):
    """One that every message needs, and that nobody needs to read them all."""
    found = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'message_position'")
    return PAGE * (found.fetchone()[0] - 1), PAGE


def the_beginning(db, size):
    return 0, 100


def all_but_the_beginning(db, size):
    return PAGE, size - PAGE


def damage_under_talk(path, aside, where):
    """SQLite's log is moved into the file and begins anew: then the server reads its pages again.
    At any moment it may have found what was damaged before, and be about to set the file aside."""
    try:
        with open(path, 'r+b', buffering=0) as file:
            if os.path.exists(aside):
                return  # the new one may have been opened
            with contextlib.closing(sqlite3.connect('file:%s?mode=rw' % path, 10, uri=True)) as db:
                at, length = where(db, os.path.getsize(path))
                db.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchall()
            os.pwrite(file.fileno(), os.urandom(length), at)
    except (sqlite3.Error, OSError, TypeError):
        return


def readable(path):
    """What a look at all that is there finds, with the log that is kept with it."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            rows = db.execute('SELECT epoch, seq, text FROM message NOT INDEXED ORDER BY id')
            return [((epoch, seq), text) for epoch, seq, text in rows]
    except sqlite3.Error:
        return []


def check_said(members, old, new, whole):
    """Each has read the same, once and in order; what was said since is in the new file, and what is
    left of the old one is from before."""
    read = members[0].read
    if any(member.read != read for member in members):
        raise Failure('they have read different things')
    positions = [position for position, _ in read]
    if positions != sorted(set(positions)):
        raise Failure('positions: %r' % positions)
    if not new or len(new) >= len(read) or new != read[-len(new):]:
        raise Failure('%d are kept of %d' % (len(new), len(read)))
    before = read[:-len(new)]
    if whole and old != before or any(said not in before for said in old):
        raise Failure('%d are to be read in the old file of %d' % (len(old), len(before)))
    for member in members:
        acked = {text[len('message '):]: position for position, text in read
                 if text.startswith('message %s-' % member.nick)}
        if acked != member.acked:
            raise Failure('%s: not acknowledged as it is kept' % member.nick)


def talk_on(members):
    enough = members[0].said + MORE

    def enough_said():
        for member in members:
            member.say()
        return all(len(member.acked) > enough for member in members)
    run(members, enough_said)


def talk_to_the_end(members):
    count = sum(member.said for member in members)
    run(members, lambda: all(len(m.read) == count and not m.unsent for m in members))


def check_new(context, server, lost, new):
    """What was there besides messages is there; what is asked of the new file, it answers."""
    late = context.client(server, 'native').enter('later')
    if late.replay['topic'] != 'green':
        raise Failure('the topic is %r' % late.replay)
    late.send_object(type='search', room='lobby', text=new[0][1], count=20)
    got = late.take_object()
    if new[0][1] not in [said['text'] for said in got.get('messages', [])]:
        raise Failure('found: %r' % got)
    late.send_object(type='bye')
    late.rest()
    check_gap(context, server, list(lost))
    if not command('ctl', '--data', server.data, 'bans')[1].startswith('192.0.2.7'):
        raise Failure('the ban is lost')
    copy = os.path.join(context.folder(), 'copy')
    command('backup', '--data', server.data, copy)
    if readable(copy) != new:
        raise Failure('the backup has something else')


def damaged_under_talk(context, where, *options):
    server = context.server('--set', 'grace-seconds=60', '--set', 'replay-lines=0',
                            '--set', 'resume-lines=10000', *options)
    path = os.path.join(server.data, 'history.db')
    aside = path + '.damaged-1'
    members = [Member(context, server, nick) for nick in ('ann', 'bob', 'carol')]
    for member in members:
        member.connect()
    members[0].client.send_object(type='topic', room='lobby', topic='green')
    command('ctl', '--data', server.data, 'ban', '192.0.2.7', 'noise')
    talk_on(members)

    def set_aside():
        for member in members:
            member.say()
        damage_under_talk(path, aside, where)
        return os.path.exists(aside)
    run(members, set_aside)
    talk_on(members)
    lines = [line for line in server.log().splitlines() if ' error ' in line]
    if len(lines) != 1 or 'damaged-1' not in lines[0] or '.recover' not in lines[0]:
        raise Failure('the log says %r' % lines)

    server.kill()
    server.start()
    for member in members:
        member.client.abort()
    for member in members:
        member.connect()
    talk_on(members)
    talk_to_the_end(members)
    new = [((m['epoch'], m['seq']), m['text']) for m in export(server.data)]
    old = readable(aside)
    check_said(members, old, new, where == page_of_positions)
    check_new(context, server, members[0].read[0][0], new)
    if os.path.exists(path + '.damaged-2'):
        raise Failure('set aside twice')
    tap.comment('%d said, %d of them kept in the new file, %d are to be read in the old one'
                % (len(members[0].read), len(new), len(old)))
    server.stop()


def test_damaged_under_talk(context):
    """While people talk: nobody is refused, and nothing is lost of what was said since."""
    for where in (page_of_positions, the_beginning, all_but_the_beginning):
        damaged_under_talk(context, where)


def test_damaged_under_talk_two_threads(context):
    damaged_under_talk(context, page_of_positions, '--threads', '2')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
