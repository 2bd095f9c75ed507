#!/usr/bin/env python3
"""Tries what the unit forbids, in the server's place, and prints what came of it: JSON, a name of
an error each, or "done". service.py runs it by a unit that differs in the program alone."""
import errno
import json
import mmap
import os
import socket
import sys
import time


def write(path):
    with open(path, 'w') as file:
        file.write('x')
    os.unlink(path)


def set_user_bit():
    path = '/var/lib/teahouse/probe'
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.chmod(path, 0o4700)
    finally:
        os.unlink(path)


ATTEMPTS = {
    'write in its folder': lambda: write('/var/lib/teahouse/probe'),
    'write in /tmp': lambda: write('/tmp/probe'),
    'see what others have in /tmp': lambda: os.stat('/tmp/anyone'),
    'list /home': lambda: os.listdir('/home'),
    'list /root': lambda: os.listdir('/root'),
    'see the first process': lambda: os.stat('/proc/1'),
    'see the machine in /proc': lambda: os.stat('/proc/meminfo'),
    'make a socket of the internet': lambda: socket.socket(socket.AF_INET).close(),
    'make a netlink socket': lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
    'make a raw socket': lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close(),
    'have memory to write and run': lambda: mmap.mmap(
        -1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close(),
    'become root': lambda: os.setuid(0),
    'make a program of its own rights': set_user_bit,
    'be scheduled before others': lambda: os.sched_setscheduler(
        0, os.SCHED_RR, os.sched_param(1)),
    'change the root': lambda: os.chroot('/'),
    'call the machine otherwise': lambda: socket.sethostname('probe'),
    'set the clock': lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
}


def attempt(function):
    try:
        function()
        return 'done'
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    results = {name: attempt(function) for name, function in ATTEMPTS.items()}
    for folder in sys.argv[1:]:
        results['write in ' + folder] = attempt(lambda: write(folder + '/probe'))
    print(json.dumps(results))


if __name__ == '__main__':
    main()
