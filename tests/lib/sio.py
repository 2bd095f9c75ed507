"""Real Socket.IO clients: socket.io-client 2, 3 and 4 on Node, and python3-socketio.

A kind is '2', '3', '4' or 'python'; each runs in a process with others of its like, which is told
what to do in lines of JSON (tests/interop/node/clients.js). A way is 'polling', 'websocket' or
'upgrade' (polling first).
"""
import json
import os
import select
import shutil
import subprocess
import time

from server import DEADLINE, ROOT
from tap import Failure, Skip

KINDS = ('2', '3', '4', 'python')
WAYS = ('polling', 'websocket', 'upgrade')
TRANSPORTS = {'polling': ['polling'], 'websocket': ['websocket'], 'upgrade': ['polling', 'websocket']}
PATIENCE = 3 * DEADLINE  # for a process that starts, and a crowd

CLIENTS = os.path.join(ROOT, 'tests', 'interop', 'clients')


def node_folder():
    """Where script/build has put the packages of tests/interop/node."""
    folder = os.environ.get('NODE_FOLDER') or os.path.join(ROOT, 'build', 'npm', 'node')
    if not shutil.which('node') or not os.path.isdir(os.path.join(folder, 'node_modules')):
        raise Skip('no node, or no packages for it in ' + folder)
    return folder


def _python():
    """The Python that has Debian's packages, which need not be the first one."""
    for python in (shutil.which('python3'), '/usr/bin/python3'):
        if python and subprocess.run([python, '-c', 'import socketio, websocket'],
                                     stderr=subprocess.DEVNULL).returncode == 0:
            return python
    raise Skip('no python3-socketio with python3-websocket')


class Driver:
    """A process that clients of one kind live in."""

    def __init__(self, kind):
        if kind == 'python':
            command = [_python(), os.path.join(CLIENTS, 'python_socketio.py')]
            environment = dict(os.environ)
        else:
            command = ['node', os.path.join(ROOT, 'tests', 'interop', 'node', 'clients.js')]
            environment = dict(os.environ, NODE_FOLDER=node_folder())
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=environment)
        self.clients = {}
        self._rest = b''

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b'\n')
        self.process.stdin.flush()

    def read(self, deadline):
        """Waits for more and gives it to the clients; False when nothing came in time."""
        pipe = self.process.stdout.fileno()
        left = max(0, deadline - time.monotonic())
        if not select.select([pipe], [], [], left)[0]:
            return False
        data = os.read(pipe, 1 << 16)
        if not data:
            raise Failure('the process of the clients has ended')
        *lines, self._rest = (self._rest + data).split(b'\n')
        for line in lines:
            told = json.loads(line)
            self.clients[told['id']].told.append(told)
        return True

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Drivers:
    """The processes of one test, each started when it is needed."""

    def __init__(self, context):
        self.context = context
        self.running = {}

    def get(self, kind):
        kind = 'python' if kind == 'python' else 'node'
        if kind not in self.running:
            self.running[kind] = Driver(kind)
            self.context.defer(self.running[kind].close)
        return self.running[kind]


