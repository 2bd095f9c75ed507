#!/usr/bin/env python3
"""Runs a command on a desktop of its own: an X server without a screen, a session bus, a home.

usage: run.py COMMAND [ARGUMENT...]

What it starts, and all that is started by those, has ended when it ends. Its exit status is the
command's; 77, which meson takes for a skipped test, if there is no X server to be had.
"""
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE = 60
SKIP = 77
SCREEN = '1600x1000x24'
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def read_line(descriptor):
    line = b''
    deadline = time.monotonic() + DEADLINE
    while not line.endswith(b'\n'):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise SystemExit('run.py: no answer from what was started')
        piece = os.read(descriptor, 1)
        if not piece:
            raise SystemExit('run.py: what was started has ended')
        line += piece
    return line.decode().strip()


def start_screen(folder):
    """The number of the display. Its picture is in the file Xvfb_screen0 of the folder."""
    inside, outside = os.pipe()
    subprocess.Popen(['Xvfb', '-displayfd', str(outside), '-screen', '0', SCREEN, '-noreset', '-nolisten',
                      'tcp', '-fbdir', folder], pass_fds=[outside], stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     preexec_fn=_die_with_parent)
    os.close(outside)
    return read_line(inside)


def start_bus(environment):
    bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, env=environment,
                           preexec_fn=_die_with_parent)
    return read_line(bus.stdout.fileno())


def make_environment(folder):
    environment = {k: v for k, v in os.environ.items()
                   if not k.startswith(('XDG_', 'DBUS_', 'GTK_', 'WAYLAND', 'LC_', 'LANG'))}
    for name in ('config', 'data', 'cache', 'state', 'run'):
        os.mkdir(os.path.join(folder, name), 0o700)
    environment.update(
        HOME=folder, XDG_CONFIG_HOME=folder + '/config', XDG_DATA_HOME=folder + '/data',
        XDG_CACHE_HOME=folder + '/cache', XDG_STATE_HOME=folder + '/state',
        XDG_RUNTIME_DIR=folder + '/run', TEST_SCREEN=folder + '/Xvfb_screen0',
        LC_ALL='C.UTF-8', GDK_BACKEND='x11', GSK_RENDERER='cairo', GSETTINGS_BACKEND='memory',
        GTK_A11Y='atspi', GIO_USE_VFS='local', GTK_IM_MODULE='gtk-im-context-simple',
        # Fonts and input modules are never given back; what is ours, the unit tests look at.
        ASAN_OPTIONS=':'.join(filter(None, (environment.get('ASAN_OPTIONS'), 'detect_leaks=0'))))
    return environment


def children(of):
    found = []
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as stat:
                    fields = stat.read().rpartition(')')[2].split()
            except OSError:
                continue
            if int(fields[1]) == of:
                found.append((int(name), fields[0]))
    return found


def end_all():
    """As the one to whom orphans fall, it finds everybody."""
    while True:
        alive = children(os.getpid())
        if not alive:
            return
        for pid, state in alive:
            try:
                if state != 'Z':
                    os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                pass


def main(command):
    if not shutil.which('Xvfb') or not shutil.which('dbus-daemon'):
        print('1..0 # SKIP no Xvfb or no dbus-daemon')
        return SKIP
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    folder = tempfile.mkdtemp(prefix='teahouse-desktop-')
    try:
        environment = make_environment(folder)
        environment['DISPLAY'] = ':' + start_screen(folder)
        environment['DBUS_SESSION_BUS_ADDRESS'] = start_bus(environment)
        return subprocess.call(command, env=environment)
    finally:
        end_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1:]))
