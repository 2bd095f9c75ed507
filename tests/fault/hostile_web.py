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
from webpeer import Peer  # noqa: E402

DOORS = ('web', 'line-english')
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
