#!/usr/bin/env python3
"""The terminal client on a terminal: keys go in, what is on the screen comes out."""
import os
import re
import signal
import sqlite3
import sys
import unicodedata

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import PATIENCE, ROWS, Screen, has_chinese, hears  # noqa: E402
import tap  # noqa: E402
from tap import Failure, Skip  # noqa: E402


DATABASE = 'history.db'
COLOUR = r'\033\[(?:[0-9;]*;)?(?:3[0-7]|38;5)[;m]'


def lines_of(text):
    return text.rstrip('\n').split('\n')


def start(context, nick='ann', **named):
    server = context.server()
    screen = Screen(context, server, nick, **named)
    screen.expect(nick + ' @ Teahouse')
    return server, screen


def guest(context, server, nick='bob'):
    client = context.client(server, 'line-english').enter(nick)
    return client


def test_speak_and_hear(context):
    server, screen = start(context)
    bob = guest(context, server)
    screen.expect('bob has entered')
    bob.say('hello ann, 你好!')
    screen.expect('bob hello ann, 你好!')
    screen.enter('很好,谢谢 🍵')
    hears(bob, 'ann: 很好,谢谢 🍵')
    screen.expect('ann 很好,谢谢 🍵')
    if screen.count('很好') != 1:
        raise Failure('said once, shown more often\n' + screen.text())
    bob.send('logout')
    screen.expect('bob has left')
    screen.enter('/quit')
    screen.expect_exit(0)


def test_wide_characters_stand_in_their_columns(context):
    """The line between transcript and people stands in one column, whatever is before it."""
    server, screen = start(context)
    bob = guest(context, server, '小明')
    for text in ('plain', '宽的字' * 40, '🍵🍶🍷' * 30, 'e\u0301' * 80, '👨\u200d👩\u200d👧 family',
                 '\u2764\ufe0f heart', '👍🏽 tone'):
        bob.say(text)
    screen.expect('tone')
    places = set()
    for line in screen.lines()[1:-2]:
        x = 0
        for c in line:
            if c == '│' and x > 50:
                places.add(x)
            if not unicodedata.combining(c):
                x += 2 if unicodedata.east_asian_width(c) in 'WF' else 1
    if len(places) != 1:
        raise Failure('the line is in columns %s\n%s' % (places, screen.text()))


def test_editing(context):
    server, screen = start(context)
    bob = guest(context, server)
    screen.expect('bob has entered')
    screen.type('wrold 茶')
    screen.keys('BSpace', 'BSpace', 'C-a')
    screen.type('hello ')
    screen.keys('Right', 'DC', 'Right')
    screen.type('r')
    screen.keys('End')
    screen.type('!')
    screen.expect('> hello world!')
    screen.keys('C-w')
    screen.type('tea')
    screen.keys('C-y', 'Enter')
    hears(bob, 'ann: hello teaworld!')
    screen.keys('Up')
    screen.expect('> hello teaworld!')
    screen.keys('C-u')
    screen.type('中文')
    screen.keys('Left')
    screen.type('英')
    screen.wait(lambda text: screen.cursor()[0] == 6, 'the cursor is not behind 中英')
    screen.keys('Enter')
    hears(bob, 'ann: 中英文')
    screen.keys('Up', 'Up', 'Down', 'Down')
    screen.wait(lambda text: text.rstrip('\n').split('\n')[-1].strip() == '>', 'input not empty')


def test_wide_input(context):
    """What is typed is cut between characters, and the cursor is where the next one will stand."""
    server, screen = start(context, columns=41)
    bob = guest(context, server)
    screen.expect('bob has entered')

    def expect_cursor(x, row):
        """`row`: from the bottom, 0 is the last."""
        screen.wait(lambda text: screen.cursor() == (x, ROWS - 1 - row),
                    'the cursor is at %s' % (screen.cursor(),))

    screen.type('茶' * 30)
    screen.expect('> ' + '茶' * 19 + '\n  ' + '茶' * 11)
    expect_cursor(2 + 2 * 11, 0)
    screen.keys('C-a')
    expect_cursor(2, 1)
    screen.keys('Right', 'Right')
    expect_cursor(6, 1)
    screen.keys('C-k')
    # One key takes a character away with all that belongs to it.
    screen.type('e\u0301\U0001f44d\U0001f3fd\u2764\ufe0f\U0001f375')
    expect_cursor(6 + 1 + 2 + 1 + 2, 0)
    screen.keys('BSpace', 'BSpace')
    expect_cursor(9, 0)
    screen.keys('BSpace', 'BSpace')
    expect_cursor(6, 0)
    screen.keys('Enter')
    hears(bob, 'ann: 茶茶')
    screen.expect('ann: 茶茶')


