#!/usr/bin/env python3
"""The unit under systemd, from inside a machine that script/boot has made and booted.

usage: service.py first|second

The first boot finds the server installed and nothing more; it ends with the service enabled and
running. The second is the next start of the same machine. Prints TAP."""
import ctypes
import errno
import json
import os
import pwd
import re
import resource
import shutil
import signal
import socket
import sys

sys.dont_write_bytecode = True

from house import (DATA, PORTS, UNIT, ask_web, assigned_nick, client, expect, history, journal,
                   main_pid, run, score, show, statuses, systemctl, wait_for, writable_mounts)
import tap
from server import ROOT

CONFIGURATION = '/etc/teahouse/teahouse.conf'
KEPT = '/root/history.json'  # what the first boot leaves for the second to find
LANDLOCK_CREATE_RULESET = 444
SECCOMP_FILTER = '2'


def say_and_hear(context, *texts):
    """Two at two doors hear each other's words."""
    ann = client(context, 'line-english', 'ann')
    ann.pass_over()
    bob = client(context, 'json', 'bob')
    ann.sees_enter('bob')
    bob.pass_over()
    for text in texts:
        for speaker, nick in ((ann, 'ann'), (bob, 'bob')):
            speaker.say(text)
            ann.hears(nick, text)
            bob.hears(nick, text)
    return ann, bob


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def kernel_has_landlock():
    """landlock_create_ruleset(2), asked for its version."""
    libc = ctypes.CDLL(None, use_errno=True)
    return (libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1) > 0
            or ctypes.get_errno() not in (errno.ENOSYS, errno.EOPNOTSUPP))


# ---- the first boot

def check_installed(context):
    """The user is made by what is installed, and the unit is where systemd looks for it."""
    run('systemd-sysusers')
    user = pwd.getpwnam('teahouse')
    expect((DATA, '/usr/sbin/nologin'), (user.pw_dir, user.pw_shell))
    expect((0, '', ''), run('systemd-analyze', '--man=no', 'verify', UNIT))


def check_start(context):
    """What systemctl calls started has its doors open."""
    systemctl('daemon-reload')
    systemctl('enable', '--now', UNIT)
    for port in PORTS.values():
        socket.create_connection(('127.0.0.1', port), 1).close()
    expect(['active', 'running', '0'], [show('ActiveState'), show('SubState'), show('NRestarts')])


def check_chat(context):
    ann, bob = say_and_hear(context, 'hello', '你好')
    for door in ('line-chinese', 'line-terse', 'native'):
        client(context, door, door).pass_over()
        ann.sees_enter(door)
    expect([('ann', 'hello'), ('bob', 'hello'), ('ann', '你好'), ('bob', '你好')], history())
    expect(200, ask_web('/healthz')[0])


