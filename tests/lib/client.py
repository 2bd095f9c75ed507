"""A client at any door: bytes, lines and JSON objects, each wait with a deadline."""
import json
import re
import select
import socket
import struct
import time

from server import DEADLINE, NAME
from tap import Failure

READ_BYTES = 65536

CTIME = r'[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4}'

LINE_END = {'line-english': b'\r\n', 'line-chinese': b'\r\n', 'line-terse': b'\n', 'json': b'\n',
            'native': b'\n'}
CHARSET = {'line-english': 'utf-8', 'line-chinese': 'gb18030', 'line-terse': 'utf-8',
           'json': 'utf-8', 'native': 'utf-8'}
OBJECTS = ('json', 'native')  # doors of JSON objects

GREETING = {
    'line-english': 'Welcome to {}\r\n',
    'line-chinese': '欢迎进入{}聊天室!\r\n',
    'line-terse': 'Connect Success',
    'json': '欢迎你到来{}!请输入你的很cooooool的昵称(不能带有空格哟`)',
}

LOGIN_REPLY = {
    'type': 'login', 'success': True,
    'msg': '昵称建立成功,输入/ls可查看所有在线的人,输入/help可以查看帮助(所有首字符为/的消息都不会发送)',
}


class Client:
    """One connection. What has been received and not yet been taken is in `pending`."""

    def __init__(self, address, door, receive_buffer=0):
        self.door = door
        self.charset = CHARSET[door]       # of what is received
        self.send_charset = self.charset   # of what is sent
        self.line_end = LINE_END[door]     # of what is received
        self.pending = b''
        self.ended = False                 # the server has closed
        self.reset = False                 # ... by a reset
        self.paced = False                 # json: send no line ends
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def abort(self):
        """Closes by a reset, without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.socket.close()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    # out

    def send_bytes(self, data):
        self.socket.sendall(data)

    def drip(self, data):
        """One byte at a time, with pauses so that most are read one by one."""
        for at in range(len(data)):
            self.socket.sendall(data[at:at + 1])
            time.sleep(0.0005)

    def send(self, text):
        """A line, or the text of an object, with the end that it has at this door."""
        end = b'\r\n'
        if self.door in OBJECTS:
            end = b'' if self.paced else b'\n'
        elif self.door == 'line-terse':
            end = b'\n'
        self.send_bytes(text.encode(self.send_charset) + end)

    def send_object(self, **members):
        self.send(json.dumps(members, ensure_ascii=False))

    # in

    def fill(self, deadline=None):
        """Waits for more from the server; False when it has closed."""
        if self.ended:
            return False
        left = DEADLINE if deadline is None else deadline - time.monotonic()
        waiting = select.poll()  # select() knows no descriptor over 1,023
        waiting.register(self.socket, select.POLLIN)
        if left < 0 or not waiting.poll(1000 * left):
            raise Failure('nothing more came; not yet taken: %r' % self.pending[-2000:])
        try:
            piece = self.socket.recv(READ_BYTES)
        except ConnectionError:
            self.reset = True
            piece = b''
        if not piece:
            self.ended = True
        self.pending += piece
        return not self.ended

    def take_bytes(self, count):
        deadline = time.monotonic() + DEADLINE
        while len(self.pending) < count:
            if not self.fill(deadline):
                break
        taken, self.pending = self.pending[:count], self.pending[count:]
        return taken

    def take_line(self):
        """The next line without its end, decoded; None when the server has closed. A line end
        other than the door's own is left in the line, where a comparison will find it."""
        deadline = time.monotonic() + DEADLINE
        while self.line_end not in self.pending:
            if not self.fill(deadline):
                if self.pending:
                    raise Failure('closed after a line without its end: %r' % self.pending)
                return None
        line, self.pending = self.pending.split(self.line_end, 1)
        return self.decode(line)

    def decode(self, line):
        try:
            return line.decode(self.charset)
        except UnicodeDecodeError:
            raise Failure('not in %s: %r' % (self.charset, line)) from None

    def take_object(self):
        """The next JSON object; None when the server has closed. With paced clients objects
        follow each other directly and are at most 1,024 bytes long; else each has a line end."""
        if not self.paced:
            line = self.take_line()
            if line is None:
                return None
            try:
                return json.loads(line)
            except ValueError:
                raise Failure('not a JSON object on a line: %r' % line) from None
        deadline = time.monotonic() + DEADLINE
        while True:
            found = _object_at_start(self.pending)
            if found:
                value, length = found
                if length > 1024:
                    raise Failure('an object of %d bytes: %r' % (length, self.pending[:length]))
                self.pending = self.pending[length:]
                return value
            if not self.fill(deadline):
                if self.pending:
                    raise Failure('closed in the middle of an object: %r' % self.pending)
                return None

    def take_eof(self):
        """Expects that the server closes, with nothing before it."""
        if self.pending or self.fill():
            raise Failure('more came instead of the end: %r' % self.pending[:2000])

    def rest(self):
        """Everything up to the server's closing."""
        while self.fill():
            pass
        taken, self.pending = self.pending, b''
        return taken

    # what people do, at any door

    def greet(self, name=NAME):
        if self.door == 'native':
            self.expect_members(type='hello', version=1, name=name)
            return
        expected = GREETING[self.door].format(name).encode(self.charset)
        got = self.take_bytes(len(expected))
        if got != expected:
            raise Failure('greeting: expected %r, got %r' % (expected, got))

    def login(self, nick):
        """Logs in and reads what answers a success; not what follows it (the replay)."""
        if self.door == 'json':
            self.send_object(type='login', msg=nick)
            self.expect_object(LOGIN_REPLY)
            self.sees_enter(nick)
        elif self.door == 'native':
            self.send_object(type='login', nick=nick)
            self.token = self.expect_members(type='welcome', nick=nick, resumed=False)['token']
            self.replay = self.expect_members(type='entered', current=True)
        else:
            self.send('login ' + nick)
            if self.door == 'line-terse':
                got = self.take_bytes(len(b'Login Success'))
                if got != b'Login Success':
                    raise Failure('login: got %r' % got)

    def enter(self, nick, name=NAME):
        self.greet(name)
        self.login(nick)
        return self

    def say(self, text):
        if self.door == 'json':
            self.send_object(type='broadcast', msg=text)
        elif self.door == 'native':
            self.send_object(type='say', text=text)
        else:
            self.send('say ' + text)

    def hears(self, nick, text):
        if self.door == 'json':
            self.expect_object_like({'type': 'broadcast'}, '[%s] : %s' % (nick, text))
        elif self.door == 'native':
            self.expect_members(type='message', **{'from': nick}, text=text)
        else:
            self.expect_line(nick + (':' if self.door == 'line-chinese' else ': ') + text)

    def sees_enter(self, nick):
        if self.door == 'json':
            self.expect_object_like({'type': 'system_msg'}, '[ SYSTEM ] : %s已经进入了聊天室' % nick)
        elif self.door == 'native':
            self.expect_members(type='joined', nick=nick)
        elif self.door == 'line-chinese':
            self.expect_line('用户<%s>进入聊天室!' % nick)
        else:
            self.expect_line(nick + ' has entered the room.')

    def sees_leave(self, nick, name=NAME):
        if self.door == 'json':
            self.expect_object_like({'type': 'system_msg'}, '[ SYSTEM ] : %s 离开了%s' % (nick, name))
        elif self.door == 'native':
            self.expect_members(type='left', nick=nick)
        elif self.door == 'line-chinese':
            self.expect_line('用户<%s>离开聊天室!' % nick)
        else:
            self.expect_line(nick + ' has left the room.')

    def expect_line(self, expected):
        got = self.take_line()
        if got != expected:
            raise Failure('expected %r\n     got %r' % (expected, got))

    def expect_object(self, expected):
        got = self.take_object()
        if got != expected:
            raise Failure('expected %r\n     got %r' % (expected, got))

    def expect_members(self, **members):
        """An object that has these members, and any others; gives it back."""
        got = self.take_object()
        if not isinstance(got, dict) or any(got.get(k) != v for k, v in members.items()):
            raise Failure('expected %r and more\n     got %r' % (members, got))
        return got

    def expect_object_like(self, members, text):
        """An object of these members and a msg that is the text with a time before it."""
        got = self.take_object()
        pattern = r'\[TIME : ' + CTIME + r'\]' + re.escape(text)
        if not isinstance(got, dict) or not re.fullmatch(pattern, got.get('msg', ''), re.DOTALL) \
                or got != dict(members, msg=got['msg']):
            raise Failure('expected %r with the msg [TIME : ...]%s\n     got %r'
                          % (members, text, got))

    def sync(self):
        """Makes sure that all that this client did before is done, and that nothing came to it
        that was not taken: the answer to a question must be the next thing to come."""
        self._ask()
        got = self.take_object() if self.door in OBJECTS else self.take_line()
        if not self._answered(got):
            raise Failure('expected nothing\n     got %r' % (got,))

    def pass_over(self):
        """The same, but what comes before is passed over."""
        self._ask()
        got = True
        while got is not None:
            got = self.take_object() if self.door in OBJECTS else self.take_line()
            if self._answered(got):
                return
        raise Failure('closed')

    def _ask(self):
        if self.door == 'json':
            self.send_object(type='help')
        elif self.door == 'native':
            self.send_object(type='no-such-type')
        else:
            self.send('no-such-command')

    def _answered(self, got):
        """Whether this is the answer, of which the rest is read then."""
        if self.door == 'json':
            return isinstance(got, dict) and got.get('type') == 'help'
        if self.door == 'native':
            return isinstance(got, dict) and 'no-such-type' in got.get('message', '')
        unknown = {'line-english': ['Unknown command: no-such-command'],
                   'line-chinese': ['不支持命令:no-such-command', '请重新输入!'],
                   'line-terse': ['Unknown command no-such-command ']}[self.door]
        before_login = {'line-english': ['Please log in', 'Use "login <name>"'],
                        'line-chinese': ['请使用命令<login>进行登录!'],
                        'line-terse': unknown}[self.door]
        for answer in (unknown, before_login):
            if got == answer[0]:
                for line in answer[1:]:
                    self.expect_line(line)
                return True
        return False


def _object_at_start(data):
    """(value, bytes) of the whole JSON object that data begins with, or None."""
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError as error:
        text = data[:error.start].decode('utf-8')
    if not text:
        return None
    if text[0] != '{':
        raise Failure('not an object: %r' % data[:200])
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    return value, len(text[:end].encode('utf-8'))
