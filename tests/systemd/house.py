"""The service on a machine that systemd runs, as root looks at it from inside."""
import http.client
import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from client import Client  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402

UNIT = 'teahouse.service'
DATA = '/var/lib/teahouse'
PORTS = {'line-english': 5005, 'line-chinese': 6666, 'line-terse': 6668, 'json': 12231,
         'native': 7000, 'web': 5000}


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def run(*command, check=True):
    """(exit status, standard output, standard error) of a program."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise Failure('%s: exit status %d\n%s%s' % (' '.join(command), done.returncode,
                                                    done.stdout, done.stderr))
    return done.returncode, done.stdout, done.stderr


def systemctl(*words):
    run('systemctl', *words)


def show(name, unit=UNIT):
    """A property of the unit."""
    return run('systemctl', 'show', '--value', '-p', name, unit)[1].strip()


def main_pid():
    return int(show('MainPID'))


def wait_for(what, holds):
    deadline = time.monotonic() + 3 * DEADLINE
    while not holds():
        if time.monotonic() > deadline:
            raise Failure('still not so: ' + what)
        time.sleep(0.05)


def journal(*match):
    """What the journal has of the service's present run, or of what `match` says."""
    run('journalctl', '--sync')
    match = match or ('_SYSTEMD_INVOCATION_ID=' + show('InvocationID'), )
    return run('journalctl', '-q', '-o', 'cat', *match)[1]


def statuses(pid):
    """What /proc has of each of its threads."""
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/status' % (pid, task)) as file:
            yield dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def client(context, door, nick=None):
    """Somebody at a door; with a nick, in the room."""
    one = Client(('127.0.0.1', PORTS[door]), door)
    context.defer(one.close)
    return one.enter(nick) if nick else one


def ask_web(path, body=None):
    """(status, text) of the web door's answer."""
    connection = http.client.HTTPConnection('127.0.0.1', PORTS['web'], timeout=DEADLINE)
    try:
        connection.request('POST' if body else 'GET', path, body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def assigned_nick():
    """What a Socket.IO client is called that comes in now: by one poll after the other."""
    path = '/socket.io/?EIO=4&transport=polling'
    path += '&sid=' + json.loads(ask_web(path)[1][1:])['sid']
    ask_web(path, '40')
    text = ''
    while '"login"' not in text:
        text = ask_web(path)[1]
    packet = next(packet for packet in text.split('\x1e') if '"login"' in packet)
    nick = json.loads(packet[2:])[1]['username']
    ask_web(path, '41')
    return nick


def history():
    """All that was ever said: (who, what)."""
    lines = run('teahouse', 'export', '--data', DATA)[1].splitlines()
    return [(one['from'], one['text']) for one in map(json.loads, lines)]


def writable_mounts(pid):
    """Where the process could write if it were root: its mounts, less those that are read-only."""
    with open('/proc/%d/mountinfo' % pid) as file:
        rows = [line.split() for line in file]
    last = {row[4]: row[5].split(',') for row in rows}  # the last one at a place covers the others
    return {place for place, options in last.items() if 'rw' in options}


def score(text):
    """What systemd-analyze makes of it, or what the documentation says that it does."""
    return re.search(r'(?:Overall exposure level for \S+: |\*\*)([0-9.]+ [A-Z]+)', text)[1]
