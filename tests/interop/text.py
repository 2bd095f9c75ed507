#!/usr/bin/env python3
"""What strangers can show to others: each attempt is said at each door, and read at each door.
docs/TEXT.md has the table."""
import json
import os
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import ALL_DOORS  # noqa: E402
from tap import Failure  # noqa: E402

DOORS = ALL_DOORS + ('web',)
OBJECTS = ('json', 'native', 'socketio')

# What is said, and what others read of it.
TEXTS = {
    'terminal escapes': ('a\x1b[31mb\x1b]0;title\x07c', 'a[31mb]0;titlec'),
    'C0 and DEL': ('a\x01\x08\x0b\x0c\x0e\x1fb\x7fc', 'abc'),
    'C1': ('a\x9b31mb\x9d0;c\x90d', 'a31mb0;cd'),
    'tabs': ('a\tb', 'a b'),
    'overrides': ('a\u202eb\u202ac\u202d\u202cd', 'abcd'),
    'isolates': ('a\u2066b\u2067c\u2068\u2069d', 'abcd'),
    'deprecated formats': ('a\u206ab\u206fc', 'abc'),
    'notes between lines': ('a\ufff9b\ufffac\ufffbd', 'abcd'),
    'marks': ('z' + '\u0301' * 200 + 'x', 'z' + '\u0301' * 16 + 'x'),
    'enclosing marks': ('z' + '\u20dd' * 200 + 'x', 'z' + '\u20dd' * 16 + 'x'),
    'zero-width': ('a' + '\u200b' * 200 + 'b', 'a' + '\u200b' * 16 + 'b'),
    'hidden tags': ('a' + '\U000e0041' * 200 + 'b', 'a' + '\U000e0041' * 16 + 'b'),
    'direction marks': ('a\u200eb\u200fc', 'a\u200eb\u200fc'),
    'emoji': ('👨\u200d👩\u200d👧\u200d👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽', '👨\u200d👩\u200d👧\u200d👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽'),
    'right to left': ('שלום العربية', 'שלום العربية'),
    'HTML': ('<script>alert(1)</script> <b>&amp;</b> "\'', '<script>alert(1)</script> <b>&amp;</b> "\''),
    'markup': ('<span size="99999">x</span> %s%n \\033[31m', '<span size="99999">x</span> %s%n \\033[31m'),
    'line forgery': ('bob: hi * bob has left the room.', 'bob: hi * bob has left the room.'),
}

# Nicks that are none, at any door.
NICKS = {
    'a control': 'a\x07b', 'an escape': 'a\x1b[31mb', 'C1': 'a\x9bb', 'an override': 'a\u202eb',
    'an isolate': 'a\u2066b', 'a direction mark': 'a\u200fb', 'zero width': 'a\u200bb',
    'a joiner': 'a\u200db', 'a soft hyphen': 'a\xadb', 'a filler': 'a\u3164b', 'Braille blank': 'a\u2800b',
    'a tag': 'a\U000e0041', 'a variation selector': 'a\ufe0fb', 'a lone mark': '\u0301a',
    'a tower': 'a' + '\u0301' * 5, 'mixed Cyrillic': 'аlice', 'mixed Greek': 'alicε',
    'a blank': 'a\u3000b', 'markup': '<b>a</b>', 'a colon': 'a:', 'a full-width colon': 'a：',
    'private use': 'a\ue000', 'unassigned': 'a\u0378', 'SYSTEM in Cyrillic': 'ЅУЅТЕМ',
}


