#!/usr/bin/env python3
"""No server, another one, one that is killed; names that are taken."""
import os
import signal
import socket
import sqlite3
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import PATIENCE, Screen, guest, hears, start  # noqa: E402
from server import command, export  # noqa: E402
import tap  # noqa: E402
from tap import Failure  # noqa: E402

DATABASE = 'history.db'


def test_server_is_killed(context):
    """Typed while it is away: said once when it is back; what was missed is shown once."""
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('before')
    screen.expect('bob before')
    screen.enter('kept before')
    hears(bob, 'ann: kept before')
    server.kill()
    screen.expect('The server is away.')
    screen.enter('while away 一')
    screen.enter('while away 二')
    screen.expect('2 messages wait')
    server.start(same_ports=True)
    screen.expect('ann @ Teahouse', patience=PATIENCE)
    screen.expect_gone('messages wait')
    bob = guest(context, server, 'carl')
    screen.expect('carl has entered')
    bob.say('after')
    screen.expect('carl after')
    for text in ('bob before', 'ann kept before', 'ann while away 一', 'ann while away 二',
                 'carl after'):
        if screen.count(text) != 1:
            raise Failure('%d times: %r\n%s' % (screen.count(text), text, screen.text()))
    json = context.client(server, 'native')
    json.greet()
    json.send_object(type='login', nick='dora')
    entered = {'type': ''}
    while entered['type'] not in ('entered', 'history') or not entered.get('messages'):
        entered = json.take_object()
    texts = [m['text'] for m in entered['messages']]
    if texts != ['before', 'kept before', 'while away 一', 'while away 二', 'after']:
        raise Failure('kept by the server: %r' % texts)


def test_killed_again_and_again(context):
    """Typed all the while: everything is kept once and in order, whatever was under way."""
    server, screen = start(context)
    lines = ['line %d 茶' % i for i in range(24)]
    for i, line in enumerate(lines):
        screen.enter(line)
        if i % 8 == 7:
            server.kill()
            server.start(same_ports=True)
    screen.enter('the end')
    screen.expect('ann the end', 'ann @ Teahouse', patience=PATIENCE)
    screen.expect_gone(' wait', patience=PATIENCE)
    kept = [message['text'] for message in export(server.data)]
    if kept != lines + ['the end']:
        raise Failure('kept by the server: %r\n%s' % (kept, screen.text()))


def test_leaving_with_words_unsaid(context):
    server, screen = start(context)
    server.kill()
    screen.expect('The server is away.')
    screen.enter('never said')
    screen.expect('1 message waits.')
    screen.enter('/quit')
    screen.expect_exit(1)
    screen.wait(lambda text: '1 message was not sent' in screen.all_text(), 'does not say so')


