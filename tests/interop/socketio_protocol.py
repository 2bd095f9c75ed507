#!/usr/bin/env python3
"""Socket.IO, protocols 5 and 4, as a server under test must speak it: a client of nothing but sockets
against the echo program. The cases are those of the protocol's public conformance suite and more.

The program is what the environment variable SOCKETIO_ECHO names, else build/tests/socketio-echo.
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import Frames, Peer, Program  # noqa: E402

PINGS = 20  # that is long enough for anything else to come
PLACEHOLDERS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


class Echo(Program):
    def __init__(self, context):
        super().__init__(context, 'SOCKETIO_ECHO', 'socketio-echo')

    def engine(self, version=5):
        """A WebSocket behind Engine.IO's handshake."""
        socket = Socket(self.context, self.address, '/socket.io/?EIO=%d&transport=websocket'
                        % (4 if version == 5 else 3))
        packet = socket.get()
        if not packet.startswith('0{'):
            raise Failure('the handshake: %r' % packet)
        socket.version = version
        return socket

    def socket(self):
        """One that has joined the main namespace."""
        socket = self.engine()
        socket.join('40', '40', '42["auth",{}]')
        return socket


class Socket(Frames):
    """Pings are answered and not told of."""

    version = 5

    def get(self):
        for _ in range(PINGS):
            got = super().get()
            if got != '2' or self.version != 5:
                return got
            self.put('3')
        raise Failure('nothing came but pings')

    def join(self, packet, answer, auth):
        self.put(packet)
        got = self.get()
        if not got.startswith(answer + '{'):
            raise Failure('%r is answered by %r' % (packet, got))
        value = json.loads(got[len(answer):])
        if set(value) != {'sid'} or not isinstance(value['sid'], str) or not value['sid']:
            raise Failure('%r is answered by %r' % (packet, got))
        self.expect(auth)
        return value['sid']

    def still_there(self, text='ping'):
        self.put('42["message",%s]' % json.dumps(text))
        self.expect('42["message-back",%s]' % json.dumps(text))


def test_connect(context):
    """The main namespace and another, with and without something to say."""
    echo = Echo(context)
    sids = set()
    for packet, answer, auth in (
            ('40', '40', '42["auth",{}]'),
            ('40{"token":"123"}', '40', '42["auth",{"token":"123"}]'),
            ('40/,', '40', '42["auth",{}]'),
            ('40/custom,', '40/custom,', '42/custom,["auth",{}]'),
            ('40/custom', '40/custom,', '42/custom,["auth",{}]'),
            ('40/custom,{"token":"abc"}', '40/custom,', '42/custom,["auth",{"token":"abc"}]'),
            ('40/custom,{"茶":["🍵",1,null,{"a":[]}]}', '40/custom,',
             '42/custom,["auth",{"茶":["🍵",1,null,{"a":[]}]}]')):
        sids.add(echo.engine().join(packet, answer, auth))
    if len(sids) != 7:
        raise Failure('a sid twice: %r' % sids)
    echo.stop()


def test_connect_to_what_is_not_there(context):
    echo = Echo(context)
    socket = echo.engine()
    socket.put('40/random')
    socket.expect('44/random,{"message":"Invalid namespace"}')
    socket.put('40/nowhere,{"token":"x"}')
    socket.expect('44/nowhere,{"message":"Invalid namespace"}')
    socket.join('40', '40', '42["auth",{}]')
    socket.put('40/customs,')
    socket.expect('44/customs,{"message":"Invalid namespace"}')
    socket.still_there()
    echo.stop()


def test_connect_by_polling(context):
    echo = Echo(context)
    target = '/socket.io/?EIO=4&transport=polling'
    peer = Peer(echo.context, echo.address)
    sid = json.loads(peer.ask('GET', target).text[1:])['sid']
    target += '&sid=' + sid
    if peer.ask('POST', target, '40').text != 'ok':
        raise Failure('POST')
    got = []
    while len(got) < 2:
        got += [p for p in peer.ask('GET', target).text.split('\x1e') if p != '2']
    if not got[0].startswith('40{"sid":"') or got[1] != '42["auth",{}]':
        raise Failure('got %r' % got)
    packets = ['42["message",%d,"茶"]' % i for i in range(10)]
    if peer.ask('POST', target, '\x1e'.join(packets)).text != 'ok':
        raise Failure('POST')
    got = []
    while len(got) < 10:
        got += [p for p in peer.ask('GET', target).text.split('\x1e') if p != '2']
    if got != ['42["message-back",%d,"茶"]' % i for i in range(10)]:
        raise Failure('got %r' % got)
    packets = ['451-["message",{"_placeholder":true,"num":0}]', 'bAQIDBA==']
    if peer.ask('POST', target, '\x1e'.join(packets)).text != 'ok':
        raise Failure('POST')
    got = []
    while len(got) < 2:
        got += [p for p in peer.ask('GET', target).text.split('\x1e') if p != '2']
    if got != ['451-["message-back",{"_placeholder":true,"num":0}]', 'bAQIDBA==']:
        raise Failure('got %r' % got)
    echo.stop()


