#!/usr/bin/env python3
"""The web door at its socket: HTTP and WebSockets from a client of nothing but sockets, good and bad,
against the program web-echo (tests/programs/web-echo.c).

The program is what the environment variable WEB_ECHO names, else build/tests/web-echo.
"""
import base64
import gzip
import hashlib
import os
import re
import signal
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
import websocket  # noqa: E402
from server import ROOT  # noqa: E402
from tap import Failure  # noqa: E402
from websocket import (BINARY, CLOSE, CONT, FIN, GUID, PATIENCE, PING, PONG, TEXT,  # noqa: E402
                       close_frame, fragments, frame)

PER_ADDRESS = 20  # connections: web-echo.c
MESSAGE_BYTES = 131072
HEAD_BYTES, HEADERS, BODY_BYTES = 8192, 64, 131072  # http_connection.h


def expect(wanted, got):
    if wanted != got:
        raise Failure('expected %r, got %r' % (wanted, got))


class Echo(websocket.Echo):
    def __init__(self, context, threads=1, faster=1):
        program = os.environ.get('WEB_ECHO') or os.path.join(ROOT, 'build', 'tests', 'web-echo')
        self.process = subprocess.Popen([program, '0', str(threads), str(faster)],
                                        stdout=subprocess.PIPE)
        context.defer(self.discard)
        line = self.process.stdout.readline().decode()
        if not line.startswith('listening web 127.0.0.1:'):
            raise Failure('it says %r' % line)
        self.port = int(line.rsplit(':', 1)[1])
        expect(b'ready\n', self.process.stdout.readline())

    def open(self, context):
        return Line(self.connect(context))

    def ask_once(self, context, text, **named):
        line = self.open(context)
        line.send(text)
        return line.answer(**named)


class Answer:
    def __init__(self, head, body):
        lines = head.decode('ascii').split('\r\n')
        match = re.fullmatch(r'HTTP/1\.1 (\d{3}) ([A-Z][A-Za-z -]+)', lines[0])
        if not match:
            raise Failure('a status line %r' % lines[0])
        self.status, self.body, self.headers = int(match[1]), body, {}
        for line in lines[1:]:
            name, value = line.split(': ', 1)
            name = name.lower()
            if name in self.headers and name != 'connection':
                raise Failure('%s is there twice' % name)
            before = self.headers.get(name)
            self.headers[name] = value if before is None else before + ', ' + value

    def get(self, name):
        return self.headers.get(name)


class Line:
    """A connection that answers are read from."""

    def __init__(self, connection):
        self.socket, self.buffer = connection, b''

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def answer(self, head_only=False):
        while b'\r\n\r\n' not in self.buffer:
            if not self.more():
                raise Failure('closed after %r' % self.buffer)
        head, self.buffer = self.buffer.split(b'\r\n\r\n', 1)
        answer = Answer(head, b'')
        if head_only or answer.status in (100, 101, 204, 304):
            return answer
        length = int(answer.get('content-length'))
        while len(self.buffer) < length:
            if not self.more():
                raise Failure('closed after %r' % self.buffer)
        answer.body, self.buffer = self.buffer[:length], self.buffer[length:]
        return answer

    def closed(self):
        """Nothing more comes, and then the end."""
        while self.more():
            pass
        expect(b'', self.buffer)


def get(path, *headers, host='localhost', method='GET'):
    return ''.join(['%s %s HTTP/1.1\r\nHost: %s\r\n' % (method, path, host)]
                   + [header + '\r\n' for header in headers] + ['\r\n'])


def upgrade(path, *headers, key='dGhlIHNhbXBsZSBub25jZQ=='):
    return get(path, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
               'Sec-WebSocket-Key: ' + key, *headers)


class Socket(websocket.WebSocket):
    def __init__(self, context, echo, path='/echo', behind=b'', sent=lambda: None):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket = echo.connect(context)
        self.socket.sendall(upgrade(path, key=key).encode() + behind)
        sent()
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            byte = self.socket.recv(1)
            if not byte:
                raise Failure('closed after %r' % head)
            head += byte
        accept = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()
        expect(101, Answer(head[:-4], b'').status)
        expect(accept, Answer(head[:-4], b'').get('sec-websocket-accept'))
        self.buffer = bytearray()


# ---- HTTP

