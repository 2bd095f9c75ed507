#!/usr/bin/env python3
"""SIGTERM: whoever is connected reads why the line ends, in the way that its door has for it."""
import json
import os
import resource
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import CLOSE, TEXT, Frames, Peer  # noqa: E402

FULL_HOUSE = 3200
GOING_AWAY = 1001  # RFC 6455, 7.4.1
WORDS = {'line-english': '* Closed: the server stops', 'json': '服务器关闭',
         'native': 'The server stops', 'web': 'The server stops',
         'socketio': 'The server is being stopped'}
SEPARATOR = '\x1e'


def target(version, transport, sid=None):
    return '/socket.io/?EIO=%d&transport=%s%s' % (version, transport, '&sid=' + sid if sid else '')


def form(version, *packets):
    """Packets as the body of a poll; all of them are ASCII here."""
    if version == 4:
        return SEPARATOR.join(packets)
    return ''.join('%d:%s' % (len(packet), packet) for packet in packets)


def packets_of(version, text):
    if version == 4:
        return text.split(SEPARATOR)
    found = []
    while text:
        length, _, text = text.partition(':')
        found.append(text[:int(length)])
        text = text[int(length):]
    return found


class Poller:
    """A Socket.IO client by polling, in the lobby. Of its two connections, which live on, one polls
    and one posts."""

    def __init__(self, context, server, version):
        self.version = version
        self.polls, self.posts = (Peer(context, server.address('web')) for _ in range(2))
        opened, = self.packets(self.polls.ask('GET', target(version, 'polling')))
        self.sid = json.loads(opened[1:])['sid']
        if version == 4:
            self.post('40')
        self.read_to(1)

    def packets(self, answer):
        if answer.status != 200:
            raise Failure('%d %s' % (answer.status, answer.text))
        return packets_of(self.version, answer.text)

    def post(self, packet):
        answer = self.posts.ask('POST', target(self.version, 'polling', self.sid),
                                form(self.version, packet))
        if answer.text != 'ok':
            raise Failure('a post: %d %s' % (answer.status, answer.text))

    def begin(self):
        self.polls.send('GET', target(self.version, 'polling', self.sid))

    def read_to(self, count):
        """The list of names that has so many of them."""
        while True:
            self.begin()
            for packet in self.packets(self.polls.answer()):
                told = json.loads(packet[2:])[1] if packet.startswith('42') else {}
                if len(told.get('name_list', ())) >= count:
                    return

    def wait(self):
        """A poll that the server has: what is posted after it has been answered twice."""
        self.begin()
        for _ in range(2):
            self.post('6')

    def last(self):
        """What the poll that waits is answered with, and nothing behind it."""
        packets = self.packets(self.polls.answer())
        if not self.polls.ended():
            raise Failure('the connection goes on')
        self.polls.socket.close()
        return packets


def expect_close(frames):
    """Text messages, then Close with 1001; the messages."""
    messages = []
    while True:
        first, length = frames.take(2)
        if length >= 126:
            length = int.from_bytes(frames.take(2 if length == 126 else 8), 'big')
        payload = frames.take(length)
        if first & 15 == TEXT:
            messages.append(payload.decode())
        elif first & 15 == CLOSE:
            break
    code = int.from_bytes(payload[:2], 'big')
    if code != GOING_AWAY:
        raise Failure('closed by %d %r' % (code, payload[2:]))
    return messages


def expect_words(door, told):
    if WORDS[door] not in told:
        raise Failure('%s read %r last' % (door, told))


def last_line(line):
    text = line.makefile('rb').read().decode('utf-8', 'replace')
    return text.strip('\r\n').rpartition('\n')[2]


def everybody(context, *options):
    # Each list of names is told at once, so that nothing comes behind the last one.
    server = context.server('--set', 'roster-rate=1000000', *options,
                            doors=('line-english', 'json', 'native', 'web'))
    lines = {}
    for door in 'line-english', 'json', 'native':
        lines[door] = socket.create_connection(server.address(door), DEADLINE)
        context.defer(lines[door].close)
        lines[door].recv(1)  # it is being served
    chat = Frames(context, server.address('web'), '/chat')
    chat.get()
    sockets = {}
    for version in 4, 3:
        ws = sockets[version] = Frames(context, server.address('web'), target(version, 'websocket'))
        ws.get()
        if version == 4:
            ws.put('40')
        while '"login"' not in ws.get():
            pass
    pollers = [Poller(context, server, version) for version in (4, 3, 4, 3)]
    for poller in pollers[:-1]:  # the last one has read it
        poller.read_to(len(sockets) + len(pollers))
    for poller in pollers:
        poller.wait()
    server.terminate()
    for poller in pollers:
        packets = poller.last()
        expect_words('socketio', packets[-2])
        if packets[-1] != '1':
            raise Failure('a poll ends with %r' % packets)
    for ws in sockets.values():
        messages = expect_close(ws)
        expect_words('socketio', messages[-2 if messages[-1] == '1' else -1])
    expect_words('web', expect_close(chat)[-1])
    for door, line in lines.items():
        expect_words(door, last_line(line))
    for peer in [chat, *sockets.values(), *(poller.posts for poller in pollers)]:
        peer.socket.close()
    for line in lines.values():
        line.close()
    server.wait()


def test_everybody(context):
    everybody(context)


def test_everybody_three_threads(context):
    everybody(context, '--threads', '3')


def test_full_house(context):
    """A poll that waits is answered also where there are more to write to than a turn takes."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < FULL_HOUSE + 200:
        raise tap.Skip('only %d descriptors' % hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = context.server('--set', 'roster-rate=1000000', '--set', 'connections-per-address=0',
                            doors=('line-english', 'web'))
    people = [socket.create_connection(server.address('line-english'), DEADLINE)
              for _ in range(FULL_HOUSE)]
    for i, one in enumerate(people):
        context.defer(one.close)
        one.sendall(b'login n%d\r\n' % i)
    heard = people[0].makefile('r', encoding='utf-8', newline='\r\n')
    while '; {:,} are here.'.format(FULL_HOUSE) not in heard.readline():
        pass
    poller = Poller(context, server, 4)
    while ' has entered the room.' not in heard.readline():
        pass
    people[0].sendall(b'say all are here\r\n')
    told = []
    while not any('all are here' in packet for packet in told):
        poller.begin()
        told = poller.packets(poller.polls.answer())
    poller.wait()
    server.terminate()
    packets = poller.last()
    expect_words('socketio', packets[-2])
    if packets[-1] != '1':
        raise Failure('a poll ends with %r' % packets)
    for one in people:
        one.close()
    poller.posts.socket.close()
    server.wait()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
