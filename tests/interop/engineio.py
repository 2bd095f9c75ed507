#!/usr/bin/env python3
"""Engine.IO, versions 4 and 3, as a server under test must speak it: a client of nothing but sockets
against the echo program. The cases are those of the protocol's public conformance suite and more.

The program is what the environment variable ENGINEIO_ECHO names, else build/tests/engineio-echo.
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

INTERVAL, TIMEOUT, MOMENT = 0.3, 0.2, 0.3  # of the program's; and a slow machine's delay
MAX_PAYLOAD = 1000000
KEYS = {'sid', 'upgrades', 'pingInterval', 'pingTimeout', 'maxPayload'}
SEPARATOR = '\x1e'  # of version 4's payloads


def units(text):
    return len(text.encode('utf-16-le')) // 2


def payload(version, *packets):
    """Packets of text as the body of a poll. Version 3 counts UTF-16 units."""
    if version == 4:
        return SEPARATOR.join(packets)
    return ''.join('%d:%s' % (units(packet), packet) for packet in packets)


def packets_of(version, text):
    if version == 4:
        return text.split(SEPARATOR)
    found = []
    data = text.encode('utf-16-le')
    while data:
        colon = data.index(':'.encode('utf-16-le'))
        length = int(data[:colon].decode('utf-16-le'))
        found.append(data[colon + 2:colon + 2 + 2 * length].decode('utf-16-le'))
        data = data[colon + 2 + 2 * length:]
    return found


class Echo(Program):
    def __init__(self, context, version, **variables):
        super().__init__(context, 'ENGINEIO_ECHO', 'engineio-echo', variables)
        self.version = version

    def target(self, transport, **query):
        query = {'EIO': self.version, 'transport': transport, **query}
        return '/engine.io/?' + '&'.join('%s=%s' % item for item in query.items())

    def ask(self, method, target, body=None, headers=()):
        return Peer(self.context, self.address).ask(method, target, body, headers)

    def open(self, **query):
        """A session by polling: its id."""
        answer = self.ask('GET', self.target('polling', **query))
        if answer.status != 200:
            raise Failure('handshake: %d %s' % (answer.status, answer.text))
        self.handshake, = packets_of(self.version, answer.text)
        return json.loads(self.handshake[1:])['sid']

    def poll(self, sid, **query):
        return self.ask('GET', self.target('polling', sid=sid, **query))

    def post(self, sid, *packets):
        return self.ask('POST', self.target('polling', sid=sid), payload(self.version, *packets))

    def poll_begun(self, sid):
        """A poll that has been sent and is not waited for."""
        peer = Peer(self.context, self.address)
        peer.send('GET', self.target('polling', sid=sid))
        time.sleep(0.02)
        return peer

    def polls(self, sid, count):
        """So many packets, from as many polls as they take; pings are passed over."""
        got = []
        while len(got) < count:
            answer = self.poll(sid)
            expect(answer, 200)
            got += [p for p in packets_of(self.version, answer.text) if p != '2']
            if '2' in packets_of(self.version, answer.text) and self.version == 4:
                self.post(sid, '3')
        return got

    def websocket(self, **query):
        return Frames(self.context, self.address, self.target('websocket', **query))

    def open_websocket(self):
        ws = self.websocket()
        ws.handshake = ws.get()
        return ws


def expect(answer, status, *bodies):
    if answer.status != status or (bodies and answer.text not in bodies):
        raise Failure('expected %r %.500r\n     got %d %.500r'
                      % (status, bodies, answer.status, answer.text))


def expect_closed(echo, sid):
    for _ in range(2):
        expect(echo.poll(sid), 400)
        expect(echo.post(sid, '4x'), 400)
    if echo.websocket(sid=sid).refused is None:
        raise Failure('a WebSocket is let in to a session that is closed')


def check_handshake(packet, upgrades):
    if packet[0] != '0':
        raise Failure('the first packet: %r' % packet)
    value = json.loads(packet[1:])
    if set(value) != KEYS or value['upgrades'] != upgrades or value['pingInterval'] != 300 \
            or value['pingTimeout'] != 200 or value['maxPayload'] != MAX_PAYLOAD \
            or not isinstance(value['sid'], str) or len(value['sid']) < 16:
        raise Failure('handshake: %r' % value)
    return value['sid']


def handshake_by_polling(echo):
    sids = set()
    for _ in range(3):
        echo.open()
        sids.add(check_handshake(echo.handshake, ['websocket']))
    answer = echo.ask('GET', echo.target('polling'))
    if not answer.headers.get('content-type', '').lower().startswith('text/plain'):
        raise Failure('content type: %r' % answer.headers)
    if len(sids) != 3:
        raise Failure('an id twice: %r' % sids)


def handshake_by_websocket(echo):
    ws = echo.open_websocket()
    check_handshake(ws.handshake, [])


def refused_handshakes(echo):
    version = echo.version
    for transport in 'polling', 'websocket':
        for eio in '', 'EIO=', 'EIO=abc', 'EIO=2', 'EIO=5', 'EIO=44', 'EIO=-4':
            target = '/engine.io/?%s&transport=%s' % (eio, transport)
            expect(echo.ask('GET', target), 400)
            if Frames(echo.context, echo.address, target).refused is None:
                raise Failure('let in: ' + target)
    for query in '', '&transport=', '&transport=abc', '&transport=webtransport', '&transport=pollin':
        target = '/engine.io/?EIO=%d%s' % (version, query)
        expect(echo.ask('GET', target), 400)
        if Frames(echo.context, echo.address, target).refused is None:
            raise Failure('let in: ' + target)
    for method in 'POST', 'PUT', 'DELETE':
        expect(echo.ask(method, echo.target('polling'), ''), 400)
    expect(echo.ask('GET', echo.target('websocket')), 400)  # which is no upgrade
    expect(echo.ask('GET', echo.target('websocket', sid=echo.open())), 400)
    for sid in 'abc', 'x' * 20, '..', '%00', 'x' * 4000:
        expect(echo.poll(sid), 400)
        expect(echo.post(sid, '4hello'), 400)
        if echo.websocket(sid=sid).refused is None:
            raise Failure('a WebSocket with the id %r is let in' % sid)


def one_packet(echo):
    sid = echo.open()
    expect(echo.post(sid, '4hello'), 200, 'ok')
    expect(echo.poll(sid), 200, payload(echo.version, '4hello'))


def several_packets(echo):
    sid = echo.open()
    packets = ['4test1', '4test2', '4test3']
    expect(echo.post(sid, *packets), 200, 'ok')
    expect(echo.poll(sid), 200, payload(echo.version, *packets))


def a_poll_that_waits(echo):
    """It is answered by what comes after it, and one connection serves all."""
    sid = echo.open()
    peer = echo.poll_begun(sid)
    other = Peer(echo.context, echo.address)
    for i in range(3):
        if not peer.waits():
            raise Failure('a poll without anything to say is answered')
        answer = other.ask('POST', echo.target('polling', sid=sid), payload(echo.version, '4m%d' % i))
        expect(answer, 200, 'ok')
        expect(peer.answer(), 200, payload(echo.version, '4m%d' % i))
        peer.send('GET', echo.target('polling', sid=sid))


def text_of_all_kinds(echo):
    sid = echo.open()
    texts = ['', 'é', '心动茶馆', '🍵🫖', 'a🍵心é', '\u0800\uffff\U00010000\U0010ffff', '1:2:3', '"\\\n\r\t',
             '茶' * 20000]
    for text in texts:
        expect(echo.post(sid, '4' + text), 200, 'ok')
        got = echo.polls(sid, 1)
        if got != ['4' + text]:
            raise Failure('sent %.100r, got %.100r' % (text, got))
    packets = ['4' + text for text in texts]
    expect(echo.post(sid, *packets), 200, 'ok')
    if echo.polls(sid, len(packets)) != packets:
        raise Failure('what was sent in one did not come back')


def text_and_binary(echo):
    """Binary in base64; in version 3 for a client that says that it cannot read octets."""
    sid = echo.open() if echo.version == 4 else echo.open(b64=1)
    binary = 'bAQIDBA==' if echo.version == 4 else 'b4AQIDBA=='
    expect(echo.post(sid, '4hello', binary), 200, 'ok')
    expect(echo.poll(sid), 200, payload(echo.version, '4hello', binary))


def many_packets(echo):
    """Each once and in order, whatever polls they come with."""
    sid = echo.open()
    packets = ['4%d' % i for i in range(500)]
    for at in range(0, 500, 50):
        expect(echo.post(sid, *packets[at:at + 50]), 200, 'ok')
    if echo.polls(sid, 500) != packets:
        raise Failure('they did not come back as they were sent')


def wrong_payloads(echo):
    wrong = ['abc', '', '9', '7x', SEPARATOR, '4a' + SEPARATOR, SEPARATOR + '4a'] \
        if echo.version == 4 else ['abc', '', '1:', '5:4hi', '-1:4', ':4', '99999999999999999999:4',
                                   '3:4hi4', '1:9', 'x:4', '0:', '2:4']
    for text in wrong:
        sid = echo.open()
        answer = echo.ask('POST', echo.target('polling', sid=sid), text)
        if answer.status != 400:
            raise Failure('%r is answered by %d' % (text, answer.status))
        expect(echo.poll(sid), 400)
    sid = echo.open()
    expect(echo.ask('POST', echo.target('polling', sid=sid), b'4\xff\xfe'), 400)
    expect(echo.poll(sid), 400)


def too_long_a_payload(echo):
    sid = echo.open()
    text = 'x' * (MAX_PAYLOAD + 1)
    answer = echo.ask('POST', echo.target('polling', sid=sid), payload(echo.version, '4' + text))
    if answer.status not in (400, 413):
        raise Failure('answered by %d' % answer.status)
    sid = echo.open()
    text = 'x' * (MAX_PAYLOAD - 20)
    expect(echo.post(sid, '4' + text), 200, 'ok')
    if echo.polls(sid, 1) != ['4' + text]:
        raise Failure('the longest one did not come back')


def two_polls(echo):
    """The first gets the closing, the second is refused."""
    sid = echo.open()
    first = echo.poll_begun(sid)
    expect(echo.poll(sid, t='burst'), 400)
    expect(first.answer(), 200, payload(echo.version, '1'))
    expect_closed(echo, sid)


def a_poll_broken_off(echo):
    sid = echo.open()
    echo.poll_begun(sid).socket.close()
    time.sleep(0.05)
    expect_closed(echo, sid)


def messages_by_websocket(echo):
    ws = echo.open_websocket()
    ws.put('4hello')
    ws.expect('4hello')
    binary = b'\1\2\3\4' if echo.version == 4 else b'\4\1\2\3\4'
    ws.put(binary)
    ws.expect(binary)
    texts = ['4', '4心动茶馆🍵', '4' + 'x' * 100000, '4"\\\n']
    ws.put(*texts)
    ws.expect(*texts)
    ws.put(*('4%d' % i for i in range(500)))
    ws.expect(*('4%d' % i for i in range(500)))


def wrong_packets_by_websocket(echo):
    for text in 'abc', '', '9', '7x':
        ws = echo.open_websocket()
        ws.put(text)
        ws.expect_closed()


def heartbeat_by_polling(echo):
    sid = echo.open()
    for _ in range(3):
        if echo.version == 4:
            expect(echo.poll(sid), 200, '2')
            expect(echo.post(sid, '3'), 200, 'ok')
        else:
            expect(echo.post(sid, '2'), 200, 'ok')
            expect(echo.poll(sid), 200, payload(3, '3'))
            time.sleep(INTERVAL)
    expect(echo.post(sid, '4still here'), 200, 'ok')
    if echo.polls(sid, 1) != ['4still here']:
        raise Failure('no echo')


def heartbeat_by_websocket(echo):
    ws = echo.open_websocket()
    for _ in range(3):
        if echo.version == 4:
            ws.expect('2')
            ws.put('3')
        else:
            ws.put('2')
            ws.expect('3')
            time.sleep(INTERVAL)
    ws.put('4still here')
    ws.expect('4still here')


def silence_by_polling(echo):
    sid = echo.open()
    time.sleep(INTERVAL + TIMEOUT + MOMENT)
    expect(echo.post(sid, '2' if echo.version == 3 else '3'), 400)
    expect(echo.poll(sid), 400)


def silence_by_websocket(echo):
    ws = echo.open_websocket()
    ws.expect_closed(passing=('2',) if echo.version == 4 else ())


def silence_in_a_poll(echo):
    """A poll that waits is answered when the session ends."""
    sid = echo.open()
    if echo.version == 4:
        expect(echo.poll(sid), 200, '2')
    expect(echo.poll(sid), 200, payload(echo.version, '1'), payload(echo.version, '6'))
    expect(echo.poll(sid), 400)


def silence_that_ends_too_late(context, version):
    """What the server reads at the moment in which it finds the deadline passed came too late, even
    if it looks at that first."""
    echo = Echo(context, version, OVERSLEEP_MS='20000')
    peer = Peer(echo.context, echo.address)
    opened = peer.ask('GET', echo.target('polling'))
    packet, = packets_of(echo.version, opened.text)
    target = echo.target('polling', sid=json.loads(packet[1:])['sid'])
    if version == 4:
        peer.send('GET', target)
        time.sleep(INTERVAL + MOMENT)
        expect(echo.ask('GET', '/'), 404)  # it wakes up, and finds that it is time for a ping
        expect(peer.answer(), 200, '2')
    time.sleep(INTERVAL + TIMEOUT + MOMENT)
    expect(peer.ask('POST', target, payload(version, '3' if version == 4 else '2')), 400)
    echo.stop()


def test_version_4_silence_that_ends_too_late(context):
    silence_that_ends_too_late(context, 4)


def test_version_3_silence_that_ends_too_late(context):
    silence_that_ends_too_late(context, 3)


def goodbye_by_polling(echo):
    sid = echo.open()
    poll = echo.poll_begun(sid)
    expect(echo.post(sid, '1'), 200, 'ok')
    expect(poll.answer(), 200, payload(echo.version, '6'))
    expect_closed(echo, sid)


def goodbye_by_websocket(echo):
    ws = echo.open_websocket()
    ws.put('1')
    ws.expect_closed(passing=('2',) if echo.version == 4 else ())


def goodbye_of_the_websocket(echo):
    ws = echo.open_websocket()
    sid = json.loads(ws.handshake[1:])['sid']
    ws.socket.close()
    time.sleep(0.05)
    expect_closed(echo, sid)


def upgrade(echo):
    sid = echo.open()
    ws = echo.websocket(sid=sid)
    ws.put('2probe')
    ws.expect('3probe')
    expect(echo.poll(sid), 200, payload(echo.version, '6'))  # so that no poll hangs
    ws.put('5', '4hello')
    ws.expect('4hello')


def upgrade_with_a_poll_that_waits(echo):
    sid = echo.open()
    poll = echo.poll_begun(sid)
    ws = echo.websocket(sid=sid)
    ws.put('2probe')
    ws.expect('3probe')
    expect(poll.answer(), 200, payload(echo.version, '6'))
    ws.put('5', '4hello')
    ws.expect('4hello')


def upgrade_with_messages_under_way(echo):
    """What was sent by polling before it comes once and in order: by the last polls, then by the
    WebSocket."""
    sid = echo.open()
    expect(echo.post(sid, *('4a%d' % i for i in range(50))), 200, 'ok')
    ws = echo.websocket(sid=sid)
    ws.put('2probe')
    ws.expect('3probe')
    expect(echo.post(sid, *('4b%d' % i for i in range(50))), 200, 'ok')
    got = []
    while True:
        answer = echo.poll(sid)
        expect(answer, 200)
        packets = packets_of(echo.version, answer.text)
        got += [p for p in packets if p[0] == '4']
        if '6' in packets or len(got) == 100:
            break
    ws.put('5', *('4c%d' % i for i in range(50)))
    while len(got) < 150:
        packet = ws.get()
        if packet is None:
            raise Failure('closed after %r' % got)
        got += [packet] if packet[0] == '4' else []
    if got != ['4%s%d' % (c, i) for c in 'abc' for i in range(50)]:
        raise Failure('got %r' % got)


def upgraded(echo):
    sid = echo.open()
    ws = echo.websocket(sid=sid)
    ws.put('2probe')
    ws.expect('3probe')
    ws.put('5')
    return sid, ws


def expect_message(echo, ws, packet):
    """In version 3 the noop that no poll has taken may come before it."""
    got = ws.get()
    if got == '6' and echo.version == 3:
        got = ws.get()
    if got != packet:
        raise Failure('expected %r, got %r' % (packet, got))


def polls_after_the_upgrade(echo):
    sid, ws = upgraded(echo)
    time.sleep(0.02)
    expect(echo.poll(sid), 400)
    expect(echo.post(sid, '4no'), 400)
    ws.put('4hello')
    expect_message(echo, ws, '4hello')


def a_second_websocket(echo):
    sid, ws = upgraded(echo)
    time.sleep(0.02)
    second = echo.websocket(sid=sid)
    if second.refused is None:
        second.expect_closed()
    ws.put('4hello')
    expect_message(echo, ws, '4hello')


def an_upgrade_given_up(echo):
    """The WebSocket goes away before the last word: polling goes on."""
    for begun in (), ('2probe',):
        sid = echo.open()
        ws = echo.websocket(sid=sid)
        if begun:
            ws.put(*begun)
            ws.expect('3probe')
        ws.socket.close()
        time.sleep(0.05)
        expect(echo.post(sid, '4hello'), 200, 'ok')
        if echo.polls(sid, 1) not in (['4hello'], ['6', '4hello'], ['6']):
            raise Failure('no echo')


def a_wrong_probe(echo):
    """Something else than a probe closes that WebSocket and no more."""
    for text in '4hello', '2', '3probe':
        sid = echo.open()
        ws = echo.websocket(sid=sid)
        ws.put(text)
        ws.expect_closed()
        expect(echo.post(sid, '4hello'), 200, 'ok')
        expect(echo.poll(sid), 200, payload(echo.version, '4hello'))


def test_version_3_binary_payloads(context):
    """Bodies of octets, both ways: text (0) or not (1), the length's digits as bytes, 255, the
    packet. What has no binary in it is answered as text."""
    echo = Echo(context, 3)
    octets = b'\0\6\xff4hello' + b'\1\5\xff\4\1\2\3\4'
    for body, headers in ('6:4hello10:b4AQIDBA==', []), \
            (octets, [('Content-Type', 'application/octet-stream')]):
        for query, expected in ({}, octets), ({'b64': 1}, b'6:4hello10:b4AQIDBA=='):
            sid = echo.open(**query)
            answer = echo.ask('POST', echo.target('polling', sid=sid), body, headers)
            expect(answer, 200, 'ok')
            got = echo.poll(sid)
            if got.status != 200 or got.body != expected:
                raise Failure('%r %r\n     got %r %r' % (body, query, got.headers, got.body))
            expect(echo.post(sid, '4心'), 200, 'ok')
            expect(echo.poll(sid), 200, '2:4心')
    echo.stop()


def test_stop(context):
    """While sessions of all kinds are there: a poll that waits is answered with the end, and the
    connection ends behind it."""
    for version in 4, 3:
        echo = Echo(context, version)
        echo.open()
        polls = [echo.poll_begun(echo.open()) for _ in range(3)]
        echo.websocket().put('4hello')
        upgraded(echo)
        echo.stop_at_once()
        for poll in polls:
            expect(poll.answer(), 200, payload(version, '1'))
            if not poll.ended():
                raise Failure('the connection goes on behind the last answer')


def test_pages_of_other_origins(context):
    """They may read what is refused, also of a method that browsers ask about first."""
    echo = Echo(context, 4)
    origin = [('Origin', 'http://example.com')]
    for method in 'GET', 'POST', 'PUT':
        asked = echo.ask('OPTIONS', echo.target('polling'), None,
                         origin + [('Access-Control-Request-Method', method)])
        told = echo.ask(method, echo.target('nothing'), None if method == 'GET' else '', origin)
        if asked.status != 204 or told.status != 400 \
                or method not in asked.headers['access-control-allow-methods'].split(', '):
            raise Failure('%s: %d %r %d' % (method, asked.status, asked.headers, told.status))
        for answer in asked, told:
            if answer.headers.get('access-control-allow-origin') not in ('*', origin[0][1]):
                raise Failure('%s: %r' % (method, answer.headers))
    echo.stop()


def test_ipv6(context):
    """Some clients take "localhost" for ::1 and try nothing else."""
    echo = Echo(context, 4)
    answer = Peer(echo.context, echo.address_6()).ask('GET', echo.target('polling'))
    expect(answer, 200)
    echo.stop()


def test_other_paths(context):
    echo = Echo(context, 4)
    for path in '/', '/engine', '/engine.iox', '/nowhere':
        answer = echo.ask('GET', path + '?EIO=4&transport=polling')
        if answer.status not in (400, 404):
            raise Failure('%s: %d' % (path, answer.status))
    echo.stop()


CASES = (handshake_by_polling, handshake_by_websocket, refused_handshakes, one_packet, several_packets,
         a_poll_that_waits, text_of_all_kinds, text_and_binary, many_packets, wrong_payloads,
         too_long_a_payload, two_polls, a_poll_broken_off, messages_by_websocket,
         wrong_packets_by_websocket, heartbeat_by_polling, heartbeat_by_websocket,
         silence_by_polling, silence_by_websocket, silence_in_a_poll, goodbye_by_polling,
         goodbye_by_websocket, goodbye_of_the_websocket, upgrade, upgrade_with_a_poll_that_waits,
         upgrade_with_messages_under_way, polls_after_the_upgrade, a_second_websocket,
         an_upgrade_given_up, a_wrong_probe)


def make(case, version):
    def test(context):
        echo = Echo(context, version)
        case(echo)
        echo.stop()
    return test


for version in 4, 3:
    for case in CASES:
        globals()['test_version_%d_%s' % (version, case.__name__)] = make(case, version)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