def test_keep_alive_and_pipelining(context):
    echo = Echo(context)
    line = echo.open(context)
    for _ in range(3):
        line.send(get('/'))
        answer = line.answer()
        expect((200, None), (answer.status, answer.get('connection')))
        expect('text/html; charset=utf-8', answer.get('content-type'))
    line.send(get('/post', 'Content-Length: 3', method='POST') + 'abc' + get('/nothing')
              + get('/at/0') + get('/', 'Connection: close') + get('/'))
    expect([(200, b'3\n'), (404, b'There is nothing at this address.\n'), (200, b'0\n')],
           [(a.status, a.body) for a in (line.answer() for _ in range(3))])
    expect('close', line.answer().get('connection'))
    line.closed()
    many = echo.open(context)
    many.send(get('/at/0') * 3000)  # more than may come ahead
    for _ in range(3000):
        expect(b'0\n', many.answer().body)
    many.send(get('/') + 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n')
    expect([None, 'close'], [many.answer().get('connection') for _ in range(2)])
    many.closed()
    echo.stop()


def test_byte_by_byte(context):
    echo = Echo(context)
    line = echo.open(context)
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in (get('/post', 'Transfer-Encoding: chunked', method='POST')
                 + '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n').encode():
        line.send(bytes([byte]))
    expect(b'5\n', line.answer().body)
    line.send(get('/post', 'Content-Length: 4', 'Expect: 100-continue', method='POST'))
    expect(100, line.answer().status)
    line.send('abcd')
    expect(b'4\n', line.answer().body)
    echo.stop()


def test_head(context):
    echo = Echo(context)
    line = echo.open(context)
    line.send(get('/'))
    whole = line.answer()
    line.send(get('/', method='HEAD'))
    head = line.answer(head_only=True)
    expect(whole.get('content-length'), head.get('content-length'))
    line.send(get('/nothing', method='HEAD'))
    expect(404, line.answer(head_only=True).status)
    line.send(get('/', 'Connection: close', method='HEAD'))
    line.answer(head_only=True)
    line.closed()
    echo.stop()


def test_page(context):
    echo = Echo(context)
    line = echo.open(context)
    line.send(get('/') + get('/index.html') + get('/', 'Accept-Encoding: br, gzip'))
    plain, named, packed = (line.answer() for _ in range(3))
    expect(plain.body, named.body)
    expect('gzip', packed.get('content-encoding'))
    expect(plain.body, gzip.decompress(packed.body))
    expect('Accept-Encoding', plain.get('vary'))
    if plain.get('etag') == packed.get('etag'):
        raise Failure('two representations have one tag')
    for answer in plain, packed:
        tag, coding = answer.get('etag'), answer.get('content-encoding') or 'identity'
        for condition in tag, 'W/' + tag, '"x", ' + tag, '*':
            line.send(get('/', 'If-None-Match: ' + condition, 'Accept-Encoding: ' + coding))
            again = line.answer()
            expect((304, tag, None), (again.status, again.get('etag'),
                                      again.get('content-length')))
    line.send(get('/', 'If-None-Match: "other"'))
    expect(200, line.answer().status)
    expect('no-cache', plain.get('cache-control'))
    expect('nosniff', plain.get('x-content-type-options'))
    expect('no-referrer', plain.get('referrer-policy'))
    expect('same-origin', plain.get('cross-origin-opener-policy'))
    policy = plain.get('content-security-policy')
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                 "connect-src 'self' ws://localhost wss://localhost"):
        if part not in policy.split('; '):
            raise Failure('%r is not in %r' % (part, policy))
    if not re.fullmatch(r'[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT',
                        plain.get('date')):
        raise Failure('a date %r' % plain.get('date'))
    echo.stop()


REFUSED = [
    ('no request', 'HELLO\r\n\r\n', 400),
    ('telnet', '\xff\xfd\x01login x\r\n', 400),
    ('bare line ends', 'GET / HTTP/1.1\nHost: localhost\n\n', 400),
    ('no Host', 'GET / HTTP/1.1\r\n\r\n', 400),
    ('two Hosts', get('/', 'Host: localhost'), 400),
    ('two lengths', get('/post', 'Content-Length: 1', 'Content-Length: 2', method='POST'), 400),
    ('both lengths', get('/post', 'Content-Length: 1', 'Transfer-Encoding: chunked',
                         method='POST'), 400),
    ('folded', get('/', 'X: a', ' b'), 400),
    ('a long target', get('/' + 'x' * HEAD_BYTES), 414),
    ('a long head', get('/', 'X: ' + 'x' * HEAD_BYTES), 431),
    ('many headers', get('/', *['X: y'] * (HEADERS + 1)), 431),
    ('a long body', get('/post', 'Content-Length: %d' % (BODY_BYTES + 1), method='POST'), 413),
    ('a long chunked body', get('/post', 'Transfer-Encoding: chunked', method='POST')
     + '%x\r\n' % (BODY_BYTES + 1) + 'x' * (BODY_BYTES + 1) + '\r\n0\r\n\r\n', 413),
    ('a version', 'GET / HTTP/2.0\r\nHost: localhost\r\n\r\n', 505),
]


