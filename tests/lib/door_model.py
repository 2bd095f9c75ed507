"""How each door shows what comes out of the model of the hub (hub_model.py), and clients at each
door that give what they read in the same form: times, positions and public ids taken out.

What is read is a list of strings (lines) or of tuples and dicts (objects). A regular expression
stands for words that are compared elsewhere (tests/spec).
"""
import itertools
import json
import re
import socket

from client import Client, LOGIN_REPLY
from server import DEADLINE
from tap import Failure
from webpeer import Frames

LINES = ('line-english', 'line-chinese', 'line-terse')
DOORS = LINES + ('json', 'native', 'native-web', 'socketio')
SERVER_DOORS = LINES + ('json', 'native', 'web')
SIO = '/socket.io/?EIO=4&transport=websocket'
TIME = re.compile(r'^\[TIME : [^\]]*\]')
STAMP = re.compile(r'^\[[0-9][^\]]*\] ')
EOF = ('the end',)
ASKED = object()
NOWHERE = object()
SOME_REFUSAL = re.compile(r'\* .+')


def kind(door):
    """What the server calls it."""
    return 'web' if door == 'native-web' else door


# what lines say

ENGLISH = {
    'joined': '{0} has entered the room.', 'left': '{0} has left the room.',
    'names': ['The following are in this room:'], 'who': ['The following are logged in:'],
    'message': '{0}: {1}', 'private': '[private] {0} -> {1}: {2}',
    'none': '* No messages.', 'found': '* Found:', 'found-more': '* There are older ones.',
    'found-none': '* Nothing found.', 'entered': '* You are in {0} now.',
    'exited': '* You have left {0}. You are in {1} now.',
    'exited-last': '* You have left {0}. You are in no room.', 'rooms': '* Rooms:',
    'topic': '* Topic of {0}: {1}', 'topic-none': '* {0} has no topic.',
    'topic-set': '* {0} has set the topic: {1}',
    'topic-cleared': '* {0} has taken the topic away.', 'renamed': '* {0} is now called {1}.',
    'nick': '* You are now called {0}.',
    'muted': '* You are muted: you neither hear nor speak in rooms. "mute" ends it.',
    'unmuted': '* You hear and speak again.', 'ignored': '* You ignore {0} now.',
    'unignored': '* You hear {0} again.', 'ignores': '* You ignore:',
    'ignores-none': '* You ignore nobody.', 'kicked': '* {0} was sent out by an operator.',
    'taken': ['The name "{0}" is taken.', 'Please try again.'],
    'stranger': ['Please log in', 'Use "login <name>"'], 'unknown': ['Unknown command: {0}'],
    'closed-kicked': '* Closed: an operator has sent you out',
}
CHINESE = {
    'joined': '用户<{0}>进入聊天室!', 'left': '用户<{0}>离开聊天室!',
    'names': ['当前房间在线用户', '----------------------'],
    'who': ['当前服务器在线用户', '----------------------'],
    'message': '{0}:{1}', 'private': '[私聊] {0} -> {1}:{2}',
    'none': '* 没有消息', 'found': '* 找到：', 'found-more': '* 还有更早的',
    'found-none': '* 没有找到', 'entered': '* 你现在在{0}',
    'exited': '* 你离开了{0}，现在在{1}', 'exited-last': '* 你离开了{0}，现在不在任何聊天室',
    'rooms': '* 聊天室：', 'topic': '* {0}的话题：{1}', 'topic-none': '* {0}没有话题',
    'topic-set': '* {0}设置了话题：{1}', 'topic-cleared': '* {0}清除了话题',
    'renamed': '* {0}改名为{1}', 'nick': '* 你改名为{0}', 'muted': '* 现在是屏蔽模式',
    'unmuted': '* 现在是通常模式', 'ignored': '* 已屏蔽{0}', 'unignored': '* 已取消屏蔽{0}',
    'ignores': '* 已屏蔽：', 'ignores-none': '* 没有屏蔽任何人', 'kicked': '* {0}被管理员请出',
    'taken': ['用户名<{0}>已被使用!'], 'stranger': ['请使用命令<login>进行登录!'],
    'unknown': ['不支持命令:{0}', '请重新输入!'], 'closed-kicked': '* 连接关闭：被管理员请出',
}
TERSE = {**ENGLISH, 'names': ['Online Users:'], 'who': ['Online Users:'],
         'taken': ['UserName Exist'], 'unknown': ['Unknown command {0} ']}
