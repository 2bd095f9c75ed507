"""Starts and stops the server under test.

The program is what the environment variable TEAHOUSE names, else build/teahouse of this tree. It
listens on ports of the system's choice on the loopback alone, keeps its data in a temporary folder
and dies with the test. TEST_OPTIONS adds options to every server ("--threads 3").
"""
import ctypes
import json
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import time

from tap import Failure, Skip

DOORS = ('line-english', 'line-chinese', 'line-terse', 'json')  # those of the tutorials
ALL_DOORS = DOORS + ('native',)
# Seconds that anything may take before it counts as not happening.
DEADLINE = float(os.environ.get('TEST_DEADLINE', 10))
START_DEADLINE = 30.0  # a program with sanitizers takes its time
NAME = 'Teahouse'  # of the server, unless a test gives it another
ZONE = 'CST-8'  # not UTC, so that local time and UTC cannot be mixed up

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def program():
    return os.environ.get('TEAHOUSE') or os.path.join(ROOT, 'build', 'teahouse')


def environment():
    """For the program. With sanitizers: what they find ends it, and memory that was freed is not
    kept for long, since some tests measure."""
    return {'ASAN_OPTIONS': 'quarantine_size_mb=4', 'UBSAN_OPTIONS': 'halt_on_error=1',
            'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1',
            **os.environ, 'TZ': ZONE, 'LC_ALL': 'C.UTF-8'}


def command(*arguments, check=True, timeout=60):
    """Runs the program to its end: (exit status, standard output, standard error)."""
    done = subprocess.run([program(), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=timeout, env=environment())
    out = done.stdout.decode('utf-8', 'backslashreplace')
    err = done.stderr.decode('utf-8', 'backslashreplace')
    if check and done.returncode != 0:
        raise Failure('teahouse %s: exit status %d\n%s%s'
                      % (' '.join(arguments), done.returncode, out, err))
    return done.returncode, out, err


def export(data):
    """The history of a data folder, as a list of objects."""
    return [json.loads(line) for line in command('export', '--data', data)[1].splitlines()]


class Server:
    def __init__(self, *options, doors=ALL_DOORS, data=None, flood=False, limits=(), ignore=(),
                 listens=True, variables=None):
        """`options` go to the command line; `limits`: (RLIMIT_..., soft, hard); `ignore`: signals
        that the server is started with as ignored; `listens`: false when the doors are in a
        file that `options` name; `variables`: more of its environment."""
        self.doors = doors
        self.options = os.environ.get('TEST_OPTIONS', '').split() + list(options)
        self.flood = flood
        self.limits = limits
        self.ignore = ignore
        self.listens = listens
        self.variables = variables or {}
        self.process = None
        self._own = tempfile.mkdtemp(prefix='teahouse-test-')
        self.data = data or os.path.join(self._own, 'data')
        self._log = os.path.join(self._own, 'log')
        self._ports = {}

    def start(self, same_ports=False):
        """`same_ports`: those of the last start, so that clients find it again."""
        arguments = [program(), 'serve', '--data', self.data]
        for door in self.doors if self.listens else ():
            port = self._ports[door][1] if same_ports else 0
            arguments += ['--listen', '%s=127.0.0.1:%d' % (door, port)]
        if not self.flood:
            arguments += ['--set', 'flood=off']
        if not any('connections-per-address' in option for option in self.options):
            arguments += ['--set', 'connections-per-address=0']
        if '--name' not in self.options:
            arguments += ['--name', NAME]
        self._ports = {}
        with open(self._log, 'ab') as log:
            self.process = subprocess.Popen(
                arguments + self.options, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, env={**environment(), **self.variables}, preexec_fn=self._prepare)
        self._wait_ready()

    def _prepare(self):
        """In the child, before the program: limits, and an end with the parent's."""
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for which, soft, hard in self.limits:
            resource.setrlimit(which, (soft, hard))
        for number in self.ignore:
            signal.signal(number, signal.SIG_IGN)

    def _wait_ready(self):
        pipe = self.process.stdout.fileno()
        deadline = time.monotonic() + START_DEADLINE
        text = b''
        while not text.endswith(b'ready\n'):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise Failure('the server did not say "ready" but %r' % text)
            piece = os.read(pipe, 4096)
            if not piece:
                self.process.wait(DEADLINE)
                raise Failure('the server ended at its start, exit status %d, having said %r'
                              % (self.process.returncode, text))
            text += piece
        for line in text.decode().splitlines()[:-1]:
            match = re.fullmatch(r'listening (\S+) (127[0-9.]+):([0-9]+)', line)
            if not match or match[1] in self._ports or match[3] == '0':
                raise Failure('not a line of the server\'s start: %r' % line)
            self._ports[match[1]] = (match[2], int(match[3]))
        if set(self._ports) != set(self.doors):
            raise Failure('doors asked for: %s; open: %s' % (self.doors, list(self._ports)))

    def address(self, door):
        return self._ports[door]

    def running(self):
        return self.process is not None and self.process.poll() is None

    def check_running(self):
        if not self.running():
            raise Failure('the server has ended, exit status %s' % self.process.returncode)

    def peak_memory_kb(self):
        """The most memory that it had; with a sanitizer, what it would have had, roughly."""
        try:
            with open('/proc/%d/maps' % self.process.pid) as maps:
                scale = 4 if re.search('lib[at]san', maps.read()) else 1
        except PermissionError:  # caged: who is not root may not look, and it has no sanitizer
            scale = 1
        with open('/proc/%d/status' % self.process.pid) as status:
            return int(re.search(r'VmHWM:\s+([0-9]+) kB', status.read())[1]) // scale

    def descriptors(self):
        try:
            return len(os.listdir('/proc/%d/fd' % self.process.pid))
        except PermissionError:
            raise Skip('only root can look into a caged server') from None

    def reload(self):
        """SIGHUP, and what the log has of it once it is through."""
        before = len(self.log())
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + START_DEADLINE
        while time.monotonic() < deadline:
            new = self.log()[before:]
            if re.search('reload: (done|nothing has been changed)\n', new):
                return new
            time.sleep(0.01)
        raise Failure('no end of a reload in the log')

    def terminate(self):
        """Asks the server to stop, without waiting for it."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Waits for the end of a server that was asked to stop: its exit status must be 0."""
        try:
            status = self.process.wait(START_DEADLINE)
        except subprocess.TimeoutExpired:
            raise Failure('the server does not stop on SIGTERM') from None
        self.process.stdout.close()
        if status != 0:
            raise Failure('exit status of the server: %d' % status)
        if 'Sanitizer' in self.log() or 'runtime error: ' in self.log():
            raise Failure('a sanitizer has found something')

    def stop(self):
        self.check_running()
        self.terminate()
        self.wait()

    def kill(self):
        self.check_running()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def log(self):
        try:
            with open(self._log, encoding='utf-8', errors='backslashreplace') as log:
                return log.read()
        except OSError:
            return ''

    def discard(self):
        if self.running():
            self.process.kill()
            self.process.wait()
        if self.process is not None:
            self.process.stdout.close()
        shutil.rmtree(self._own, ignore_errors=True)