def test_refused_and_closed(context):
    echo = Echo(context)
    for name, text, status in REFUSED:
        try:
            line = echo.open(context)
            line.send(text.encode('latin-1'))
            answer = line.answer()
            expect((status, 'close'), (answer.status, answer.get('connection')))
            expect('text/plain; charset=utf-8', answer.get('content-type'))
            line.closed()
            line.socket.close()
        except Exception as error:
            raise Failure('%s: %s' % (name, error)) from error
    expect(200, echo.ask_once(context, get('/')).status)
    echo.stop()


def test_methods(context):
    echo = Echo(context)
    line = echo.open(context)
    for method, path, allow in (('POST', '/', 'GET, HEAD'), ('DELETE', '/', 'GET, HEAD'),
                                ('GET', '/post', 'POST'), ('OPTIONS', '/echo', 'GET')):
        line.send(get(path, 'Content-Length: 0', method=method))
        answer = line.answer()
        expect((405, allow), (answer.status, answer.get('allow')))
    # a body that nobody wants is not taken for the next request
    line.send(get('/', 'Content-Length: 30', method='POST') + get('/at/0'))
    answer = line.answer()
    expect((405, 'close'), (answer.status, answer.get('connection')))
    line.closed()
    echo.stop()


def test_hosts(context):
    echo = Echo(context)
    line = echo.open(context)
    own = socket.gethostname()
    for host, status in (
            ('localhost', 200), ('LOCALHOST:5000', 200), ('a.b.localhost:1', 200),
            ('localhost.', 200), ('127.0.0.1', 200), ('10.1.2.3:80', 200), ('[::1]', 200),
            ('[::1]:5000', 200), (own, 200), (own + '.local:5000', 200), ('tea.example', 200),
            ('Tea.Example:5000', 200), ('evil.example', 421), ('localhost.evil.example', 421),
            ('tea.example.evil.example', 421), ('127.0.0.1.evil.example', 421),
            ('xtea.example', 421), ('evillocalhost', 421)):
        line.send(get('/', host=host))
        answer = line.answer()
        expect((host, status), (host, answer.status))
        if status == 421 and b'web-hosts' not in answer.body:
            raise Failure('it does not say what to do: %r' % answer.body)
    echo.stop()


def test_origins(context):
    echo = Echo(context)
    for origin, status in (
            (None, 101), ('http://localhost', 101), ('https://LOCALHOST', 101),
            ('http://localhost:80', 101), ('https://friend.example', 101),
            ('http://localhost:5000', 403), ('http://friend.example', 403),
            ('https://evil.example', 403), ('http://localhost.evil.example', 403), ('null', 403),
            ('', 403)):
        line = echo.open(context)
        line.send(upgrade('/echo', *['Origin: ' + origin] if origin is not None else []))
        answer = line.answer()
        expect((origin, status), (origin, answer.status))
        if status == 403 and b'web-origins' not in answer.body:
            raise Failure('it does not say what to do: %r' % answer.body)
        line.socket.close()
    expect(403, echo.ask_once(context, upgrade('/echo', 'Origin: http://localhost',
                                               'Origin: http://localhost')).status)
    expect(200, echo.ask_once(context, get('/', 'Origin: https://evil.example')).status)
    echo.stop()


