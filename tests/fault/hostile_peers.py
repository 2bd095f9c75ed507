#!/usr/bin/env python3
"""Peers of one kind at a time, many of them: who may not come in, who is sent out, who is paced,
who says more at once than anybody can read."""
import os
import resource
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE, DOORS  # noqa: E402
from tap import Failure  # noqa: E402

FULL = '* Closed: the server is full'


def pair(context, server):
    """Two at different doors who hear each other."""
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    dave = context.client(server, 'json').enter('dave')
    alice.sees_enter('dave')
    return alice, dave


def talk(alice, dave, number):
    for speaker, nick in ((alice, 'alice'), (dave, 'dave')):
        text = '%s %d' % (nick, number)
        speaker.say(text)
        for listener in (alice, dave):
            listener.hears(nick, text)


def ask(server, line):
    """An operator's command; what is answered."""
    with socket.socket(socket.AF_UNIX) as operator:
        operator.settimeout(DEADLINE)
        operator.connect(os.path.join(server.data, 'ctl'))
        operator.sendall(line.encode() + b'\n')
        answer = b''
        while piece := operator.recv(65536):
            answer += piece
    return answer.decode()


def connect_many(server, count, talks):
    """Connects again and again from one address, every third time with something to say: the
    reasons given, and those who came in."""
    reasons, inside = {}, []
    for number in range(count):
        line = socket.create_connection(server.address('line-english'), DEADLINE)
        try:
            if number % 3 == 0:
                line.sendall(b'look\n' * 100)
            if number % 100 == 0:
                talks(number)
            got = line.recv(200)
        except ConnectionError:
            got = b''
        if got.startswith(b'Welcome'):
            inside.append(line)
            continue
        reason = got.decode().split('\r\n')[0]
        reasons[reason] = reasons.get(reason, 0) + 1
        line.close()
    return reasons, inside


def wait_until(condition, what):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(what)
        time.sleep(0.02)


def come_in_again(context, server):
    """When the others have gone there is room again."""
    def welcome():
        late = context.client(server, 'line-english')
        line = late.take_line()
        late.close()
        return line == 'Welcome to Teahouse'
    wait_until(welcome, 'nobody comes in any more')


def test_no_descriptors_left(context):
    server = context.server(limits=[(resource.RLIMIT_NOFILE, 160, 160)])
    alice, dave = pair(context, server)
    before = server.descriptors()
    reasons, inside = connect_many(server, 600, lambda n: talk(alice, dave, n))
    if not 40 <= len(inside) <= 140:
        raise Failure('%d came in' % len(inside))
    if set(reasons) - {FULL, ''} or reasons[FULL] < 300:
        raise Failure('reasons: %r' % reasons)
    if server.descriptors() >= 160:
        raise Failure('no descriptor is left for the store')
    if 'alice' not in ask(server, 'who'):
        raise Failure('the operator is not let in')
    for line in inside:
        line.close()
    come_in_again(context, server)
    talk(alice, dave, 600)
    wait_until(lambda: server.descriptors() <= before, 'descriptors are lost')


def test_ban_and_unban(context):
    server = context.server('--threads', '2')
    for _ in range(5):
        people = [context.client(server, DOORS[i % len(DOORS)]).enter('person%d' % i)
                  for i in range(40)]
        people[-1].pass_over()
        ask(server, 'ban person7 enough')
        for person in people:
            if person.door == 'line-english' and '(enough)' not in person.rest().decode():
                raise Failure('no reason is given')
            person.rest()
        reasons, inside = connect_many(server, 50, lambda n: None)
        if inside or set(reasons) - {'* Closed: an operator has banned you', ''}:
            raise Failure('%d came in; reasons: %r' % (len(inside), reasons))
        ask(server, 'unban 127.0.0.1')
        wait_until(lambda: 'person' not in ask(server, 'who'), 'somebody has stayed')
        for person in people:
            person.close()


