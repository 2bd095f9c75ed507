"""Plays a server's disk and clock false, by tests/programs/faults.c."""
import errno
import mmap
import os
import shutil
import struct
import subprocess

from server import ROOT, program
from tap import Skip

PRELOADED = {}  # program: whether something may be loaded before it


def library():
    path = os.environ.get('FAULTS') or os.path.join(ROOT, 'build', 'tests', 'faults.so')
    if not os.path.exists(path):
        raise Skip('there is no ' + path)
    if program() not in PRELOADED:
        needs = subprocess.run(['ldd', program()], capture_output=True, text=True).stdout
        PRELOADED[program()] = 'asan' not in needs and 'tsan' not in needs
    if not PRELOADED[program()]:
        raise Skip('a sanitizer must be loaded first')
    return path


class Faults:
    """`options` and `variables` are for the server."""

    options = ('--set', 'cage=off')  # the shadow is outside of it

    def __init__(self, context):
        self.folder = context.folder()
        self.shadow = os.path.join(self.folder, 'shadow')
        os.mkdir(self.shadow)
        control = os.path.join(self.folder, 'control')
        with open(control, 'wb') as file:
            file.write(bytes(24))
        with open(control, 'r+b') as file:
            self.map = mmap.mmap(file.fileno(), 24)
        context.defer(self.map.close)
        self.variables = {'LD_PRELOAD': library(), 'FAULTS_CONTROL': control}

    def with_shadow(self):
        self.variables['FAULTS_SHADOW'] = self.shadow
        return self

    def set(self, clock_ms=0, write=0, sync=0):
        self.map[:] = struct.pack('qqq', clock_ms, write, sync)

    def lose_power(self, data, dice):
        """The server is dead: of each file of the database there is what was synced last, or what
        was written last, as the disk may have had time for it."""
        lost = 0
        for name in sorted(os.listdir(data)):
            if not name.startswith(('history.db', 'index.db')) or dice.random() < 0.25:
                continue
            path, synced = os.path.join(data, name), os.path.join(self.shadow, name)
            if name.endswith('-shm') or not os.path.exists(synced):
                os.unlink(path)
            else:
                lost += not same_bytes(path, synced)
                shutil.copyfile(synced, path)
        return lost


def same_bytes(one, other):
    with open(one, 'rb') as a, open(other, 'rb') as b:
        return a.read() == b.read()


DISK_ERRORS = (errno.EIO, errno.ENOSPC, errno.EROFS)