def test_slow_requests(context):
    """Each is closed with a reason, and none of them holds up anybody else."""
    echo = Echo(context, faster=20)
    starts = {'': None, 'G': 408, 'GET / HTTP/1.1\r\nHost: local': 408,
              get('/post', 'Content-Length: 10', method='POST') + 'abc': 408,
              get('/post', 'Transfer-Encoding: chunked', method='POST') + '5\r\nab': 408}
    lines = []
    for text, status in starts.items():
        line = echo.open(context)
        line.send(text)
        lines.append((line, status))
    expect(200, echo.ask_once(context, get('/')).status)
    for line, status in lines:
        if status:
            answer = line.answer()
            expect((status, 'close'), (answer.status, answer.get('connection')))
        line.closed()
    idle = echo.open(context)
    idle.send(get('/at/0'))
    idle.answer()
    idle.closed()
    echo.stop()


def test_half_requests(context):
    """The peer ends its half: what was whole is answered."""
    echo = Echo(context)
    for text, answers in (('', 0), ('GET /', 0), (get('/')[:-2], 0), (get('/'), 1),
                          (get('/') * 3, 3), (get('/') * 2 + 'GET / HT', 2),
                          (get('/post', 'Content-Length: 10', method='POST') + 'abc', 0)):
        line = echo.open(context)
        line.send(text)
        line.socket.shutdown(socket.SHUT_WR)
        for _ in range(answers):
            expect(200, line.answer().status)
        line.closed()
        line.socket.close()
    echo.stop()


def test_later(context):
    echo = Echo(context)
    line = echo.open(context)
    line.send(get('/later') + get('/at/0'))
    expect(b'1\n', echo.ask_once(context, get('/now')).body)
    expect([b'at last\n', b'0\n'], [line.answer().body for _ in range(2)])
    gone = echo.open(context)
    gone.send(get('/later'))
    gone.socket.close()
    while echo.ask_once(context, get('/later/count')).body != b'1\n':
        pass
    expect(b'0\n', echo.ask_once(context, get('/now')).body)
    waits = echo.open(context)
    waits.send(get('/later'))
    expect(404, echo.ask_once(context, get('/x')).status)
    echo.stop()  # with one still waiting


def test_address_limit(context):
    echo = Echo(context)
    lines = [echo.open(context) for _ in range(PER_ADDRESS - 1)]
    for line in lines:
        line.send(get('/welcome'))
        answer = line.answer()
        expect((200, b'welcome\n', None), (answer.status, answer.body, answer.get('x-refused')))
    lines.append(echo.open(context))
    lines[-1].send(get('/at/0'))
    lines[-1].answer()
    late = echo.open(context)
    refusal = late.answer()
    expect((429, 'close'), (refusal.status, refusal.get('connection')))
    late.closed()
    # who has a connection still can learn why it gets no further one
    lines[0].send(get('/welcome'))
    answer = lines[0].answer()
    expect((429, None, refusal.body), (answer.status, answer.get('connection'), answer.body))
    for name in ('x-refused', 'retry-after', 'cache-control'):
        expect(refusal.get(name), answer.get(name))
    expect('address-limit', answer.get('x-refused'))
    # a WebSocket takes no second place, and gives it back
    lines[0].send(upgrade('/echo'))
    expect(101, lines[0].answer().status)
    expect(429, echo.open(context).answer().status)
    lines[0].send(close_frame(1000))
    while lines[0].more():
        pass
    lines[0].socket.close()
    while True:
        line = echo.open(context)
        try:
            line.send(get('/at/0'))
            if line.answer().status == 200:
                break
        except OSError:
            pass
        line.socket.close()
    echo.stop()


def test_moved(context):
    """A request goes on where it is wanted, with its body and what comes behind it."""
    echo = Echo(context, threads=3)
    for start in range(3):
        line = echo.open(context)
        for n in (start, 0, 1, 2, 2, 0, 1):
            line.send(get('/at/%d' % n))
            expect(b'%d\n' % (n * 1000000), line.answer().body)
            line.send(get('/welcome'))
            expect(b'welcome\n', line.answer().body)
    line = echo.open(context)
    line.send(''.join(get('/at/%d' % (i % 3), 'Content-Length: %d' % i, method='POST') + 'x' * i
                      for i in range(200)))
    for i in range(200):
        expect(b'%d\n' % (i % 3 * 1000000 + i), line.answer().body)
    head = get('/at/1', 'Content-Length: 5', method='POST').encode() + b'ab'
    for n in range(3):
        line.send(get('/at/%d' % n))
        line.answer()
        for byte in head:
            line.send(bytes([byte]))
        line.send('cde')
        expect(b'1000005\n', line.answer().body)
    half = echo.open(context)
    half.send(get('/at/0') + get('/at/1') + get('/at/2'))
    half.socket.shutdown(socket.SHUT_WR)
    expect([b'0\n', b'1000000\n', b'2000000\n'], [half.answer().body for _ in range(3)])
    half.closed()
    echo.stop()


