#!/usr/bin/env python3
"""What is said, to whom, and the commands."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from screen import PATIENCE, Screen, guest, has_chinese, hears, start  # noqa: E402
from server import DOORS, command  # noqa: E402
import tap  # noqa: E402
from tap import Failure, Skip  # noqa: E402


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
    screen.enter('/quit smoking')
    screen.expect('/quit takes no words', '> /quit smoking')
    screen.keys('C-u')
    screen.enter('//not a command')
    hears(bob, 'ann: /not a command')  # and nothing of /hlp came before it
    screen.enter('/h')
    screen.expect('Alt-Enter', '/search WORDS')
    screen.enter('/ls')
    screen.expect('2 people are on the server: ann bob')
    screen.enter('/topic ' + '茶' * 167)
    screen.expect('That is too long by 1 character.')
    screen.keys('C-u')
    screen.enter('/topic green tea')
    screen.expect('ann has set the topic: green tea')
    screen.enter('/join kitchen')
    screen.expect('kitchen')
    screen.wait(lambda text: text.startswith(' kitchen'), 'the room is not shown')
    bob.say('for those in the lobby')
    screen.wait(lambda text: re.search(r'^ lobby +1 │', text, re.M), 'no count in the list')
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


def test_crowd(context):
    """In a room of many those who come and go are counted; who is there is known when it is quiet."""
    server = context.server('--set', 'crowd-members=1')
    screen = Screen(context, server, 'ann')
    screen.expect('ann @ Teahouse')
    bob = context.client(server, 'line-english')
    bob.send_bytes(b'login bob\r\npart\r\njoin lobby\r\npart\r\njoin lobby\r\npart\r\n')
    screen.expect('bob has entered', '2 people have entered, 3 have left; 1 is here')
    screen.wait(lambda text: ' 1 person' in text.splitlines()[0], 'the title counts otherwise')
    screen.wait(lambda text: not re.search('│ bob *$', text, re.M), 'bob is listed for ever')
    screen.enter('/names')
    screen.expect('1 person is here: ann')
    screen.enter('/quit')
    screen.expect_exit(0)


def test_every_door(context):
    """With those who came by the doors of the tutorials, in Chinese and English."""
    server, screen = start(context)
    others = {door: context.client(server, door).enter('by-' + door) for door in DOORS}
    for door, client in others.items():
        screen.expect('by-%s has entered' % door)
        client.say('你好 from ' + door)
        screen.expect('你好 from ' + door)
    screen.enter('大家好, everybody')
    for door, client in others.items():
        if door == 'json':
            while '大家好, everybody' not in client.take_object()['msg']:
                pass
        else:
            hears(client, 'ann:%s大家好, everybody' % ('' if door == 'line-chinese' else ' '))
    screen.expect('5 people')


def test_people(context):
    """Who types; whose line breaks, and who comes back."""
    server, screen = start(context)
    eve = context.client(server, 'native')
    eve.greet()
    eve.send_object(type='login', nick='小红')
    token = None
    while token is None:
        token = eve.take_object().get('token')
    screen.expect('小红 has entered')
    eve.send_object(type='typing', room='lobby', on=True)
    screen.expect('小红 is typing…')
    eve.send_object(type='say', room='lobby', text='typed')
    screen.expect('小红 typed')
    screen.expect_gone('is typing…')
    eve.close()
    screen.expect('小红 has lost the line, and may be back', '小红 (away)')
    eve = context.client(server, 'native')
    eve.greet()
    eve.send_object(type='resume', token=token, rooms=[])
    screen.expect('小红 is back')
    screen.expect_gone('小红 (away)')


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


def test_thrown_out(context):
    server, screen = start(context)
    command('ctl', '--data', server.data, 'kick', 'ann')
    screen.expect('Disconnected. Enter comes back, /quit leaves.', patience=PATIENCE)
    screen.enter('too late')
    screen.expect('> too late')
    screen.keys('C-u')
    screen.enter('/quit')
    screen.expect_exit(0)


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
