#!/usr/bin/env python3
"""The history carried elsewhere: backup, export and import, schemas of other servers."""
import os
import shutil
import sqlite3
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Crowd, verify  # noqa: E402
from server import ROOT, command, environment, export, program  # noqa: E402
from tap import Failure  # noqa: E402

SCHEMA1 = os.path.join(ROOT, 'tests', 'data', 'history-schema1.db')


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def exported(data):
    return command('export', '--data', data)[1]


def import_text(data, text):
    """(exit status, standard output, standard error)."""
    done = subprocess.run([program(), 'import', '--data', data, '-'], input=text.encode(),
                          capture_output=True, timeout=60, env=environment())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def restore(context, file):
    data = os.path.join(context.folder(), 'data')
    os.mkdir(data, 0o700)
    shutil.copy(file, os.path.join(data, 'history.db'))
    return data


def test_backup_under_load(context):
    """Copies are taken while everybody talks: each is one moment of it, whole, from the first
    message on without a gap; nobody's talk is lost; and a server starts from it."""
    server = context.server('--set', 'replay-lines=0', '--threads', '2')
    folder = context.folder()
    crowd = Crowd(context, server, 6, 6, 200, window=8)
    results = []

    def copy_often():
        for i in range(8):
            file = os.path.join(folder, 'copy%d' % i)
            results.append((file, command('backup', '--data', server.data, file, check=False)))

    thread = threading.Thread(target=copy_often)
    thread.start()
    crowd.run(crowd.all_heard)
    thread.join()
    crowd.close()
    history = export(server.data)
    verify(history, [crowd])
    server.stop()
    sizes = []
    for file, result in results:
        expect((0, '', ''), result)
        expect(0o600, os.stat(file).st_mode & 0o777)
        messages = export(restore(context, file))
        expect(history[:len(messages)], messages)
        sizes.append(len(messages))
    expect(sorted(sizes), sizes)
    again = context.server('--set', 'replay-lines=0', data=restore(context, results[-1][0]))
    alice = context.client(again, 'line-english').enter('alice')
    alice.say('back again')
    alice.hears('alice', 'back again')
    last = export(again.data)[-1]
    if last['text'] != 'back again' or last['epoch'] <= history[-1]['epoch']:
        raise Failure('the restored server said %r' % last)


def test_backup_refused(context):
    server = context.server()
    folder = context.folder()
    file = os.path.join(folder, 'file')
    with open(file, 'w') as out:
        out.write('precious')
    for arguments, words in (([file], 'already'),
                             ([os.path.join(folder, 'no', 'file')], 'No such file'),
                             ([], 'needs the FILE'), ([file, file], 'one argument')):
        status, out, err = command('backup', '--data', server.data, *arguments, check=False)
        if status == 0 or words not in err:
            raise Failure('backup %s: exit status %d, %r' % (arguments, status, out + err))
    with open(file) as kept:
        expect('precious', kept.read())
    status, _, err = command('backup', '--data', os.path.join(folder, 'none'), file + '2',
                             check=False)
    expect((1, True), (status, 'no folder' in err))
    expect(['file'], os.listdir(folder))


def test_round_trip(context):
    """What was exported, imported and exported again is the same to the byte."""
    server = context.server('--set', 'replay-lines=0')
    dave = context.client(server, 'json').enter('dave')
    alice = context.client(server, 'line-english').enter('alice')
    dave.sees_enter('alice')
    for text in ('one', '茶 "quoted" \\ / 😀 </script>', 'two\nlines\nthree', 'a\u200db', 'é é'):
        dave.say(text)
        dave.hears('dave', text)
    alice.send('join 茶馆')
    alice.send('say in tea')
    while alice.take_line() != 'alice: in tea':
        pass
    server.stop()
    server.start()
    bob = context.client(server, 'line-chinese').enter('小明')
    bob.say('第二个时期')
    bob.hears('小明', '第二个时期')
    server.stop()
    text = exported(server.data)
    expect(7, text.count('\n'))
    data = os.path.join(context.folder(), 'new', 'data')
    expect((0, '7 messages imported\n', ''), import_text(data, text))
    expect(text, exported(data))
    for folder, _, files in os.walk(data):
        expect(0o700, os.stat(folder).st_mode & 0o777)
        for file in files:
            expect(0, os.stat(os.path.join(folder, file)).st_mode & 0o077)
    # The new folder serves, finds, and goes on behind what it has.
    other = context.server('--set', 'replay-lines=0', data=data)
    carol = context.client(other, 'line-english').enter('carol')
    carol.send('search 第二个')
    while '第二个时期' not in carol.take_line():
        pass
    carol.say('after')
    carol.hears('carol', 'after')
    other.stop()
    after = export(data)
    expect(text, exported(data)[:len(text)])
    expect(8, len(after))
    if after[-1]['epoch'] <= after[-2]['epoch']:
        raise Failure('no later epoch: %r' % after[-2:])