# ---- WebSockets

def test_handshakes(context):
    echo = Echo(context)
    good = upgrade('/echo')
    for name, text, status in (
            ('no upgrade', get('/echo'), 426),
            ('version 8', good.replace('Version: 13', 'Version: 8'), 426),
            ('a bad key', good.replace('dGhl', 'x'), 400),
            ('no key', re.sub('Sec-WebSocket-Key.*?\r\n', '', good), 400),
            ('HTTP/1.0', good.replace('HTTP/1.1', 'HTTP/1.0'), 426)):
        answer = echo.ask_once(context, text)
        expect((name, status), (name, answer.status))
        if status == 426:
            expect('13', answer.get('sec-websocket-version'))
    line = echo.open(context)
    line.send(get('/at/0') + get('/echo') + good)  # on a connection that was used before
    expect([200, 426, 101], [line.answer().status for _ in range(3)])
    echo.stop()


def test_echo(context):
    echo = Echo(context)
    ws = Socket(context, echo, '/echo?name=ann', behind=frame(FIN | TEXT, b'early'))
    ws.expect(TEXT, b'name=ann')
    ws.expect(TEXT, b'early')
    for data in b'', b'x', '茶'.encode(), b'y' * MESSAGE_BYTES:
        for chop in None, 7000:
            ws.send(frame(FIN | TEXT, data), chop)
            ws.expect(TEXT, data)
    ws.send(fragments(TEXT, [b'a', b'', b'b', b'c' * 9000]), 1000)
    ws.expect(TEXT, b'ab' + b'c' * 9000)
    ws.send(frame(TEXT, b'one') + frame(FIN | PING, b'p') + frame(FIN | CONT, b'two'))
    ws.expect(PONG, b'p')
    ws.expect(TEXT, b'onetwo')
    ws.send(frame(FIN | PONG, b'unasked') + frame(FIN | TEXT, b'x') * 60)  # more than tokens
    for _ in range(60):
        ws.expect(TEXT, b'x')
    ws.send(frame(FIN | TEXT, b'bye'))
    ws.expect(TEXT, b'last words')
    ws.expect_close(1000)
    echo.stop()


CODES = [
    ('closed by the peer', close_frame(1000), 1000),
    ('going away', close_frame(1001, b'page'), 1001),
    ('closed without a code', frame(FIN | CLOSE), 1000),
    ('kicked', frame(FIN | TEXT, b'kick'), 1008),
    ('not masked', b'\x81\x01x', 1002),
    ('a reserved bit', frame(FIN | TEXT | 0x40, b'x'), 1002),
    ('a bad code', close_frame(999), 1002),
    ('a long ping', frame(FIN | PING, b'x' * 126), 1002),
    ('no UTF-8', frame(FIN | TEXT, b'\xff'), 1007),
    ('no UTF-8 in its second piece', frame(TEXT, b'ok\xe8') + frame(CONT, b'\xff'), 1007),
    ('too long', frame(FIN | TEXT, b'x' * (MESSAGE_BYTES + 1)), 1009),
    ('too long by its head alone', b'\x81\xff\x00\x00\x00\x10\x00\x00\x00\x00', 1009),
    ('too long in pieces', fragments(TEXT, [b'x' * 66000] * 2), 1009),
    ('too many pieces', frame(TEXT, b'') + frame(CONT, b'') * 5000, 1009),
    ('binary', frame(FIN | BINARY, b'x'), 1003),
]


