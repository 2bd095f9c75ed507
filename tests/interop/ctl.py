#!/usr/bin/env python3
"""teahouse ctl and teahouse export, on running and on stopped servers."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import command, export  # noqa: E402
from tap import Failure  # noqa: E402


def ctl(server, *arguments, check=True):
    return command('ctl', '--data', server.data, *arguments, check=check)


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def three(context, server):
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    bob = context.client(server, 'line-chinese').enter('小明')
    alice.sees_enter('小明')
    dave = context.client(server, 'json').enter('dave')
    for client in (alice, bob):
        client.sees_enter('dave')
    return alice, bob, dave


def test_who(context):
    """A line for each member, with the name, the address, the door."""
    server = context.server()
    three(context, server)
    lines = ctl(server, 'who')[1].splitlines()
    for nick, door in (('alice', 'line-english'), ('小明', 'line-chinese'), ('dave', 'json')):
        if len([line for line in lines if re.search(r'(^|\s)%s(\s|$)' % nick, line)
                and '127.0.0.1' in line and door in line]) != 1:
            raise Failure('%s at %s is not there once:\n%s' % (nick, door, '\n'.join(lines)))


def test_say(context):
    server = context.server()
    alice, bob, dave = three(context, server)
    ctl(server, 'say', 'tea is ready 茶')
    alice.expect_line('* Notice: tea is ready 茶')
    bob.expect_line('* 公告：tea is ready 茶')
    got = dave.take_object()
    if got['type'] != 'system_msg' or 'tea is ready 茶' not in got['msg']:
        raise Failure('got %r' % got)
    # Words of their own are words too.
    ctl(server, 'say', 'in', 'three', 'words')
    alice.expect_line('* Notice: in three words')


def test_kick(context):
    server = context.server()
    alice, bob, dave = three(context, server)
    ctl(server, 'kick', 'ALICE', 'too', 'loud')
    got = alice.take_line()
    if not got.startswith('* Closed: ') or 'too loud' not in got:
        raise Failure('got %r' % got)
    alice.take_eof()
    got = bob.take_line()
    if not got.startswith('* alice'):
        raise Failure('got %r' % got)
    bob.sees_leave('alice')
    got = dave.take_object()
    if got['type'] != 'system_msg' or 'alice' not in got['msg']:
        raise Failure('got %r' % got)
    dave.sees_leave('alice')
    status, out, err = ctl(server, 'kick', 'nobody', check=False)
    if status == 0 or not (out + err).strip():
        raise Failure('kick nobody: exit status %d, %r' % (status, out + err))
    # Kicked is not banned.
    context.client(server, 'line-english').enter('alice')
    bob.sees_enter('alice')


def test_ban(context):
    """By name: its address, and out; by address; nobody from there comes in again, until unban."""
    server = context.server()
    alice, bob, dave = three(context, server)
    ctl(server, 'ban', 'alice', 'rude')
    got = alice.take_line()
    if not got.startswith('* Closed: '):
        raise Failure('got %r' % got)
    alice.take_eof()
    late = context.client(server, 'line-english')
    got = late.take_line()
    if not got or not got.startswith('* Closed: '):
        raise Failure('got %r' % got)
    late.take_eof()
    # Over a restart too.
    server.stop()
    server.start()
    late = context.client(server, 'json')
    got = late.take_object()
    expect('closed', got.get('code'))
    late.take_eof()
    ctl(server, 'unban', '127.0.0.1')
    context.client(server, 'line-english').enter('alice').sync()
    status, out, err = ctl(server, 'unban', '127.0.0.1', check=False)
    if status == 0 or not (out + err).strip():
        raise Failure('unban again: exit status %d, %r' % (status, out + err))
    status, out, err = ctl(server, 'ban', 'nobody at all', check=False)
    if status == 0:
        raise Failure('ban of what is neither a name nor an address went well')


def test_bans(context):
    server = context.server()
    ctl(server, 'ban', '192.0.2.7', 'as', 'an', 'example')
    ctl(server, 'ban', '2001:db8::7')
    lines = ctl(server, 'bans')[1].splitlines()
    if len(lines) != 2 or '192.0.2.7' not in lines[0] or 'as an example' not in lines[0] \
            or '2001:db8:' not in lines[1]:
        raise Failure('bans: %r' % lines)
    context.client(server, 'line-english').enter('alice').sync()  # who is not meant
    ctl(server, 'unban', '192.0.2.7')
    expect(1, len(ctl(server, 'bans')[1].splitlines()))


def test_stats(context):
    server = context.server()
    alice, bob, dave = three(context, server)
    for text in ('one', 'two'):
        alice.say(text)
        alice.hears('alice', text)
    out = ctl(server, 'stats')[1]
    # Options may stand behind the command too.
    expect(out.splitlines()[:3], command('ctl', 'stats', '--data', server.data)[1].splitlines()[:3])
    for name, value in (('users', 3), ('rooms', 1), ('messages', 2)):
        if not re.search(r'(?m)^%s\W+%d$' % (name, value), out):
            raise Failure('no %s %d in\n%s' % (name, value, out))


def test_wrong(context):
    server = context.server()
    for arguments in (['dance'], [], ['kick'], ['ban'], ['unban'], ['say']):
        status, out, err = ctl(server, *arguments, check=False)
        if status == 0 or not (out + err).strip():
            raise Failure('ctl %s: exit status %d, %r' % (arguments, status, out + err))
    server.stop()
    status, out, err = ctl(server, 'who', check=False)
    if status == 0 or not err.strip():
        raise Failure('no server: exit status %d, %r' % (status, out + err))


def test_private_socket(context):
    """The data folder and all in it is nobody else's."""
    server = context.server()
    for folder, folders, files in os.walk(server.data):
        expect(0o700, os.stat(folder).st_mode & 0o777)
        for file in files:
            if os.stat(os.path.join(folder, file)).st_mode & 0o077 and folder != server.data:
                raise Failure('%s is open to others' % file)


