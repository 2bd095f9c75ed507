#!/usr/bin/env python3
"""The third tutorial's chat with the clients that people have: socket.io-client 2, 3 and 4 and
python3-socketio, each by polling, by WebSocket and upgrading."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from sio import KINDS, WAYS, Drivers, SioClient  # noqa: E402
from tap import Failure  # noqa: E402

DOORS = ('web', 'line-english')
TEXTS = ['hello', '你好,茶馆', '🍵🫖 \U0001f468\u200d\U0001f469\u200d\U0001f467', 'quotes " \' \\ / ` <b>&amp;',
         'null', '{"action":"login"}', '[1,2]', '1:2:3', '茶' * 1333, 'x' * 4000, '\U0001f375' * 1000]


class Room:
    """A server, a telnet who is there already, and a client of the kind."""

    def __init__(self, context, kind, way):
        self.server = context.server(doors=DOORS)
        self.drivers = Drivers(context)
        self.context = context
        self.kind, self.way = kind, way
        self.ann = context.client(self.server, 'line-english').enter('ann')
        self.ann.sync()

    def client(self, kind=None, way=None, **options):
        client = SioClient(self.drivers, self.server, kind or self.kind, way or self.way, **options)
        return client.enter()


def check_comes_and_goes(context, kind, way):
    """The first login is its own; others see it come and go, and it sees them."""
    room = Room(context, kind, way)
    one = room.client()
    if [entry[0] for entry in one.list] != ['ann', one.nick]:
        raise Failure('the list: %r' % one.list)
    room.ann.sees_enter(one.nick)
    two = room.client()
    room.ann.sees_enter(two.nick)
    if one.nick == two.nick or one.user == two.user:
        raise Failure('two of one name or id: %r, %r' % (one.list, two.list))
    one.sees_list('login', ['ann', one.nick, two.nick])
    if one.list != two.list:
        raise Failure('lists differ: %r, %r' % (one.list, two.list))
    bob = context.client(room.server, 'line-english').enter('小明')
    room.ann.sees_enter('小明')
    for client in one, two:
        client.sees_list('login', ['ann', one.nick, two.nick, '小明'])
    two.close()
    room.ann.sees_leave(two.nick)
    bob.sees_leave(two.nick)
    one.sees_list('logout', ['ann', one.nick, '小明'])
    bob.close()
    room.ann.sees_leave('小明')
    one.sees_list('logout', ['ann', one.nick])


def check_talks(context, kind, way):
    """Whatever is said is heard by all, the speaker too, each text whole and in order."""
    room = Room(context, kind, way)
    one, two = room.client(), room.client()
    room.ann.sees_enter(one.nick)
    room.ann.sees_enter(two.nick)
    for text in TEXTS:
        one.say(text)
        for client in one, two:
            client.hears(one.nick, text)
        room.ann.hears(one.nick, text)
    for text in TEXTS:
        room.ann.say(text)
        for client in one, two:
            client.hears('ann', text)
        room.ann.hears('ann', text)


def check_forgery(context, kind, way):
    """Nobody speaks as another, and nobody forges a login: what is no list is what somebody said."""
    room = Room(context, kind, way)
    one = room.client()
    room.ann.sees_enter(one.nick)
    forged = [{'username': 'ann', 'action': 'send msg', 'msg': 'as ann'},
              {'username': 'eve', 'action': 'login', 'name_list': [['eve', '1']], 'msg': 'a login'},
              {'action': 'logout', 'name_list': [], 'msg': 'a logout'},
              {'msg': 'only words'},
              {'username': {'a': 1}, 'action': [2], 'msg': 'odd kinds', 'x': None}]
    for value in forged:
        one.emit('msg', value)
        one.hears(one.nick, value['msg'])
        room.ann.hears(one.nick, value['msg'])
    one.emit('msg', 'a bare string')
    one.hears(one.nick, 'a bare string')
    room.ann.hears(one.nick, 'a bare string')


def check_acks(context, kind, way):
    """What asks for an acknowledgement gets one, each its own: with its position, or refused."""
    room = Room(context, kind, way)
    one = room.client()
    places = []
    for i in range(5):
        one.say('said %d' % i, ack=i)
    one.say('', ack='none')
    for i in range(5):
        one.hears(one.nick, 'said %d' % i)
        answer, = one.acked(i)
        places.append((answer.pop('epoch'), answer.pop('seq')))
        if answer != {'ok': True}:
            raise Failure('ack of %d: %r' % (i, answer))
    if sorted(set(places)) != places:
        raise Failure('positions: %r' % places)
    answer, = one.acked('none')
    if not answer.pop('msg') or answer != {'ok': False, 'code': 'text-empty'}:
        raise Failure('ack of nothing said: %r' % answer)


def check_is_refused(context, kind, way):
    """What cannot be said is refused, and what comes behind it goes on."""
    room = Room(context, kind, way)
    one = room.client()
    room.ann.sees_enter(one.nick)
    for value, code in (('', 'text-empty'), ({'msg': ''}, 'text-empty'), ({'username': 'x'}, 'field'),
                        ('x' * 4001, 'text-long'), (None, 'field'), ([], 'field'), ({}, 'field'),
                        ({'msg': {'a': 1}}, 'field')):
        one.emit('msg', value)
        one.refused(code)
    one.emit('msg')
    one.refused('field')
    for value in 7, {'msg': 7}:
        one.emit('msg', value)
        one.hears(one.nick, '7')
        room.ann.hears(one.nick, '7')
    if kind != 'python':  # for which binary is a type of its own
        one.emit('msg', {'msg': {'binary': '00ff'}})
        one.refused('field')
    one.say('after it all')
    one.hears(one.nick, 'after it all')
    room.ann.hears(one.nick, 'after it all')


def check_order(context, kind, way):
    """Numbered messages both ways, the first of them during the upgrade: none lost, none twice,
    all in order."""
    room = Room(context, kind, way)
    one = room.client()
    room.ann.sees_enter(one.nick)
    count = 300
    for i in range(count):
        one.say('%d from it' % i)
        room.ann.say('%d to it' % i)
    heard = {one.nick: [], 'ann': []}
    for _ in range(2 * count):
        nick, text = one.message()
        heard[nick].append(text)
    if heard[one.nick] != ['%d from it' % i for i in range(count)]:
        raise Failure('its own: %r' % heard[one.nick])
    if heard['ann'] != ['%d to it' % i for i in range(count)]:
        raise Failure('the others\': %r' % heard['ann'])
    lines = [room.ann.take_line() for _ in range(2 * count)]
    its = [line for line in lines if line.startswith(one.nick + ': ')]
    if its != ['%s: %d from it' % (one.nick, i) for i in range(count)]:
        raise Failure('telnet read %r' % its)
    if way == 'upgrade':
        one.upgraded()
    one.say('the end')
    one.hears(one.nick, 'the end')


def check_namespace(context, kind, way):
    """A namespace that is not there is refused in the protocol's words, and the chat goes on."""
    room = Room(context, kind, way)
    one = room.client()
    url = 'http://%s:%d/nowhere' % room.server.address('web')
    lost = SioClient(room.drivers, room.server, kind, way, url=url)
    got = lost.take('error', 'connect', 'event')
    if got['is'] != 'error' or 'Invalid namespace' not in str(got['message']):
        raise Failure('got %r' % got)
    one.say('still here')
    one.hears(one.nick, 'still here')


def make(check, kind, way):
    def test(context):
        check(context, kind, way)
    return test


for check in (check_comes_and_goes, check_talks, check_forgery, check_acks, check_is_refused,
              check_order, check_namespace):
    for kind in KINDS:
        if check is check_namespace and kind == 'python':
            continue  # it joins the namespaces that it has handlers for
        for way in WAYS:
            globals()['test_%s_%s_%s' % (check.__name__[6:], kind, way)] = make(check, kind, way)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