def check_who(context):
    """Each thread: the user, no rights, none to be got; its limits."""
    user = pwd.getpwnam('teahouse')
    threads = list(statuses(main_pid()))
    expect(True, len(threads) >= 5)
    for thread in threads:
        expect(['%d' % user.pw_uid] * 4, thread['Uid'].split())
        expect(['%d' % user.pw_gid] * 4, thread['Gid'].split())
        for rights in ('CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
            expect(0, int(thread[rights], 16))
        expect(('1', SECCOMP_FILTER), (thread['NoNewPrivs'], thread['Seccomp']))
    with open('/proc/%d/limits' % main_pid()) as file:
        limits = file.read()
    expect(('0', '0'), re.search('Max core file size +([0-9]+) +([0-9]+)', limits).groups())
    # As the unit says, if this machine's systemd may give so many.
    files = min(262144, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    expect('%d' % files, re.search('Max open files +([0-9]+)', limits)[1])
    for name in [DATA] + [os.path.join(DATA, name) for name in os.listdir(DATA)]:
        status = os.stat(name)
        expect((user.pw_uid, 0), (status.st_uid, status.st_mode & 0o077))


def check_journal(context):
    """The cage is closed as far as this kernel can, and there is nothing to warn of."""
    log = journal()
    has_landlock = kernel_has_landlock()
    expect(has_landlock, 'cage: no files but those in %s' % DATA in log)
    expect(1, log.count('cage: no system calls but those it needs (seccomp)'))
    if has_landlock:
        expect('', journal('-b', '-u', UNIT, '-p', 'warning'))


def check_mounts(context):
    """Of the machine's files it has one folder to write in."""
    mounts = {place for place in writable_mounts(main_pid())
              if not place.startswith('/run/host/')}  # the container's own
    expect({DATA, '/tmp', '/var/tmp', '/proc', '/dev/pts'}, mounts)


def check_forbidden(context):
    """What a program may do that runs in the server's place."""
    anyone = ['/srv/anyone', '/var/lib/anyone', '/etc/anyone', '/usr/local/anyone', '/run/anyone',
              '/run/lock', '/dev/shm', '/dev/mqueue', '/opt/anyone']
    for folder in anyone:
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o1777)
    write('/tmp/anyone', '')
    shutil.copy(os.path.join(ROOT, 'tests/systemd/probe.py'), '/usr/local/lib/probe.py')
    with open(show('FragmentPath')) as file:
        unit = re.sub('(?m)^(Type|Exec[A-Z].*?)=.*\n', '', file.read())
    write('/run/systemd/system/probe.service', unit.replace('[Service]\n', (
        '[Service]\nType=oneshot\nExecStart=/usr/bin/python3 /usr/local/lib/probe.py %s\n'
        % ' '.join(anyone)), 1))
    systemctl('daemon-reload')
    systemctl('start', 'probe')
    results = json.loads(journal('_SYSTEMD_UNIT=probe.service'))
    expect({'write in its folder': 'done', 'write in /tmp': 'done',
            'see what others have in /tmp': 'ENOENT',
            'list /home': 'EACCES', 'list /root': 'EACCES',
            'see the first process': 'ENOENT', 'see the machine in /proc': 'ENOENT',
            'make a socket of the internet': 'done',
            'make a netlink socket': 'EAFNOSUPPORT', 'make a raw socket': 'EPERM',
            'have memory to write and run': 'EPERM', 'become root': 'EPERM',
            'make a program of its own rights': 'EPERM', 'be scheduled before others': 'EPERM',
            'change the root': 'EPERM', 'call the machine otherwise': 'EPERM',
            'set the clock': 'EPERM', **{'write in ' + folder: 'EROFS' for folder in anyone}},
           results)


def reload():
    """What the journal has of it once it is through."""
    before = len(journal())
    systemctl('reload', UNIT)
    wait_for('the end of the reload',
             lambda: re.search('reload: (done|nothing has been changed)\n', journal()[before:]))
    return journal()[before:]


def check_reload(context):
    """A configuration and names that come after the start; who is connected stays."""
    ann, bob = say_and_hear(context, 'before')
    pid = main_pid()
    write('/etc/teahouse/names', 'Oolong\n')
    write(CONFIGURATION, 'names = "/etc/teahouse/names"\ndoor "metrics" { listen = {'
                         '"127.0.0.1:9100"} }\n')
    log = reload()
    for sentence in ('there are 1 names to choose from, and were 0', 'reload: done'):
        expect(True, sentence in log)
    expect('Oolong', assigned_nick())
    ann.pass_over()
    bob.pass_over()
    bob.say('after')
    ann.hears('bob', 'after')
    write('/etc/teahouse/names', 'Assam\n')
    reload()
    expect('Assam', assigned_nick())
    write(CONFIGURATION, 'no-such-setting = 1\n')
    expect(True, 'reload: nothing has been changed' in reload())
    expect(2, len(journal('_PID=%d' % pid, '-p', 'err').splitlines()))  # why, and that
    expect('Assam', assigned_nick())
    os.unlink(CONFIGURATION)
    reload()
    expect((pid, 'active', 'running'), (main_pid(), show('ActiveState'), show('SubState')))


def check_operator(context):
    """What root does on the running service's folder."""
    client(context, 'line-english', 'ann').pass_over()
    expect(True, 'ann' in run('teahouse', 'ctl', '--data', DATA, 'who')[1])
    copy = os.path.join(context.folder(), 'copy.db')
    run('teahouse', 'backup', '--data', DATA, copy)
    expect(0, os.stat(copy).st_mode & 0o077)


def stop():
    invocation = '_SYSTEMD_INVOCATION_ID=' + show('InvocationID')
    systemctl('stop', UNIT)
    expect(['inactive', 'success', '1', '0'], [show('ActiveState'), show('Result'),
                                               show('ExecMainCode'), show('ExecMainStatus')])
    expect(1, journal(invocation).count('stopped; everything that was said is kept'))


def check_stop(context):
    """It ends by itself, with status 0, and tells those who are there."""
    ann, bob = say_and_hear(context, 'the last words')
    stop()
    ann.rest()
    bob.rest()
    expect(False, os.path.exists(os.path.join(DATA, 'ctl')))


def check_second_start(context):
    before = history()
    systemctl('start', UNIT)
    expect(before, history())
    say_and_hear(context, 'again')
    expect(len(before) + 2, len(history()))


def check_kill(context):
    """systemd starts it again, and nothing is lost that anybody read."""
    ann, bob = say_and_hear(context, 'before the kill')
    before, pid = history(), main_pid()
    os.kill(pid, signal.SIGKILL)
    wait_for('running again', lambda: main_pid() not in (0, pid)
             and show('ActiveState') == 'active')
    expect('1', show('NRestarts'))
    expect(before, history())
    expect(0, len(re.findall('damaged|repair', journal())))
    say_and_hear(context, 'after the kill')


def check_mistake(context):
    """A start that does not succeed is told to who started it, and why is in the journal."""
    stop()
    write(CONFIGURATION, 'no-such-setting = 1\n')
    status, _, _ = run('systemctl', 'start', UNIT, check=False)
    expect(True, status != 0)
    systemctl('stop', UNIT)
    expect(True, 'no-such-setting' in journal('-b', '-u', UNIT))
    os.unlink(CONFIGURATION)
    systemctl('reset-failed', UNIT)
    systemctl('start', UNIT)
    say_and_hear(context, 'mended')


def check_low_port(context):
    """By the lines that the unit has for it, as a comment."""
    with open(show('FragmentPath')) as file:
        lines = re.search('(?m)^#(\\[Service\\]\n(?:#[A-Z].*\n)+)', file.read())[1]
    folder = '/run/systemd/system/%s.d' % UNIT
    os.makedirs(folder)
    write(os.path.join(folder, 'ports.conf'), lines.replace('\n#', '\n'))
    write(CONFIGURATION, 'door "web" { listen = {"127.0.0.1:80", "127.0.0.1:5000"} }\n')
    systemctl('daemon-reload')
    systemctl('restart', UNIT)
    socket.create_connection(('127.0.0.1', 80), 1).close()
    bind_service = 1 << 10  # capabilities(7)
    for thread in statuses(main_pid()):
        expect((bind_service, SECCOMP_FILTER), (int(thread['CapEff'], 16), thread['Seccomp']))
    expect('', journal('-p', 'warning', '_SYSTEMD_INVOCATION_ID=' + show('InvocationID')))
    shutil.rmtree(folder)
    os.unlink(CONFIGURATION)
    systemctl('daemon-reload')
    systemctl('restart', UNIT)
    say_and_hear(context, 'without it')


def check_score(context):
    with open(os.path.join(ROOT, 'docs', 'CAGE.md')) as file:
        document = file.read().split('## systemd', 1)[1]
    expect(score(document), score(run('systemd-analyze', '--no-pager', 'security', UNIT)[1]))


def check_left_running(context):
    """With a configuration that the next start finds."""
    write(CONFIGURATION, 'names = "/etc/teahouse/names"\ndoor "metrics" { listen = {'
                         '"127.0.0.1:9100"} }\n')
    expect('active', show('ActiveState'))
    write(KEPT, json.dumps(history()))


# ---- the second

def check_up_by_itself(context):
    wait_for('running', lambda: show('ActiveState') == 'active')
    for port in (*PORTS.values(), 9100):
        socket.create_connection(('127.0.0.1', port), 1).close()
    expect('Assam', assigned_nick())


def check_history_found(context):
    with open(KEPT) as file:
        kept = [tuple(one) for one in json.load(file)]
    expect(True, len(kept) >= 15)
    expect(kept, history())
    say_and_hear(context, 'after the boot')


def check_own_numbers(context):
    """What it reads of itself in /proc is there."""
    import http.client
    connection = http.client.HTTPConnection('127.0.0.1', 9100, timeout=10)
    connection.request('GET', '/metrics')
    text = connection.getresponse().read().decode()
    for name in ('process_resident_memory_bytes', 'process_open_fds'):
        expect(True, float(re.search('(?m)^%s ([0-9.e+]+)$' % name, text)[1]) > 0)


def check_shutdown_before(context):
    """The machine went down after the service had ended well."""
    log = journal('-b', '-1', '-u', UNIT)
    expect(1, len(re.findall('stopped; everything that was said is kept\n', log[-1000:])))
    expect(0, log.count('timed out'))


BOOTS = {
    'first': (check_installed, check_start, check_chat, check_who, check_journal, check_mounts,
              check_forbidden, check_reload, check_operator, check_stop, check_second_start,
              check_kill, check_mistake, check_low_port, check_score, check_left_running),
    'second': (check_up_by_itself, check_history_found, check_journal, check_own_numbers,
               check_shutdown_before),
}


if __name__ == '__main__':
    if sys.argv[1:] not in [[name] for name in BOOTS]:
        sys.exit(__doc__)
    sys.exit(tap.run([('%s boot: %s' % (sys.argv[1], function.__name__[6:].replace('_', ' ')),
                       function) for function in BOOTS[sys.argv[1]]]))