LINE = '{"room":"tea","epoch":1,"seq":%d,"at":17,"from":"ann","text":"hello"}\n'


def test_import_refused(context):
    """A line that is wrong is told with its number, and nothing is kept."""
    good = LINE % 1
    long = good.replace('hello', 'x' * 65537)
    cases = (
        ('{"room":"tea"', 'not JSON'), ('[]', 'not an object'), ('', 'not JSON'),
        (good.replace('"tea"', '7'), 'must be strings'), (good.replace('"from"', '"form"'), 'must'),
        (LINE % 0, 'from 1'), (good.replace('17', '-1'), 'numbers'),
        (good.replace('17', '1e3'), 'numbers'), (good.replace('17', '99999999999999999999'), 'num'),
        (good.replace('ann', 'a b'), 'not a nick'), (good.replace('ann', 'a\u202eb'), 'not a nick'),
        (good.replace('tea', 'a\u200bb'), "not a room's name"),
        (good.replace('hello', '\\u001b[31mred'), 'no message may have'),
        (good.replace('hello', 'a\u202eb'), 'no message may have'),
        (good.replace('hello', ''), 'empty'), (good.replace('hello', 'a\\u0000b'), 'no message may'),
        (long, 'too long'), ('x' * (1 << 20) + 'y', 'too long'), (good, 'already'))
    for bad, words in cases:
        data = os.path.join(context.folder(), 'data')
        status, out, err = import_text(data, good + bad.rstrip('\n') + '\n' + LINE % 3)
        if status != 1 or out or not err.startswith('standard input:2: ') or words not in err:
            raise Failure('%.80r: exit status %d, %r' % (bad, status, out + err))
        expect('', exported(data))
        expect((0, '1 messages imported\n', ''), import_text(data, good))
        status, _, err = import_text(data, LINE % 2)
        expect((1, True), (status, 'messages' in err and 'already' in err))
        expect(good, exported(data))


def test_import_beside_a_server(context):
    server = context.server()
    status, _, err = import_text(server.data, LINE % 1)
    expect((1, True), (status, 'in use by another running server' in err))
    expect([], export(server.data))
    status, _, err = command('import', '--data', server.data, '/no/such/file', check=False)
    expect((1, '/no/such/file: cannot be read: No such file or directory\n'), (status, err))


def test_older_schema(context):
    """A file that a server with schema 1 has left: all its messages, topics and bans are there."""
    data = restore(context, SCHEMA1)
    copy = os.path.join(context.folder(), 'copy')
    command('backup', '--data', data, copy)  # before anything is changed
    with sqlite3.connect(copy) as db:
        expect((1,), db.execute('PRAGMA user_version').fetchone())
        expect((7,), db.execute('SELECT count(*) FROM message').fetchone())
    status, _, err = command('export', '--data', data, check=False)
    expect((1, True), (status, 'older server' in err))
    server = context.server(data=data)
    expect('192.0.2.7', command('ctl', '--data', data, 'bans')[1].split()[0])
    alice = context.client(server, 'line-english')
    alice.send('login alice')
    while '小明: 茶 😀 "quoted" \\ 2' not in alice.take_line():
        pass
    alice.send('join tea')
    seen = ''
    while 'alice: in tea' not in seen or 'Tea and more' not in seen:
        seen += alice.take_line()
    server.stop()
    with sqlite3.connect(os.path.join(data, 'history.db')) as db:
        expect((2,), db.execute('PRAGMA user_version').fetchone())
        expect(('ok',), db.execute('PRAGMA integrity_check').fetchone())
    messages = export(data)
    expect(['message 0', '茶 😀 "quoted" \\ 0', 'message 1', '茶 😀 "quoted" \\ 1', 'message 2',
            '茶 😀 "quoted" \\ 2', 'in tea'], [m['text'] for m in messages])
    # And from there to a new folder.
    new = os.path.join(context.folder(), 'data')
    expect(0, import_text(new, exported(data))[0])
    expect(messages, export(new))


def test_newer_schema(context):
    """What a newer server has left is not touched, whatever is asked for."""
    data = restore(context, SCHEMA1)
    path = os.path.join(data, 'history.db')
    with sqlite3.connect(path) as db:
        db.execute('PRAGMA user_version = 3')
    db.close()
    with open(path, 'rb') as file:
        before = file.read()
    for arguments in (['serve', '--listen', 'json=127.0.0.1:0'], ['export'], ['import', SCHEMA1],
                      ['backup', os.path.join(context.folder(), 'copy')]):
        status, out, err = command(arguments[0], '--data', data, *arguments[1:], check=False)
        if status != 1 or 'ready' in out or 'newer server' not in err:
            raise Failure('%s: exit status %d, %r' % (arguments, status, out + err))
        with open(path, 'rb') as file:
            expect(before, file.read())


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