class SioClient:
    """One client. What was told of it and not taken yet is in `told`."""

    def __init__(self, drivers, server, kind, way='websocket', door='web', url=None, **options):
        self.drivers = drivers
        self.driver = drivers.get(kind)
        self.kind, self.way = kind, way
        self.told = []
        self.id = len(self.driver.clients)
        self.driver.clients[self.id] = self
        self.nick = None
        if url is None:
            url = 'http://%s:%d' % server.address(door)
        if kind == '2' and way == 'upgrade':
            options.setdefault('rememberUpgrade', False)
        self.do('open', version=kind, url=url,
                options=dict({'transports': TRANSPORTS[way]}, **options))

    def __repr__(self):
        return '%s by %s' % (self.kind, self.way)

    def do(self, what, **more):
        self.driver.tell(id=self.id, do=what, **more)

    def take(self, *kinds, deadline=None):
        """The next thing told of it that is of these kinds, in their order; others stay."""
        deadline = deadline or time.monotonic() + PATIENCE
        while True:
            for at, told in enumerate(self.told):
                if told['is'] in kinds:
                    return self.told.pop(at)
            if not self.driver.read(deadline):
                raise Failure('%r: no %s came; not taken yet: %s'
                              % (self, ' or '.join(kinds), str(self.told)[:2000]))

    def connected(self):
        told = self.take('connect', 'error')
        if told['is'] == 'error':
            raise Failure('%r: cannot connect: %s' % (self, told['message']))
        return told

    def upgraded(self):
        told = self.take('upgrade')
        if told['transport'] != 'websocket':
            raise Failure('%r: upgraded to %s' % (self, told['transport']))

    def event(self):
        """The arguments of the next event."""
        return self.take('event')['args']

    def expect_event(self, *expected):
        got = self.event()
        if got != list(expected):
            raise Failure('%r: expected the event %r\n     got %r' % (self, list(expected), got))

    def emit(self, *arguments, ack=None):
        more = {} if ack is None else {'ack': ack}
        self.do('emit', args=list(arguments), **more)

    def acked(self, ack):
        """The arguments that the server acknowledges with."""
        told = self.take('ack')
        if told['ack'] != ack:
            raise Failure('%r: ack %r instead of %r' % (self, told['ack'], ack))
        return told['args']

    def drop(self):
        self.do('drop')
        self.take('disconnect')

    def close(self):
        self.do('close')

    # the chat, as the tutorial's client knows it

    def enter(self):
        """Connects, and takes its name from the first login that it sees."""
        self.connected()
        got = self.value()
        if got.get('action') != 'login':
            raise Failure('%r: first came %r' % (self, got))
        self.nick = got['username']
        self.list = got['name_list']
        mine = [entry for entry in self.list if entry[0] == self.nick]
        if len(mine) != 1 or any(len(e) != 2 or not all(isinstance(x, str) for x in e)
                                 for e in self.list):
            raise Failure('%r: %r is not once in %r' % (self, self.nick, self.list))
        self.user = mine[0][1]
        return self

    def say(self, text, ack=None):
        self.emit('msg', {'username': self.nick, 'action': 'send msg', 'msg': text}, ack=ack)

    def value(self):
        """The object of the next `msg`. A message to a client that can come back has its offset
        behind it; the others, which could not take a second argument, must not get one."""
        name, *values = self.event()
        if len(values) == 2 and self.kind in ('3', '4') and isinstance(values[1], str):
            self.offset = values.pop()
        if name != 'msg' or len(values) != 1 or not isinstance(values[0], dict):
            raise Failure('%r: the event %r' % (self, [name, *values]))
        return values[0]

    def message(self):
        """The next `msg` that is somebody's words, (nick, text); lists of names are passed over."""
        while True:
            value = self.value()
            if value.get('action') in ('login', 'logout', 'names'):
                self.list = value['name_list']
                continue
            if set(value) != {'username', 'action', 'msg'} or value['action'] != 'send msg':
                raise Failure('%r: not what is said: %r' % (self, value))
            return value['username'], value['msg']

    def refused(self, code):
        value = self.value()
        if set(value) != {'action', 'code', 'msg'} or value['action'] != 'error' \
                or value['code'] != code or not value['msg']:
            raise Failure('%r: expected the refusal %r\n     got %r' % (self, code, value))

    def hears(self, nick, text):
        got = self.message()
        if got != (nick, text):
            raise Failure('%r: expected %r\n     got %r' % (self, (nick, text), got))

    def sees_list(self, action, nicks):
        """A list of just these nicks comes, in this order. Others may come before it: they are
        joined when they follow each other fast."""
        seen = []
        while True:
            try:
                value = self.value()
            except Failure:
                raise Failure('%r: no list of %r came, but %r' % (self, nicks, seen)) from None
            if 'name_list' not in value:
                raise Failure('%r: expected a list, got %r' % (self, value))
            self.list = value['name_list']
            seen.append((value['action'], [entry[0] for entry in self.list]))
            if seen[-1] == (action, nicks):
                return
