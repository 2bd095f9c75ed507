#!/usr/bin/env python3
"""Connections that are handed over from one reactor to another while they talk: each request of an
Engine.IO session comes on whatever connection is at hand, and others break theirs off in the middle.
For the sanitizers, the thread one above all, and for what must hold anyway: who behaves hears
everything once and in order, and nothing is left behind."""
import json
import os
import queue
import random
import socket
import struct
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from tap import Failure  # noqa: E402
from webpeer import Frames, Peer, until  # noqa: E402

DOORS = ('web', 'line-english')
THREADS, LINES, LISTENERS, VANDALS, ROUNDS = 4, 400, 8, 4, 60
POLLING = '/socket.io/?EIO=4&transport=polling'


class Pool:
    """Idle connections, each at the reactor where its last request was answered."""

    def __init__(self, context, address, count):
        self.context, self.address = context, address
        self.idle = queue.Queue()
        for _ in range(count):
            self.idle.put(Peer(context, address))

    def ask(self, method, target, body=None):
        peer = self.idle.get()
        answer = peer.ask(method, target, body)
        if answer.headers.get('connection') == 'close':
            peer.socket.close()
            peer = Peer(self.context, self.address)
        self.idle.put(peer)
        return answer


class Session:
    def __init__(self, pool):
        self.pool = pool
        packet = pool.ask('GET', POLLING).text
        self.target = POLLING + '&sid=' + json.loads(packet[1:])['sid']
        self.post('40')

    def post(self, text):
        answer = self.pool.ask('POST', self.target, text)
        if answer.status != 200:
            raise Failure('POST: %d %r' % (answer.status, answer.text))

    def poll(self):
        answer = self.pool.ask('GET', self.target)
        if answer.status != 200:
            raise Failure('GET: %d %r' % (answer.status, answer.text))
        return answer.text.split('\x1e')

    def probe(self):
        return Frames(self.pool.context, self.pool.address,
                      self.target.replace('polling', 'websocket'))


def listen(pool, heard, ready):
    """Hears `heard`, at first by polls, at last by a WebSocket."""
    session, ws, inside = Session(pool), None, False
    while not heard or heard[-1] != 'line %d' % (LINES - 1):
        for packet in [ws.get()] if ws else session.poll():
            if packet is None:
                raise Failure('closed')
            if packet == '2':
                ws.put('3') if ws else session.post('3')
            elif packet.startswith('42["msg",'):
                told = json.loads(packet[2:])[1]
                if told['action'] == 'login' and not inside:  # the first one is its own
                    inside = True
                    ready.release()
                if told['action'] == 'send msg' and told['username'] == 'speaker':
                    heard.append(told['msg'])
        if not ws and len(heard) > LINES // 3:
            ws = session.probe()
            ws.put('2probe')
            ws.expect('3probe')
            rest = session.poll()  # what a client does, too: its poll under way is ended
            ws.put('5')
            heard += [json.loads(p[2:])[1]['msg'] for p in rest
                      if p.startswith('42["msg",') and '"username":"speaker"' in p]
    ws.put('41')
    ws.socket.close()


def break_off(peer):
    """By a reset."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    peer.socket.close()


def vandalise(context, address, chance):
    """A session, and connections for it that all end badly."""
    pool = Pool(context, address, 2)
    session = Session(pool)
    host = 'Host: %s:%d\r\n' % address
    request = 'POST %s HTTP/1.1\r\n%sContent-Length: 20\r\n\r\n' % (session.target, host)
    for _ in range(chance.randrange(4)):
        peer = Peer(context, address)
        what = chance.randrange(5)
        if what == 0:  # a head and half a body, so that it moves and waits
            peer.socket.sendall((request + '42["msg",').encode())
        elif what == 1:  # half a head
            peer.socket.sendall(request[:chance.randrange(len(request))].encode())
        elif what == 2:  # a poll, and one more that ends both
            peer.send('GET', session.target)
        elif what == 3:  # many at once
            peer.socket.sendall((request + '42["msg","as ever.."]').encode() * 20)
        else:
            peer = session.probe()
            peer.put('2probe', *(['5'] if chance.randrange(2) else []))
        if chance.randrange(2):
            break_off(peer)
    while not pool.idle.empty():
        break_off(pool.idle.get())


def sockets(server):
    folder = '/proc/%d/fd' % server.process.pid
    found = 0
    for name in os.listdir(folder):
        try:
            found += os.readlink(os.path.join(folder, name)).startswith('socket:')
        except FileNotFoundError:  # closed meanwhile
            pass
    return found


def in_threads(jobs):
    """Runs all; the first that fails is the one."""
    failures = []

    def run(job):
        try:
            job()
        except Exception as error:  # whatever it is, it is the test's
            failures.append(error)
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_handed_over_under_load(context):
    server = context.server('--threads', str(THREADS), '--set', 'replay-lines=0', doors=DOORS)
    address = server.address('web')
    speaker = context.client(server, 'line-english').enter('speaker')
    speaker.say('to begin with')
    speaker.hears('speaker', 'to begin with')
    before = sockets(server)
    pools = tap.Context()
    context.defer(pools.undo)
    heard = [[] for _ in range(LISTENERS)]
    ready = threading.Semaphore(0)

    def speak():
        for _ in range(LISTENERS):
            ready.acquire()
        for number in range(LINES):
            speaker.send('say line %d' % number)
            line = ''
            while line != 'speaker: line %d' % number:
                line = speaker.take_line()
                if line is None:
                    raise Failure('the speaker is closed')

    def vandal(seed):
        chance = random.Random(seed)
        for _ in range(ROUNDS):
            mine = tap.Context()
            vandalise(mine, address, chance)
            mine.undo()

    def listener(mine):
        listen(Pool(pools, address, 3), mine, ready)

    in_threads([speak] + [lambda mine=mine: listener(mine) for mine in heard]
               + [lambda seed=seed: vandal(seed) for seed in range(VANDALS)])
    expected = ['line %d' % number for number in range(LINES)]
    for mine in heard:
        if mine != expected:
            raise Failure('heard %d: %.1000r' % (len(mine), mine))
    pools.undo()
    for _ in until():
        if sockets(server) <= before:
            return
    raise Failure('%d sockets are left behind' % (sockets(server) - before))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
