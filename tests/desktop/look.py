#!/usr/bin/env python3
"""How it stands on a desktop: notifications, dark and light, narrow windows, keys."""
import sys

import desk as desk_module
from bus import Desktop
from desk import Desk, Role, until
from screen import brightness
from tap import main

def test_notifications(context):
    server = context.server()
    DESKTOP.start()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    desk.keys.unfocus()
    bob.say('nothing about anybody')
    bob.say('ann, have some <b>tea</b> & cake')
    until('the notification', lambda: DESKTOP.shown, desk.dump)
    (number, (summary, body)), = DESKTOP.shown.items()
    assert summary == 'bob mentions you in lobby', summary
    assert body == 'ann, have some ‹b›tea‹/b› ＆ cake', body
    bob.send_object(type='tell', nick='ann', text='psst')
    until('the second one', lambda: len(DESKTOP.shown) == 2)
    private = [n for n in DESKTOP.shown if n != number][0]
    assert DESKTOP.shown[private] == ('bob writes to you', 'psst'), DESKTOP.shown
    DESKTOP.click(private)
    desk.hears('bob', 'psst')
    desk.entry('Write to bob')
    desk.keys.focus()
    desk.key('alt+1')
    until('the first one is taken back', lambda: not DESKTOP.shown)


def test_no_notification_for_what_is_seen(context):
    server = context.server()
    DESKTOP.start()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    desk.keys.focus()
    bob.say('ann, you are here')
    desk.hears('bob', 'ann, you are here')
    bob.send_object(type='tell', nick='ann', text='this one is not seen')
    until('the second one', lambda: DESKTOP.shown)
    assert [body for _, body in DESKTOP.shown.values()] == ['this one is not seen']


def test_dark_by_the_system(context):
    server = context.server()
    DESKTOP.start(dark=True)
    desk = Desk(context).enter(server, 'ann')
    until('dark', lambda: brightness(300, 200, 300, 200) < 80)
    DESKTOP.set_dark(False)
    until('light', lambda: brightness(300, 200, 300, 200) > 180)
    DESKTOP.set_dark(True)
    until('dark again', lambda: brightness(300, 200, 300, 200) < 80)
    desk.check_output()


def test_narrow(context):
    """One sees the list or the conversation; all of it can be reached."""
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    bob = context.client(server, 'native').enter('bob')
    desk.keys.resize(360, 600)
    desk.press('Conversations')
    desk.choose('Conversations', 'lobby')
    desk.say('from a narrow window')
    desk.hears('ann', 'from a narrow window')
    bob.say('and-a-long-answer-' * 20)
    desk.hears('bob', 'and-a-long-answer-' * 20)
    desk.press('Users')
    until('people over it', lambda: desk.has_person('bob'))
    until('the window is no wider', lambda: desk.keys.windows()[0][1].width <= 380)
    desk.check_output()


def test_shortcuts(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    desk.key('ctrl+f')
    desk.sees('Search this room')
    desk.key('Escape')
    desk.entry('Say something in lobby')
    until('search is closed', lambda: 'Search this room' not in desk.labels())
    desk.key('F9')
    desk.gone(role=Role.LIST, name='People')
    desk.key('F9')
    desk.find(role=Role.LIST, name='People')
    desk.key('ctrl+j')
    desk.entry('Room')
    desk.key('Escape')
    until('the dialog is closed', lambda: not desk.all(name='Room', role=Role.ENTRIES))
    desk.fill('Say something in lobby', 'by key')
    desk.key('Return')
    desk.hears('ann', 'by key')
    desk.key('shift+Return')
    until('a line break, and nothing said',
          lambda: desk.value('Say something in lobby') == '\n')
    desk.key('F1')
    desk.sees('Jump to the newest')
    desk.sees('Begin a new line')
    desk.key('Escape')
    desk.key('ctrl+w')
    desk.wait_end()


def test_emoji(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    desk.press('Emoji')
    until('the emoji', lambda: any('😀' in name for name in desk.labels()), desk.dump)
    desk.key('Escape')
    desk.check_output()


DESKTOP = Desktop()
desk_module.turn = DESKTOP.turn
main(sys.modules[__name__])