WORDS = {'line-english': ENGLISH, 'line-chinese': CHINESE, 'line-terse': TERSE}
LINE_COMMANDS = {'tell': 'msg', 'look': 'look'}


def past(words, message):
    return '[T] ' + words['message'].format(message.sender, message.text)


def line_room(words, name, current, what, *more):
    """What members of a room read."""
    shown = []
    if what == 'joined':
        shown = [words['joined'].format(more[0])]
    elif what == 'left':
        if more[1] == 'kicked':
            shown.append(words['kicked'].format(more[0]))
        shown.append(words['left'].format(more[0]))
    elif what == 'message':
        shown = [words['message'].format(more[0].sender, more[0].text)]
    elif what == 'renamed':
        shown = [words['renamed'].format(*more)]
    elif what == 'topic':
        shown = [words['topic-set' if more[1] else 'topic-cleared'].format(*more)]
    return shown if current else ['[%s] %s' % (name, line) for line in shown]


def line_refused(door, code, about, quote, inside):
    words = WORDS[door]
    if about == 'login' and not inside:
        return [w.format(quote) for w in words['taken']]
    if about == 'login':
        return [w.format('login') for w in words['unknown']]
    if code == 'not-logged-in':
        if door == 'line-terse':
            return ['Unknown command %s ' % LINE_COMMANDS.get(about, about)]
        return words['stranger']
    return [SOME_REFUSAL]


def line_shows(door, what, *more):
    words = WORDS[door]
    if what == 'in':
        return line_room(words, *more)
    if what == 'logged-in':
        return ['Login Success'] if door == 'line-terse' else []
    if what == 'entered':
        name, topic, by_login = more[:3]
        return ([] if by_login else [words['entered'].format(name)]) + \
            ([words['topic'].format(name, topic)] if topic else [])
    if what == 'replay':
        return [past(words, m) for m in more[2]]
    if what == 'exited':
        return [words['exited' if more[1] else 'exited-last'].format(*more)]
    if what == 'closed':
        return ([words['closed-kicked']] if more[0] == 'kicked' else []) + [EOF]
    if what == 'refused':
        return line_refused(door, more[0], more[1], more[2], more[4])
    if what == 'private':
        return [words['private'].format(more[0].sender, more[0].to, more[0].text)]
    if what == 'show-topic':
        return [words['topic' if more[1] else 'topic-none'].format(*more)]
    if what == 'names':
        return words['names'] + [nick for nick, *_ in more[1]]
    if what == 'who':
        return words['who'] + [nick for nick, *_ in more[0]]
    if what == 'rooms':
        return [words['rooms']] + ['%s (%d)%s' % (name, people, ' - ' + topic if topic else '')
                                   for name, people, topic in more[0]]
    if what == 'history':
        return [past(words, m) for m in more[1]] or [words['none']]
    if what == 'found':
        found = [past(words, m) for m in more[2]]
        return [words['found']] + found + ([words['found-more']] if more[3] else []) if found \
            else [words['found-none']]
    if what == 'nick':
        return [] if more[1] else [words['nick'].format(more[0])]
    if what == 'mute':
        return [words['muted' if more[0] else 'unmuted']]
    if what == 'ignore':
        return [words['ignored' if more[1] else 'unignored'].format(more[0])]
    if what == 'ignores':
        return [words['ignores'], *more[0]] if more[0] else [words['ignores-none']]
    if what in ('ack', 'roster'):
        return []
    raise Failure('what does a line say of %r?' % (what,))


# the json door: (type, text) or (type, code)

