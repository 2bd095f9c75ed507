#!/usr/bin/env python3
"""The input line on a terminal: keys, columns, paste, completion."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import ROWS, Screen, guest, hears, start  # noqa: E402
import tap  # noqa: E402
from tap import Failure  # noqa: E402


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
    screen.type('one')
    screen.keys('M-Enter')
    screen.type('two')
    screen.expect('one↵', 'two')
    screen.keys('Enter')
    hears(bob, 'ann: one')
    screen.expect_gone('↵')
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


def test_completion(context):
    server = context.server()
    librarian = guest(context, server, 'librarian')
    librarian.send('join library')
    while 'library' not in librarian.take_line():
        pass
    screen = Screen(context, server, 'ann')
    screen.expect('ann @ Teahouse')
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

    def offers_library(text):  # the server's rooms too, as soon as they are known
        screen.keys('C-u')
        screen.type('/join lib')
        screen.keys('Tab')
        return '> /join library' in text

    screen.wait(offers_library, 'the library is not offered')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
