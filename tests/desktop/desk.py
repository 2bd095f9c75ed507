"""The desktop client, as somebody who cannot see it uses it: through at-spi, the interface of
screen readers. What has no name there is not found, so every test is one of accessibility too.

Waits end when what they wait for is there; the deadline only says when to give up.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from atspi import Role, State, Tree  # noqa: E402
from keys import Keys  # noqa: E402
from tap import Failure  # noqa: E402

DEADLINE = float(os.environ.get('TEST_DEADLINE', 60))
PAUSE = 0.03


def program():
    return os.environ['TEAHOUSE_DESKTOP']


def turn():
    """Called while something is waited for; tests that answer calls themselves put their own."""


def until(what, probe, explain=None):
    """What probe gives back as soon as that is true."""
    deadline = time.monotonic() + DEADLINE
    while True:
        turn()
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure('it does not come: %s%s' % (what, '\n' + explain() if explain else ''))
        time.sleep(PAUSE)


class Desk:
    """A running client."""

    def __init__(self, context, *arguments, lang='C.UTF-8', home=None, environment=None):
        self.home = home or context.folder()
        self.log = os.path.join(self.home, 'log')
        env = {**os.environ, 'LC_ALL': lang, 'XDG_CONFIG_HOME': self.home, 'TZ': 'CST-8',
               **(environment or {})}
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([program(), *arguments], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=env)
        context.defer(self.discard)
        self.tree = Tree(self.process.pid)
        self.keys = Keys(self.process.pid)
        until('the window', self._ready, self.output)
        self.keys.move_pointer(1590, 990)  # where it shows no tooltip
        self.keys.focus()

    def _ready(self):
        if self.process.poll() is not None:
            raise Failure('the client has ended, status %d\n%s'
                          % (self.process.returncode, self.output()))
        return self.keys.windows() and self.all()

    def output(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def discard(self):
        self.keys.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def wait_end(self):
        try:
            status = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise Failure('the client does not end') from None
        if status != 0:
            raise Failure('exit status of the client: %d\n%s' % (status, self.output()))
        self.check_output()

    def check_output(self):
        """What GTK has to complain about is our mistake."""
        bad = [line for line in self.output().splitlines()
               if 'CRITICAL' in line or 'Sanitizer' in line or 'runtime error' in line
               or ('WARNING' in line and not _known(line))]
        if bad:
            raise Failure('the client complains:\n' + '\n'.join(bad))

    # finding

    def all(self, role=None, name=None, starts=None, under=None):
        """What is visible and fits, in the order of the tree. Buttons of dialogs are called twice
        the same: by their label, and by their name."""
        nodes = under.walk() if under else self.tree.read()
        return [node for node in nodes
                if (role is None or node.role in (role if isinstance(role, tuple) else (role,)))
                and (name is None or node.name in (name, name + ' ' + name))
                and (starts is None or node.name.startswith(starts))]

    def dump(self):
        return '\n'.join(node.describe() for node in self.tree.read())

    def find(self, **wanted):
        return until('%s' % wanted, lambda: (self.all(**wanted) or [None])[0], self.dump)

    def gone(self, **wanted):
        until('%s goes' % wanted, lambda: not self.all(**wanted), self.dump)

    def button(self, name):
        return self.find(role=Role.BUTTONS, name=name)

    def labels(self):
        return [node.name for node in self.all(role=Role.LABEL)]

    def sees(self, text):
        """A text stands on the window."""
        return until('text %r' % text, lambda: text in self.labels(), self.dump)

    def sees_start(self, text):
        return until('a text that begins with %r' % text,
                     lambda: [t for t in self.labels() if t.startswith(text)], self.dump)[0]

    def rows(self, list_name):
        """The names of a list's rows; of a long list, of those that exist just now."""
        lists = self.all(role=Role.LIST, name=list_name)
        return [row.name for row in self.all(role=Role.LIST_ITEM, under=lists[0])] if lists else []

    # doing

    def press(self, name):
        """Of several with this name it is the first one that can be pressed: a menu's button has
        another one in it that does the work."""
        def press_one():
            return any(button.has(State.SENSITIVE) and button.act()
                       for button in self.all(role=Role.BUTTONS, name=name))
        until('button %r that can be pressed' % name, press_one, self.dump)

    def choose(self, list_name, starts):
        """A row of a list: with the mouse, since rows have no action."""
        def choose_one():
            lists = self.all(role=Role.LIST, name=list_name)
            rows = self.all(role=Role.LIST_ITEM, starts=starts, under=lists[0]) if lists else []
            box = rows[0].extents() if rows else None
            if not box or box[2] <= 0:
                return False
            self.keys.focus()
            self.keys.click(box[0] + box[2] // 2, box[1] + box[3] // 2)
            return True
        until('row %r' % starts, choose_one, self.dump)

    def entry(self, name):
        return self.find(role=Role.ENTRIES, name=name)

    def fill(self, name, text):
        until('%r takes %r' % (name, text), lambda: self.entry(name).set_text(text))
        until('%r in %r' % (text, name), lambda: self.entry(name).text() == text)

    def value(self, name):
        return self.entry(name).text()

    def key(self, keys):
        self.keys.press(keys)

    def menu(self, name):
        self.press('Menu')
        until('menu item %r' % name, lambda: any(
            node.act() for node in self.all(name=name, role=(Role.MENU_ITEM,) + Role.BUTTONS)),
            self.dump)

    # what people do

    def sign_in(self, address, nick, words=None):
        words = words or ENGLISH
        self.fill(words['server'], address)
        self.fill(words['name'], nick)
        self.press(words['login'])

    def enter(self, server, nick, words=None):
        words = words or ENGLISH
        self.sign_in('127.0.0.1:%d' % server.address('native')[1], nick, words)
        self.entry(words['say'] % 'lobby')
        return self

    def say(self, text, room='lobby', words=None):
        words = words or ENGLISH
        self.fill(words['say'] % room, text)
        self.press(words['send'])
        # A button that is not pressed with the mouse goes off a moment later.
        until('it is taken', lambda: self.value(words['say'] % room) == '', self.dump)

    def said(self):
        """What somebody has said, as a screen reader says it but without the time: "ann: hello".
        Of the rows that exist just now."""
        found = []
        for name in self.rows('Messages') or self.rows('消息'):
            head, colon, text = name.partition(': ')
            nick, comma, _ = head.partition(', ')
            if colon and comma:
                found.append('%s: %s' % (nick, text))
        return found

    def has_person(self, nick):
        return any(row.startswith(nick + ', ') for row in self.rows('People'))

    def at_end(self):
        """Whether the transcript shows its end."""
        return not [n for n in self.all(role=Role.BUTTONS)
                    if n.name == 'Jump to the newest' or 'new message' in n.name]

    def hears(self, nick, text):
        line = '%s: %s' % (nick, text)
        until(line, lambda: line in self.said(), lambda: '\n'.join(self.said()) + self.dump())


def _known(line):
    """What other people's libraries say in a place without a desktop."""
    return any(words in line for words in (
        'Unable to acquire session bus', 'unable to send notifications',
        'Failed to load module', 'dconf', 'portal',
        'reported min width -',  # the labels of GTK's own shortcuts window
        'Settings portal', 'icon theme', 'No IM module', 'Vulkan', 'MESA', 'libEGL'))


ENGLISH = {'server': 'Server address', 'name': 'User name', 'login': 'Login', 'send': 'Send',
           'say': 'Say something in %s'}
CHINESE = {'server': '服务器地址', 'name': '用户名', 'login': '登录', 'send': '发送',
           'say': '在 %s 里说点什么'}