def test_no_connect(context):
    """Who never joins a namespace is closed, though it answers every ping."""
    echo = Echo(context)
    socket = echo.engine()
    if socket.get() is not None:
        raise Failure('something came')
    echo.stop()


def test_wrong_beginnings(context):
    echo = Echo(context)
    for packet in '4abc', '4', '49', '42["message",1]', '40{', '40[1]', '40"x"', '41', '43[]', b'\1':
        socket = echo.engine()
        socket.put(packet)
        if (got := socket.get()) is not None:
            raise Failure('%r is answered by %r' % (packet, got))
    echo.stop()


def test_disconnect(context):
    """Leaving a namespace leaves the connection, and what one is still in."""
    echo = Echo(context)
    socket = echo.socket()
    socket.put('41', '427["message-with-ack","after it"]')
    if (got := Frames.get(socket)) != '2':
        raise Failure('got %r' % got)
    for goodbye in '41/custom,', '41/custom':
        socket = echo.socket()
        socket.join('40/custom', '40/custom,', '42/custom,["auth",{}]')
        socket.put(goodbye)
        socket.still_there('message to main namespace')
    echo.stop()


def test_disconnect_and_connect_again(context):
    echo = Echo(context)
    socket = echo.socket()
    socket.join('40/custom,', '40/custom,', '42/custom,["auth",{}]')
    socket.put('41/custom,')
    socket.join('40/custom,', '40/custom,', '42/custom,["auth",{}]')
    socket.still_there()
    echo.stop()


def test_messages(context):
    echo = Echo(context)
    socket = echo.socket()
    socket.put('42["message",1,"2",{"3":[true]}]')
    socket.expect('42["message-back",1,"2",{"3":[true]}]')
    for arguments in ('', ',null', ',""', ',"心动🍵"', ',"\\u0000\\"\\\\"', ',[],{},[[]],{"":{}}',
                      ',-0.5,9007199254740991,true,false', ',"%s"' % ('x' * 100000)):
        socket.put('42["message"%s]' % arguments)
        got = socket.get()
        if not got.startswith('42[') or \
                json.loads(got[2:]) != json.loads('["message-back"%s]' % arguments):
            raise Failure('sent %.200r, got %.200r' % (arguments, got))
    socket.put(*('42["message",%d]' % i for i in range(500)))
    socket.expect(*('42["message-back",%d]' % i for i in range(500)))
    socket.put('42["no such event",1]')
    socket.still_there()
    echo.stop()


def test_binary_attachments(context):
    echo = Echo(context)
    socket = echo.socket()
    socket.put('452-["message",%s]' % PLACEHOLDERS, b'\1\2\3', b'\4\5\6')
    socket.expect('452-["message-back",%s]' % PLACEHOLDERS, b'\1\2\3', b'\4\5\6')
    data = os.urandom(50000)
    socket.put('451-["message",{"a":[{"_placeholder":true,"num":0}]}]', data)
    socket.expect('451-["message-back",{"a":[{"_placeholder":true,"num":0}]}]', data)
    socket.still_there()
    echo.stop()


def test_acknowledgements(context):
    echo = Echo(context)
    socket = echo.socket()
    socket.put('42456["message-with-ack",1,"2",{"3":[false]}]')
    socket.expect('43456[1,"2",{"3":[false]}]')
    socket.put('420["message-with-ack"]')
    socket.expect('430[]')
    socket.put('452-789["message-with-ack",%s]' % PLACEHOLDERS, b'\1\2\3', b'\4\5\6')
    socket.expect('462-789[%s]' % PLACEHOLDERS, b'\1\2\3', b'\4\5\6')
    socket.put(*('42%d["message-with-ack",%d]' % (i, i) for i in range(100)))
    socket.expect(*('43%d[%d]' % (i, i) for i in range(100)))
    echo.stop()


