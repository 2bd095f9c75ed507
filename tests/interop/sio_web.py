#!/usr/bin/env python3
"""The socketio door among browsers and crowds: foreign pages, storms of joins, lists that are cut,
clients that poll too slowly."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from sio import Drivers, SioClient  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import Frames, Peer  # noqa: E402

DOORS = ('web', 'line-english')
POLLING = '/socket.io/?EIO=4&transport=polling'
WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
HERE, FOREIGN, FRIEND = 'http://%s:%d', 'http://evil.example', 'https://friend.example'


def check_origin(context, server, origin, let_in):
    address = server.address('web')
    headers = [] if origin is None else [('Origin', origin)]
    answer = Peer(context, address).ask('GET', POLLING, None, headers)
    allowed = answer.headers.get('access-control-allow-origin')
    if let_in and (answer.status != 200 or not answer.text.startswith('0{')):
        raise Failure('from %s: %d %r' % (origin, answer.status, answer.body))
    if not let_in and (answer.status != 403 or allowed):
        raise Failure('from %s: %d %r, %r' % (origin, answer.status, answer.body, allowed))
    ws = Frames(context, address, WEBSOCKET, headers)
    if let_in != (ws.refused is None) or (not let_in and ws.refused.status != 403):
        raise Failure('from %s: a WebSocket is %s' % (origin, ws.refused and ws.refused.status))
    return answer


def test_foreign_pages(context):
    """Pages from elsewhere are refused by default; who is no browser has no Origin."""
    server = context.server(doors=DOORS)
    host, port = server.address('web')
    for origin, let_in in ((None, True), (HERE % (host, port), True), (FOREIGN, False), ('null', False),
                           (HERE % (host, port + 1), False),
                           # A proxy in front may speak TLS to it.
                           ('https://%s:%d' % (host, port), True),
                           ('http://%s:%d.evil.example' % (host, port), False)):
        check_origin(context, server, origin, let_in)


def test_pages_that_are_let_in(context):
    server = context.server('--set', 'web-origins=' + FRIEND, doors=DOORS)
    answer = check_origin(context, server, FRIEND, True)
    if answer.headers.get('access-control-allow-origin') != FRIEND:
        raise Failure('headers: %r' % answer.headers)
    check_origin(context, server, FOREIGN, False)
    asked = Peer(context, server.address('web')).ask('OPTIONS', POLLING, None, [
        ('Origin', FRIEND), ('Access-Control-Request-Method', 'POST'),
        ('Access-Control-Request-Headers', 'content-type')])
    if asked.status not in (200, 204) or asked.headers.get('access-control-allow-origin') != FRIEND:
        raise Failure('preflight: %d %r' % (asked.status, asked.headers))


def test_names_of_hosts(context):
    """A page that has its own name lead here (DNS rebinding) is refused by it."""
    server = context.server(doors=DOORS)
    for host in 'evil.example', 'evil.example:5000':
        answer = Peer(context, server.address('web')).ask('GET', POLLING, None, [('Host', host)])
        if answer.status not in (403, 421):
            raise Failure('Host %s: %d' % (host, answer.status))


class Guest:
    """A client of the protocol over a bare WebSocket, light enough for crowds."""

    def __init__(self, context, server):
        self.socket = Frames(context, server.address('web'), WEBSOCKET)
        self.socket.put('40')
        self.lists = 0
        self.names = None
        self.nick = None

    def take(self):
        """The next event's object; lists are counted."""
        while True:
            packet = self.socket.get()
            if packet is None:
                raise Failure('closed')
            if packet == '2':
                self.socket.put('3')
            elif packet.startswith('42'):
                value = json.loads(packet[2:])[1]
                if 'name_list' in value:
                    self.lists += 1
                    self.names = [name for name, _ in value['name_list']]
                    self.nick = self.nick or value['username']
                return value

    def until_list(self, count):
        while self.names is None or len(self.names) != count:
            self.take()


