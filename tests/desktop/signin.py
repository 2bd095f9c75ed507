#!/usr/bin/env python3
"""Coming in: the form, its errors, what it remembers."""
import os
import socket
import sys

from desk import CHINESE, Desk, Role, until
from tap import main


def closed_port():
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def test_form(context):
    desk = Desk(context)
    assert desk.value('Server address') == 'localhost'
    assert desk.value('User name') == ''
    for name in ('Server address', 'User name'):
        assert desk.entry(name)
    assert desk.button('Login')
    desk.check_output()


def test_name_empty(context):
    desk = Desk(context)
    desk.press('Login')
    desk.sees('Please enter a name.')
    desk.fill('User name', '   ')
    until('the error goes when something is typed',
          lambda: 'Please enter a name.' not in desk.labels())
    desk.press('Login')
    desk.sees('Please enter a name.')
    desk.fill('Server address', '')
    desk.press('Login')
    desk.sees('Please enter the address of a server.')
    desk.check_output()


def test_cannot_connect(context):
    desk = Desk(context)
    address = '127.0.0.1:%d' % closed_port()
    desk.sign_in(address, 'ann')
    desk.sees_start('Cannot connect to %s: ' % address)
    assert desk.button('Login'), 'one can try again'
    desk.check_output()


def test_no_address(context):
    desk = Desk(context)
    desk.sign_in('127.0.0.1:99999999', 'ann')
    desk.sees('This is not an address.')


def test_name_taken(context):
    server = context.server()
    context.client(server, 'line-english').enter('Ann')
    desk = Desk(context)
    desk.sign_in('127.0.0.1:%d' % server.address('native')[1], 'ann')
    desk.sees('The name “ann” is taken. Please choose another one.')
    desk.enter(server, 'cat')  # the same form, another name
    desk.check_output()


def test_name_refused(context):
    server = context.server()
    desk = Desk(context)
    desk.sign_in('127.0.0.1:%d' % server.address('native')[1], 'a b')
    label = until('the server\'s own sentence',
                  lambda: [t for t in desk.labels() if 'a b' in t or 'name' in t.lower()
                           and t not in ('User name', 'Server address')])
    assert label
    desk.enter(server, 'ann')


def test_other_door(context):
    """What is there is no native door."""
    server = context.server()
    desk = Desk(context)
    address = '127.0.0.1:%d' % server.address('line-english')[1]
    desk.sign_in(address, 'ann')
    desk.sees_start('Cannot connect to %s: ' % address)
    desk.enter(server, 'ann')


def test_cancel(context):
    """Somebody listens and says nothing."""
    with socket.create_server(('127.0.0.1', 0)) as silent:
        desk = Desk(context)
        desk.sign_in('127.0.0.1:%d' % silent.getsockname()[1], 'ann')
        desk.press('Cancel')
        desk.button('Login')
        desk.check_output()


def test_remembers(context):
    server = context.server()
    home = context.folder()
    address = '127.0.0.1:%d' % server.address('native')[1]
    desk = Desk(context, home=home)
    desk.enter(server, 'ann')
    desk.press('Close')
    desk.wait_end()
    with open(os.path.join(home, 'teahouse', 'desktop.ini'), encoding='utf-8') as file:
        assert 'server=%s' % address in file.read()
    again = Desk(context, home=home)
    assert again.value('Server address') == address
    assert again.value('User name') == 'ann'
    again.press('Login')
    again.entry('Say something in lobby')


def test_command_line(context):
    server = context.server()
    address = '127.0.0.1:%d' % server.address('native')[1]
    desk = Desk(context, '--nick', 'ann', address)
    assert desk.value('Server address') == address
    assert desk.value('User name') == 'ann'


def test_chinese(context):
    server = context.server()
    context.client(server, 'line-english').enter('ann')
    desk = Desk(context, lang='zh_CN.UTF-8')
    desk.press('登录')
    desk.sees('请输入用户名。')
    desk.sign_in('127.0.0.1:%d' % closed_port(), '小明', CHINESE)
    desk.sees_start('无法连接到 ')
    desk.sign_in('127.0.0.1:%d' % server.address('native')[1], 'ann', CHINESE)
    desk.sees('用户名“ann”已被占用，请换一个。')
    desk.enter(server, '小明', CHINESE)
    desk.check_output()


def test_every_control_has_a_name(context):
    """On the form, and in the chat."""
    server = context.server()
    desk = Desk(context)

    def nameless():
        controls = Role.BUTTONS + Role.ENTRIES + (Role.LIST, Role.LIST_ITEM)
        return [node.describe() for node in desk.all(role=controls)
                if node.name in ('', 'GtkButton', 'GtkText', 'GtkEntry', 'GtkTextView')]
    assert nameless() == [], nameless()
    desk.enter(server, 'ann')
    desk.press('Users')
    desk.press('Search')
    assert nameless() == [], '%s\n%s' % (nameless(), desk.dump())


main(sys.modules[__name__])