def test_close_codes(context):
    echo = Echo(context)
    for path in '/echo', '/lent':
        for name, data, code in CODES:
            if path == '/lent' and name == 'binary':
                continue  # it takes them
            try:
                ws = Socket(context, echo, path)
                if path == '/echo':
                    ws.expect(TEXT, b'')
                try:
                    ws.send(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                got = ws.read()
                while got[0] == TEXT and got[1] in (b'before', b'now'):
                    got = ws.read()
                if got == (TEXT, b'last words'):
                    got = ws.read()
                expect((CLOSE, code), (got[0], struct.unpack('>H', got[1][:2])[0]))
                while ws.socket.recv(65536):
                    raise Failure('something follows the close')
                ws.socket.close()
            except Exception as error:
                raise Failure('%s, %s: %s' % (path, name, error)) from error
    echo.stop()


def test_much_behind_the_handshake(context):
    """More than one read has room for, and all of it there at once: nothing is overtaken."""
    echo = Echo(context)
    messages = [b'%02d' % number + b'x' * 7000 for number in range(12)]
    os.kill(echo.process.pid, signal.SIGSTOP)
    ws = Socket(context, echo, behind=b''.join(frame(FIN | TEXT, m) for m in messages),
                sent=lambda: os.kill(echo.process.pid, signal.SIGCONT))
    for message in [b''] + messages:
        ws.expect(TEXT, message)
    echo.stop()


def test_session_later(context):
    echo = Echo(context, threads=2)
    for _ in range(4):
        ws = Socket(context, echo, '/lent', behind=frame(FIN | PING, b'a'))
        ws.expect(PONG, b'a')
        ws.send(frame(FIN | TEXT, b'one') + frame(FIN | BINARY, b'two'))
        for opcode, payload in (TEXT, b'before'), (TEXT, b'now'), (TEXT, b'one'), (BINARY, b'two'):
            ws.expect(opcode, payload)
        ws.send(frame(FIN | PING, b'b') + frame(FIN | TEXT, b'many 100'))
        ws.expect(PONG, b'b')
        for _ in range(100):
            ws.expect(TEXT, b'x' * 1000)
        ws.send(close_frame(1000))
        ws.expect(TEXT, b'last words')
        ws.expect_close(1000)
    echo.stop()


def test_pings_from_the_server(context):
    """A WebSocket that says nothing is asked; who answers stays, who does not is gone."""
    echo = Echo(context, faster=100)
    for path in '/echo', '/lent':
        dead, alive = (Socket(context, echo, path) for _ in range(2))
        for ws in (dead, alive) if path == '/echo' else ():
            ws.expect(TEXT, b'')
        for _ in range(3):
            alive.expect(PING, b'')
            alive.send(frame(FIN | PONG))
        dead.expect(PING, b'')
        if dead.buffer or dead.socket.recv(1):
            raise Failure('something follows the ping')
    echo.stop()


def test_slow_reader(context):
    echo = Echo(context)
    ws = Socket(context, echo)
    ws.expect(TEXT, b'')
    ws.send(frame(FIN | TEXT, b'many 20000'))
    total = 0
    while True:
        try:
            data = ws.socket.recv(1 << 20)
        except ConnectionResetError:
            break
        if not data:
            break
        total += len(data)
    if total >= 20000 * 1000:
        raise Failure('nobody has stopped it')
    expect(200, echo.ask_once(context, get('/')).status)
    echo.stop()


def test_stop(context):
    """The server stops: WebSockets hear 1001, idle connections end."""
    echo = Echo(context, threads=2)
    sockets = [Socket(context, echo) for _ in range(4)]
    lent = Socket(context, echo, '/lent')
    idle = echo.open(context)
    idle.send(get('/at/0'))
    idle.answer()
    waiting = echo.open(context)
    waiting.send(get('/later'))
    fresh = echo.open(context)
    expect(200, echo.ask_once(context, get('/')).status)
    echo.process.terminate()
    for ws in sockets:
        ws.expect(TEXT, b'')
        ws.expect(TEXT, b'last words')
        ws.expect_close(1001)
        ws.socket.close()
    lent.expect_close(1001)
    lent.socket.close()
    for line in idle, waiting, fresh:
        line.closed()
        line.socket.close()
    expect(0, echo.process.wait(PATIENCE))


def test_stop_in_a_request(context):
    """A request that ends when the server stops is answered, not handed to a reactor that may have
    ended."""
    echo = Echo(context, threads=2)
    idle, late = echo.open(context), echo.open(context)
    for line in idle, late:
        line.send(get('/at/0'))
        expect(200, line.answer().status)
    late.send(get('/at/1')[:-2] + 'X: y')
    expect(200, echo.ask_once(context, get('/at/0')).status)  # so that it has been read
    echo.process.terminate()
    idle.closed()
    late.send('\r\n\r\n')
    answer = late.answer()
    expect((503, 'close'), (answer.status, answer.get('connection')))
    late.closed()
    for line in idle, late:
        line.socket.close()
    expect(0, echo.process.wait(PATIENCE))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