def test_login_while_sent_out(context):
    """Who is sent out cannot come back on the same line: nobody would ever take that name out."""
    server = context.server('--threads', '2')
    busy = context.client(server, 'line-english').enter('busy')
    for number in range(30):
        pest = context.client(server, 'line-english').enter('pest')
        pest.pass_over()
        busy.send_bytes(b'say to keep the store busy\n' * 20)
        pest.send_bytes(b'login ghost\n' * 50)
        ask(server, 'kick pest')
        try:
            pest.send_bytes(b'login ghost\n' * 50)
        except ConnectionError:
            pass
        pest.rest()
        pest.close()
        busy.pass_over()
    wait_until(lambda: 'ghost' not in ask(server, 'who'), 'a ghost is there')


def test_paced_by_the_hundred(context):
    server = context.server('--threads', '2')
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    crowd = []
    for i in range(200):
        client = context.client(server, 'json')
        client.paced = True
        client.greet()
        client.send_object(type='login', msg='paced%d' % i)
        crowd.append(client)
    ready = context.client(server, 'line-terse').enter('ready')
    ready.pass_over()
    for number in range(50):
        alice.say('number %d' % number)
    for client in crowd[::2]:  # in the middle of it
        client.abort()
    for client in crowd[1::2]:
        said = []
        while len(said) < 50:
            got = client.take_object()
            if got is None:
                raise Failure('closed after %r' % said)
            if got['type'] == 'broadcast':
                said += [line.split('] : ', 1)[1] for line in got['msg'].split('\n')]
        if said != ['number %d' % number for number in range(50)]:
            raise Failure('heard %r' % said)


def test_words_of_the_terse_door(context):
    """Each stands alone, also when several are due at once."""
    server = context.server()
    client = context.client(server, 'line-terse')
    client.greet()
    client.send_bytes(b'login\nlogin a:b\nlogin x\nlook\nno\n')
    pieces = []
    while not pieces or b'Unknown' not in pieces[-1]:
        if not client.fill():
            raise Failure('closed after %r' % pieces)
        pieces.append(client.take_bytes(len(client.pending)))
    expected = [b'UserName Empty', b'UserName Exist', b'Login Success',
                b'Online Users:\nx\nUnknown command no \n']
    if pieces != expected:
        raise Failure('got %r' % pieces)


def test_object_in_pieces(context):
    """The beginning of a long object is not a flood."""
    server = context.server('--set', 'line-bytes=400000', flood=True)
    client = context.client(server, 'json').enter('j')
    text = b'{"type":"broadcast","more":"' + b'x' * 300000 + b'","msg":"whole"}\n'
    for at in range(0, len(text), 20000):
        client.send_bytes(text[at:at + 20000])
        time.sleep(0.001)
    client.hears('j', 'whole')


def test_much_behind_a_question(context):
    """What comes while the history is looked through waits, however much it is."""
    server = context.server('--set', 'replay-lines=0')
    client = context.client(server, 'line-english').enter('asker')
    client.send_bytes(b'say once\nsearch once\n' + b'say more\n' * 50000)
    client.hears('asker', 'once')
    client.expect_line('* Found:')
    if not client.take_line().endswith('asker: once'):
        raise Failure('not found')
    for _ in range(50000):
        client.hears('asker', 'more')


def test_burst(context):
    """Several times outbox-bytes come at once: who reads it in the end is not closed for that, who
    never reads is. Little enough that two seconds suffice anywhere (SLOW_MS), and more than the
    system keeps for one who does not read."""
    lines, text = 230, 'y' * 3900
    server = context.server('--set', 'replay-lines=0', '--set', 'outbox-bytes=200000')
    slow, silent = (context.client(server, 'line-english', receive_buffer=4096).enter(nick)
                    for nick in ('slow', 'silent'))
    slow.pass_over()
    silent.pass_over()
    speaker = context.client(server, 'line-english').enter('speaker')
    speaker.send_bytes(('say %s\n' % text).encode() * lines)
    for _ in range(lines):
        for client in (speaker, slow):
            line = client.take_line()
            while line and line.endswith('entered the room.'):
                line = client.take_line()
            if line != 'speaker: ' + text:
                raise Failure('got %r' % line)
    for client in (speaker, slow):
        client.expect_line('* silent did not read what was sent and is disconnected.')
        client.sees_leave('silent')
    slow.say('still here')
    for client in (speaker, slow):
        client.hears('slow', 'still here')
    if not silent.rest().endswith(b'* Closed: you did not read what was sent\r\n'):
        raise Failure('no reason is given')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