def system(text):
    return ('system_msg', '[T][ SYSTEM ] : ' + text)


def json_shows(what, *more):
    if what == 'in':
        what, *more = more[2:]
        if what == 'message':
            return [('broadcast', '[T][%s] : %s' % (more[0].sender, more[0].text))]
        if what == 'joined':
            return [system(more[0] + '已经进入了聊天室')]
        if what == 'left':
            return ([system(more[0] + '被管理员请出')] if more[1] == 'kicked' else []) + \
                [system(more[0] + ' 离开了Teahouse')]
        if what == 'renamed':
            return [system('%s改名为%s' % tuple(more))]
        if what == 'topic':
            return [system(more[0] + ('设置了话题：' + more[1] if more[1] else '清除了话题'))]
        return []
    if what == 'logged-in':
        return [('login', LOGIN_REPLY['msg'])]
    if what == 'entered':
        return ([system(more[5] + '已经进入了聊天室')] if more[2] else []) + \
            ([system('%s的话题：%s' % (more[0], more[1]))] if more[1] else [])
    if what == 'replay':
        return [('history', '[T][%s] : %s' % (m.sender, m.text)) for m in more[2]]
    if what == 'history':
        return [('history', '[T][%s] : %s' % (m.sender, m.text)) for m in more[1]] \
            or [('history', '没有消息')]
    if what == 'found':
        return [('search', '[T][%s] : %s' % (m.sender, m.text)) for m in more[2]] \
            or [('search', '没有找到')]
    if what == 'private':
        m = more[0]
        return [('single', '[T][ %s CHATTING TO %s ] : %s' % (m.sender, m.to, m.text))]
    if what == 'closed':
        return ([('error', 'closed')] if more[0] == 'kicked' else []) + [EOF]
    if what == 'who':
        return [('ls', '[ SYSTEM ] ALIVE USER : ' + ''.join(p[0] + ',' for p in more[0]))]
    if what == 'mute':
        return [('ignore', '[T][ SYSTEM ] : 模式切换成功,现在是' +
                 ('屏蔽模式' if more[0] else '通常模式'))]
    if what == 'ack':
        return [('ack', more[0])]
    if what == 'refused':
        return [json_refused(*more)]
    if what in ('roster', 'nick'):
        return []
    raise Failure('what does the json door say of %r?' % (what,))


def json_refused(code, about, quote, ack, inside):
    if about == 'login' and code == 'nick-taken':
        return ('login', '账号已存在')
    if about == 'mute':
        return ('ignore', '切换失败')
    if about == 'tell' and code == 'nick-unknown':
        return ('single', '该用户不存在')
    if about == 'say' and code == 'muted':
        return ('broadcast', '屏蔽模式下无法发送群聊信息')
    return ('error', 'room' if code.startswith('room') else code)


# the native door: objects without times, positions, public ids, tokens and sentences

def told(message):
    return (message.sender, message.text)


