#!/usr/bin/env python3
"""What is on the screen, and where: columns, colours, scrolling, marks, the bell."""
import os
import re
import sqlite3
import sys
import unicodedata

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import Screen, guest, has_chinese, hears, lines_of, start  # noqa: E402
import tap  # noqa: E402
from tap import Failure  # noqa: E402

DATABASE = 'history.db'
COLOUR = r'\033\[(?:[0-9;]*;)?(?:3[0-7]|38;5)[;m]'


def test_wide_characters_stand_in_their_columns(context):
    """The line between transcript and people stands in one column, whatever is before it."""
    server, screen = start(context)
    bob = guest(context, server, '小明')
    for text in ('plain', '宽的字' * 40, '🍵🍶🍷' * 30, 'e\u0301' * 80, '👨\u200d👩\u200d👧 family',
                 '\u2764\ufe0f heart', '1\ufe0f\u20e3 🇨🇳 flag', '👍🏽 tone'):
        bob.say(text)
    screen.expect('tone')
    places = set()
    for line in screen.lines()[1:-2]:
        x = 0
        for c in line:
            if c == '│' and x > 50:
                places.add(x)
            if unicodedata.category(c) not in ('Mn', 'Me', 'Cf'):
                x += 2 if unicodedata.east_asian_width(c) in 'WF' else 1
    if len(places) != 1:
        raise Failure('the line is in columns %s\n%s' % (places, screen.text()))


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
        screen.wait(lambda text: text.startswith(' tea'), 'the room asked for is not shown')
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
    bob.send('msg ann psst')
    screen.expect('1 unread elsewhere')
    screen.enter('/lss')  # the answer goes before what else there is to say
    screen.expect('There is no /lss; did you mean /ls?')
    screen.keys('C-u')
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
    screen.expect('ann @ Teahouse')
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
    if rows[:5] != ['Wednesday, 2023-11-15', '12:00    bob long ago', 'Thursday, 2023-11-16',
                    '12:00    bob the day after', '12:00    bob the same day']:
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


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