def test_paste(context):
    """Line breaks that are pasted send nothing; they are part of the one message."""
    server, screen = start(context)
    bob = guest(context, server)
    screen.expect('bob has entered')
    screen.paste('first 一\nsecond\n\tthird')
    screen.expect('first 一↵', 'second↵')
    bob.say('still waiting?')
    screen.expect('still waiting?')
    if 'ann first' in screen.text():
        raise Failure('sent by pasting')
    screen.keys('Enter')
    hears(bob, 'ann: first 一')
    screen.expect_gone('↵')
    screen.expect('second')


def test_commands(context):
    server, screen = start(context)
    bob = guest(context, server)
    screen.expect('bob has entered')
    screen.enter('/hlp')
    screen.expect('There is no /hlp; did you mean /help?', '> /hlp')
    screen.keys('C-u')
    screen.enter('/xyzzyx')
    screen.expect('There is no /xyzzyx; /help shows what there is.')
    screen.keys('C-u')
    screen.enter('//not a command')
    hears(bob, 'ann: /not a command')  # and nothing of /hlp came before it
    screen.enter('/h')
    screen.expect('Alt-Enter', '/search WORDS')
    screen.enter('/ls')
    screen.expect('2 people are on the server: ann bob')
    screen.enter('/topic green tea')
    screen.expect('ann has set the topic: green tea')
    screen.enter('/join kitchen')
    screen.expect('kitchen')
    screen.wait(lambda text: text.startswith(' kitchen'), 'the room is not shown')
    screen.enter('/rooms')
    screen.expect('lobby (2)  green tea', 'kitchen (1)')
    screen.enter('/part')
    screen.wait(lambda text: text.startswith(' lobby'), 'the lobby is not shown')
    screen.enter('/nick 安')
    screen.expect('ann is now called 安', '安 @ Teahouse')
    screen.enter('/i')
    screen.expect('Rooms are silent now', 'rooms are silent: /i')
    screen.enter('/i')
    screen.expect('Rooms are heard again')
    screen.enter('/ignore bob')
    screen.expect('You hear nothing more of bob.')
    screen.enter('/ignore')
    screen.expect('You hear nothing of: bob')
    screen.enter('/search command')
    screen.expect('1 message has "command" in it:', 'ann: /not a command')
    screen.enter('/names')
    screen.expect('2 people are here:')


def test_private(context):
    server, screen = start(context)
    bob = guest(context, server)
    screen.expect('bob has entered')
    screen.enter('@bob a word in private')
    hears(bob, '[private] ann -> bob: a word in private')
    screen.wait(lambda text: text.startswith(' @bob'), 'the conversation is not shown')
    screen.expect('@bob> ')
    screen.keys('C-p')
    screen.wait(lambda text: text.startswith(' lobby'), 'the lobby is not shown')
    bob.send('msg ann psst')
    screen.expect('1 unread elsewhere')
    screen.wait(lambda text: re.search(r'^ @bob +1 │', text, re.M), 'no count in the list')
    screen.keys('M-a')
    screen.expect('bob psst')
    screen.expect_gone('unread elsewhere')
    screen.enter('/msg nobody hello')
    screen.expect('not said: ')
    screen.enter('/close')
    screen.expect_gone('@nobody')


def test_completion(context):
    server, screen = start(context)
    guest(context, server, 'barbara')
    guest(context, server, 'barney')
    screen.expect('barney has entered')
    screen.type('bar')
    screen.keys('Tab')
    screen.expect('> barbara: ')
    screen.keys('Tab')
    screen.expect('> barney: ')
    screen.keys('Tab')
    screen.expect('> barbara: ')
    screen.type('and bar')
    screen.keys('Tab', 'Tab')
    screen.expect('> barbara: and barney ')
    screen.keys('C-u')
    screen.type('/sea')
    screen.keys('Tab')
    screen.expect('> /search ')
    screen.keys('C-u')
    screen.type('@barb')
    screen.keys('Tab')
    screen.expect('> @barbara ')
    screen.keys('C-u')
    screen.type('/join lo')
    screen.keys('Tab')
    screen.expect('> /join lobby')