def native_shows(what, *more):
    if what == 'in':
        name, _, what, *more = more
        if what == 'message':
            return [{'type': 'message', 'room': name, 'said': told(more[0])}]
        if what == 'joined':
            return [{'type': 'joined', 'room': name, 'nick': more[0], 'door': more[1],
                     'people': more[2]}]
        if what == 'left':
            return [{'type': 'left', 'room': name, 'nick': more[0], 'reason': more[1],
                     'people': more[2]}]
        if what == 'renamed':
            return [{'type': 'renamed', 'room': name, 'nick': more[1], 'old': more[0]}]
        if what == 'topic':
            return [{'type': 'topic', 'room': name, 'nick': more[0], 'topic': more[1]}]
        return [{'type': what, 'room': name, 'nick': more[0], 'on': more[1]}]
    if what == 'logged-in':
        return [{'type': 'welcome', 'nick': more[0], 'resumed': more[1]}]
    if what == 'entered':
        return [{'type': 'entered', 'room': more[0], 'topic': more[1], 'current': more[3],
                 'people': len(more[6]),
                 **({'resumed': True} if more[4] else {})}]
    if what == 'replay':
        return [{'type': 'replay', 'room': more[0], 'said': [told(m) for m in more[2]]}]
    if what == 'missed-private':
        return [{'type': 'replay', 'said': [told(m) for m in more[0]]}]
    if what == 'exited':
        return [{'type': 'exited', 'room': more[0], 'current': more[1] or None}]
    if what == 'closed':
        return ([] if more[0] == 'gone' else [{'type': 'closed', 'reason': more[0]}]) + [EOF]
    if what == 'refused':
        about = {'look': 'names'}.get(more[1], more[1])
        return [{'type': 'error', 'code': more[0], 'about': about,
                 **({'id': more[3]} if more[3] else {})}]
    if what == 'private':
        return [{'type': 'private', 'said': told(more[0]), 'to': more[0].to}]
    if what == 'ack':
        return [{'type': 'ack', 'id': more[0], **({'to': more[1].to} if more[1].to else
                                                  {'room': more[1].room}),
                 **({'again': True} if more[2] else {})}]
    if what == 'show-topic':
        return [{'type': 'topic', 'room': more[0], 'topic': more[1]}]
    if what in ('names', 'who'):
        people = more[1] if what == 'names' else more[0]
        return [{'type': what, **({'room': more[0], 'people': len(people)} if what == 'names' else {}),
                 'names': [{'nick': nick, 'door': door, **({'away': True} if away else {})}
                           for nick, door, away in people]}]
    if what == 'rooms':
        return [{'type': 'rooms', 'rooms': [{'room': room, 'people': people, 'topic': topic}
                                            for room, people, topic in more[0]]}]
    if what == 'history':
        return [{'type': 'history', 'room': more[0], 'said': [told(m) for m in more[1]],
                 'more': more[2]}]
    if what == 'found':
        return [{'type': 'search', 'room': more[0], 'text': more[1],
                 'said': [told(m) for m in more[2]], 'more': more[3]}]
    if what == 'nick':
        return [{'type': 'nick', 'nick': more[0]}]
    if what == 'mute':
        return [{'type': 'mute', 'on': more[0], **({'resumed': True} if more[1] else {})}]
    if what == 'ignore':
        return [{'type': 'ignore', 'nick': more[0], 'on': more[1],
                 **({'resumed': True} if more[2] else {})}]
    if what == 'ignores':
        return [{'type': 'ignores', 'nicks': list(more[0])}]
    if what == 'roster':
        return []
    raise Failure('what does the native door say of %r?' % (what,))


# the socketio door: the arguments of msg without the public ids

def sio_shows(what, *more):
    if what == 'in':
        what, *more = more[2:]
        if what == 'message':
            m = more[0]
            return [{'action': 'send msg', 'username': m.sender, 'msg': m.text}]
        if what == 'renamed':
            return [{'action': 'rename', 'username': more[0], 'to': more[1]}]
        if what == 'topic':
            return [{'action': 'topic', 'username': more[0], 'msg': more[1]}]
        return []
    if what == 'roster':
        nick, came, nicks = more
        return [{'action': 'login', 'username': nick, 'names': nicks} if came else
                {'action': 'logout', 'names': nicks}]
    if what == 'logged-in':
        return []
    if what == 'entered':
        return [{'action': 'login', 'username': more[5], 'names': more[6]}] + \
            ([{'action': 'topic', 'msg': more[1]}] if more[1] else [])
    if what == 'replay':
        return [{'action': 'send msg', 'username': m.sender, 'msg': m.text, 'history': True}
                for m in more[2]]
    if what == 'private':
        m = more[0]
        return [{'action': 'private', 'username': m.sender, 'to': m.to, 'msg': m.text}]
    if what == 'history':
        return [{'event': 'history', 'said': [told(m) for m in more[1]], 'more': more[2]}]
    if what == 'found':
        return [{'event': 'search', 'said': [told(m) for m in more[2]], 'more': more[3]}]
    if what == 'refused':
        return [{'action': 'error', 'code': more[0]}]
    if what == 'closed':
        return ([{'action': 'notice'}, 'disconnect'] if more[0] == 'kicked' else
                [{'action': 'notice'}] if more[0] == 'idle' else []) + [EOF]
    if what in ('nick', 'ack'):
        return []
    raise Failure('what does the socketio door say of %r?' % (what,))


