"""HTTP and WebSocket out of nothing but sockets: what a test wants to send it sends, byte for byte.

Peer is one HTTP connection, Frames a WebSocket on its way from there on.
"""
import base64
import hashlib
import os
import select
import signal
import socket
import struct
import subprocess
import time

from server import DEADLINE, ROOT
from tap import Context, Failure, Skip

PATIENCE = 3 * DEADLINE
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10  # RFC 6455, 5.2
FIN, MASKED = 0x80, 0x80
GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'  # RFC 6455, 1.3


class Program:
    """A program of build/tests that listens on a port of its own choice."""

    def __init__(self, context, variable, name, variables=()):
        """`variables`: more of its environment."""
        program = os.environ.get(variable) or os.path.join(ROOT, 'build', 'tests', name)
        self.process = subprocess.Popen([program, '0'], stdout=subprocess.PIPE,
                                        env={**os.environ, **dict(variables)})
        context.defer(self.discard)
        self.context = Context()  # of those who talk to it: it waits a moment for who stays
        context.defer(self.context.undo)
        line = self.process.stdout.readline().decode()
        if not line.startswith('listening 127.0.0.1:'):
            raise Failure('it says %r' % line)
        self.address = ('127.0.0.1', int(line.rsplit(':', 1)[1]))

    def address_6(self):
        """The same port of the loopback address of IPv6."""
        try:
            with socket.create_server(('::1', 0), family=socket.AF_INET6):
                return ('::1', self.address[1])
        except OSError as error:
            raise Skip('no IPv6 here: %s' % error) from error

    def stop(self):
        """Ends it politely: it must go well, sanitizers included."""
        self.context.undo()
        self.stop_at_once()

    def stop_at_once(self):
        """The same while its peers are there."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(PATIENCE) != 0:
            raise Failure('exit status %d' % self.process.returncode)

    def discard(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # names in small letters; of one that comes twice the last
        self.body = body

    @property
    def text(self):
        return self.body.decode('utf-8')


class Peer:
    """A connection; `buffer` is what came and is not taken yet."""

    def __init__(self, context, address):
        self.socket = socket.create_connection(address, PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context.defer(self.socket.close)
        self.host = ('[%s]:%d' if ':' in address[0] else '%s:%d') % address
        self.buffer = b''

    def fill(self):
        """More bytes; False at the end."""
        try:
            data = self.socket.recv(1 << 18)
        except socket.timeout:
            raise Failure('nothing more came; not taken yet: %r' % self.buffer[:500]) from None
        except ConnectionError:
            data = b''
        self.buffer += data
        return bool(data)

    def take(self, count):
        while len(self.buffer) < count:
            if not self.fill():
                raise Failure('closed; %d bytes were wanted, there are %r'
                              % (count, self.buffer[:500]))
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def take_until(self, end):
        while end not in self.buffer:
            if not self.fill():
                raise Failure('closed after %r' % self.buffer[:500])
        return self.take(self.buffer.index(end) + len(end))

    def send(self, method, target, body=None, headers=()):
        """A request; `headers`: (name, value) pairs, of which one named Host stands for ours."""
        lines = ['%s %s HTTP/1.1' % (method, target)]
        if not any(name == 'Host' for name, _ in headers):
            lines.append('Host: ' + self.host)
        lines += ['%s: %s' % pair for pair in headers]
        if isinstance(body, str):
            body = body.encode()
            lines.append('Content-Type: text/plain;charset=UTF-8')
        if body is not None:
            lines.append('Content-Length: %d' % len(body))
        try:
            self.socket.sendall('\r\n'.join(lines + ['', '']).encode() + (body or b''))
        except ConnectionError:
            pass  # what was answered before that is what counts

    def head(self):
        first, *lines = self.take_until(b'\r\n\r\n').decode().split('\r\n')[:-2]
        headers = {}
        for line in lines:
            name, _, value = line.partition(':')
            headers[name.strip().lower()] = value.strip()
        if not first.startswith('HTTP/1.1 '):
            raise Failure('an answer begins %r' % first)
        return int(first.split()[1]), headers

    def answer(self):
        status, headers = self.head()
        body = b''
        if headers.get('transfer-encoding') == 'chunked':
            while size := int(self.take_until(b'\r\n'), 16):
                body += self.take(size)
                self.take(2)
            self.take(2)
        elif 'content-length' in headers:
            body = self.take(int(headers['content-length']))
        elif status != 204:
            while self.fill():
                pass
            body, self.buffer = self.buffer, b''
        return Answer(status, headers, body)

    def ask(self, method, target, body=None, headers=()):
        self.send(method, target, body, headers)
        return self.answer()

    def waits(self):
        """True when no answer has come in a moment."""
        return not self.buffer and not select.select([self.socket], [], [], 0.02)[0]

    def ended(self):
        """True when the server closes, with nothing before."""
        return not self.buffer and not self.fill()


def frame(first, payload=b'', mask=None):
    """RFC 6455, 5.2; `first` is the opcode, with FIN if it is the last one."""
    mask = os.urandom(4) if mask is None else mask
    length = len(payload)
    if length < 126:
        head = bytes([first, MASKED | length])
    elif length < 65536:
        head = bytes([first, MASKED | 126]) + struct.pack('>H', length)
    else:
        head = bytes([first, MASKED | 127]) + struct.pack('>Q', length)
    if length:
        key = int.from_bytes((mask * (length // 4 + 1))[:length], 'big')
        payload = (int.from_bytes(payload, 'big') ^ key).to_bytes(length, 'big')
    return head + mask + payload


class Frames(Peer):
    """A WebSocket. When the server refuses, `refused` is its answer."""

    def __init__(self, context, address, target, headers=()):
        super().__init__(context, address)
        key = base64.b64encode(os.urandom(16))
        self.send('GET', target, None, [
            ('Upgrade', 'websocket'), ('Connection', 'Upgrade'), ('Sec-WebSocket-Version', '13'),
            ('Sec-WebSocket-Key', key.decode()), *headers])
        status, got = self.head()
        self.refused = None
        if status != 101:
            body = self.take(int(got.get('content-length', 0)))
            self.refused = Answer(status, got, body)
            return
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        if got.get('sec-websocket-accept') != accept:
            raise Failure('handshake: %r' % got)

    def put(self, *payloads):
        """Each str as a text message, each bytes as a binary one, in one piece."""
        data = b''.join(frame(FIN | TEXT, p.encode()) if isinstance(p, str)
                        else frame(FIN | BINARY, p) for p in payloads)
        try:
            self.socket.sendall(data)
        except ConnectionError:
            pass

    def get(self):
        """The next message, str or bytes; None when the server has closed."""
        while True:
            if not self.buffer and not self.fill():
                return None
            first, length = self.take(2)
            if length >= 126:
                length = int.from_bytes(self.take(2 if length == 126 else 8), 'big')
            payload = self.take(length)
            opcode = first & 15
            if opcode == CLOSE:
                return None
            if opcode == PING:
                self.socket.sendall(frame(FIN | PONG, payload))
            elif opcode in (TEXT, BINARY) and first & FIN:
                return payload.decode() if opcode == TEXT else payload
            elif opcode != PONG:
                raise Failure('a frame begins %02x' % first)

    def expect(self, *expected):
        for one in expected:
            got = self.get()
            if got != one:
                raise Failure('expected %.500r\n     got %.500r' % (one, got))

    def expect_closed(self, passing=()):
        """The server closes; before that only messages that are in `passing` come."""
        while (got := self.get()) is not None:
            if got not in passing:
                raise Failure('more came instead of the end: %r' % got)

    def silent(self):
        """True when nothing has come for a moment."""
        return self.waits()


def until(deadline_seconds=PATIENCE):
    """Gives attempts until the time is over: for what must come, at a time of its own."""
    end = time.monotonic() + deadline_seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.02)
