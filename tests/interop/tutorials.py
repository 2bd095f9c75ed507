#!/usr/bin/env python3
"""The tutorials' own clients, as they behave: what they would choke on fails here.

The JSON client reads with recv(1024) and takes each read for one object; it never sends line ends.
The window client compares the whole of what one read gives with the four words of line-terse, and
later shows whatever has come. Other clients talk to them at the same time.
"""
import json
import os
import queue
import socket
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402

# So far apart that two objects do not meet in one read on a machine that has much to do.
PACE_MS = 400
# The words of line-terse stand alone for 50 ms: so often may a slow machine miss that.
ATTEMPTS = 10


class JsonClient:
    """One json.loads for each recv(1024), in a thread of its own."""

    def __init__(self, context, server):
        self.socket = socket.create_connection(server.address('json'), DEADLINE)
        context.defer(self.close)
        self.greeting = self.socket.recv(1024).decode('utf-8')
        self.socket.settimeout(None)
        self.objects = queue.Queue()
        self.thread = threading.Thread(target=self.receive, daemon=True)
        self.thread.start()

    def receive(self):
        try:
            while True:
                data = self.socket.recv(1024).decode('utf-8')
                if not data:
                    break
                self.objects.put(json.loads(data))
        except (OSError, ValueError) as error:
            self.objects.put(error)
            return
        self.objects.put(None)

    def send(self, **members):
        self.socket.sendall(json.dumps(members).encode('utf-8'))

    def next(self):
        try:
            got = self.objects.get(timeout=DEADLINE)
        except queue.Empty:
            raise Failure('no object came') from None
        if isinstance(got, Exception):
            raise Failure('the client dies: %r' % got)
        return got

    def expect(self, kind, text):
        """An object of the type whose msg ends so."""
        got = self.next()
        if not got or got['type'] != kind or not got['msg'].endswith(text):
            raise Failure('expected %s ...%s\n     got %r' % (kind, text, got))

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join(DEADLINE)


def json_client(context, server, nick):
    client = JsonClient(context, server)
    if client.greeting != '欢迎你到来Teahouse!请输入你的很cooooool的昵称(不能带有空格哟`)':
        raise Failure('greeting: %r' % client.greeting)
    client.send(type='login', msg=nick)
    client.expect('login', '(所有首字符为/的消息都不会发送)')
    client.expect('system_msg', '[ SYSTEM ] : %s已经进入了聊天室' % nick)
    return client


def test_json_client(context):
    server = context.server('--set', 'pace-ms=%d' % PACE_MS)
    alice = json_client(context, server, 'alice')
    bob = json_client(context, server, '小明')
    alice.expect('system_msg', '[ SYSTEM ] : 小明已经进入了聊天室')
    for kind in ('help', 'ls'):
        bob.send(type=kind, msg=None)
    bob.expect('help', '')
    bob.expect('ls', '[ SYSTEM ] ALIVE USER : alice,小明,')
    alice.send(type='broadcast', msg='你好')
    alice.expect('broadcast', '[alice] : 你好')
    bob.expect('broadcast', '[alice] : 你好')
    bob.send(type='sendto', nickname='alice', msg='hi')
    bob.expect('single', '[ 小明 CHATTING TO alice ] : hi')
    alice.expect('single', '[ 小明 CHATTING TO alice ] : hi')
    bob.send(type='ignore', msg=None)
    bob.expect('ignore', '模式切换成功,现在是屏蔽模式')
    bob.send(type='ignore', msg=None)
    bob.expect('ignore', '模式切换成功,现在是通常模式')
    bob.close()
    alice.expect('system_msg', '[ SYSTEM ] : 小明 离开了Teahouse')


def test_json_client_busy_room(context):
    """Much at once, and long: still one whole object a read, and nothing lost or out of order."""
    server = context.server('--set', 'pace-ms=%d' % PACE_MS)
    alice = json_client(context, server, 'alice')
    bob = context.client(server, 'line-terse').enter('bob')
    bob.sync()
    alice.expect('system_msg', 'bob已经进入了聊天室')
    texts = ['message %d%s' % (i, '茶' * (i % 7)) for i in range(60)]
    long = ''.join('%03d茶' % i for i in range(500))  # 3,000 bytes, all different
    for text in texts:
        bob.say(text)
    bob.say(long)
    bob.say('end')

    lines = []
    while not lines or not lines[-1].endswith(' : end'):
        got = alice.next()
        if got['type'] != 'broadcast':
            raise Failure('got %r' % got)
        lines += got['msg'].split('\n')
    prefix = '[bob] : '
    said = []
    for line in lines:
        when, found, text = line.partition(prefix)
        if not when.startswith('[TIME : ') or not found:
            raise Failure('a line without its prefix: %r' % line)
        said.append(text)
    if said[:60] != texts:
        raise Failure('said %r\n read %r' % (texts, said[:60]))
    whole = ''.join(said[60:-1])
    if whole != long:
        raise Failure('the long text came as %r' % whole)
    if len(said) <= 62:
        raise Failure('the long text was not split')


