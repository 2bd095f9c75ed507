#!/usr/bin/env python3
"""kill -9 in the middle, again and again on the same data: what anyone heard or was acked is kept,
no position is given twice, the order stays, and the next start needs no repair.

TEST_ROUNDS says how often (10); TEST_SEED repeats a run's random numbers.
"""
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Crowd, verify  # noqa: E402
from server import export  # noqa: E402
from tap import Failure  # noqa: E402

ROUNDS = int(os.environ.get('TEST_ROUNDS', 10))
SEED = int(os.environ.get('TEST_SEED', time.time_ns() % 1000000))


def kill(context, *options, rounds=ROUNDS, padding=0):
    tap.comment('TEST_SEED=%d' % SEED)
    dice = random.Random(SEED)
    server = context.server('--set', 'replay-lines=0', *options)
    crowds = []
    for number in range(rounds):
        if number > 0:
            server.start()
        crowd = Crowd(context, server, 6, 3, 1000000, name='%d-' % number, padding=padding,
                      window=dice.choice((1, 4, 64)))
        enough = dice.randrange(0, 20000)
        crowd.run(lambda: crowd.heard() >= enough)
        time.sleep(dice.random() * 0.02)
        server.kill()
        crowd.run(lambda: False)
        crowds.append(crowd)
        history = export(server.data)
        verify(history, crowds)
        if not any(member.acks for member in crowd.members) and enough > 2000:
            raise Failure('nothing was acked: the test shows nothing')
    epochs = {m['epoch'] for m in history}
    tap.comment('%d rounds, %d messages kept, %d epochs' % (rounds, len(history), len(epochs)))
    # The next start serves it, and goes on.
    server.start()
    client = context.client(server, 'line-english').enter('after')
    client.send('history 1')
    got = client.take_line()
    if not got.endswith('] %s: %s' % (history[-1]['from'], history[-1]['text'])):
        raise Failure('the last message is %r, in the history %r' % (history[-1], got))
    client.say('goes on')
    client.hears('after', 'goes on')
    later = export(server.data)
    if later[:-1] != history or later[-1]['text'] != 'goes on':
        raise Failure('the history has changed')


def test_kill(context):
    kill(context)


def test_kill_long_texts(context):
    kill(context, rounds=(ROUNDS + 2) // 3, padding=2000)


def test_kill_two_threads(context):
    kill(context, '--threads', '2', rounds=(ROUNDS + 2) // 3)


def test_kill_durability_crash(context):
    kill(context, '--set', 'durability=crash', rounds=(ROUNDS + 2) // 3)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