def test_malformed_packets(context):
    echo = Echo(context)
    for packets in (['4abc'], ['42{}'], ['42abc["message-with-ack",1,"2",{"3":[false]}]'], ['42'], ['42"a"'],
                    ['42[]'], ['42[1'], ['42[{}]'], ['42["message",]'], ['42["message"]x'], ['47'], ['4a'],
                    ['45["message"]'], ['45x-["message"]'], ['4599999999999-["message"]'],
                    ['451-["message",{"_placeholder":true,"num":7}]', b'\1'],
                    ['451-["message",{"_placeholder":true,"num":0}]', '42["message",1]'],
                    [b'\1'], ['4\0'], ['4' + '[' * 1000]):
        socket = echo.socket()
        socket.put(*packets)
        try:
            got = socket.get()
        except Failure:
            raise Failure('%r is borne' % packets) from None
        if got is not None:
            raise Failure('%r is answered by %r' % (packets, got))
    socket = echo.socket()
    socket.put('42["message",' + '[' * 100000)
    if (got := socket.get()) is not None:
        raise Failure('deep nesting is answered by %.200r' % got)
    echo.socket().still_there()  # and it has harmed nobody else
    echo.stop()


def test_strangers_in_a_namespace(context):
    """What is sent to a namespace that one has not joined is answered by nobody."""
    echo = Echo(context)
    socket = echo.socket()
    socket.put('42/custom,["message",1]', '42/random,["message",1]', '427["message-with-ack",1]')
    while (got := socket.get()) is not None:
        if got == '437[1]':
            break
        raise Failure('got %r' % got)
    echo.stop()


def test_both_namespaces(context):
    """One connection in both, with a sid of its own in each."""
    echo = Echo(context)
    socket = echo.engine()
    if socket.join('40', '40', '42["auth",{}]') == \
            socket.join('40/custom,', '40/custom,', '42/custom,["auth",{}]'):
        raise Failure('one sid in both')
    socket.still_there('here')
    echo.stop()


def test_upgrade(context):
    """Joined by polling, spoken by WebSocket: all once and in order."""
    echo = Echo(context)
    target = '/socket.io/?EIO=4&transport=polling'
    peer = Peer(echo.context, echo.address)
    sid = json.loads(peer.ask('GET', target).text[1:])['sid']
    target += '&sid=' + sid
    peer.ask('POST', target, '40')
    got = []
    while len(got) < 2:
        got += [p for p in peer.ask('GET', target).text.split('\x1e') if p != '2']
    socket = Socket(echo.context, echo.address, '/socket.io/?EIO=4&transport=websocket&sid=' + sid)
    socket.put('2probe')
    socket.expect('3probe')
    peer.ask('POST', target, '\x1e'.join('42["message",%d]' % i for i in range(20)))
    got = []
    while '6' not in got and len(got) < 20:
        got += [p for p in peer.ask('GET', target).text.split('\x1e') if p != '2']
    socket.put('5', *('42["message",%d]' % i for i in range(20, 40)))
    got = [p for p in got if p[0] == '4']
    while len(got) < 40:
        packet = socket.get()
        if packet is None:
            raise Failure('closed after %r' % got)
        got += [packet] if packet[0] == '4' else []
    if got != ['42["message-back",%d]' % i for i in range(40)]:
        raise Failure('got %r' % got)
    echo.stop()


# Protocol 4, which version 2 of the clients speaks: the main namespace is joined by coming.

def test_protocol_4_connect(context):
    echo = Echo(context)
    socket = echo.engine(4)
    socket.expect('40', '42["auth",{}]')
    socket.put('42["message",1,"2",{"3":[true]}]')
    socket.expect('42["message-back",1,"2",{"3":[true]}]')
    socket.put('4212["message-with-ack","茶"]')
    socket.expect('4312["茶"]')
    socket.put('40/random')
    got = socket.get()
    if got not in ('44/random,"Invalid namespace"', '44/random,{"message":"Invalid namespace"}'):
        raise Failure('got %r' % got)
    socket.put('40/custom')
    socket.expect('40/custom,', '42/custom,["auth",{}]')
    socket.put('41/custom')
    socket.still_there()
    echo.stop()


def test_protocol_4_binary(context):
    """Binary messages begin with Engine.IO's type, which version 4 has dropped."""
    echo = Echo(context)
    socket = echo.engine(4)
    socket.expect('40', '42["auth",{}]')
    socket.put('451-["message",{"_placeholder":true,"num":0}]', b'\4\1\2\3')
    socket.expect('451-["message-back",{"_placeholder":true,"num":0}]', b'\4\1\2\3')
    socket.put('451-9["message-with-ack",{"_placeholder":true,"num":0}]', b'\4\1\2\3')
    socket.expect('461-9[{"_placeholder":true,"num":0}]', b'\4\1\2\3')
    echo.stop()


def test_protocol_4_stays(context):
    """It has joined without a word, and is not closed for it."""
    echo = Echo(context)
    socket = echo.engine(4)
    socket.expect('40', '42["auth",{}]')
    for _ in range(6):
        time.sleep(0.2)
        socket.put('2')
        socket.expect('3')
    socket.still_there()
    echo.stop()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
