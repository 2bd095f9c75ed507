#!/usr/bin/env python3
"""People with the real telnet, on a terminal."""
import os
import pty
import select
import shutil
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure, Skip  # noqa: E402


class Telnet:
    """telnet with a terminal of its own, whose screen is `screen`."""

    def __init__(self, context, server, door, *options, charset='utf-8'):
        if not shutil.which('telnet'):
            raise Skip('no telnet')
        self.charset = charset
        self.output = b''
        self.screen = ''
        self.seen = 0  # of the screen
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            host, port = server.address(door)
            os.execvpe('telnet', ['telnet', *options, host, str(port)],
                       dict(os.environ, TERM='dumb', LC_ALL='C.UTF-8', HOME='/nonexistent'))
        context.defer(self.close)
        self.expect("Escape character is '^]'.")

    def fill(self):
        if not select.select([self.terminal], [], [], DEADLINE)[0]:
            raise Failure('nothing more came; on the screen: %r' % self.screen[-2000:])
        try:
            data = os.read(self.terminal, 4096)
        except OSError:  # the other end of the terminal has closed
            data = b''
        self.output += data
        # A character may be cut in two: it is there when its other half has come.
        self.screen = self.output.decode(self.charset, 'ignore').replace('\r', '')
        return bool(data)

    def expect(self, text):
        """The text comes, behind what was expected before."""
        deadline = time.monotonic() + DEADLINE
        while True:
            at = self.screen.find(text, self.seen)
            if at >= 0:
                self.seen = at + len(text)
                return
            if time.monotonic() > deadline or not self.fill():
                raise Failure('expected %r on the screen, after %r\n%r'
                              % (text, self.screen[:self.seen], self.screen[self.seen:]))

    def expect_end(self):
        while self.fill():
            pass
        if 'Connection closed by foreign host' not in self.screen[self.seen:]:
            raise Failure('telnet says %r' % self.screen[self.seen:])

    def type(self, line):
        os.write(self.terminal, line.encode(self.charset) + b'\n')

    def close(self):
        os.close(self.terminal)
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)


def test_two_telnets(context):
    server = context.server()
    alice = Telnet(context, server, 'line-english')
    alice.expect('Welcome to Teahouse\n')
    alice.type('hello')
    alice.expect('Please log in\nUse "login <name>"\n')
    alice.type('login alice')
    bob = Telnet(context, server, 'line-english')
    bob.expect('Welcome to Teahouse\n')
    bob.type('login alice')
    bob.expect('The name "alice" is taken.\nPlease try again.\n')
    bob.type('login bob')
    alice.expect('bob has entered the room.\n')
    bob.type('say hello, alice')
    alice.expect('bob: hello, alice\n')
    bob.expect('bob: hello, alice\n')
    alice.type('look')
    alice.expect('The following are in this room:\nalice\nbob\n')
    alice.type('logout')
    alice.expect_end()
    bob.expect('alice has left the room.\n')


def test_chinese(context):
    """UTF-8 at the English door, GBK at the Chinese one. -8: telnet leaves the bytes alone,
    but for a flaw of GNU inetutils 2.4, which takes the byte of ^O with the high bit set (0x8F, as
    in UTF-8's "\u5c0f") for ^O itself and does not send it: so there is none here."""
    server = context.server()
    alice = Telnet(context, server, 'line-english', '-8')
    alice.expect('Welcome to Teahouse\n')
    alice.type('login 红茶')
    bob = Telnet(context, server, 'line-chinese', '-8', charset='gb18030')
    bob.expect('欢迎进入Teahouse聊天室!\n')
    bob.type('login 小红')
    alice.expect('小红 has entered the room.\n')
    bob.type('say 你好,红茶')
    alice.expect('小红: 你好,红茶\n')
    bob.expect('小红:你好,红茶\n')
    alice.type('say 你好吗?')
    bob.expect('红茶:你好吗?\n')
    alice.type('nick 绿茶')
    bob.expect('* 红茶改名为绿茶\n')
    bob.type('logout')
    bob.expect_end()
    alice.expect('小红 has left the room.\n')


def test_negotiation(context):
    """`-8` asks for binary both ways and `send` for what it is told: all is refused or ignored,
    and the talk goes on."""
    server = context.server()
    alice = Telnet(context, server, 'line-english', '-8')
    alice.expect('Welcome to Teahouse\n')
    alice.type('login alice')
    for command in ('send ayt', 'send nop', 'send do echo', 'send will naws', 'send do echo'):
        os.write(alice.terminal, b'\x1d')
        alice.expect('telnet> ')
        alice.type(command)
        alice.type('say ' + command)  # telnet is back from its prompt when this is answered
        alice.expect('alice: ' + command)
    alice.type('say after')
    alice.expect('alice: after\n')
    alice.type('say 你好吗')
    alice.expect('alice: 你好吗\n')


def test_gone_without_goodbye(context):
    server = context.server()
    alice = Telnet(context, server, 'line-english')
    alice.expect('Welcome to Teahouse\n')
    alice.type('login alice')
    bob = Telnet(context, server, 'line-english')
    bob.expect('Welcome to Teahouse\n')
    bob.type('login bob')
    alice.expect('bob has entered the room.\n')
    os.kill(bob.pid, signal.SIGKILL)
    alice.expect('bob has left the room.\n')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
