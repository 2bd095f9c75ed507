#!/usr/bin/env python3
"""A WebSocket client of nothing but sockets against the echo program: the kinds of cases that the
public conformance suites have, over real connections.

The program is what the environment variable WEBSOCKET_ECHO names, else build/tests/websocket-echo.
"""
import base64
import hashlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE, ROOT  # noqa: E402
from tap import Failure  # noqa: E402

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FIN = 0x80
GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
MIB = 1024 * 1024
PATIENCE = 6 * DEADLINE  # for megabytes through a program with sanitizers
HANDSHAKE = ('GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
             'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n')


def frame(first, payload=b'', mask=b'\x37\xfa\x21\x3d', reserved=0):
    length = len(payload)
    head = bytes([first | reserved])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65536:
        head += bytes([0x80 | 126]) + struct.pack('>H', length)
    else:
        head += bytes([0x80 | 127]) + struct.pack('>Q', length)
    if length:
        number = int.from_bytes(payload, 'big')
        key = (mask * (length // 4 + 1))[:length]
        payload = (number ^ int.from_bytes(key, 'big')).to_bytes(length, 'big')
    return head + mask + payload


def fragments(opcode, pieces):
    """A message of these pieces."""
    out, last = [], len(pieces) - 1
    for i, piece in enumerate(pieces):
        out.append(frame((CONT if i else opcode) | (FIN if i == last else 0), piece))
    return b''.join(out)


def close_frame(code, reason=b''):
    return frame(FIN | CLOSE, struct.pack('>H', code) + reason)


class Echo:
    """The program, for one test."""

    def __init__(self, context):
        program = os.environ.get('WEBSOCKET_ECHO') or os.path.join(
            ROOT, 'build', 'tests', 'websocket-echo')
        self.process = subprocess.Popen([program, '0'], stdout=subprocess.PIPE)
        context.defer(self.discard)
        line = self.process.stdout.readline().decode()
        if not line.startswith('listening 127.0.0.1:'):
            raise Failure('it says %r' % line)
        self.port = int(line.rsplit(':', 1)[1])

    def stop(self):
        """Ends it politely: it must go well, sanitizers included."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(PATIENCE) != 0:
            raise Failure('exit status %d' % self.process.returncode)

    def discard(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def connect(self, context):
        connection = socket.create_connection(('127.0.0.1', self.port), PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context.defer(connection.close)
        return connection

    def ask(self, context, request):
        """An HTTP exchange up to the end of the answer's head: (head, connection)."""
        connection = self.connect(context)
        connection.sendall(request)
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            byte = connection.recv(1)
            if not byte:
                raise Failure('closed after %r' % head)
            head += byte
        return head.decode(), connection


class WebSocket:
    """An open one. What comes back is unmasked frames in `buffer`."""

    def __init__(self, context, echo):
        key = base64.b64encode(os.urandom(16))
        head, self.socket = echo.ask(context, (HANDSHAKE % key.decode() + '\r\n').encode())
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        if not head.startswith('HTTP/1.1 101 ') or 'Accept: %s\r\n' % accept not in head:
            raise Failure('handshake: %r' % head)
        self.buffer = bytearray()

    def send(self, data, chop=None):
        """In pieces of `chop` bytes, each its own segment."""
        if chop is None:
            self.socket.sendall(data)
            return
        for at in range(0, len(data), chop):
            self.socket.sendall(data[at:at + chop])

    def _need(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(1 << 18)
            if not data:
                raise Failure('closed; %d bytes had come' % len(self.buffer))
            self.buffer += data

    def read(self):
        """(opcode, payload) of the next frame, which must be whole and as short as can be."""
        self._need(2)
        first, length, head = self.buffer[0], self.buffer[1], 2
        if not first & FIN or first & 0x70 or length & 0x80:
            raise Failure('a frame begins %r' % bytes(self.buffer[:2]))
        if length >= 126:
            head, least = (4, 126) if length == 126 else (10, 65536)
            self._need(head)
            length = int.from_bytes(self.buffer[2:head], 'big')
            if length < least:
                raise Failure('%d bytes in a head of %d' % (length, head))
        self._need(head + length)
        payload = bytes(self.buffer[head:head + length])
        del self.buffer[:head + length]
        return first & 0x0F, payload

    def expect(self, opcode, payload):
        got = self.read()
        if got != (opcode, payload):
            raise Failure('expected %d %r (%d bytes)\n     got %d %r (%d bytes)' % (
                opcode, payload[:80], len(payload), got[0], got[1][:80], len(got[1])))

    def expect_close(self, code):
        """A close frame with that code (None: without one), and then the end."""
        opcode, payload = self.read()
        got = struct.unpack('>H', payload[:2])[0] if payload else None
        if (opcode, got) != (CLOSE, code):
            raise Failure('expected close %s, got %d %r' % (code, opcode, payload))
        payload[2:].decode('utf-8')
        if self.buffer or self.socket.recv(1):
            raise Failure('something follows the close')

    def goodbye(self):
        self.send(close_frame(1000))
        self.expect_close(1000)


def each(context, cases):
    """cases: (name, bytes to send, answers, close code or True for a goodbye of ours). Each on a
    connection of its own: at once, and byte by byte when it is short."""
    echo = Echo(context)
    for name, data, answers, end in cases:
        for chop in (None, 1) if len(data) < 300 else (None, 997):
            try:
                ws = WebSocket(context, echo)
                try:
                    ws.send(data, chop)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it has read enough; what it said is what counts
                for opcode, payload in answers:
                    ws.expect(opcode, payload)
                if end is True:
                    ws.goodbye()
                else:
                    ws.expect_close(end)
                ws.socket.close()
            except Exception as error:
                raise Failure('%s, in pieces of %s: %s' % (name, chop, error)) from error
    echo.stop()


def test_framing(context):
    cases = []
    for length in (0, 1, 125, 126, 127, 128, 65535, 65536, 65537):
        for opcode, byte in (TEXT, b'*'), (BINARY, b'\xFE'):
            data = byte * length
            cases.append(('%d of %d bytes' % (opcode, length), frame(FIN | opcode, data),
                          [(opcode, data)], True))
    each(context, cases)


def test_pings(context):
    each(context, [
        ('empty', frame(FIN | PING), [(PONG, b'')], True),
        ('text', frame(FIN | PING, b'Hello'), [(PONG, b'Hello')], True),
        ('bytes', frame(FIN | PING, b'\x00\xFF\xFE'), [(PONG, b'\x00\xFF\xFE')], True),
        ('125 bytes', frame(FIN | PING, b'\xFE' * 125), [(PONG, b'\xFE' * 125)], True),
        ('126 bytes', frame(FIN | PING, b'\xFE' * 126), [], 1002),
        ('pong', frame(FIN | PONG, b'x') + frame(FIN | PING, b'y'), [(PONG, b'y')], True),
        ('ten', b''.join(frame(FIN | PING, b'%d' % i) for i in range(10)),
         [(PONG, b'%d' % i) for i in range(10)], True),
    ])


def test_reserved_bits(context):
    hello = frame(FIN | TEXT, b'Hello')
    each(context, [
        ('%d in %d' % (bits, opcode), hello + frame(FIN | opcode, b'x', reserved=bits << 4)
         + frame(FIN | PING), [(TEXT, b'Hello')], 1002)
        for bits in range(1, 8) for opcode in (TEXT, BINARY, PING, CLOSE)])


def test_opcodes(context):
    hello = frame(FIN | TEXT, b'Hello')
    each(context, [
        ('%d' % opcode, hello + frame(FIN | opcode, payload) + frame(FIN | PING),
         [(TEXT, b'Hello')], 1002)
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15) for payload in (b'', b'x')])


def test_fragments(context):
    ping = frame(FIN | PING, b'p')
    each(context, [
        ('ping', frame(PING, b'a') + frame(FIN | CONT, b'b'), [], 1002),
        ('pong', frame(PONG, b'a') + frame(FIN | CONT, b'b'), [], 1002),
        ('two', fragments(TEXT, [b'a', b'b']), [(TEXT, b'ab')], True),
        ('binary', fragments(BINARY, [b'\xFF', b'', b'\xFE']), [(BINARY, b'\xFF\xFE')], True),
        ('ping between', frame(TEXT, b'a') + ping + frame(FIN | CONT, b'b'),
         [(PONG, b'p'), (TEXT, b'ab')], True),
        ('many between', frame(TEXT, b'a') + ping + frame(CONT, b'b') + ping + ping
         + frame(FIN | CONT, b'c') + frame(FIN | TEXT, b'd'),
         [(PONG, b'p')] * 3 + [(TEXT, b'abc'), (TEXT, b'd')], True),
        ('empty', fragments(TEXT, [b'', b'', b'']), [(TEXT, b'')], True),
        ('empty but one', fragments(TEXT, [b'', b'a', b'']), [(TEXT, b'a')], True),
        ('nothing to continue', frame(FIN | CONT, b'a') + frame(FIN | TEXT, b'b'), [], 1002),
        ('nothing, not final', frame(CONT, b'a') + frame(FIN | CONT, b'b'), [], 1002),
        ('text in text', frame(TEXT, b'a') + frame(FIN | TEXT, b'b'), [], 1002),
        ('behind a message', frame(FIN | TEXT, b'a') + frame(FIN | CONT, b'b'),
         [(TEXT, b'a')], 1002),
        ('a close between', frame(TEXT, b'a') + close_frame(1000) + frame(FIN | CONT, b'b'),
         [], 1000),
    ])


WELL = ['', 'Hello-µ@ßöäüàá-UTF-8!!', 'κόσμε', '心动茶馆', '\x00', '\x80', '\u0800', '\U00010000', '\x7f',
        '\u07ff', '\uffff', '\ud7ff', '\ue000', '\ufffd', '\U0010ffff', '\ufffe', '\U0001f375']
MALFORMED = [
    b'\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited', b'\xf8\x88\x80\x80\x80',
    b'\xfc\x84\x80\x80\x80\x80', b'\xf7\xbf\xbf\xbf', b'\xf4\x90\x80\x80', b'\x80', b'\xbf',
    b'\x80\xbf', b'\xc0 ', b'\xc3 ', b'\xe0 ', b'\xf0 ', b'\xf8 ', b'\xfc ', b'\xfe', b'\xff',
    b'\xc0\xaf', b'\xe0\x80\xaf', b'\xf0\x80\x80\xaf', b'\xc1\xbf', b'\xe0\x9f\xbf',
    b'\xf0\x8f\xbf\xbf', b'\xc0\x80', b'\xe0\x80\x80', b'\xed\xa0\x80', b'\xed\xbf\xbf',
    b'\xed\xa0\x80\xed\xb0\x80', b'\xed\xaf\xbf\xed\xbf\xbf']
CUT = [b'\xce', b'\xe1\xbd', b'\xf0\x9f\x8d', b'abc\xe0\xa0']


def test_utf8_well_formed(context):
    cases = []
    for text in WELL:
        data = text.encode()
        pieces = [data[i:i + 1] for i in range(len(data))] or [b'']
        cases.append((repr(text), frame(FIN | TEXT, data), [(TEXT, data)], True))
        cases.append((repr(text) + ' in pieces', fragments(TEXT, pieces), [(TEXT, data)], True))
        cases.append((repr(text) + ' with pings', frame(FIN | PING).join(
            [frame((CONT if i else TEXT) | (FIN if i == len(pieces) - 1 else 0), piece)
             for i, piece in enumerate(pieces)]),
            [(PONG, b'')] * (len(pieces) - 1) + [(TEXT, data)], True))
    each(context, cases)


def test_utf8_malformed(context):
    cases = []
    for data in MALFORMED + CUT:
        cases.append((repr(data), frame(FIN | TEXT, data), [], 1007))
        cases.append((repr(data) + ' in pieces', fragments(
            TEXT, [data[i:i + 1] for i in range(len(data))]), [], 1007))
        cases.append((repr(data) + ' in binary', frame(FIN | BINARY, data), [(BINARY, data)], True))
    each(context, cases)


def test_utf8_fails_fast(context):
    """It closes at the first wrong byte, though neither frame nor message has ended."""
    echo = Echo(context)
    for data in MALFORMED:
        whole = frame(FIN | TEXT, data + b'x' * 100)
        for begun in (whole[:-100], frame(TEXT, data), frame(TEXT, data[:1]) + frame(CONT, data[1:])):
            ws = WebSocket(context, echo)
            ws.send(begun)
            ws.expect_close(1007)
            ws.socket.close()
    echo.stop()


def test_closing(context):
    each(context, [
        ('empty', frame(FIN | CLOSE), [], None),
        ('half a code', frame(FIN | CLOSE, b'\x03'), [], 1002),
        ('a reason', close_frame(1000, b'Hello World!'), [], 1000),
        ('the longest reason', close_frame(1000, b'*' * 123), [], 1000),
        ('too long a reason', close_frame(1000, b'*' * 124), [], 1002),
        ('a malformed reason', close_frame(1000, MALFORMED[0]), [], 1007),
        ('a message first', frame(FIN | TEXT, b'a') + close_frame(1000), [(TEXT, b'a')], 1000),
        ('a message behind', close_frame(1000) + frame(FIN | TEXT, b'a'), [], 1000),
        ('a ping behind', close_frame(1000) + frame(FIN | PING, b'a'), [], 1000),
        ('two', close_frame(1000) + close_frame(1001), [], 1000),
        ('256 kB first', frame(FIN | TEXT, b'x' * 262144) + close_frame(1000) + frame(FIN | PING),
         [(TEXT, b'x' * 262144)], 1000),
    ])


def test_close_codes(context):
    valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999,
             4000, 4999]
    wrong = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
    each(context, [('%d' % code, close_frame(code), [], code) for code in valid]
         + [('%d' % code, close_frame(code), [], 1002) for code in wrong])


def test_not_masked(context):
    each(context, [('text', b'\x81\x05Hello', [], 1002), ('ping', b'\x89\x00', [], 1002)])


def test_lengths_that_could_be_shorter(context):
    each(context, [
        ('two bytes', b'\x81\xfe\x00\x7d', [], 1002),
        ('eight bytes', b'\x81\xff' + struct.pack('>Q', 65535), [], 1002),
        ('the highest bit', b'\x81\xff' + struct.pack('>Q', 1 << 63), [], 1002),
    ])


def text_of(length):
    pattern = '心动 tea-house 0123456789 '.encode()
    return (pattern * (length // len(pattern) + 1))[:length - 3] + b'end'


def test_large_messages(context):
    echo = Echo(context)
    for length in (65536, MIB, 16 * MIB):
        for opcode in BINARY, TEXT:
            data = b'x' * length if opcode == TEXT else os.urandom(length)
            ws = WebSocket(context, echo)
            ws.send(frame(FIN | opcode, data))
            ws.expect(opcode, data)
            ws.goodbye()
            ws.socket.close()
    echo.stop()


def test_many_fragments(context):
    """4 MiB in 65,536 fragments of 64 bytes; and in fewer, larger ones. Each also with an empty
    one at the end, as writers make it that look whether there is more only after a piece."""
    echo = Echo(context)
    for size in (64, 256, 4096, MIB):
        for opcode in TEXT, BINARY:
            data = b'0123456789abcdef' * (4 * MIB // 16)
            pieces = [data[i:i + size] for i in range(0, len(data), size)]
            ws = WebSocket(context, echo)
            for whole in pieces, pieces + [b'']:
                ws.send(fragments(opcode, whole))
                ws.expect(opcode, data)
            ws.goodbye()
            ws.socket.close()
    echo.stop()


def test_limits(context):
    each(context, [
        ('one byte too long', b'\x82\xff' + struct.pack('>Q', 16 * MIB + 1), [], 1009),
        ('too long in two', frame(BINARY, b'x') + b'\x80\xff' + struct.pack('>Q', 16 * MIB), [],
         1009),
        ('65,538 fragments', fragments(TEXT, [b''] * 65537 + [b'x']), [], 1009),
        ('65,537 fragments', fragments(TEXT, [b''] * 65536 + [b'x']), [(TEXT, b'x')], True),
    ])


def test_chopped(context):
    """A message of 256 kB that comes in segments of every small size."""
    echo = Echo(context)
    data = text_of(262144)
    for chop in (64, 256, 1000, 4093):
        ws = WebSocket(context, echo)
        ws.send(frame(FIN | BINARY, data), chop)
        ws.expect(BINARY, data)
        ws.goodbye()
    echo.stop()


def test_round_trips(context):
    echo = Echo(context)
    ws = WebSocket(context, echo)
    for length in (0, 16, 64, 256, 1024, 4096, 16384):
        data = b'x' * length
        for _ in range(100):
            ws.send(frame(FIN | TEXT, data))
            ws.expect(TEXT, data)
    ws.goodbye()
    echo.stop()


def test_slow_reader(context):
    """Who does not read is not read from: the program does not gather 64 MiB. Then all comes."""
    echo = Echo(context)
    ws = WebSocket(context, echo)
    message = frame(FIN | BINARY, b'x' * MIB)
    left = memoryview(message * 64)
    while left and select.select([], [ws.socket], [], 1)[1]:
        try:
            left = left[ws.socket.send(left[:MIB], socket.MSG_DONTWAIT):]
        except BlockingIOError:
            pass
    if not left:
        raise Failure('all 64 MiB were taken and nothing was read')
    came = 0
    while came < 64:
        readable, writable, _ = select.select([ws.socket], [ws.socket] if left else [], [], PATIENCE)
        if writable:
            try:
                left = left[ws.socket.send(left[:MIB], socket.MSG_DONTWAIT):]
            except BlockingIOError:
                pass
        if readable:
            ws.buffer += ws.socket.recv(1 << 18)
            while len(ws.buffer) >= MIB + 10:
                ws.expect(BINARY, b'x' * MIB)
                came += 1
        if not readable and not writable:
            raise Failure('%d messages came back' % came)
    ws.goodbye()
    echo.stop()


def test_broken_off(context):
    """Connections that end anywhere; the program goes on and ends well."""
    echo = Echo(context)
    request = (HANDSHAKE % 'dGhlIHNhbXBsZSBub25jZQ==' + '\r\n').encode()
    whole = request + fragments(TEXT, [b'abc', b'de']) + frame(FIN | PING, b'p') + close_frame(1000)
    for end in range(0, len(whole), 3):
        connection = echo.connect(context)
        connection.sendall(whole[:end])
        if end % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.close()
    ws = WebSocket(context, echo)
    ws.goodbye()
    open_ones = [WebSocket(context, echo) for _ in range(3)]
    open_ones[0].send(frame(TEXT, b'half'))
    echo.stop()


def test_handshakes(context):
    key = 'dGhlIHNhbXBsZSBub25jZQ=='
    good = HANDSHAKE % key
    echo = Echo(context)
    for request, status, also in (
            (good, 101, 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
            (good.replace('Upgrade\r\n', 'keep-alive, upgrade\r\n'), 101, 'Upgrade: websocket'),
            (good.replace(': websocket', ': WebSocket'), 101, 'Connection: Upgrade'),
            (good.replace('Version: 13', 'Version: 12'), 426, 'Sec-WebSocket-Version: 13'),
            (good.replace('Connection', 'X'), 426, 'Upgrade: websocket'),
            ('GET / HTTP/1.1\r\nHost: h\r\n', 426, 'Upgrade: websocket'),
            (good.replace(key, 'x'), 400, 'Connection: close'),
            (good.replace('GET', 'POST'), 405, 'Connection: close'),
            (good.replace('Host', 'X'), 400, 'Connection: close'),
            (good + 'Content-Length: 1\r\n', 413, 'Connection: close'),
            (good + 'Transfer-Encoding: chunked\r\n', 400, 'Connection: close'),
            (good + 'X: %s\r\n' % ('x' * 9000), 431, 'Connection: close'),
            (good.replace('/ ', '/%s ' % ('x' * 9000)), 414, 'Connection: close')):
        head, connection = echo.ask(context, (request + '\r\n').encode())
        lines = head.split('\r\n')
        if not lines[0].startswith('HTTP/1.1 %d ' % status) or also not in lines:
            raise Failure('%r\ngot %r' % (request[:300], head))
        connection.close()
    echo.stop()


def test_frames_with_the_handshake(context):
    """What comes in one piece with the request is read too."""
    echo = Echo(context)
    request = HANDSHAKE % 'dGhlIHNhbXBsZSBub25jZQ==' + '\r\n'
    head, connection = echo.ask(context, request.encode() + frame(FIN | TEXT, b'early'))
    if connection.recv(7, socket.MSG_WAITALL) != b'\x81\x05early':
        raise Failure('no echo')
    connection.close()
    echo.stop()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