def shows(door, what):
    """What a client at the door reads of it: a list of (room, item), the room None for what is told
    to one alone."""
    if door in LINES:
        items = line_shows(door, *what)
    elif door == 'json':
        items = json_shows(*what)
    else:
        items = sio_shows(*what) if door == 'socketio' else native_shows(*what)
    room = what[1] if what[0] == 'in' else None
    return [(room, item) for item in items]


def fits(expected, got):
    return expected.fullmatch(got) is not None \
        if isinstance(expected, re.Pattern) and isinstance(got, str) else expected == got


def same(expected, got):
    """`expected` are (room, item), the room None for what is told to one alone. The order is that
    of each room; between rooms what happens at once may come either way, but what is told to one
    alone has its place among all."""
    got = iter(got)
    for told_alone, stretch in itertools.groupby(expected, key=lambda e: e[0] is None):
        waiting = {}
        for room, item in stretch:
            waiting.setdefault(room, []).append(item)
        while waiting:
            one = next(got, None)
            room = next((r for r, items in waiting.items() if fits(items[0], one)), NOWHERE)
            if room is NOWHERE:
                return False
            waiting[room].pop(0)
            if not waiting[room]:
                del waiting[room]
    return next(got, None) is None


# clients

class Seen:
    """Positions by text, from wherever they were read: all must say the same."""

    def __init__(self):
        self.positions = {}

    def note(self, text, position):
        position = tuple(position)
        if self.positions.setdefault(text, position) != position:
            raise Failure('%r stands at %r and at %r' % (text, self.positions[text], position))


class Peer:
    """A session. `read` is what it has read since it was last looked at."""

    def __init__(self, door, seen):
        self.door, self.seen = door, seen
        self.read = []
        self.ended = False
        self.last = {}             # folded room: text of the last message that it has
        self.last_private = None
        self.token = None
        self.acks = {}             # own id: text

    def note(self, what):
        self.read.append(what)
        self.ended |= what == EOF

    def catch_up(self):
        """Reads all that was sent to it before the answer to a question of its own."""
        if self.ended:
            return
        try:
            self.ask()
        except ConnectionError:
            pass                   # the end is still to be read
        while not self.ended:
            if self.take() is ASKED:
                return


class LinePeer(Peer):
    def __init__(self, context, server, door, seen):
        super().__init__(door, seen)
        self.client = context.client(server, door)
        self.client.greet()
        self.ask = self.client._ask
        self.abort = self.client.half_close

    def take(self):
        client = self.client
        if self.door == 'line-terse':  # its words have no line end
            while len(client.pending) < 13 and b'\n' not in client.pending and client.fill():
                pass
            for word in (b'UserName Exist', b'Login Success'):
                if word[:13] == client.pending[:13]:
                    self.note(client.take_bytes(len(word)).decode())
                    return None
        line = client.take_line()
        if line is None:
            self.note(EOF)
        elif client._answered(line):
            return ASKED
        else:
            self.note(STAMP.sub('[T] ', line))
        return None

    def do(self, name, *arguments):
        words = [a for a in arguments if a is not None]
        if name == 'topic' and words[:1] == ['']:
            words = ['-']
        if name == 'history':      # (room, count, ...)
            words = [str(arguments[1])] if arguments and arguments[1] else []
        name = {'bye': 'logout', **LINE_COMMANDS}.get(name, name)
        self.client.send(' '.join([name, *words]))


