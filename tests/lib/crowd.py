"""Many members at all doors who talk at once, and what must be true of what they heard.

One thread and one selector: who can read reads, whoever has few enough messages of its own under
way says the next one. All texts are different, so that a message that is lost, doubled or out of
order can be told.
"""
import json
import re
import selectors
import time

from client import Client
from server import DEADLINE, DOORS
from tap import Failure

READ_BYTES = 1 << 20

SPOKEN = re.compile(r'(?:\[TIME : [^\]]*\]\[(\S+)\] : |(\S+?): ?)(\S+/[0-9]+(?: x*)?)', re.DOTALL)


class Member:
    def __init__(self, server, door, nick, messages=0, padding=0, window=1):
        self.nick = nick
        self.door = door
        self.messages = messages  # to say
        self.padding = ' ' + 'x' * padding if padding else ''
        self.window = window     # most messages of its own under way
        self.said = 0
        self.heard = []          # (nick, text), in order
        self.acks = {}           # first word of the text: (room, epoch, seq)
        self.under_way = 0
        self.ended = False
        self.others = []         # lines and objects that were no messages
        self._rest = b''
        self.client = Client(server.address(door), door)
        self.client.enter(nick)
        self.client.socket.setblocking(False)
        self._out = b''

    def text(self, number):
        return '%s/%d%s' % (self.nick, number, self.padding)

    def step_out(self):
        """Says what may be said now."""
        while self.said < self.messages and self.under_way < self.window:
            text = self.text(self.said)
            self.said += 1
            self.under_way += 1
            if self.door == 'json':
                line = json.dumps({'type': 'broadcast', 'msg': text,
                                   'ack': text.split()[0]}) + '\n'
            else:
                line = 'say %s\n' % text
            self._out += line.encode('utf-8')
        if self._out and not self.ended:
            try:
                self._out = self._out[self.client.socket.send(self._out):]
            except BlockingIOError:
                pass
            except ConnectionError:
                self._out = b''  # what was sent before is still to be read

    def step_in(self):
        """Reads what is there; False when the server has closed."""
        try:
            data = self.client.socket.recv(READ_BYTES)
        except BlockingIOError:
            return True
        except ConnectionError:
            data = b''
        if not data:
            self.ended = True
            return False
        lines = (self._rest + data).split(self.client.line_end)
        self._rest = lines.pop()
        for line in lines:
            self._take(line.decode(self.client.charset))
        return True

    def _take(self, line):
        if self.door == 'json':
            got = json.loads(line)
            if got['type'] == 'ack':
                self.acks[got['ack']] = (got['room'], got['epoch'], got['seq'])
                self.under_way -= 1
                return
            line = got['msg'] if got['type'] == 'broadcast' else ''
        else:
            got = line
        spoken = SPOKEN.fullmatch(line)
        if not spoken:
            self.others.append(got)
            return
        nick = spoken[1] or spoken[2]
        self.heard.append((nick, spoken[3]))
        if nick == self.nick and self.door != 'json':
            self.under_way -= 1


class Crowd:
    def __init__(self, context, server, speakers, listeners, messages, name='', padding=0,
                 window=1):
        """Speakers and listeners take turns at the doors; each speaker has so many messages."""
        self.members = []
        self.selector = selectors.DefaultSelector()
        context.defer(self.close)
        for i in range(speakers + listeners):
            nick = '%s%s%d' % ('s' if i < speakers else 'l', name, i)
            member = Member(server, DOORS[i % len(DOORS)], nick, messages if i < speakers else 0,
                            padding, window)
            self.members.append(member)
            self.selector.register(member.client.socket, selectors.EVENT_READ, member)
        self.total = speakers * messages

    def run(self, until):
        """Goes on until until() or everybody has been closed; fails when nothing happens."""
        open_members = [m for m in self.members if not m.ended]
        moved = time.monotonic()
        while open_members and not until():
            for member in open_members:
                member.step_out()
            ready = self.selector.select(0.01)
            for key, _ in ready:
                if not key.data.step_in():
                    self.selector.unregister(key.fileobj)
                    key.data.client.close()
                    open_members.remove(key.data)
            if ready:
                moved = time.monotonic()
            elif time.monotonic() - moved > DEADLINE:
                raise Failure('nothing has happened for %g s; heard: %s, of %d'
                              % (DEADLINE, [len(m.heard) for m in self.members], self.total))

    def heard(self):
        return sum(len(m.heard) for m in self.members)

    def all_heard(self):
        return all(len(m.heard) >= self.total for m in self.members) \
            and all(m.under_way == 0 for m in self.members)

    def close(self):
        for member in self.members:
            member.client.close()
        self.selector.close()


def verify(history, crowds):
    """What must be true of an exported history and of all who were there, each crowd in a
    server's life of its own."""
    positions = [(m['room'], m['epoch'], m['seq']) for m in history]
    if len(set(positions)) != len(positions):
        raise Failure('a position was given twice')
    for before, after in zip(positions, positions[1:]):
        if before >= after:
            raise Failure('out of order: %r before %r' % (before, after))
    spoken = [(m['from'], m['text']) for m in history]
    place = {s: i for i, s in enumerate(spoken)}
    if len(place) != len(spoken):
        raise Failure('a message is there twice')
    for crowd in crowds:
        for member in crowd.members:
            _verify_member(history, spoken, place, positions, member)


def _verify_member(history, spoken, place, positions, member):
    for message in member.heard:
        if message not in place:
            raise Failure('%s heard %r, which is not kept' % (member.nick, message))
    if member.heard:
        first = place[member.heard[0]]
        if spoken[first:first + len(member.heard)] != member.heard:
            raise Failure('%s did not hear what is kept, in its order and without a gap'
                          % member.nick)
    for word, position in member.acks.items():
        text = word + member.padding
        if (member.nick, text) not in place:
            raise Failure('acked and not kept: %r' % text)
        if positions[place[member.nick, text]] != position:
            raise Failure('%r was acked at %r and is kept at %r'
                          % (text, position, positions[place[member.nick, text]]))
    own = [text for nick, text in spoken if nick == member.nick]
    if own != [member.text(n) for n in range(len(own))] or len(own) > member.said:
        raise Failure('the words of %s are not kept in their order and without a gap'
                      % member.nick)
