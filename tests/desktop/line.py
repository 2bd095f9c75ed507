#!/usr/bin/env python3
"""The server goes away and comes back: nothing is lost, nothing is doubled, and the user is told."""
import sys

from desk import Desk, until
from tap import main

BANNER = 'Not connected. Trying again'


def back_on_line(desk):
    until('the banner goes', lambda: not any(t.startswith(BANNER) for t in desk.labels()),
          desk.dump)


def only(desk, *expected):
    """These and no others, in this order, each once."""
    until('exactly %s' % (expected,), lambda: desk.said() == list(expected),
          lambda: '\n'.join(desk.said()) + '\n' + desk.dump())


def test_killed_and_back(context):
    server = context.server()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    desk.say('before')
    only(desk, 'ann: before')
    bob.say('before too')
    only(desk, 'ann: before', 'bob: before too')
    server.kill()
    desk.sees_start(BANNER)
    desk.say('while you were away')
    desk.sees('Sending…')
    assert 'ann: while you were away' in desk.said()
    server.start(same_ports=True)
    back_on_line(desk)
    only(desk, 'ann: before', 'bob: before too', 'ann: while you were away')
    until('it is sent', lambda: 'Sending…' not in desk.labels())
    cat = context.client(server, 'line-english').enter('cat')
    cat.say('after')
    only(desk, 'ann: before', 'bob: before too', 'ann: while you were away', 'cat: after')
    desk.check_output()


def test_missed(context):
    """The line breaks, the server stays: what the others say meanwhile comes with the resume."""
    server = context.server()
    bob = context.client(server, 'native').enter('bob')
    desk = Desk(context).enter(server, 'ann')
    bob.say('one')
    only(desk, 'bob: one')
    server.stop()
    desk.sees_start(BANNER)
    server.start(same_ports=True)
    bob = context.client(server, 'line-english').enter('bobby')
    bob.say('two')
    back_on_line(desk)
    only(desk, 'bob: one', 'bobby: two')
    assert desk.has_person('ann') and desk.has_person('bobby')


def test_again_and_again(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    expected = []
    for number in range(4):
        desk.say('up %d' % number)
        expected.append('ann: up %d' % number)
        if number % 2:
            only(desk, *expected)
        server.kill()
        desk.say('down %d' % number)
        expected.append('ann: down %d' % number)
        server.start(same_ports=True)
        until('all of it is sent', lambda: 'Sending…' not in desk.labels(), desk.dump)
        only(desk, *expected)
    desk.check_output()


def test_try_now(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    server.kill()
    desk.sees_start(BANNER)
    server.start(same_ports=True)
    until('it is tried', lambda: not any(t.startswith(BANNER) for t in desk.labels())
          or [button.act() for button in desk.all(name='Try now')], desk.dump)
    back_on_line(desk)
    desk.say('hello')
    only(desk, 'ann: hello')


def test_thrown_out(context):
    """The server does not want the user any more: that stays, until the user tries again."""
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    from server import command
    command('ctl', '--data', server.data, 'kick', 'ann')
    desk.press('Connect again')
    until('back', lambda: not desk.all(name='Connect again'))
    desk.say('hello')
    only(desk, 'ann: hello')


def test_close_while_away(context):
    server = context.server()
    desk = Desk(context).enter(server, 'ann')
    server.kill()
    desk.sees_start(BANNER)
    desk.press('Close')
    desk.wait_end()


if __name__ == '__main__':
    main(sys.modules[__name__])