def test_scrolling(context):
    """Only at the end does the view follow; elsewhere it stays, and says what is new."""
    server, screen = start(context)
    bob = guest(context, server)
    for i in range(60):
        bob.say('line %d.' % i)
    screen.expect('line 59.')
    screen.keys('PageUp')
    screen.expect('more below')
    screen.expect_gone('line 59.')
    def view():  # without the list of rooms, where a count grows
        return [line[17:] for line in screen.lines()[1:-2]]
    before = view()
    bob.say('one more.')
    screen.expect('1 new message')
    bob.say('two more.')
    screen.expect('2 new messages')
    if view() != before:
        raise Failure('the view has moved\n' + screen.text())
    screen.keys('PageDown', 'PageDown')
    screen.expect('new since you left', 'one more.', 'two more.')
    screen.expect_gone('new messages')
    for _ in range(8):
        screen.keys('PageUp')
    screen.expect('line 0.')
    screen.keys('Escape')
    screen.expect('two more.')


def test_wheel(context):
    """As terminals report it, one byte a number or in decimals; and a click into the list."""
    server = context.server()
    bob = guest(context, server)
    for i in range(60):
        bob.say('line %d.' % i)
    hears(bob, 'bob: line 59.')
    for terminal, up, down, click in (
            ('tmux-256color', '\033[M`>*', '\033[Ma>*', '\033[M %#'),
            ('xterm-256color', '\033[<64;30;10M', '\033[<65;30;10M', '\033[<0;5;3M')):
        screen = Screen(context, server, 'ann', '--room', 'tea', terminal=terminal)
        screen.wait(lambda text: text.startswith(' tea'), 'the room that was asked for is not shown')
        screen.keys('C-p')
        screen.expect('line 59.')
        screen.type(up)
        screen.expect('more below')
        screen.expect_gone('line 59.')
        screen.type(down)
        screen.expect('line 59.')
        screen.expect_gone('more below')
        screen.type(click)
        screen.wait(lambda text: text.startswith(' tea'), 'the room that was clicked is not shown')
        screen.keys('F9')
        screen.type('\033[200;77;9u')  # of no key that is known: nothing of it is typed
        screen.type('x')
        screen.wait(lambda text: lines_of(text)[-1].rstrip() == '> x', 'more than x in the input')
        screen.keys('C-u')
        screen.enter('/quit')
        screen.expect_exit(0)


def test_history(context):
    """What is older than the window comes from the server."""
    server = context.server('--set', 'replay-lines=5')
    bob = guest(context, server)
    for i in range(300):
        bob.say('line %d.' % i)
    hears(bob, 'bob: line 299.')
    screen = Screen(context, server, 'ann')
    screen.expect('line 299.', 'line 295.')
    if 'line 294.' in screen.text():
        raise Failure('more than replay-lines\n' + screen.text())
    for _ in range(40):
        screen.keys('PageUp')
        if 'line 0.' in screen.text():
            break
    screen.expect('line 0.')
    screen.enter('/history')
    screen.expect('This is the beginning.')


def test_resize(context):
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('很长的一句话' * 10)
    screen.expect('很长的一句话')
    for columns, rows in ((40, 10), (20, 6), (8, 3), (2, 2), (200, 50), (100, 24)):
        screen.resize(columns, rows)
        screen.wait(lambda text, r=rows: len(text.split('\n')) - 1 == r, 'not resized')
    screen.expect('ann @ Teahouse', 'lobby', '很长的一句话')
    screen.resize(40, 10)
    screen.expect('bob: 很长的一句话')
    screen.enter('still here')
    hears(bob, 'ann: still here')


def test_mentions_and_colours(context):
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('nobody in particular')
    bob.say('Ann: this is for you')
    screen.expect('this is for you')
    coloured = [line for line in screen.text(colours=True).split('\n')
                if 'this is for you' in line or 'in particular' in line]
    if '38;5;172m' not in coloured[1] or '38;5;172m' in coloured[0]:
        raise Failure('not highlighted: %r' % coloured)
    if '38;5;' not in coloured[0]:
        raise Failure('the nick has no colour: %r' % coloured[0])
    plain = Screen(context, server, 'eve', env={'NO_COLOR': '1'})
    plain.expect('this is for you')
    if re.search(COLOUR, plain.text(colours=True)):
        raise Failure('colours in spite of NO_COLOR: %r' % plain.text(colours=True))
    few = Screen(context, server, 'sam', terminal='xterm')
    few.expect('this is for you')
    if '38;5;' in few.text(colours=True) or not re.search(COLOUR, few.text(colours=True)):
        raise Failure('not in 16 colours: %r' % few.text(colours=True))


