#!/usr/bin/env python3
"""SIGHUP: limits, names, doors and the log level change under those who are connected."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from client import Client  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402

DOORS = ('line-english', 'json')


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def configuration(doors=DOORS, more=''):
    text = 'flood = off\nlogin-seconds = 0\n' + more
    for door in ('line-english', 'line-chinese', 'line-terse', 'json', 'native', 'web'):
        listens = '"127.0.0.1:0"' if door in doors else ''
        text += 'door "%s" { listen = {%s} }\n' % (door, listens)
    return text


class Case:
    """A server with a file, and what is done to both."""

    def __init__(self, context, more='', *options):
        self.path = os.path.join(context.folder(), 'teahouse.conf')
        self.write(configuration(more=more))
        self.server = context.server('--config', self.path, *options, doors=DOORS, listens=False)

    def write(self, text):
        with open(self.path, 'w', encoding='utf-8') as file:
            file.write(text)

    def reload(self, text):
        self.write(text)
        return self.server.reload()


def has(log, *sentences):
    for sentence in sentences:
        if sentence not in log:
            raise Failure('the log does not say %r but\n%s' % (sentence, log))


def limits(context, *options):
    case = Case(context, 'message-bytes = 20\n', *options)
    people = []
    for i in range(4):
        person = context.client(case.server, 'line-english').enter('person%d' % i)
        for earlier in people:
            earlier.sees_enter('person%d' % i)
        people.append(person)
    long = 'x' * 30
    for person in people:
        person.send('say ' + long)
        expect(True, '20' in person.take_line())
    log = case.reload(configuration(more='message-bytes = 40\nrooms-per-user = 1\n'))
    has(log, 'message-bytes is 40 now, and was 20', 'rooms-per-user is 1 now, and was 20')
    for i, person in enumerate(people):
        person.say(long)
        for other in people:
            other.hears('person%d' % i, long)
    people[0].send('join tea')
    expect('* You are in as many rooms as you may be; leave one first.', people[0].take_line())
    log = case.reload(configuration(more='message-bytes = 20\n'))
    has(log, 'message-bytes is 20 now, and was 40', 'rooms-per-user is 20 now, and was 1')
    people[3].send('say ' + long)
    expect(True, '20' in people[3].take_line())
    people[3].say('short')
    for other in people:
        other.hears('person3', 'short')


def test_limits(context):
    limits(context)


def test_limits_three_threads(context):
    limits(context, '--threads', '3')


def bound(log, door):
    match = re.search(r'reload: %s: listening on 127\.0\.0\.1:(\d+)$' % door, log, re.M)
    if not match:
        raise Failure('no listener of %s in\n%s' % (door, log))
    return ('127.0.0.1', int(match[1]))


def refused(address):
    try:
        socket.create_connection(address, 5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_doors(context):
    """New ones are opened, others closed, and who came by them stays."""
    case = Case(context)
    alice = context.client(case.server, 'line-english').enter('alice')
    dave = context.client(case.server, 'json').enter('dave')
    alice.sees_enter('dave')
    log = case.reload(configuration(('line-english', 'native', 'web', 'line-terse')))
    has(log, 'json: no longer on 127.0.0.1:%d' % case.server.address('json')[1])
    expect(1, log.count('no longer on'))
    expect(3, log.count('listening on'))
    expect(True, refused(case.server.address('json')))
    expect(False, refused(case.server.address('line-english')))
    terse = Client(bound(log, 'line-terse'), 'line-terse')
    context.defer(terse.close)
    terse.enter('terry')
    for client in (alice, dave):
        client.sees_enter('terry')
    terse.say('hello')
    for name, client in (('alice', alice), ('dave', dave), ('terry', terse)):
        client.hears('terry', 'hello')
    with socket.create_connection(bound(log, 'web'), 5) as web:
        web.sendall(b'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
        expect(True, web.recv(4096).startswith(b'HTTP/1.1 200'))
    native = bound(log, 'native')
    # The same again changes nothing, port 0 or not.
    log = case.reload(configuration(('line-english', 'native', 'web', 'line-terse')))
    expect(0, log.count('listening on') + log.count('no longer on'))
    log = case.reload(configuration(('line-english', 'json')))
    expect(3, log.count('no longer on'))
    expect(True, refused(native))
    terse.say('still here')
    alice.hears('terry', 'still here')


def test_port_in_use(context):
    """A door that cannot be opened: nothing has been changed."""
    case = Case(context)
    other = socket.create_server(('127.0.0.1', 0))
    context.defer(other.close)
    text = configuration(('line-english', 'native'), 'message-bytes = 10\n')
    text = text.replace('door "web" { listen = {} }',
                        'door "web" { listen = {"127.0.0.1:%d"} }' % other.getsockname()[1])
    log = case.reload(text)
    has(log, 'cannot listen on 127.0.0.1:%d' % other.getsockname()[1],
        'reload: nothing has been changed')
    expect(False, refused(case.server.address('json')))
    expect(True, refused(bound(log, 'native')))
    alice = context.client(case.server, 'line-english').enter('alice')
    alice.say('more than ten bytes')
    alice.hears('alice', 'more than ten bytes')


def test_same_port(context):
    """From one address of a port to all of them: the old listener has to go first."""
    with socket.create_server(('127.0.0.1', 0)) as probe:
        port = probe.getsockname()[1]
    case = Case(context)
    text = configuration(('line-english',))
    json_door = 'door "json" { listen = {%s} }'
    log = case.reload(text.replace(json_door % '', json_door % ('"127.0.0.1:%d"' % port)))
    expect(port, bound(log, 'json')[1])
    log = case.reload(text.replace(json_door % '', json_door % ('"0.0.0.0:%d"' % port)))
    has(log, 'no longer on 127.0.0.1:%d' % port, 'listening on 0.0.0.0:%d' % port)
    expect(False, refused(('127.0.0.1', port)))


def test_bad_file(context):
    case = Case(context, 'message-bytes = 30\n')
    alice = context.client(case.server, 'line-english').enter('alice')
    for text, complaint in (
            (configuration(more='message-bytes = many\n'), ':3: message-bytes must be'),
            (configuration(more='message-bites = 40\n'), 'did you mean "message-bytes"?'),
            ('door "web" {', ':1: '),
            (configuration(()), 'opens no door'),
            (configuration(more='message-bytes = 90\nnames = /no/such/file\n'), '/no/such/file')):
        log = case.reload(text)
        has(log, complaint, 'reload: nothing has been changed')
        expect(0, log.count('reload: done'))
    os.unlink(case.path)
    has(case.server.reload(), 'cannot be read', 'reload: nothing has been changed')
    alice.send('say ' + 'x' * 31)
    expect(True, '30' in alice.take_line())
    alice.say('x' * 30)
    alice.hears('alice', 'x' * 30)
    has(case.reload(configuration(more='message-bytes = 31\n')), 'message-bytes is 31 now',
        'reload: done')


def test_restart_wanted(context):
    """What needs a restart stays, and the log says so each time."""
    case = Case(context)
    more = 'threads = 4\nline-bytes = 100\nlobby = hall\nroom "tea" { topic = "Tea" }\n'
    for _ in range(2):
        log = case.reload(configuration(more=more))
        has(log, 'threads stays 1 until', 'line-bytes stays 16384 until',
            'lobby stays lobby until', 'the rooms of the file stay', 'reload: done')
    alice = context.client(case.server, 'line-english').enter('alice')
    alice.say('x' * 2000)
    alice.hears('alice', 'x' * 2000)
    log = case.reload(configuration())
    expect(0, log.count('until the next start') + log.count('stay as'))


def test_log_level(context):
    case = Case(context)
    has(case.reload(configuration(more='log-level = debug\n')), 'log-level is debug now')
    has(case.reload(configuration(more='log-level = info\n')), 'log-level is info now')


def test_command_line_wins(context):
    """What the command line has set, no file changes."""
    case = Case(context, '', '--set', 'message-bytes=25')
    log = case.reload(configuration(more='message-bytes = 50\n'))
    expect(0, log.count('message-bytes'))


def socketio_nick(port):
    """The nick that a new Socket.IO client over polling is given."""
    def request(method, path, body=''):
        with socket.create_connection(('127.0.0.1', port), 5) as s:
            s.sendall(('%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n'
                       'Content-Length: %d\r\n\r\n%s' % (method, path, len(body), body)).encode())
            text = b''
            while piece := s.recv(65536):
                text += piece
        return text.partition(b'\r\n\r\n')[2].decode()
    path = '/socket.io/?EIO=4&transport=polling'
    path += '&sid=' + json.loads(request('GET', path)[1:])['sid']
    request('POST', path, '40')
    got = ''
    while '"login"' not in got:
        got = request('GET', path)
    return re.search(r'"username":"([^"]+)"', got)[1]


def test_names(context):
    case = Case(context)
    names = os.path.join(os.path.dirname(case.path), 'names')
    with open(names, 'w') as file:
        file.write('teapot\n')
    text = configuration(('line-english', 'json', 'web'), 'names = "%s"\n' % names)
    log = case.reload(text)
    has(log, 'names is %s now, and was none' % names, 'there are 1 names to choose from')
    port = bound(log, 'web')[1]
    expect(True, socketio_nick(port).startswith('teapot'))
    # The same file with other names in it is read again.
    with open(names, 'w') as file:
        file.write('kettle\nkettle2\nbad name: here\n')
    log = case.reload(text)
    has(log, 'there are 2 names to choose from, and were 1', '1 of its lines cannot be nicks')
    expect(True, socketio_nick(port).startswith('kettle'))
    os.unlink(names)
    has(case.reload(text), 'no such file', 'nothing has been changed')
    expect(True, socketio_nick(port).startswith('kettle'))


def until(terminal, words):
    seen = b''
    while words not in seen:
        if not select.select([terminal], [], [], DEADLINE)[0]:
            raise Failure('no %r in %r' % (words, seen))
        seen += os.read(terminal, 4096)


def test_terminal_is_closed(context):
    """A server in a terminal ends with it; kill -HUP there is a reload as anywhere."""
    terminal, line = pty.openpty()
    process = subprocess.Popen(
        [os.environ['TEAHOUSE'], 'serve', '--data', context.folder(), '--listen', 'json=127.0.0.1:0'],
        stdin=line, stdout=line, stderr=line, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    context.defer(process.kill)
    os.close(line)
    until(terminal, b'ready')
    process.send_signal(signal.SIGHUP)
    until(terminal, b'reload: ')
    expect(None, process.poll())
    os.close(terminal)
    expect(0, process.wait(DEADLINE))


def test_many_signals(context):
    """Under talk, and faster than a reload takes: nobody notices."""
    case = Case(context, '', '--threads', '2')
    alice = context.client(case.server, 'line-english').enter('alice')
    dave = context.client(case.server, 'json').enter('dave')
    alice.sees_enter('dave')
    for i in range(100):
        case.write(configuration(more='message-bytes = %d\n' % (1000 + i)))
        case.server.process.send_signal(signal.SIGHUP)
        alice.say('text %d' % i)
        dave.hears('alice', 'text %d' % i)
        alice.hears('alice', 'text %d' % i)
    case.server.reload()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
