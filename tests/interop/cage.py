#!/usr/bin/env python3
"""The cage around a running server, seen from outside; and what its log does not say."""
import glob
import os
import pwd
import random
import re
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE, command  # noqa: E402
from tap import Failure, Skip  # noqa: E402


def expect(expected, got):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def statuses(server):
    """What /proc has of each of its threads."""
    threads = glob.glob('/proc/%d/task/*/status' % server.process.pid)
    for path in threads:
        with open(path) as file:
            yield dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def caged(context, *options):
    server = context.server(*options)
    none = re.search('cage: none, since (.*)', server.log())
    if none:
        raise Skip(none[1])
    return server


def test_all_threads(context):
    """Each thread has the filter, and no way to more rights."""
    server = caged(context, '--threads', '3')
    if 'seccomp cannot' in server.log() or 'without libseccomp' in server.log():
        raise Skip('no seccomp')
    threads = list(statuses(server))
    expect(True, len(threads) >= 3 + 4)  # and those of the store
    expect({'2'}, {thread['Seccomp'] for thread in threads})
    expect({'1'}, {thread['NoNewPrivs'] for thread in threads})


def test_log(context):
    """What holds is said, once for each part."""
    server = caged(context)
    expect(1, len(re.findall(r'cage: (no files but those in|this kernel has no Landlock|Landlock '
                             r'cannot)', server.log())))
    expect(1, len(re.findall(r'cage: (no system calls but|it was built without libseccomp|seccomp '
                             r'cannot)', server.log())))
    off = context.server('--set', 'cage=off')
    expect(1, off.log().count('cage: none, as "cage = off" says'))
    expect({'0'}, {thread['Seccomp'] for thread in statuses(off)})


def test_no_core(context):
    server = caged(context)
    with open('/proc/%d/limits' % server.process.pid) as limits:
        expect(True, bool(re.search(r'Max core file size\s+0\s+0\s', limits.read())))
    # What cannot be dumped belongs to root in /proc, whoever runs it.
    expect(0, os.stat('/proc/%d/statm' % server.process.pid).st_uid)


def test_another_user(context):
    """Root's server becomes who it is told to, has the new folder for itself, and serves."""
    if os.geteuid() != 0:
        raise Skip('not root')
    nobody = pwd.getpwnam('nobody')
    folder = context.folder()
    os.chmod(folder, 0o755)
    data = os.path.join(folder, 'data')
    server = context.server('--set', 'user=nobody', '--threads', '2', data=data)
    expect(1, server.log().count('cage: root has become the user nobody'))
    for thread in statuses(server):
        expect(['%d' % nobody.pw_uid] * 4, thread['Uid'].split())
        expect('0', thread['CapEff'].strip('0') or '0')
        expect('', thread['Groups'].strip())
    alice = context.client(server, 'line-english').enter('alice')
    alice.say('hello')
    alice.hears('alice', 'hello')
    expect(True, 'alice' in command('ctl', '--data', data, 'who')[1])
    for name in os.listdir(data):
        expect(nobody.pw_uid, os.stat(os.path.join(data, name)).st_uid)
    server.stop()
    # Again on the folder that is there; and not on one of somebody else's.
    server.start()
    server.stop()
    os.chown(data, 0, 0)
    status, out, err = command('serve', '--data', data, '--set', 'user=nobody', '--listen',
                               'json=127.0.0.1:0', check=False)
    expect((1, True), (status, 'chown -R nobody' in err))
    status, out, err = command('serve', '--data', data, '--set', 'user=no-such-user', '--listen',
                               'json=127.0.0.1:0', check=False)
    expect((1, True), (status, 'no user no-such-user' in err))


def test_low_port_again(context):
    """Ports below 1024 stay within reach of a reload."""
    if os.geteuid() != 0:
        raise Skip('not root')
    folder = context.folder()
    os.chmod(folder, 0o755)
    path = os.path.join(folder, 'teahouse.conf')
    # Of its own: another run of this test may be under way.
    address = '127.%d.%d.1' % (random.randrange(1, 255), random.randrange(1, 255))

    def write(*ports):
        listens = ', '.join('"%s:%d"' % (address, port) for port in ports)
        with open(path, 'w') as file:
            file.write('user = nobody\ndoor "json" { listen = {"127.0.0.1:0"} }\n'
                       'door "native" { listen = {%s} }\n' % listens)
            for door in ('line-english', 'line-chinese', 'line-terse', 'web'):
                file.write('door "%s" { listen = {} }\n' % door)

    write(987)
    server = context.server('--config', path, doors=('json', 'native'), listens=False,
                            data=os.path.join(folder, 'data'))
    write(987, 988)
    log = server.reload()
    if 'native: listening on %s:988' % address not in log:
        raise Failure(log)


def test_service_manager(context):
    """It is told from inside the cage when the doors are open, and when a reload is through."""
    folder = context.folder()
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    context.defer(manager.close)
    manager.bind(os.path.join(folder, 'manager'))
    manager.settimeout(DEADLINE)
    path = os.path.join(folder, 'teahouse.conf')
    with open(path, 'w'):
        pass
    server = context.server('--config', path, variables={'NOTIFY_SOCKET': manager.getsockname()})
    expect(b'READY=1', manager.recv(4096))
    for text in ('no-such-setting = 1\n', 'flood = off\n'):
        with open(path, 'w') as file:
            file.write(text)
        server.reload()
        told = manager.recv(4096)
        if not re.fullmatch(rb'RELOADING=1\nMONOTONIC_USEC=[0-9]+', told):
            raise Failure(repr(told))
        expect(b'READY=1', manager.recv(4096))
    server.stop()
    # Whom it cannot reach it does without.
    server.variables['NOTIFY_SOCKET'] = os.path.join(folder, 'nobody')
    server.start()
    expect(1, server.log().count('the service manager cannot be told that the server is ready'))


SECRETS = ('hush-message', 'hush-private', 'hush-query', 'hush-nick', 'hush-room', 'hush-topic')


def test_no_secrets_in_the_log(context):
    server = context.server('--log-level', 'debug', '--threads', '2')
    alice = context.client(server, 'line-english').enter('hush-nick')
    dave = context.client(server, 'json').enter('dave')
    alice.sees_enter('dave')
    alice.say('hush-message')
    dave.hears('hush-nick', 'hush-message')
    alice.send('msg dave hush-private')
    alice.send('join hush-room')
    alice.send('topic hush-topic')
    alice.send('search hush-query')
    alice.send('say ' + 'hush-message' * 1000)
    alice.send('hush-message')
    native = context.client(server, 'native')
    native.send_object(type='login', nick='hush-nick2', version=1)
    welcome = {}
    while welcome.get('type') != 'welcome':
        welcome = native.take_object()
    native.abort()
    again = context.client(server, 'native')
    again.send_object(type='resume', token=welcome['token'], version=1)
    welcome2 = {}
    while welcome2.get('type') != 'welcome':
        welcome2 = again.take_object()
    again.send_bytes(b'{"hush-message\n')
    alice.abort()
    dave.send('[hush-message')
    dave.abort()
    command('ctl', '--data', server.data, 'kick', 'hush-nick2', 'hush-message')
    command('ctl', '--data', server.data, 'say', 'hush-message')
    server.stop()
    log = server.log()
    for secret in SECRETS + (welcome['token'], welcome2['token']):
        if secret in log:
            raise Failure('%r is in the log:\n%s' % (secret, log))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
