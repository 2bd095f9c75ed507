#!/usr/bin/env python3
"""Chatting: with people at other doors, in rooms and in private, today's words and those of the
past."""
import sys

from desk import CHINESE, Desk, Role, State, until
from tap import Failure, main


def test_with_telnet(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    desk.say('hello, 你好 🍵')
    bob.hears('ann', 'hello, 你好 🍵')
    desk.hears('ann', 'hello, 你好 🍵')
    assert desk.value('Say something in lobby') == ''
    bob.say('hello yourself')
    desk.hears('bob', 'hello yourself')
    bob.send('logout')
    desk.sees('bob has left')
    desk.check_output()


def test_chinese(context):
    server = context.server()
    bob = context.client(server, 'line-chinese').enter('小红')
    desk = Desk(context, lang='zh_CN.UTF-8').enter(server, '小明', CHINESE)
    bob.sees_enter('小明')
    bob.say('吃了吗?')
    bob.hears('小红', '吃了吗?')
    desk.hears('小红', '吃了吗?')
    desk.sees('今天')
    desk.say('吃了。', words=CHINESE)
    bob.hears('小明', '吃了。')
    desk.check_output()


def test_nothing_is_markup(context):
    """What strangers write is shown as it is, wherever it is shown."""
    server = context.server()
    bob = context.client(server, 'native').enter('b&b')
    desk = Desk(context).enter(server, 'ann')
    text = '<b>bold</b> &amp; <span size="99999">x</span> & <'
    bob.send_object(type='topic', room='lobby', topic=text)
    desk.sees(text)
    bob.say(text)
    desk.hears('b&b', text)
    bob.say('https://example.org/?a=1&b=<i>2</i> ' + text)
    desk.hears('b&b', 'https://example.org/?a=1&b=<i>2</i> ' + text)
    bob.send_object(type='tell', nick='ann', text=text)
    until('the private one', lambda: any(r.startswith('b&b, 1 unread') for r in desk.rows('Conversations')))
    desk.choose('Conversations', 'b&b')
    desk.hears('b&b', text)
    desk.check_output()


def test_nothing_to_say(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    assert not desk.button('Send').has(State.SENSITIVE)
    desk.fill('Say something in lobby', '   ')
    assert not desk.button('Send').has(State.SENSITIVE)
    desk.fill('Say something in lobby', 'x' * 4001)
    desk.sees('1 character too long')
    assert not desk.button('Send').has(State.SENSITIVE)
    desk.fill('Say something in lobby', '//' + 'x' * 3999)  # one slash is taken off
    until('it may be said', lambda: desk.button('Send').has(State.SENSITIVE), desk.dump)
    desk.fill('Say something in lobby', '茶' * 1335)
    desk.sees('2 characters too long')
    assert not desk.button('Send').has(State.SENSITIVE)


def test_users(context):
    server = context.server()
    context.client(server, 'line-english').enter('bob')
    context.client(server, 'json').enter('cat')
    desk = Desk(context).enter(server, 'ann')
    until('all of them', lambda: desk.rows('People') == ['bob, telnet', 'cat, JSON', 'ann, app'],
          desk.dump)
    desk.sees('3 people here')
    desk.press('Users')
    desk.gone(role=Role.LIST, name='People')
    desk.press('Users')
    desk.find(role=Role.LIST, name='People')
    dan = context.client(server, 'line-terse').enter('dan')
    until('dan too', lambda: desk.rows('People')[-1:] == ['dan, telnet (plain)'])
    dan.send('logout')
    until('without dan', lambda: len(desk.rows('People')) == 3)
    desk.check_output()


def test_close(context):
    """Close says goodbye: the others read at once that one has left."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    desk.press('Close')
    bob.sees_leave('ann')
    desk.wait_end()


def test_sign_out(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    desk.menu('Sign out')
    bob.sees_leave('ann')
    desk.button('Login')
    desk.enter(server, 'ann2')
    bob.sees_enter('ann2')
    desk.check_output()


def test_rooms(context):
    server = context.server()
    bob = context.client(server, 'native').enter('bob')
    bob.send_object(type='join', room='tea')
    desk = Desk(context).enter(server, 'ann')
    desk.press('Join a room')
    desk.find(role=Role.LIST_ITEM, name='tea, 1 person')
    desk.fill('Room', 'tea')
    desk.press('Join')
    desk.entry('Say something in tea')
    until('both', lambda: desk.rows('Conversations') == ['lobby', 'tea'], lambda: str(desk.rows('Conversations')))
    bob.send_object(type='say', room='lobby', text='one')
    bob.send_object(type='say', room='lobby', text='two, ann')
    until('what is unread', lambda: desk.rows('Conversations') == [
        'lobby, 2 unread messages, somebody has mentioned you', 'tea'], lambda: str(desk.rows('Conversations')))
    desk.sees('2')
    desk.say('in tea', 'tea')
    desk.hears('ann', 'in tea')
    desk.key('ctrl+t')
    desk.fill('Topic', 'green')
    desk.press('Save')
    desk.sees('green')
    desk.key('alt+Up')
    desk.hears('bob', 'two, ann')
    assert 'ann: in tea' not in desk.said()
    desk.key('alt+Down')
    desk.hears('ann', 'in tea')
    desk.key('ctrl+shift+w')
    desk.entry('Say something in lobby')
    until('only the lobby', lambda: [r.split(',')[0] for r in desk.rows('Conversations')] == ['lobby'])
    desk.check_output()


def test_drafts(context):
    """What was typed stays with the conversation that it was for."""
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    desk.press('Join a room')
    desk.fill('Room', 'tea')
    desk.press('Join')
    desk.fill('Say something in tea', 'half a sen')
    desk.key('alt+1')
    assert desk.value('Say something in lobby') == ''
    desk.key('alt+2')
    assert desk.value('Say something in tea') == 'half a sen'


def test_private(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    context.client(server, 'line-english').enter('cat')
    desk = Desk(context).enter(server, 'ann')
    until('bob', lambda: 'bob, telnet' in desk.rows('People'))
    desk.choose('People', 'bob')
    bob.sees_enter('cat')
    bob.sees_enter('ann')
    desk.fill('Write to bob', 'psst')
    desk.press('Send')
    desk.hears('ann', 'psst')
    assert 'psst' in bob.take_line()
    bob.send('msg ann what')
    desk.hears('bob', 'what')
    desk.sees('Only the two of you read this')
    desk.check_output()


def fill_room(server, context, count, nick='old'):
    old = context.client(server, 'native').enter(nick)
    for number in range(count):
        old.send_object(type='say', room='lobby', text='number %d' % number, id=str(number))
        if number % 50 == 49:  # at most 100 may be under way
            got = None
            while not (got and got.get('type') == 'ack' and got.get('id') == str(number)):
                got = old.take_object()
    return old


def test_history(context):
    """Scrolling up brings what was said before; the eye stays where it was."""
    server = context.server()
    old = fill_room(server, context, 250)
    desk = Desk(context).enter(server, 'ann')
    desk.hears('old', 'number 249')
    assert 'old: number 0' not in desk.said()
    seen = set()

    def up():
        for _ in range(4):
            desk.key('Page_Up')
        seen.update(desk.said())
        return 'old: number 0' in seen
    until('the beginning', up, lambda: str(desk.said()[:3]))
    desk.button('Jump to the newest')
    old.send_object(type='say', room='lobby', text='the newest')
    desk.button('1 new message')
    assert 'old: number 0' in desk.said(), 'the list must not move'
    old.send_object(type='say', room='lobby', text='the very newest')
    desk.button('2 new messages')
    desk.press('2 new messages')
    desk.hears('old', 'the very newest')
    desk.gone(role=Role.PUSH_BUTTON, name='2 new messages')
    old.send_object(type='say', room='lobby', text='followed again')
    desk.hears('old', 'followed again')
    until('the end is in sight', lambda: desk.at_end())
    desk.check_output()


def search_until_found(desk, words):
    """The server's index may lag behind what was said."""
    def found():
        desk.fill('Search', '')
        desk.fill('Search', words)
        until('an answer', lambda: desk.rows('Found') or 'Nothing found' in desk.labels())
        return any(words in row for row in desk.rows('Found'))
    until('what is found', found, desk.dump)


def test_search(context):
    server = context.server()
    old = fill_room(server, context, 30, 'early')
    old.send_object(type='say', room='lobby', text='a needle & <thread>')
    old.take_object()
    fill_room(server, context, 300)
    desk = Desk(context).enter(server, 'ann')
    desk.hears('old', 'number 299')
    desk.press('Search')
    desk.sees('Search this room')
    desk.fill('Search', 'haystack')
    desk.sees('Nothing found')
    search_until_found(desk, 'needle')
    desk.choose('Found', 'early')
    desk.hears('early', 'a needle & <thread>')
    assert 'early: number 29' in desk.said() and 'old: number 0' in desk.said()
    assert 'old: number 299' not in desk.said()
    desk.press('Jump to the newest')
    desk.hears('old', 'number 299')
    until('the end is in sight', lambda: desk.at_end())
    desk.check_output()


def test_days(context):
    """A line before each day, and before what is new."""
    server = context.server()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.say('today')
    desk.sees('Today')
    desk.press('Join a room')
    desk.fill('Room', 'tea')
    desk.press('Join')
    desk.entry('Say something in tea')
    bob.say('while you were elsewhere')
    desk.key('alt+1')
    desk.hears('bob', 'while you were elsewhere')
    desk.sees('New')


def test_typing(context):
    server = context.server()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.send_object(type='typing', room='lobby', on=True)
    desk.sees('bob is typing…')
    bob.say('done')
    until('no more', lambda: 'bob is typing…' not in desk.labels())
    desk.fill('Say something in lobby', 'x')
    got = {}
    while got.get('type') != 'typing' or got.get('nick') != 'ann':
        got = bob.take_object()


def test_rename(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    desk.press('Change your name')
    desk.fill('User name', 'bob')
    desk.press('Save')
    desk.sees('The name "bob" is taken.')
    desk.press('Change your name')
    desk.fill('User name', 'anna')
    desk.press('Save')
    desk.sees('ann is now called anna')
    desk.check_output()


def enter(desk, line, where='Say something in lobby'):
    desk.fill(where, line)
    desk.press('Send')


def hears_among_others(client, line):
    while (got := client.take_line()) != line:
        if got is None:
            raise Failure('closed before %r' % line)


def test_commands(context):
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    desk.say('/topic green tea')
    desk.sees('ann has set the topic: green tea')
    desk.say('/NICK anna')
    desk.sees('ann is now called anna')
    desk.say('/ignore bob')
    desk.sees('You do not hear bob any more.')
    desk.say('/ignore')
    desk.sees_start('You hear nothing of: bob')
    desk.say('/ignore bob')
    desk.sees('You hear bob again.')
    desk.say('/ls')
    desk.sees_start('2 people are on the server: ')
    desk.say('/help')
    help_text = desk.sees_start('What you type')
    assert '/join ROOM  –  enter a room, or go to it' in help_text
    assert '@NICK TEXT  –  say it to everyone here, and mention somebody' in help_text
    desk.say('//shrug')
    hears_among_others(bob, 'anna: /shrug')
    desk.hears('anna', '/shrug')
    desk.say('@bob a mention')
    hears_among_others(bob, 'anna: @bob a mention')
    enter(desk, '/join tea')
    desk.entry('Say something in tea')
    enter(desk, '/join lobby', 'Say something in tea')
    assert desk.value('Say something in lobby') == ''
    enter(desk, '/part tea')
    until('tea is left', lambda: not any(row.startswith('tea') for row in desk.rows('Conversations')))
    enter(desk, '/msg bob psst, bob')
    desk.hears('anna', 'psst, bob')
    hears_among_others(bob, '[private] anna -> bob: psst, bob')
    enter(desk, '/close', 'Write to bob')
    desk.entry('Say something in lobby')
    desk.check_output()


def test_commands_that_fail(context):
    """Nothing that begins with a slash is said by mistake; it stays, to be put right."""
    server = context.server()
    bob = context.client(server, 'line-english').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.sees_enter('ann')
    for line, answer in (('/jion tea', 'There is no /jion; did you mean /join?'),
                         ('/xyzzyx <b>&', 'There is no /xyzzyx; /help shows what there is.'),
                         ('/join', '/join needs ROOM'), ('/msg ann hi', 'That cannot be done here.'),
                         ('/topic ' + '茶' * 168, 'That is too long by 2 characters.'),
                         ('/connect', 'You are connected.')):
        enter(desk, line)
        desk.sees(answer)
        assert desk.value('Say something in lobby') == line, line
        until('the answer goes', lambda a=answer: a not in desk.labels(), desk.dump)
    desk.say('so much for that')
    bob.hears('ann', 'so much for that')
    desk.check_output()


if __name__ == '__main__':
    main(sys.modules[__name__])
