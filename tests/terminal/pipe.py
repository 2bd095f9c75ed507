#!/usr/bin/env python3
"""The terminal client without a terminal: a good Unix program."""
import json
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import PATIENCE, Pipe, address_of, has_chinese, hears, pipe  # noqa: E402
import server as servers  # noqa: E402
import tap  # noqa: E402
from tap import Failure, Skip  # noqa: E402


def expect(got, wanted):
    if got != wanted:
        raise Failure('got %r, not %r' % (got, wanted))


def test_echo(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    out, err = pipe(context, 'hello 世界\n', '--nick', 'bot', address_of(server))
    expect((out, err), ('', ''))
    hears(bob, 'bot: hello 世界')


def test_many_lines(context):
    """More than may be unacknowledged: all of them, in order, the last one without its end."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    lines = ['line %d' % i for i in range(1500)]
    pipe(context, '\n'.join(lines), address_of(server, 'bot'))
    for line in lines:
        hears(bob, 'bot: ' + line)


def test_slashes(context):
    """A line with a slash in front is not sent, and it shows in the exit status."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    out, err = pipe(context, '/etc/passwd\n//etc\n/quit\nend\n', address_of(server, 'bot'),
                    status=1)
    expect(err.count('looks like a command'), 2)
    bob.sees_enter('bot')
    hears(bob, 'bot: /etc')
    hears(bob, 'bot: end')


