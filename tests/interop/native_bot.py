#!/usr/bin/env python3
"""The bot of docs/protocol: it answers, comes back, and misses nothing."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from server import ROOT  # noqa: E402
from tap import Failure  # noqa: E402

BOT = os.path.join(ROOT, 'docs', 'protocol', 'native-bot.py')


def start_bot(context, server):
    host, port = server.address('native')
    bot = subprocess.Popen([sys.executable, BOT, host, str(port), 'clock'])

    def end():
        bot.kill()
        bot.wait()
    context.defer(end)
    return bot


def expect_answers(ann, count):
    """So many answers of the bot to what is ann's, which she reads too."""
    answers = 0
    while answers < count:
        got = ann.take_object()
        if got is None:
            raise Failure('closed')
        answers += got['type'] == 'message' and got['from'] == 'clock'


def test_answers(context):
    server = context.server()
    ann = context.client(server, 'native').enter('ann')
    bot = start_bot(context, server)
    ann.sees_enter('clock')
    ann.say('!time')
    ann.hears('ann', '!time')
    got = ann.expect_members(type='message', **{'from': 'clock'})
    if len(got['text']) != 8:
        raise Failure('not a time: %r' % got)
    ann.say('!times')
    ann.hears('ann', '!times')
    ann.sync()
    bot.kill()


def test_comes_back(context):
    """The line is broken from outside; what is asked meanwhile is answered, and once."""
    server = context.server('--set', 'login-seconds=0')
    ann = context.client(server, 'native').enter('ann')
    start_bot(context, server)
    ann.sees_enter('clock')
    ann.say('!time')
    expect_answers(ann, 1)
    server.kill()
    server.start(same_ports=True)
    ann = context.client(server, 'native')
    ann.greet()
    ann.send_object(type='login', nick='bea')
    ann.expect_members(type='welcome', resumed=False)
    ann.say('!time')
    expect_answers(ann, 1)
    ann.send_object(type='history')
    got = {'type': ''}
    while got['type'] != 'history' or got.get('replay'):
        got = ann.take_object()
    asked = [m for m in got['messages'] if m['text'] == '!time']
    answered = [m for m in got['messages'] if m['from'] == 'clock']
    if (len(asked), len(answered)) != (2, 2):
        raise Failure('asked and answered: %r' % got['messages'])


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
