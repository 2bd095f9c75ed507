#!/usr/bin/env python3
"""People come, talk, leave and die, at all doors, again and again: the server has as many descriptors
afterwards as before, everybody is gone, and it does not grow.

TEST_ROUNDS says how often (30), TEST_SEED repeats a run's random numbers.
"""
import os
import random
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import door_model as doors  # noqa: E402
import tap  # noqa: E402
from hostile_peers import ask, wait_until  # noqa: E402
from tap import Failure  # noqa: E402

ROUNDS = int(os.environ.get('TEST_ROUNDS', 30))
SEED = int(os.environ.get('TEST_SEED', 20061))
PEOPLE = 28           # at once
GROWTH_KB = 3072      # in all rounds after the first third


class Lender:
    """Lends sockets for one round."""

    def __init__(self):
        self.borrowed = []

    def defer(self, function, *arguments):
        self.borrowed.append((function, arguments))

    def client(self, server, door):
        from client import Client
        client = Client(server.address(door), door)
        self.defer(client.close)
        return client

    def end(self):
        for function, arguments in self.borrowed:
            function(*arguments)


def resident_kb(server):
    with open('/proc/%d/status' % server.process.pid) as status:
        return int(re.search(r'VmRSS:\s+([0-9]+) kB', status.read())[1])


def live(server, dice, number):
    """One round: all come, some say something, each goes in a way of its own."""
    lender, seen = Lender(), doors.Seen()
    people = []
    for i in range(PEOPLE):
        peer = doors.connect(lender, server, doors.DOORS[i % len(doors.DOORS)], seen)
        if peer.door != 'socketio':
            peer.do('login', 'p%d-%d' % (number % 2, i))
        people.append(peer)
    for peer in dice.sample(people, PEOPLE // 2):
        for what in range(3):
            peer.do('say', 'round %d says %d %d' % (number, id(peer), what))
        if peer.door in doors.LINES:
            peer.do('join', 'room%d' % dice.randrange(5))
            peer.do('topic', 'round %d' % number)
        if peer.door != 'socketio':
            peer.do('mute')
    for peer in dice.sample(people, PEOPLE // 2):
        peer.catch_up()
    for peer in people:
        how = dice.random()
        if how < 0.3 and peer.door != 'socketio':
            peer.do('bye')
        elif how < 0.5:
            peer.abort()
    lender.end()          # the rest die, with input unread: by resets


def nobody(server):
    return re.search(r'\bp[01]-|[^\x00-\x7f]', ask(server, 'who')) is None and \
        not re.search(r'socketio|web', ask(server, 'who'))


def churn(context, *options):
    tap.comment('TEST_SEED=%d' % SEED)
    dice = random.Random(SEED)
    server = context.server('--set', 'grace-seconds=1', '--set', 'replay-lines=5', *options,
                            doors=doors.SERVER_DOORS)
    before = warm = 0
    for number in range(ROUNDS):
        live(server, dice, number)
        if number == ROUNDS // 3:
            wait_until(lambda: nobody(server), 'somebody has stayed')
            warm = resident_kb(server)
            # A reactor takes some when it serves its first session. What is still open is closed by
            # the end: there are not more of them then.
            before = server.descriptors()
    wait_until(lambda: nobody(server), 'somebody has stayed: ' + ask(server, 'who'))
    wait_until(lambda: server.descriptors() <= before, 'descriptors: %d before, %d after'
               % (before, server.descriptors()))
    grown = resident_kb(server) - warm
    tap.comment('%d people came and went; %d descriptors, %d kB more in the last two thirds'
                % (ROUNDS * PEOPLE, server.descriptors(), grown))
    with open('/proc/%d/maps' % server.process.pid) as maps:
        sanitized = re.search('lib[at]san', maps.read())
    if grown > GROWTH_KB * max(1, ROUNDS // 100) and not sanitized:
        raise Failure('it has grown by %d kB' % grown)


def test_churn(context):
    churn(context)


def test_churn_four_threads(context):
    churn(context, '--threads', '4')


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
