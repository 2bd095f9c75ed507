#!/usr/bin/env python3
"""Peers at the web door who mean harm, or who are just not there any more, one kind at a time."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import START_DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import CLOSE, Frames, Peer  # noqa: E402

DOORS = ('web', 'line-english')
LINE_BYTES = 16384
MESSAGE_BYTES = 131072  # of a POST or of a WebSocket's message
WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
POLLING = '/socket.io/?EIO=4&transport=polling'


def expect(wanted, got):
    if wanted != got:
        raise Failure('expected %.500r\n     got %.500r' % (wanted, got))


class Poller:
    """A Socket.IO session by polling, each request on a connection of its own."""

    def __init__(self, context, server):
        self.context, self.address = context, server.address('web')
        self.target = POLLING
        self.target += '&sid=' + json.loads(self.ask('GET').text[1:])['sid']

    def peer(self):
        return Peer(self.context, self.address)

    def ask(self, method, body=None):
        peer = self.peer()
        answer = peer.ask(method, self.target, body)
        peer.socket.close()
        return answer

    def enter(self):
        """Until it is in the room: its nick."""
        expect('ok', self.ask('POST', '40').text)
        while True:
            for packet in self.ask('GET').text.split('\x1e'):
                if packet.startswith('42["msg",') and '"action":"login"' in packet:
                    return json.loads(packet[2:])[1]['username']


def filled(packet, length):
    """With so much text between its two quotes that it has so many bytes."""
    return packet.replace('""', '"%s"' % ('x' * (length - len(packet))))


def event(length):
    """It asks for an answer."""
    return filled('421["msg",""]', length)


def refused(packet):
    """Whether it says that what was asked for was too long."""
    return packet.startswith('431[') and json.loads(packet[3:])[0]['code'] == 'too-long'


def next_answer(ws):
    while not (packet := ws.get()).startswith('43'):
        pass
    return packet


def close_code(ws):
    """After whatever else is still to come, in short frames."""
    while True:
        first, length = ws.take(2)
        payload = ws.take(length if length < 126 else int.from_bytes(ws.take(2), 'big'))
        if first & 15 == CLOSE:
            return int.from_bytes(payload[:2], 'big')


def test_too_long_by_polling(context):
    """An event that is too long is refused, and the session goes on; a body that is, is not read."""
    server = context.server(doors=DOORS)
    poller = Poller(context, server)
    poller.enter()
    for length in LINE_BYTES + 100, MESSAGE_BYTES:
        expect('ok', poller.ask('POST', event(length)).text)
        expect(True, refused(poller.ask('GET').text))
    expect(413, poller.ask('POST', event(MESSAGE_BYTES + 1)).status)
    expect('ok', poller.ask('POST', '421["msg","hello"]').text)
    while '431[{"ok":true' not in poller.ask('GET').text:
        pass


def test_too_long_by_websocket(context):
    """The same."""
    server = context.server(doors=DOORS)
    ws = Frames(context, server.address('web'), WEBSOCKET)
    ws.put('40')
    for length in LINE_BYTES + 100, MESSAGE_BYTES:
        ws.put(event(length))
        expect(True, refused(next_answer(ws)))
    ws.put('421["msg","hello"]')
    expect(True, next_answer(ws).startswith('431[{"ok":true'))
    ws.put(event(MESSAGE_BYTES + 1))
    expect(1009, close_code(ws))


def test_too_long_at_the_page(context):
    """As at the native door."""
    server = context.server(doors=DOORS)
    ws = Frames(context, server.address('web'), '/chat')
    ws.get()
    for length in LINE_BYTES + 1, MESSAGE_BYTES:
        ws.put(filled('{"type":"say","text":""}', length))
        expect('too-long', json.loads(ws.get())['code'])
    ws.put('{"type":"ping"}')
    expect('pong', json.loads(ws.get())['type'])
    ws.put('x' * (MESSAGE_BYTES + 1))
    expect(1009, close_code(ws))


def test_stop_between_polls(context):
    """A server that stops does not wait for somebody to poll: one with a session that nobody polls
    ends before another that gives a connection a moment to close."""
    left, lingers = (context.server(doors=DOORS) for _ in range(2))
    Poller(context, left).enter()
    client = context.client(lingers, 'line-english')
    client.greet()
    left.terminate()
    lingers.terminate()
    lingers.process.wait(START_DEADLINE)
    if left.running():
        raise Failure('the one that nobody polls has not ended')
    for server in left, lingers:
        server.wait()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