def test_storm_of_joins(context):
    """Lists of names are joined: 200 who come do not make 20,000 lists; all end with the same."""
    count = 200
    server = context.server(doors=DOORS)
    first = Guest(context, server)
    first.until_list(1)
    guests = [Guest(context, server) for _ in range(count)]
    for guest in guests:
        guest.until_list(count + 1)
    first.until_list(count + 1)
    lists = sum(guest.lists for guest in guests)
    if lists > count * count // 8:
        raise Failure('%d lists for %d joins' % (lists, count))
    for guest in guests:
        if guest.names != first.names or guest.nick not in guest.names:
            raise Failure('lists differ: %r, %r' % (first.names, guest.names))
    for guest in guests:
        guest.socket.socket.close()


def test_lists_are_cut(context):
    """At `roster-names`; who gets one finds itself in it."""
    server = context.server('--set', 'roster-names=10', doors=DOORS)
    guests = []
    for i in range(15):
        guest = Guest(context, server)
        guest.take()
        if guest.nick not in guest.names or len(guest.names) != min(i + 1, 10):
            raise Failure('%s is number %d, its list %r' % (guest.nick, i, guest.names))
        guests.append(guest)


def test_names_from_a_file(context):
    """`--names`: each of them once, then with numbers."""
    path = os.path.join(context.folder(), 'names')
    with open(path, 'w', encoding='utf-8') as out:
        out.write('Oolong\n茉莉\nnot a nick\n')
    server = context.server('--names', path, doors=DOORS)
    nicks = []
    for _ in range(4):
        guest = Guest(context, server)
        guest.take()
        nicks.append(guest.nick)
    known = [nick.rstrip('0123456789') for nick in nicks]
    if len(set(nicks)) != 4 or set(known) != {'Oolong', '茉莉'} or \
            not {'Oolong', '茉莉'}.issuperset(nicks[:1]):
        raise Failure('nicks: %r' % nicks)
    if 'names: 1 of its lines cannot' not in server.log():
        raise Failure('log: %r' % server.log())


def test_answers_of_few_packets(context):
    """One answer to a poll brings 16 packets at most: python-engineio takes no more."""
    server = context.server(doors=DOORS)
    peer = Peer(context, server.address('web'))
    sid = json.loads(peer.ask('GET', POLLING).text[1:])['sid']
    peer.ask('POST', POLLING + '&sid=' + sid, '40')
    poll = POLLING + '&sid=' + sid
    while '"login"' not in peer.ask('GET', poll).text:
        pass
    ann = context.client(server, 'line-english').enter('ann')
    ann.pass_over()
    wanted = [str(i) for i in range(100)]
    for text in wanted:
        ann.say(text)
    for text in wanted:
        ann.hears('ann', text)
    got, most = [], 0
    while len(got) < len(wanted):
        packets = peer.ask('GET', poll).text.split('\x1e')
        most = max(most, len(packets))
        got += [event['msg'] for event in (json.loads(p[2:])[1] for p in packets if p[:2] == '42')
                if event['action'] == 'send msg']
    if got != wanted or most != 16:
        raise Failure('at most %d packets; %r' % (most, got))


def test_slow_poller(context):
    """Who does not poll costs a bounded number of bytes, and is sent away; the others go on."""
    server = context.server('--set', 'outbox-bytes=65536', '--set', 'grace-seconds=0',
                            doors=DOORS)
    drivers = Drivers(context)
    peer = Peer(context, server.address('web'))
    sid = json.loads(peer.ask('GET', POLLING).text[1:])['sid']
    peer.ask('POST', POLLING + '&sid=' + sid, '40')
    one = SioClient(drivers, server, '4').enter()
    ann = context.client(server, 'line-english').enter('ann')
    ann.pass_over()
    count = 200
    for i in range(count):
        ann.say('%d %s' % (i, 'x' * 1000))
        one.hears('ann', '%d %s' % (i, 'x' * 1000))
    slow = 0
    while not slow:
        line = ann.take_line()
        slow = line.endswith(' has left the room.')
    answer = peer.ask('GET', POLLING + '&sid=' + sid)
    while answer.status == 200:  # what it is told at its end
        answer = peer.ask('GET', POLLING + '&sid=' + sid)
    if answer.status != 400:
        raise Failure('the poller gets %d' % answer.status)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