class Polling:
    """A Socket.IO client over nothing but HTTP polling; its nick is the server's choice."""

    def __init__(self, address):
        self.address = address
        self.packets = []
        self.path = '/socket.io/?EIO=4&transport=polling'
        self.path += '&sid=' + json.loads(self._ask('GET')[1:])['sid']
        self._ask('POST', '40')
        self.nick = self.event(lambda m: m['action'] == 'login')['username']

    def _ask(self, method, body=''):
        body = body.encode()
        with socket.create_connection(self.address, 30) as s:
            s.sendall(('%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n'
                       'Content-Length: %d\r\n\r\n' % (method, self.path, len(body))).encode() + body)
            text = b''
            while piece := s.recv(65536):
                text += piece
        head, _, answer = text.partition(b'\r\n\r\n')
        if b' 200 ' not in head.split(b'\r\n', 1)[0] + b' ':
            raise Failure('HTTP: %r' % text)
        return answer.decode()

    def event(self, wanted):
        """The next message of the kind; what comes before it is passed over."""
        while True:
            while not self.packets:
                self.packets = self._ask('GET').split('\x1e')
            packet = self.packets.pop(0)
            if packet == '2':
                self._ask('POST', '3')
            if packet.startswith('42'):
                message = json.loads(packet[2:])[1]
                if wanted(message):
                    return message

    def say(self, text):
        self._ask('POST', '42' + json.dumps(['msg', {'action': 'send msg', 'username': 'x',
                                                     'msg': text}], ensure_ascii=False))

    def hears(self, nick, text):
        got = self.event(lambda m: m['action'] == 'send msg')
        if (got['username'], got['msg']) != (nick, text):
            raise Failure('expected %r\n     got %r' % ((nick, text), got))


def everybody(context, server):
    """One at each door: {door: (nick, client)}."""
    people = {}
    for i, door in enumerate(ALL_DOORS):
        client = context.client(server, door)
        nick = 'person%d' % i
        if door == 'native':
            client.send_object(type='login', nick=nick, version=1)
            while client.take_object()['type'] != 'entered':
                pass
        else:
            client.enter(nick)
        for other, (_, earlier) in people.items():
            if other == 'native':
                earlier.expect_members(type='joined')
            else:
                earlier.sees_enter(nick)
        people[door] = (nick, client)
    web = Polling(server.address('web'))
    for door, (_, earlier) in people.items():
        if door == 'native':
            while earlier.take_object()['type'] != 'joined':
                pass
        else:
            earlier.sees_enter(web.nick)
    people['socketio'] = (web.nick, web)
    return people


def test_texts(context):
    server = context.server('--set', 'grace-seconds=0', '--set', 'line-bytes=65536', doors=DOORS)
    people = everybody(context, server)
    for name, (said, read) in TEXTS.items():
        for door, (nick, client) in people.items():
            client.say(said)
            for reader, (_, other) in people.items():
                try:
                    if reader == 'native':
                        take_message(other, nick, read)
                    else:
                        other.hears(nick, read)
                except Failure as failure:
                    raise Failure('%s, from %s to %s: %s' % (name, door, reader, failure)) from None


def take_message(client, nick, text):
    """The next message; an acknowledgement of one's own may come before it."""
    got = client.take_object()
    while got['type'] != 'message':
        got = client.take_object()
    if (got['from'], got['text']) != (nick, text):
        raise Failure('expected %r\n     got %r' % ((nick, text), got))


def test_nicks(context):
    """No door lets them in, and what it quotes of them is safe to print."""
    server = context.server(doors=ALL_DOORS)
    for name, nick in NICKS.items():
        for door in ALL_DOORS:
            client = context.client(server, door)
            if door == 'native':
                client.send_object(type='login', nick=nick, version=1)
                got = client.take_object()
                while got['type'] == 'hello':
                    got = client.take_object()
                refused, shown = got['type'] == 'error', json.dumps(got, ensure_ascii=False)
            elif door == 'json':
                client.greet()
                client.send_object(type='login', msg=nick)
                got = client.take_object()
                refused, shown = got.get('success') is False, got['msg']
            else:
                client.greet()
                client.send('login ' + nick)
                if door == 'line-terse':
                    shown = client.take_bytes(len('UserName Exist')).decode()
                    refused = shown == 'UserName Exist'
                else:
                    shown = client.take_line()
                    refused = shown.startswith('* ') or 'taken' in shown or '已被使用' in shown
            if not refused:
                raise Failure('%s: %r was let in at %s: %r' % (name, nick, door, shown))
            for bad in shown:
                if bad < ' ' or '\x7f' <= bad <= '\x9f' or '\u202a' <= bad <= '\u202e' \
                        or '\u2066' <= bad <= '\u206f':
                    raise Failure('%s at %s: %r is in the answer %r' % (name, door, bad, shown))
            client.close()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
