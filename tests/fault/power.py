#!/usr/bin/env python3
"""The power fails in the middle, again and again on the same data: of the database there is what was
synced, or more. What anyone heard or was acked is kept, no position is given twice, the order stays,
and nothing is damaged. With durability=crash the last words may be lost, but no others.

TEST_ROUNDS says how often (5); TEST_SEED repeats a run's random numbers.
"""
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Crowd, verify  # noqa: E402
from faults import Faults  # noqa: E402
from server import export  # noqa: E402
from tap import Failure  # noqa: E402

ROUNDS = int(os.environ.get('TEST_ROUNDS', 5))
SEED = int(os.environ.get('TEST_SEED', time.time_ns() % 1000000))


def forget_lost(history, crowd):
    """Of what everybody heard only what is kept, if that is all up to some message."""
    kept = {(m['from'], m['text']) for m in history}
    lost = 0
    for member in crowd.members:
        heard = [message in kept for message in member.heard]
        if heard != sorted(heard, reverse=True):
            raise Failure('%s heard what is lost before what is kept' % member.nick)
        lost = max(lost, heard.count(False))
        member.heard = member.heard[:heard.count(True)]
        member.acks = {word: position for word, position in member.acks.items()
                       if (member.nick, word + member.padding) in kept}
    return lost


def lose_power(context, *options, durable=True, rounds=ROUNDS, padding=0):
    tap.comment('TEST_SEED=%d' % SEED)
    dice = random.Random(SEED)
    faults = Faults(context).with_shadow()
    server = context.server('--set', 'replay-lines=0', *faults.options, *options,
                            variables=faults.variables)
    crowds, unsynced, lost = [], 0, 0
    for number in range(rounds):
        if number > 0:
            server.start()
        crowd = Crowd(context, server, 6, 3, 1000000, name='%d-' % number, padding=padding,
                      window=dice.choice((1, 4, 64)))
        enough = dice.randrange(0, 4000)
        crowd.run(lambda: crowd.heard() >= enough)
        server.kill()
        crowd.run(lambda: False)
        unsynced += faults.lose_power(server.data, dice)
        crowds.append(crowd)
        history = export(server.data)
        if not durable:
            lost += forget_lost(history, crowd)
        verify(history, crowds)
    if [name for name in os.listdir(server.data) if 'damaged' in name]:
        raise Failure('the history is damaged')
    if unsynced == 0:
        raise Failure('everything was synced: the test shows nothing')
    tap.comment('%d rounds, %d messages kept, %d lost, %d files were ahead of the disk'
                % (rounds, len(history), lost, unsynced))
    server.start()
    client = context.client(server, 'line-english').enter('after')
    client.say('goes on')
    client.hears('after', 'goes on')
    later = export(server.data)
    if later[:-1] != history or later[-1]['text'] != 'goes on':
        raise Failure('the history has changed')


def test_power(context):
    lose_power(context)


def test_power_long_texts(context):
    """So that the log is moved into the database in the middle."""
    lose_power(context, rounds=(ROUNDS + 1) // 2, padding=2000)


def test_power_two_threads(context):
    lose_power(context, '--threads', '2', rounds=(ROUNDS + 1) // 2)


def test_power_durability_crash(context):
    lose_power(context, '--set', 'durability=crash', durable=False)


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