def test_json_client_history(context):
    """The replay, which is long, comes in objects that it can read."""
    server = context.server('--set', 'pace-ms=%d' % PACE_MS)
    bob = context.client(server, 'line-english').enter('bob')
    texts = ['%d %s' % (i, 'x' * 300) for i in range(10)]
    for text in texts:
        bob.say(text)
        bob.hears('bob', text)
    alice = json_client(context, server, 'alice')
    lines = []
    while len(lines) < len(texts):
        got = alice.next()
        if got['type'] != 'history':
            raise Failure('got %r' % got)
        lines += got['msg'].split('\n')
    if [line.partition('[bob] : ')[2] for line in lines] != texts:
        raise Failure('replay: %r' % lines)


class WindowClient:
    """Compares whole reads; telnetlib's read_some() gives what one recv gives."""

    def __init__(self, context, server):
        self.socket = socket.create_connection(server.address('line-terse'), DEADLINE)
        context.defer(self.socket.close)

    def read_some(self):
        return self.socket.recv(50)  # as telnetlib does

    def write(self, text):
        self.socket.sendall(text.encode('utf-8'))

    def read_until(self, end):
        text = b''
        while not text.endswith(end):
            piece = self.socket.recv(4096)
            if not piece:
                raise Failure('closed after %r' % text)
            text += piece
        return text


def attempts(function):
    """Tries until the words stood alone: they always do in time, but a process that sleeps for
    longer than that finds more in one read."""
    seen = []
    for _ in range(ATTEMPTS):
        seen.append(function())
        if seen[-1] is None:
            return
    raise Failure('in no attempt did a word stand alone; read instead: %r' % seen)


def test_window_client(context):
    server = context.server()
    talker = context.client(server, 'line-english').enter('talker')
    talker.say('before')
    talker.hears('talker', 'before')
    number = 0

    def once():
        nonlocal number
        number += 1
        client = WindowClient(context, server)
        got = client.read_some()
        if got != b'Connect Success':
            raise Failure('connect: %r' % got)
        client.write('login \n')
        got = client.read_some()
        if got != b'UserName Empty':
            raise Failure('empty: %r' % got)
        client.write('login talker\n')
        got = client.read_some()
        if got != b'UserName Exist':
            raise Failure('taken: %r' % got)
        # Here something follows at once: the replay, and what others say.
        client.write('login 窗口%d\n' % number)
        talker.sees_enter('窗口%d' % number)
        talker.say('welcome')
        talker.hears('talker', 'welcome')
        got = client.read_some()
        rest = client.read_until(b'talker: welcome\n')
        lines = (got + rest).decode('utf-8')
        if not lines.startswith('Login Success[') or '] talker: before\n' not in lines:
            raise Failure('after login: %r' % lines)
        client.write('look\n')
        client.read_until(('Online Users:\ntalker\n窗口%d\n' % number).encode('utf-8'))
        client.write('logout\n')
        if client.read_some() != b'':
            raise Failure('logout does not close')
        talker.sees_leave('窗口%d' % number)
        return None if got == b'Login Success' else got

    attempts(once)


def test_all_together(context):
    """Both tutorials' clients in one room with a line client."""
    server = context.server('--set', 'pace-ms=%d' % PACE_MS, '--set', 'replay-lines=0')
    alice = json_client(context, server, 'alice')
    window = WindowClient(context, server)
    if window.read_some() != b'Connect Success':
        raise Failure('connect')
    window.write('login window\n')
    alice.expect('system_msg', 'window已经进入了聊天室')
    window.write('say 从窗口\n')
    alice.expect('broadcast', '[window] : 从窗口')
    window.read_until('window: 从窗口\n'.encode('utf-8'))
    alice.send(type='broadcast', msg='from json')
    window.read_until(b'alice: from json\n')
    alice.expect('broadcast', '[alice] : from json')
    carol = context.client(server, 'line-chinese').enter('小红')
    window.read_until('小红 has entered the room.\n'.encode('utf-8'))
    alice.expect('system_msg', '小红已经进入了聊天室')
    carol.say('大家好')
    carol.hears('小红', '大家好')
    window.read_until('小红: 大家好\n'.encode('utf-8'))
    alice.expect('broadcast', '[小红] : 大家好')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