def bells(path):
    try:
        with open(path, 'rb') as file:
            return file.read().count(b'\a')
    except FileNotFoundError:
        return 0


def test_bell(context):
    """--bell: for a mention and for private words, and for nothing else; without it never."""
    server = context.server()
    screen = Screen(context, server, 'ann', '--bell')
    silent = Screen(context, server, 'eve')
    silent.expect('eve @ Teahouse')
    screen.expect('eve has entered')
    path, silent_path = screen.record(), silent.record()
    bob = guest(context, server)
    bob.say('nobody in particular')
    screen.expect('in particular')
    screen.enter('ann')  # oneself is nobody to be called
    hears(bob, 'ann: ann')
    bob.say('ann? eve?')
    screen.wait(lambda text: bells(path) == 1, 'no bell')
    bob.send('msg ann psst')
    bob.send('msg eve psst')
    screen.wait(lambda text: bells(path) == 2, 'no bell for what is private')
    silent.expect('1 unread elsewhere')
    bob.say('the end')
    for each in (screen, silent):
        each.expect('the end')
    if bells(path) != 2 or bells(silent_path) != 0:
        raise Failure('bells: %d and %d' % (bells(path), bells(silent_path)))


DAY_MS = 24 * 3600 * 1000


def test_days(context):
    """Each day has its line, with the day of the week; in both languages."""
    server = context.server()
    bob = guest(context, server)
    for text in ('long ago', 'the day after', 'the same day', 'today'):
        bob.say(text)
        hears(bob, 'bob: ' + text)
    bob.close()
    server.stop()
    noon = 1700020800000  # Wednesday, 2023-11-15, 12:00 in the tests' zone
    with sqlite3.connect(os.path.join(server.data, DATABASE)) as db:
        for text, at in (('long ago', noon), ('the day after', noon + DAY_MS),
                         ('the same day', noon + DAY_MS + 1)):
            db.execute('UPDATE message SET at = ? WHERE text = ?', (at, text))
    db.close()
    server.start()
    screen = Screen(context, server, 'ann')
    screen.expect('today')
    rows = [line[17:83].strip(' ─│') for line in screen.lines()[1:-2]]
    rows = [row for row in rows if row]
    if rows[:5] != ['Wednesday, 2023-11-15', '12:00          bob long ago', 'Thursday, 2023-11-16',
                    '12:00          bob the day after', '12:00          bob the same day']:
        raise Failure('%s\n%s' % (rows, screen.text()))
    if not re.fullmatch(r'\w+day, 20\d\d-\d\d-\d\d', rows[5]) or not rows[6].endswith('bob today'):
        raise Failure('%s\n%s' % (rows, screen.text()))
    if has_chinese():
        Screen(context, server, '小明', lang='zh').expect('2023年11月15日 星期三')


def test_control_characters(context):
    """What others write draws nothing; the server strips it too, so this asks the client alone."""
    server, screen = start(context)
    json = context.client(server, 'json').enter('eve')
    json.send_object(type='broadcast', msg='red \033[31mtext\033[0m \a\r\b\u009b2J\u202etxet')
    screen.expect('eve red ')
    if '\033[31m' in screen.text(colours=True):
        raise Failure('obeyed')


def test_server_is_killed(context):
    """Typed while it is away: said once when it is back; what was missed is shown, nothing twice."""
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('before')
    screen.expect('bob before')
    screen.enter('kept before')
    hears(bob, 'ann: kept before')
    server.kill()
    screen.expect('The server is away.')
    screen.enter('while away 一')
    screen.enter('while away 二')
    screen.expect('2 messages wait')
    server.start(same_ports=True)
    screen.expect('ann @ Teahouse', patience=PATIENCE)
    screen.expect_gone('messages wait')
    bob = guest(context, server, 'carl')
    screen.expect('carl has entered')
    bob.say('after')
    screen.expect('carl after')
    for text in ('bob before', 'ann kept before', 'ann while away 一', 'ann while away 二', 'carl after'):
        if screen.count(text) != 1:
            raise Failure('%d times: %r\n%s' % (screen.count(text), text, screen.text()))
    json = context.client(server, 'native')
    json.greet()
    json.send_object(type='login', nick='dora')
    entered = {'type': ''}
    while entered['type'] not in ('entered', 'history') or not entered.get('messages'):
        entered = json.take_object()
    texts = [m['text'] for m in entered['messages']]
    if texts != ['before', 'kept before', 'while away 一', 'while away 二', 'after']:
        raise Failure('kept by the server: %r' % texts)


