#!/usr/bin/env python3
"""The real netcat: a program's pipe, and a person's."""
import os
import select
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure, Skip  # noqa: E402


def netcat(server, door, *options):
    if not shutil.which('nc'):
        raise Skip('no nc')
    host, port = server.address(door)
    return ['nc', *options, host, str(port)]


def pipe(server, door, text):
    """printf TEXT | nc -N HOST PORT"""
    done = subprocess.run(netcat(server, door, '-N'), input=text.encode('utf-8'),
                          capture_output=True, timeout=DEADLINE)
    if done.returncode != 0:
        raise Failure('nc: exit status %d, %r' % (done.returncode, done.stderr))
    return done.stdout


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


class Netcat:
    """nc with pipes to type into and to read from."""

    def __init__(self, context, server, door):
        self.text = b''
        self.process = subprocess.Popen(netcat(server, door), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, bufsize=0)
        context.defer(self.close)

    def type(self, line):
        self.process.stdin.write(line.encode('utf-8') + b'\n')

    def expect(self, expected):
        """Exactly this comes next."""
        expected = expected.encode('utf-8')
        deadline = time.monotonic() + DEADLINE
        while len(self.text) < len(expected):
            left = max(0, deadline - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                break
            data = self.process.stdout.read(4096)
            if not data:
                break
            self.text += data
        if not self.text.startswith(expected):
            raise Failure('expected %r\n     got %r' % (expected, self.text))
        self.text = self.text[len(expected):]

    def expect_end(self):
        """The server has closed; nc itself goes on until its input ends."""
        try:
            rest = self.process.communicate(timeout=DEADLINE)[0]
        except subprocess.TimeoutExpired:
            raise Failure('nc does not end') from None
        if self.text + rest:
            raise Failure('more came: %r' % (self.text + rest))

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def test_pipe(context):
    """All lines are done, the one without an end too, and answered before nc ends."""
    server = context.server()
    expect(b'Welcome to Teahouse\r\nalice: one\r\nThe following are in this room:\r\nalice\r\n'
           b'Unknown command: two\r\nalice: \xe8\x8c\xb6\r\n',
           pipe(server, 'line-english', 'login alice\nsay one\nlook\ntwo\nsay 茶'))
    expect('欢迎进入Teahouse聊天室!\r\n请使用命令<login>进行登录!\r\n'.encode('gb18030'),
           pipe(server, 'line-chinese', 'hello'))
    expect(b'Connect SuccessUserName Empty', pipe(server, 'line-terse', 'login\n'))
    expect('欢迎你到来Teahouse!请输入你的很cooooool的昵称(不能带有空格哟`)'
           '{"type":"ls","msg":"[ SYSTEM ] ALIVE USER : "}\n',
           pipe(server, 'json', '{"type":"ls"}\n').decode('utf-8').replace('": "', '":"')
           .replace('", "', '","'))


def test_pipe_long(context):
    """A thousand lines and more than any socket's buffer of answers."""
    server = context.server()
    lines = ['say %04d %s' % (i, 'x' * 3000) for i in range(1000)]
    got = pipe(server, 'line-terse', '\n'.join(['login alice'] + lines)).decode('utf-8')
    expected = 'Connect SuccessLogin Success' \
        + ''.join('alice: %s\n' % line[4:] for line in lines)
    if got != expected:
        raise Failure('%d bytes instead of %d; the end: %r' % (len(got), len(expected), got[-200:]))


def test_two_netcats(context):
    server = context.server()
    alice = Netcat(context, server, 'line-english')
    alice.expect('Welcome to Teahouse\r\n')
    alice.type('login alice')
    alice.type('say first')
    alice.expect('alice: first\r\n')
    bob = Netcat(context, server, 'json')
    bob.expect('欢迎你到来Teahouse!请输入你的很cooooool的昵称(不能带有空格哟`)')
    bob.type('{"type":"login","msg":"bob"}')
    alice.expect('bob has entered the room.\r\n')
    bob.type('{"type":"broadcast","msg":"你好"}')
    alice.expect('bob: 你好\r\n')
    alice.type('logout')
    alice.expect_end()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