def test_room_and_person(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    bob.send('join tea')
    pipe(context, 'for the room\n@bob for you alone\n', '--room', 'tea', address_of(server, 'bot'))
    pipe(context, 'and this\n', '--to', 'bob', address_of(server, 'bot2'))
    for text in ('bot: for the room', '[private] bot -> bob: for you alone',
                 '[private] bot2 -> bob: and this'):
        hears(bob, text)


def test_not_said(context):
    server = context.server()
    out, err = pipe(context, '@nobody hello\n', address_of(server, 'bot'), status=1)
    expect('not said: hello' in err, True)
    out, err = pipe(context, 'x' * 5000 + '\n', address_of(server, 'bot'), status=1)
    expect('too long by 1000 characters: xxx' in err, True)
    out, err = pipe(context, '茶' * 1334 + '\n', address_of(server, 'bot'), status=1)
    expect('too long by 1 character: 茶茶茶茶茶茶茶茶茶茶茶茶茶...' in err, True)


def test_no_server(context):
    out, err = pipe(context, 'hello\n', 'bot@127.0.0.1:1', status=3)
    expect(err, 'teahouse-chat: cannot connect to 127.0.0.1, port 1: connection refused\n'
                'teahouse-chat: Is the server running, and is that its native port (7000)?\n')


def test_not_let_in(context):
    server = context.server()
    context.client(server, 'line-english').enter('bob')
    out, err = pipe(context, 'hello\n', address_of(server, 'bob'), status=4)
    expect('taken' in err, True)


def test_command_line(context):
    for words in (['--fromat', 'json'], ['--format', 'xml'], ['--nick'], ['host:port'], ['a', 'b'],
                  ['--timeout', '0'], ['--follow=yes']):
        out, err = pipe(context, '', *words, status=2)
        expect(out, '')
        expect('--help' in err, True)
    expect('did you mean --format?' in pipe(context, '', '--fromat', status=2)[1], True)
    expect('--follow' in pipe(context, '', '--help')[0], True)
    expect(pipe(context, '', '--version')[0].startswith('teahouse-chat '), True)


def follow(context, server, *options, nick='log'):
    log = Pipe(context, '--follow', *options, address_of(server, nick), stdin=subprocess.DEVNULL)
    return log


def test_follow_json(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    bob.say('before')
    bob.hears('bob', 'before')
    log = follow(context, server, '--format', 'json')
    bob.sees_enter('log')
    bob.say('hello log 你好')
    bob.send('msg log psst')
    bob.send('logout')
    got = [json.loads(log.line()) for _ in range(3)]
    expect([o['type'] for o in got], ['message', 'private', 'left'])
    message = got[0]
    for name, value in {'room': 'lobby', 'from': 'bob', 'text': 'hello log 你好', 'mine': False,
                        'mention': True}.items():
        expect(message[name], value)
    expect(sorted(message),
           ['at', 'epoch', 'from', 'mention', 'mine', 'room', 'seq', 'text', 'type'])
    expect((got[1]['with'], got[1]['from'], got[1]['text']), ('bob', 'bob', 'psst'))
    expect((got[2]['nick'], got[2]['reason']), ('bob', 'goodbye'))
    log.process.send_signal(signal.SIGINT)
    expect(log.end(0), ('', ''))


def test_follow_text(context):
    """Each line has its speaker, and no escape gets through."""
    server = context.server()
    eve = context.client(server, 'json').enter('eve')
    log = follow(context, server)
    eve.expect_members(type='system_msg')
    eve.send_object(type='broadcast', msg='one\nbob: two\033[31m\u009b2J')
    first, second = log.line(), log.line()
    expect(first[19:], ' [lobby] eve: one')
    expect(second[19:], ' [lobby] eve: bob: two[31m2J')
    log.process.terminate()
    log.end(0)


def test_follow_over_a_restart(context):
    """It comes back by itself and misses nothing."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    log = follow(context, server, '--format', 'json')
    bob.sees_enter('log')
    bob.say('one')
    expect(json.loads(log.line())['text'], 'one')
    server.kill()
    server.start(same_ports=True)
    carl = context.client(server, 'line-english').enter('carl')
    carl.say('two')
    got = {'type': ''}
    while got['type'] != 'message':
        got = json.loads(log.line())
    expect(got['text'], 'two')
    log.process.terminate()
    log.end(0)


def test_reader_goes(context):
    """Whoever has enough may go: no complaint."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    log = follow(context, server)
    bob.sees_enter('log')
    log.process.stdout.close()
    log.process.stdout = None
    bob.say('into the void')
    bob.say('again')
    try:
        log.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failure('goes on for nobody') from None
    expect(log.process.returncode, 0)


def test_server_goes_for_good(context):
    server = context.server()
    p = Pipe(context, '--timeout', '1', address_of(server, 'bot'))
    bob = context.client(server, 'line-english').enter('bob')
    p.write('first\n')
    hears(bob, 'bot: first')
    server.kill()
    p.write('second\n')
    p.process.stdin.close()
    p.process.stdin = None
    out, err = p.end(3)
    # The first may have been heard by others before the news of it went out.
    expect('1 line was not said' in err or '2 lines were not said' in err, True)


def test_teahouse_chat(context):
    """teahouse chat hands over; without the client it says so."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    with open(servers.program(), 'rb') as program:
        expect(b'ncurses' in program.read(), False)  # a server needs none
    folder = context.folder()
    alone = os.path.join(folder, 'teahouse')
    os.link(servers.program(), alone) if os.stat(folder).st_dev == os.stat(
        servers.program()).st_dev else subprocess.run(['cp', servers.program(), alone], check=True)
    done = subprocess.run([alone, 'chat', '--version'], capture_output=True,
                          env={'PATH': '/nonexistent'}, timeout=60)
    expect((done.returncode, done.stdout), (1, b''))
    expect(b'teahouse-chat' in done.stderr and b'not' in done.stderr, True)
    os.symlink(os.environ.get('TEAHOUSE_CHAT') or os.path.join(servers.ROOT, 'build/teahouse-chat'),
               os.path.join(folder, 'teahouse-chat'))
    subprocess.run([alone, 'chat', address_of(server, 'bot')], input=b'handed over\n', timeout=60,
                   check=True, env=servers.environment())
    bob.sees_enter('bot')
    hears(bob, 'bot: handed over')


def test_chinese(context):
    if not has_chinese():
        raise Skip('no translations were made')
    out, err = pipe(context, '', '--formt', lang='zh', status=2)
    expect('没有选项 --formt，你是不是想用 --format？' in err, True)
    out, err = pipe(context, '', '--help', '--lang', 'en', lang='zh')
    expect(out.startswith('Usage: '), True)
    out, err = pipe(context, '', '--help', '--lang', 'zh')
    expect(out.startswith('用法：'), True)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