def test_missed_while_stopped(context):
    """The line breaks and not the server: what others said meanwhile is shown under a mark."""
    server, screen = start(context)
    bob = guest(context, server)
    bob.say('before')
    screen.expect('bob before')
    server.kill()
    screen.expect('The server is away.')
    server.start(same_ports=True)
    bob = guest(context, server, 'carl')
    bob.say('missed 错过')
    hears(bob, 'carl: missed 错过')
    screen.expect('new since you left', 'carl missed 错过', patience=PATIENCE)
    if screen.count('missed') != 1 or screen.count('bob before') != 1:
        raise Failure(screen.text())


def test_nick_is_given_away(context):
    """Somebody has the name when the server is back: it says so, and another one gets in."""
    server, screen = start(context)
    guest(context, server).say('before')
    screen.expect('bob before')
    pid = screen.process()
    server.kill()
    screen.expect('The server is away.')
    screen.enter('kept')
    screen.expect('1 message waits.')
    os.kill(pid, signal.SIGSTOP)
    context.defer(os.kill, pid, signal.SIGCONT)
    with sqlite3.connect(os.path.join(server.data, DATABASE)) as db:
        db.execute('DELETE FROM session')
    db.close()
    server.start(same_ports=True)
    other = guest(context, server, 'ann')
    os.kill(pid, signal.SIGCONT)
    screen.expect('The name "ann" is taken. /nick NICK tries another one. 1 message waits.',
                  patience=PATIENCE)
    screen.enter('/nick annie')
    screen.expect('annie @ Teahouse', 'annie kept')
    hears(other, 'annie: kept')
    screen.expect_gone(' waits')
    if screen.count('kept') != 1 or screen.count('bob before') != 1:
        raise Failure(screen.text())


def test_nick_is_taken(context):
    server = context.server()
    guest(context, server, 'ann')
    screen = Screen(context, server, 'ann')
    screen.expect('The name "ann" is taken', 'Enter the name that you want to be called by.',
                  'Nick: ')
    screen.enter('ANN')  # not another one
    screen.expect('The name "ANN" is taken')
    screen.enter('anna')
    screen.expect('anna @ Teahouse')


def test_no_server(context):
    screen = Screen(context, None, 'ann', address='ann@127.0.0.1:1')
    screen.expect('Cannot connect to 127.0.0.1, port 1: connection refused.',
                  'Is the server running, and is that its native port (7000)?', '/quit leaves.',
                  'No connection. Next try in ')
    screen.enter('/quit')
    screen.expect_exit(0)


def test_another_door(context):
    """The port of another door was named: it says so at once, and what to look for."""
    server = context.server()
    screen = Screen(context, None, 'ann', address='ann@127.0.0.1:%d' % server.address('line-english')[1])
    screen.expect("no native door of Teahouse answers there", 'Its port is 7000')


def test_no_such_host(context):
    screen = Screen(context, None, 'ann', address='ann@no-such-host.invalid')
    screen.wait(lambda text: 'Cannot connect to no-such-host.invalid, port 7000: ' in text and
                ('Is the name spelled right?' in text or 'Are you connected' in text),
                'nothing said of the host', patience=PATIENCE)


def test_thrown_out(context):
    server, screen = start(context)
    from server import command
    command('ctl', '--data', server.data, 'kick', 'ann')
    screen.expect('Disconnected. /quit leaves.')


def test_chinese(context):
    if not has_chinese():
        raise Skip('no translations were made')
    server, screen = start(context, nick='小明', lang='zh')
    bob = guest(context, server)
    screen.expect('bob 进入了聊天室', '2 人', '星期')
    screen.enter('/hepl')
    screen.expect('没有命令 /hepl，你是不是想输入 /help？')
    screen.keys('C-u')
    screen.enter('/h')
    screen.expect('直接输入的内容会发给这里的所有人')
    bob.say('你好小明')
    screen.expect('bob 你好小明')
    screen.enter('你好 🍵')
    hears(bob, '小明: 你好 🍵')
    screen.enter('/nick a:b')
    screen.expect('含有不能使用的字符')  # the server's own sentence


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
