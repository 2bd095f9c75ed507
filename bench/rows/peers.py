"""IRC servers of Debian's packages, as they come but for what would slow a measurement down."""
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time

from .common import PEERS, SERVER_CORE, START_SECONDS, Broken, Server, prepared, say

PACKAGES = ['ngircd', 'libident', 'inspircd']

NGIRCD = '''[Global]
Name = irc.bench.example
Info = bench
Listen = 127.0.0.1
Ports = %(port)s
PidFile = %(folder)s/pid
ServerGID = %(group)d
ServerUID = %(user)d
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 10
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
Syslog = no
RequireAuthPing = no
[Channel]
Name = #bench
Modes = P
'''

INSPIRCD = '''<server name="irc.bench.example" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@bench.example">
<bind address="127.0.0.1" port="%(port)s" type="clients">
<connect name="main" allow="*" timeout="60" pingfreq="3600" hardsendq="1G" softsendq="1G"
 recvq="16M" threshold="1000000" commandrate="1000000000" fakelag="no" localmax="100000"
 globalmax="100000" maxconnwarn="no" resolvehostnames="no" useident="no" limit="100000">
<performance nouserdns="yes" somaxconn="1024" softlimit="100000" netbuffersize="65535">
<pid file="%(folder)s/pid">
<options defaultmodes="" noservervars="yes">
<path moduledir="%(modules)s" configdir="%(folder)s" datadir="%(folder)s" logdir="%(folder)s"
 runtimedir="%(folder)s">
<log method="stderr" type="*" level="default">
'''


def fetch():
    """Unpacks what is missing below build/bench-peers."""
    os.makedirs(PEERS, exist_ok=True)
    for package in PACKAGES:
        if os.path.isdir(os.path.join(PEERS, package)):
            continue
        say('  fetching ' + package)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(['apt-get', '-q', 'download', package], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            (file,) = glob.glob(os.path.join(folder, '*.deb'))
            subprocess.run(['dpkg-deb', '-x', file, os.path.join(PEERS, package)], check=True)


def find(name):
    """The program, of the system or of what was fetched."""
    unpacked = os.path.join(PEERS, name, 'usr', 'sbin', name)
    return unpacked if os.path.exists(unpacked) else shutil.which(name, path='/usr/sbin:/usr/bin')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Peer(Server):
    def __init__(self, args, name):
        program = find(name)
        if not program:
            raise Broken('%s is not here; --peers fetches it' % name)
        self.doors = ['irc']
        self.folder = tempfile.TemporaryDirectory(prefix='teahouse-bench-')
        self.log = open(os.path.join(self.folder.name, 'log'), 'w+')
        os.chmod(self.folder.name, 0o755)
        self.ports = {'irc': str(free_port())}
        unpacked = os.path.join(PEERS, name, 'usr', 'lib', 'inspircd', 'modules')
        values = {'port': self.ports['irc'], 'folder': self.folder.name, 'user': os.getuid(),
                  'group': os.getgid(),
                  'modules': unpacked if os.path.isdir(unpacked) else '/usr/lib/inspircd/modules'}
        file = os.path.join(self.folder.name, name + '.conf')
        with open(file, 'w') as f:
            f.write((NGIRCD if name == 'ngircd' else INSPIRCD) % values)
        command = [program, '-n', '-f', file] if name == 'ngircd' else [
            program, '--nofork', '--nopid', '--runasroot', '--config', file]
        libraries = glob.glob(os.path.join(PEERS, 'libident', 'usr', 'lib', '*'))
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=self.log, preexec_fn=prepared(SERVER_CORE),
            env=dict(os.environ, LD_LIBRARY_PATH=':'.join(libraries)))

    def __enter__(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(('127.0.0.1', int(self.ports['irc'])), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        said = self.told()
        self.__exit__()
        raise Broken('it did not start: ' + said)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()