class JsonPeer(Peer):
    FORMS = {'login': ('msg',), 'say': ('msg',), 'tell': ('nickname', 'msg'), 'search': ('msg',)}
    TYPES = {'say': 'broadcast', 'tell': 'sendto', 'who': 'ls', 'mute': 'ignore', 'bye': 'logout'}

    def __init__(self, context, server, door, seen):
        super().__init__(door, seen)
        self.client = context.client(server, door)
        self.client.greet()
        self.ask = self.client._ask
        self.abort = self.client.half_close

    def take(self):
        got = self.client.take_object()
        if got is None:
            self.note(EOF)
        elif got['type'] == 'help':
            return ASKED
        elif got['type'] == 'ack':
            self.seen.note(self.acks[got['ack']], (got['epoch'], got['seq']))
            self.note(('ack', got['ack']))
        else:
            self.note((got['type'], got['code'] if got['type'] == 'error'
                       else TIME.sub('[T]', got['msg'])))
        return None

    def do(self, name, *arguments):
        fields = {'type': self.TYPES.get(name, name)}
        if name == 'history' and arguments and arguments[1]:
            fields['count'] = arguments[1]
        fields.update(zip(self.FORMS.get(name, ()), arguments))
        ack = arguments[2] if name in ('say', 'tell') and len(arguments) > 2 else None
        if ack:
            fields['ack'] = ack
            self.acks.setdefault(ack, fields['msg'])
        self.client.send_object(**fields)


class NativePeer(Peer):
    """Over TCP or, `web`, over a WebSocket."""

    def __init__(self, context, server, door, seen):
        super().__init__(door, seen)
        if door == 'native-web':
            self.frames = Frames(context, server.address('web'), '/chat')
            self.put = lambda o: self.frames.put(json.dumps(o))
            self.get = lambda: self.load(self.frames.get())
            self.abort = lambda: self.frames.socket.shutdown(socket.SHUT_WR)
        else:
            client = context.client(server, 'native')
            self.put, self.get = lambda o: client.send_object(**o), client.take_object
            self.abort = client.half_close
        if self.get()['type'] != 'hello':
            raise Failure('no hello')

    @staticmethod
    def load(text):
        return None if text is None else json.loads(text)

    def ask(self):
        self.put({'type': 'no-such-type', 'ref': 'asked'})

    def said(self, message, room=None):
        position = (message['epoch'], message['seq'])
        self.seen.note(message['text'], position)
        if room is not None:
            self.last[room.lower()] = message['text']
        elif message['type'] == 'private':
            self.last_private = message['text']
        return (message['from'], message['text'])

    def take(self):
        got = self.get()
        if got is None:
            self.note(EOF)
            return None
        if got.get('ref') == 'asked':
            return ASKED
        what = got['type']
        self.token = got.pop('token', self.token)
        if what == 'ack':
            self.seen.note(self.acks[got['id']], (got['epoch'], got['seq']))
        if what == 'message':
            got['said'] = self.said(got, got['room'])
        elif what == 'private':
            got['said'] = self.said(got)
        messages = got.pop('messages', None)
        if messages is not None:
            replay = what == 'entered' or got.get('replay')
            room = got.get('room') if replay else None
            said = [self.said(m, room) for m in messages if room is not None or replay]
            if not replay:
                for m in messages:
                    self.seen.note(m['text'], (m['epoch'], m['seq']))
                got['said'] = [(m['from'], m['text']) for m in messages]
            if got.get('gap'):
                raise Failure('a gap: %r' % got)
        for name in ('epoch', 'seq', 'at', 'user', 'id' if what != 'ack' and what != 'error'
                     else '', 'text' if what != 'search' else '', 'from', 'message', 'replay',
                     'gap', 'limit'):
            got.pop(name, None)
        for person in got.get('names', ()):
            person.pop('user', None)
        if messages is None:
            self.note(got)
        elif what == 'entered':
            got.pop('more', None)
            self.note(got)
            if said:
                self.note({'type': 'replay', 'room': got['room'], 'said': said})
        elif replay:
            self.note({'type': 'replay', **({'room': got['room']} if 'room' in got else {}),
                       'said': said})
        else:
            self.note(got)
        return None

    FORMS = {'login': ('nick',), 'say': ('text', 'room', 'id'), 'tell': ('nick', 'text', 'id'),
             'join': ('room',), 'part': ('room',), 'topic': ('topic', 'room'), 'look': ('room',),
             'nick': ('nick',), 'ignore': ('nick',), 'search': ('text',), 'typing': ('on',)}

    def do(self, name, *arguments):
        fields = {'type': 'names' if name == 'look' else name}
        if name == 'history':
            room, count, before, after = (*arguments, None, None, None, None)[:4]
            fields.update(room=room, count=count or None)
            for which, text in (('before', before), ('after', after)):
                if text:
                    fields[which] = list(self.seen.positions[text])
        elif name == 'resume':
            token, after, private_after = arguments
            place = lambda text: list(self.seen.positions[text]) if text else [0, 0]
            fields.update(token=token, private=place(private_after),
                          rooms=[{'room': r, 'after': place(t)} for r, t in after.items()])
        else:
            fields.update(zip(self.FORMS.get(name, ()), arguments))
        if name == 'login' and len(arguments) > 1:
            fields['rooms'] = [{'room': room} for room in arguments[1]]
        if fields.get('id'):
            self.acks.setdefault(fields['id'], fields['text'])
        self.put({key: value for key, value in fields.items() if value is not None})