class Wire:
    """Between a client and the server's native door: it can be cut and mended."""

    def __init__(self, context, server):
        self.target = server.address('native')
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.whole, self.ends, self.lock = True, [], threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()
        context.defer(self.close)

    def address(self):
        return 'ann@127.0.0.1:%d' % self.listener.getsockname()[1]

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with self.lock:
                if not self.whole:
                    client.close()
                    continue
                server = socket.create_connection(self.target)
                self.ends += [client, server]
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()

    def _pass_on(self, a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass

    def cut(self):
        with self.lock:
            self.whole = False
            for end in self.ends:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()
            self.ends = []

    def mend(self):
        with self.lock:
            self.whole = True

    def close(self):
        self.cut()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def test_line_breaks(context):
    """The line breaks and not the server: what was said meanwhile comes under a mark, once."""
    server = context.server()
    wire = Wire(context, server)
    screen = Screen(context, None, 'ann', '--room', 'tea', address=wire.address())
    screen.wait(lambda text: text.startswith(' tea'), 'not in the room')
    screen.keys('M-1')
    bob = guest(context, server)
    bob.say('before')
    screen.expect('bob before')
    wire.cut()
    screen.expect('The server is away.')
    bob.say('missed 错过')
    bob.say('ann, where are you?')
    hears(bob, 'bob: ann, where are you?')
    bob.send('msg ann psst')
    hears(bob, '[private] bob -> ann: psst')
    screen.enter('typed meanwhile')
    screen.expect('1 message waits.')
    wire.mend()
    screen.expect('ann @ Teahouse', '1 unread elsewhere', patience=PATIENCE)
    hears(bob, 'ann: typed meanwhile')
    screen.expect_gone('waits')
    rows = [line[24:84].strip(' │') for line in screen.lines()[1:-2]]
    wanted = ['bob before', 'bob missed 错过', 'bob ann, where are you?', 'ann typed meanwhile']
    if [row for row in rows if row.split(' ')[0] in ('ann', 'bob')] != wanted:
        raise Failure('%s\n%s' % (rows, screen.text()))
    marked = [i for i, line in enumerate(screen.lines()) if 'new since you left' in line]
    if len(marked) != 1 or 'bob missed' not in screen.lines()[marked[0] + 1]:
        raise Failure(screen.text())
    screen.keys('M-a')
    screen.expect('bob psst')
    if screen.count('psst') != 1:
        raise Failure(screen.text())


def test_nick_is_given_away(context):
    """Somebody has the name when the server is back: it says so, and another one gets in."""
    server, screen = start(context)
    guest(context, server).say('before')
    screen.expect('bob before')
    pid = screen.process()
    server.kill()
    screen.expect('The server is away.')
    screen.enter('kept')
    screen.expect('1 message waits.')
    os.kill(pid, signal.SIGSTOP)
    context.defer(os.kill, pid, signal.SIGCONT)
    with sqlite3.connect(os.path.join(server.data, DATABASE)) as db:
        db.execute('DELETE FROM session')
    db.close()
    server.start(same_ports=True)
    other = guest(context, server, 'ann')
    os.kill(pid, signal.SIGCONT)
    screen.expect('The name "ann" is taken. /nick NICK tries another one. 1 message waits.',
                  patience=PATIENCE)
    screen.enter('/nick annie')
    screen.expect('annie @ Teahouse', 'annie kept')
    hears(other, 'annie: kept')
    screen.expect_gone(' waits')
    if screen.count('kept') != 1 or screen.count('bob before') != 1:
        raise Failure(screen.text())


def test_nick_is_taken(context):
    server = context.server()
    guest(context, server, 'ann')
    screen = Screen(context, server, 'ann')
    screen.expect('The name "ann" is taken', 'Enter the name that you want to be called by.',
                  'Nick: ')
    screen.enter('ANN')  # not another one
    screen.expect('The name "ANN" is taken')
    screen.enter('anna')
    screen.expect('anna @ Teahouse')


def test_nick_is_given_by_a_command(context):
    """Then too the next line is no nick."""
    server = context.server()
    guest(context, server, 'ann')
    screen = Screen(context, server, 'ann')
    screen.expect('The name "ann" is taken', 'Nick: ')
    screen.enter('/connect')  # says what is asked, above and in the status line
    screen.wait(lambda text: text.count('Enter the name that you want to be called by.') == 2,
                'no answer to /connect')
    screen.enter('/nick anna')
    screen.expect('anna @ Teahouse')
    screen.expect_gone('Nick: ')
    screen.enter('hello')
    screen.expect('anna hello')


def test_banned_while_asked_for_a_nick(context):
    """Who is shown out is asked for no nick any more: Enter comes back."""
    server = context.server()
    guest(context, server, 'ann')
    screen = Screen(context, server, 'ann')
    screen.expect('The name "ann" is taken', 'Nick: ')
    control(server, 'ban', '127.0.0.1')
    screen.enter('/nick anna')
    screen.expect('Enter comes back, /quit leaves.')
    screen.expect_gone('Nick: ')
    control(server, 'unban', '127.0.0.1')
    screen.enter('')
    screen.expect('anna @ Teahouse')


def control(server, *words):
    command('ctl', '--data', server.data, *words)


def test_sent_out(context):
    """By an operator: it says why, keeps what is typed, and comes back when told to."""
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('before')
    screen.expect('bob before')
    bob.send('join tea')
    screen.enter('/join tea')
    screen.wait(lambda text: text.startswith(' tea'), 'not in the room')
    control(server, 'kick', 'ann', 'too', 'loud')
    screen.expect('too loud', 'Enter comes back, /quit leaves.')
    screen.enter('quieter')
    screen.expect('You are out. /connect comes back, /quit leaves.', '> quieter')
    screen.keys('C-u')
    screen.enter('')
    screen.expect('ann @ Teahouse')
    screen.enter('quieter')
    screen.keys('M-1')
    screen.expect('bob before')
    hears(bob, 'ann: quieter')
    screen.enter('/connect')
    screen.expect('You are connected.')
    if screen.count('bob before') != 1:
        raise Failure(screen.text())


def test_banned(context):
    server, screen = start(context, lang='zh')
    control(server, 'ban', 'ann', '太吵')
    screen.expect('太吵', '按回车键重新进入，输入 /quit 退出。')
    screen.enter('/connect')
    screen.expect('你已被本服务器封禁。')
    control(server, 'unban', '127.0.0.1')
    screen.expect('连接已断开。按回车键重新进入', patience=PATIENCE)
    screen.enter('')
    screen.expect('ann @ Teahouse')
    screen.enter('又来了')
    screen.expect('ann 又来了')


def test_no_terminal(context):
    for terminal in ('dumb', 'no-such-terminal'):
        screen = Screen(context, None, 'ann', address='localhost', terminal=terminal,
                        env={'ASAN_OPTIONS': 'detect_leaks=0'})  # newterm keeps some when it fails
        screen.expect_exit(2)
        screen.wait(lambda text: 'this terminal cannot be drawn on' in screen.all_text(),
                    'does not say why')


def test_no_server(context):
    screen = Screen(context, None, 'ann', address='ann@127.0.0.1:1')
    screen.expect('Cannot connect to 127.0.0.1, port 1: connection refused.',
                  'Is the server running, and is that its native port (7000)?', '/quit leaves.',
                  'No connection. Next try in ')
    screen.enter('/quit')
    screen.expect_exit(0)


def test_another_door(context):
    """The port of another door was named: it says so at once, and what to look for."""
    server = context.server()
    port = server.address('line-english')[1]
    screen = Screen(context, None, 'ann', address='ann@127.0.0.1:%d' % port)
    screen.expect("no native door of Teahouse answers there", 'Its port is 7000')


def test_no_such_host(context):
    screen = Screen(context, None, 'ann', address='ann@no-such-host.invalid')
    screen.wait(lambda text: 'Cannot connect to no-such-host.invalid, port 7000: ' in text and
                ('Is the name spelled right?' in text or 'Are you connected' in text),
                'nothing said of the host', patience=PATIENCE)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
