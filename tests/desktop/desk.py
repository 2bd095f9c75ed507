"""The desktop client, as somebody who cannot see it uses it: through at-spi, the interface of
screen readers. What has no name there is not found, so every test is one of accessibility too.

Waits end when what they wait for is there; the deadline only says when to give up.
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import gi  # noqa: E402

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from tap import Failure  # noqa: E402

DEADLINE = float(os.environ.get('TEST_DEADLINE', 60))
PAUSE = 0.05
Role = Atspi.Role


def program():
    return os.environ['TEAHOUSE_DESKTOP']


def until(what, probe, explain=None):
    """What probe gives back as soon as that is true."""
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            value = probe()
        except GLib.Error:  # a widget went away while it was looked at
            value = None
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure('it does not come: %s%s' % (what, '\n' + explain() if explain else ''))
        time.sleep(PAUSE)


def walk(node, depth=0):
    """All that is shown below a node, in order."""
    if node is None or depth > 60:
        return
    yield node
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for at in range(count):
        try:
            child = node.get_child_at_index(at)
        except GLib.Error:
            continue
        if child is not None and showing(child):
            yield from walk(child, depth + 1)


def showing(node):
    try:
        return node.get_state_set().contains(Atspi.StateType.VISIBLE)
    except GLib.Error:
        return False


def has_state(node, state):
    return node.get_state_set().contains(state)


def text_of(node):
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


class Desk:
    """A running client."""

    def __init__(self, context, *arguments, lang='C.UTF-8', home=None, environment=None):
        self.name = None
        self.home = home or context.folder()
        self.log = os.path.join(self.home, 'log')
        env = {**os.environ, 'LC_ALL': lang, 'XDG_CONFIG_HOME': self.home, 'TZ': 'CST-8',
               **(environment or {})}
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([program(), *arguments], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=env)
        context.defer(self.discard)
        self.root = until('the window', self._find_root, self.output)

    def _find_root(self):
        if self.process.poll() is not None:
            raise Failure('the client has ended, status %d\n%s'
                          % (self.process.returncode, self.output()))
        desktop = Atspi.get_desktop(0)
        for at in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(at)
            if app is not None and app.get_process_id() == self.process.pid \
                    and app.get_child_count() > 0:
                return app
        return None

    def output(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def discard(self):
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
               or ('WARNING' in line and 'Teahouse' not in line and not _known(line))]
        if bad:
            raise Failure('the client complains:\n' + '\n'.join(bad))

    # finding

    def dump(self):
        lines = []

        def show(node, depth):
            try:
                states = ''.join(letter for letter, state in (
                    ('F', Atspi.StateType.FOCUSED), ('S', Atspi.StateType.SENSITIVE),
                    ('s', Atspi.StateType.SHOWING)) if has_state(node, state))
                lines.append('%s%s %r [%s]' % ('  ' * depth, node.get_role_name(),
                                               node.get_name(), states))
                for at in range(node.get_child_count()):
                    child = node.get_child_at_index(at)
                    if child is not None and showing(child):
                        show(child, depth + 1)
            except GLib.Error:
                pass
        show(self.root, 0)
        return '\n'.join(lines)

    def all(self, role=None, name=None, starts=None, under=None):
        return [node for node in walk(under or self.root)
                if (role is None or node.get_role() == role)
                and (name is None or node.get_name() == name)
                and (starts is None or (node.get_name() or '').startswith(starts))]

    def has(self, **wanted):
        return bool(self.all(**wanted))

    def find(self, **wanted):
        return until('%s' % wanted, lambda: (self.all(**wanted) or [None])[0], self.dump)

    def gone(self, **wanted):
        until('%s goes' % wanted, lambda: not self.all(**wanted), self.dump)

    def button(self, name):
        return until('button %r' % name, lambda: ([
            node for node in self.all(name=name)
            if node.get_role() in (Role.PUSH_BUTTON, Role.TOGGLE_BUTTON)] or [None])[0], self.dump)

    def labels(self):
        return [node.get_name() for node in walk(self.root) if node.get_role() == Role.LABEL]

    def sees(self, text):
        """A text stands on the window."""
        return until('text %r' % text, lambda: text in self.labels(), self.dump)

    def sees_start(self, text):
        return until('a text that begins with %r' % text,
                     lambda: [t for t in self.labels() if t.startswith(text)], self.dump)[0]

    # doing

    def press(self, name):
        button = until('button %r that can be pressed' % name, lambda: ([
            node for node in self.all(name=name)
            if node.get_role() in (Role.PUSH_BUTTON, Role.TOGGLE_BUTTON)
            and has_state(node, Atspi.StateType.SENSITIVE)] or [None])[0], self.dump)
        if not Atspi.Action.do_action(button, 0):
            raise Failure('cannot press %r' % name)

    def entry(self, name):
        return until('entry %r' % name, lambda: ([
            node for node in self.all(name=name)
            if node.get_role() in (Role.TEXT, Role.ENTRY)] or [None])[0], self.dump)

    def fill(self, name, text):
        entry = self.entry(name)
        Atspi.EditableText.set_text_contents(entry, text)
        until('%r in %r' % (text, name), lambda: text_of(self.entry(name)) == text)

    def value(self, name):
        return text_of(self.entry(name))

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

    def transcript(self):
        """The rows of the transcript that exist just now, as a screen reader would say them."""
        lists = self.all(name='Messages') or self.all(name='消息')
        if not lists:
            return []
        return [node.get_name() for node in walk(lists[0]) if node.get_role() == Role.LIST_ITEM]

    def said(self):
        """The same, without the time: "ann: hello"; only what somebody has said."""
        rows = []
        for name in self.transcript():
            head, colon, text = name.partition(': ')
            nick, comma, _ = head.partition(', ')
            if colon and comma:
                rows.append('%s: %s' % (nick, text))
        return rows

    def hears(self, nick, text):
        line = '%s: %s' % (nick, text)
        until(line, lambda: line in self.said(), lambda: '\n'.join(self.transcript()) + self.dump())


def _known(line):
    """What other people's libraries say in a place without a desktop."""
    return any(words in line for words in (
        'Unable to acquire session bus', 'Failed to load module', 'dconf', 'portal',
        'Settings portal', 'icon theme', 'No IM module', 'Vulkan', 'MESA', 'libEGL'))


ENGLISH = {'server': 'Server address', 'name': 'User name', 'login': 'Login', 'send': 'Send',
           'say': 'Say something in %s'}
CHINESE = {'server': '服务器地址', 'name': '用户名', 'login': '登录', 'send': '发送',
           'say': '在 %s 里说点什么'}