class SioPeer(Peer):
    def __init__(self, context, server, door, seen):
        super().__init__(door, seen)
        self.frames = Frames(context, server.address('web'), SIO)
        if not self.frames.get().startswith('0{'):
            raise Failure('no handshake')
        self.nick = None
        self.frames.put('40')
        while self.nick is None:
            self.take()
            if self.read:
                self.nick = self.read[0]['username']

    def abort(self):
        self.frames.socket.shutdown(socket.SHUT_WR)

    def emit(self, name, value):
        self.frames.put('42' + json.dumps([name, value]))

    def ask(self):
        self.emit('no-such-event', {})

    def take(self):
        text = self.frames.get()
        if text is None:
            self.note(EOF)
        elif text == '2':
            self.frames.put('3')
        elif text == '41':
            self.note('disconnect')
        elif text.startswith('42'):
            return self.take_event(*json.loads(text[2:]))
        return None

    def take_event(self, name, value, offset=None):
        if value.get('action') == 'error' and 'no-such-event' in value['msg']:
            return ASKED
        if offset:
            self.seen.note(value['msg'], map(int, offset.split('.')))
        if 'name_list' in value:
            value['names'] = tuple(entry[0] for entry in value.pop('name_list'))
        if name in ('history', 'search'):
            for m in value['messages']:
                self.seen.note(m['msg'], map(int, m['id'].split('.')))
            value = {'event': name, 'more': value['more'],
                     'said': [(m['username'], m['msg']) for m in value['messages']]}
        elif value['action'] in ('error', 'notice'):
            value.pop('msg')
        value.pop('at', None)
        self.note(value)
        return None

    def do(self, name, *arguments):
        if name == 'say':
            self.emit('msg', {'action': 'send msg', 'msg': arguments[0]})
        elif name == 'tell':
            self.emit('private', {'to': arguments[0], 'msg': arguments[1]})
        elif name == 'nick':
            self.emit('nick', arguments[0])
        elif name == 'history':
            self.emit('history', {'count': arguments[1]} if arguments and arguments[1] else {})
        elif name == 'search':
            self.emit('search', arguments[0])
        else:
            raise Failure('socketio cannot %s' % name)


def connect(context, server, door, seen):
    types = {'json': JsonPeer, 'native': NativePeer, 'native-web': NativePeer,
             'socketio': SioPeer}
    return types.get(door, LinePeer)(context, server, door, seen)


def operate(server, line):
    """An operator's command, when it has been carried out."""
    with socket.socket(socket.AF_UNIX) as operator:
        operator.settimeout(DEADLINE)
        operator.connect(server.data + '/ctl')
        operator.sendall(line.encode() + b'\n')
        while operator.recv(65536):
            pass