def test_export(context):
    """In order, whole, of a running and of a stopped server; private messages are not in it."""
    server = context.server()
    began = time.time() * 1000
    alice, bob, dave = three(context, server)
    texts = ['one', '茶 "quoted" \\ 😀', 'two\nlines']
    for text in texts:
        dave.say(text)
        dave.hears('dave', text)
    alice.send('msg dave secret')
    alice.send('join tea')
    alice.send('say in tea')
    while alice.take_line() != 'alice: in tea':
        pass
    ended = time.time() * 1000
    running = export(server.data)
    server.stop()
    expect(running, export(server.data))
    for message in running:
        expect({'room', 'epoch', 'seq', 'at', 'from', 'text'}, set(message))
        if not began - 1000 <= message['at'] <= ended + 1000:
            raise Failure('at %r, not between %r and %r' % (message['at'], began, ended))
    expect([('lobby', 'dave', text) for text in texts] + [('tea', 'alice', 'in tea')],
           [(m['room'], m['from'], m['text']) for m in running])
    lobby = [(m['epoch'], m['seq']) for m in running if m['room'] == 'lobby']
    expect(sorted(set(lobby)), lobby)


def test_export_nothing(context):
    server = context.server()
    expect([], export(server.data))
    server.stop()
    expect([], export(server.data))
    status, out, err = command('export', '--data', os.path.join(context.folder(), 'none'),
                               check=False)
    if status == 0 or out or not err.strip():
        raise Failure('no such folder: exit status %d, %r' % (status, out + err))


def test_second_server(context):
    """The data folder is locked against a second server; the first one notices nothing."""
    server = context.server()
    status, out, err = command('serve', '--data', server.data, '--listen',
                               'line-english=127.0.0.1:0', check=False)
    if status == 0 or 'ready' in out or not err.strip():
        raise Failure('exit status %d, %r' % (status, out + err))
    context.client(server, 'line-english').enter('alice').sync()


def test_command_line(context):
    """--help, --version, check-config, and what is wrong is said."""
    expect(0, command('--help')[0])
    if not re.search(r'[0-9]+\.[0-9]+', command('--version')[1]):
        raise Failure('no version')
    path = os.path.join(context.folder(), 'teahouse.conf')
    with open(path, 'w') as file:
        file.write('name = "Tea"\nmessage-bytes = 5000\n')
    command('check-config', path)
    server = context.server('--config', path, '--name', 'Other')
    context.client(server, 'line-english').greet('Other')  # the command line is stronger
    with open(path, 'w') as file:
        file.write('name = "Tea"\n\nno-such-key = 1\n')
    status, out, err = command('check-config', path, check=False)
    if status == 0 or path not in out + err or '3' not in (out + err).replace(path, ''):
        raise Failure('check-config: exit status %d, %r' % (status, out + err))
    for wrong in (['serve', '--set', 'no-such-key=1'], ['serve', '--set', 'message-bytes=many'],
                  ['serve', '--listen', 'nowhere=127.0.0.1:0'], ['serve', '--no-such-option'],
                  ['dance'], []):
        status, out, err = command(*wrong, *(['--data', context.folder()] if 'serve' in wrong
                                             else []), check=False)
        if status == 0 or not err.strip():
            raise Failure('%s: exit status %d, %r' % (wrong, status, out + err))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
