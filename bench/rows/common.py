"""Servers and loads in processes of their own, and what a row of the table is."""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build')
BENCH = os.path.join(BUILD, 'bench')
PEERS = os.path.join(BUILD, 'bench-peers')
DATA = os.path.join(BUILD, 'bench-data')
NODE_FOLDER = os.path.join(BUILD, 'npm', 'node')

LISTENERS = {'native-tcp': 'native', 'native': 'web', 'socketio': 'web'}
START_SECONDS = 60
LOAD_SECONDS = 600


class Broken(Exception):
    """A server or a load that did not do its work: the row is missing."""


@dataclass
class Row:
    what: str
    case: str
    measured: float
    target: float
    unit: str
    more: bool = False  # the target is a floor
    detail: str = ''
    failed: list = field(default_factory=list)  # loads that lost something

    def met(self):
        return not self.failed and (self.measured >= self.target if self.more
                                    else self.measured <= self.target)

    def of_target(self):
        """1: just met; more: missed so many times."""
        if self.more:
            return self.target / max(self.measured, 1e-9)
        return self.measured / self.target if self.target else 1.0 + self.measured


def cores():
    """The server's core and the load's; None, None where there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    return (usable[-1], usable[0]) if len(usable) > 1 else (None, None)


SERVER_CORE, LOAD_CORE = cores()


def prepared(core):
    def prepare():
        if core is not None:
            os.sched_setaffinity(0, {core})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return prepare


def median(values):
    return statistics.median(values)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """A server with doors on ports of its choice, pinned, gone when the block ends.

    `doors`: teahouse's, or one of bare, npm-socketio, ngircd, inspircd."""

    def __init__(self, args, doors, settings=(), core=SERVER_CORE, data=None, listen=()):
        self.doors = doors
        self.listen = listen
        self.core = core
        self.folder = tempfile.TemporaryDirectory(prefix='teahouse-bench-')
        self.log = open(os.path.join(self.folder.name, 'log'), 'w+')
        self.ports = {}
        environment = dict(os.environ)
        if doors == ['bare']:
            command = [os.path.join(BENCH, 'bench-bare'), '0']
        elif doors == ['npm-socketio']:
            command = ['node', os.path.join(ROOT, 'bench', 'web', 'socketio-server.js')]
            environment.update(NODE_FOLDER=NODE_FOLDER, NODE_ENV='production')
        else:
            command = self.teahouse(args, settings, data)
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        preexec_fn=prepared(core), env=environment)

    def teahouse(self, args, settings, data):
        listeners = dict.fromkeys([*(LISTENERS.get(door, door) for door in self.doors),
                                   *self.listen])
        # No ping comes into a measurement, nor a list of names.
        given = ['flood=off', 'connections-per-address=0', 'web-ping-ms=600000', 'roster-names=1',
                 *args.set, *settings]
        return [os.path.join(BUILD, 'teahouse'), 'serve',
                '--data', data or os.path.join(self.folder.name, 'data'),
                *(word for name in listeners for word in ('--listen', name + '=127.0.0.1:0')),
                *(word for setting in given for word in ('--set', setting))]

    def __enter__(self):
        for line in self.process.stdout:
            words = line.split()
            if words and words[0] == 'listening':
                self.ports[words[1]] = words[-1].rpartition(':')[2]
            if line.strip() == 'ready':
                self.ready_seconds = time.monotonic() - self.began
                return self
        self.process.wait()
        raise Broken('the server did not start: ' + self.told())

    def __exit__(self, *_):
        self.process.kill()  # its data is thrown away
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.folder.cleanup()

    def told(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-2000:]

    def port(self, door):
        return self.ports[LISTENERS.get(door, door)]

    def load(self, *options, doors=None):
        """What bench-load reports; what went wrong is in its "failed"."""
        doors = doors or self.doors
        names = ','.join(door.removeprefix('npm-') for door in doors)
        command = [os.path.join(BENCH, 'bench-load'), '--door', names,
                   '--port', ','.join(self.port(door) for door in doors),
                   '--server-pid', str(self.process.pid), *map(str, options)]
        return self.run(command)

    def run(self, command):
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LOAD_SECONDS,
                                  preexec_fn=prepared(LOAD_CORE))
        except subprocess.TimeoutExpired:
            raise Broken('%s has not ended' % ' '.join(command)) from None
        if not done.stdout:
            raise Broken('%s failed; the server said: %s' % (' '.join(command), self.told()))
        return dict(json.loads(done.stdout), failed=done.returncode != 0)

    def peak_bytes(self):
        with open('/proc/%d/status' % self.process.pid) as f:
            for line in f:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1]) * 1024
        raise Broken('no peak of memory in status')

    def metric(self, name):
        """One value, its labels with the name; with `metrics` among `listen`."""
        url = 'http://127.0.0.1:%s/metrics' % self.ports['metrics']
        with urllib.request.urlopen(url, timeout=LOAD_SECONDS) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + ' '):
                    return float(line.split()[1])
        raise Broken('no metric ' + name)

    def resident_bytes(self):
        with open('/proc/%d/smaps_rollup' % self.process.pid) as f:
            for line in f:
                if line.startswith('Rss:'):
                    return int(line.split()[1]) * 1024
        raise Broken('no resident memory in smaps_rollup')


def tool(name, *arguments):
    """A benchmark that is a program of its own; its report."""
    done = subprocess.run([os.path.join(BENCH, *name), *map(str, arguments)],
                          stdout=subprocess.PIPE, text=True, timeout=LOAD_SECONDS * 10)
    if not done.stdout:
        raise Broken('/'.join(name) + ' failed')
    return dict(json.loads(done.stdout.splitlines()[-1]), failed=done.returncode != 0)


def note(args, kind, result):
    if args.json:
        with open(args.json, 'a') as f:
            f.write(json.dumps(dict(result, kind=kind)) + '\n')
    return result


def failures(results):
    return [r for r in results if r['failed']]
