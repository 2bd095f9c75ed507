#!/usr/bin/env python3
"""Runs clients of python3-socketio as it is told on standard input: what tests/interop/node/clients.js
does for those of Node, in the same words."""
import json
import os
import sys
import threading

import socketio

output = threading.Lock()
clients = {}


def tell(id, what, **more):
    with output:
        sys.stdout.write(json.dumps({'id': id, 'is': what, **more}) + '\n')
        sys.stdout.flush()


def in_order(engine):
    """The engine starts a thread for each message, which may overtake each other: here each is
    handled where it is read."""
    trigger = engine._trigger_event

    def trigger_at_once(event, *args, **kwargs):
        kwargs['run_async'] = False
        return trigger(event, *args, **kwargs)

    engine._trigger_event = trigger_at_once


def open_client(id, command):
    options = command['options']
    client = socketio.Client(reconnection=False)
    clients[id] = client
    in_order(client.eio)
    client.on('*', lambda name, *args: tell(id, 'event', args=[name, *args], wanted=False))
    client.on('connect', lambda: tell(id, 'connect', sid=client.get_sid(), recovered=False,
                                      recoverable=False, transport=client.transport()))
    client.on('disconnect', lambda: tell(id, 'disconnect', reason=''))
    client.on('connect_error', lambda data=None: tell(
        id, 'error', message=data.get('message') if isinstance(data, dict) else str(data)))

    def connect():
        try:
            client.connect(command['url'], transports=options.get('transports'), wait_timeout=60)
            tell(id, 'upgrade', transport=client.transport())
        except socketio.exceptions.ConnectionError as error:
            tell(id, 'error', message=str(error))

    threading.Thread(target=connect, daemon=True).start()


def emit(client, id, command):
    name, *args = command['args']
    ack = command.get('ack')
    # A tuple is several arguments, anything else one.
    client.emit(name, tuple(args), callback=None if ack is None else
                lambda *answer: tell(id, 'ack', ack=ack, args=list(answer)))


def drop(client):
    if client.eio.current_transport == 'websocket':
        client.eio.ws.sock.close()
    else:
        client.eio.http.close()


def act(command):
    id, what = command['id'], command['do']
    if what == 'open':
        open_client(id, command)
    elif what == 'emit':
        emit(clients[id], id, command)
    elif what == 'close':
        clients[id].disconnect()
    elif what == 'drop':
        drop(clients[id])


for line in sys.stdin:
    act(json.loads(line))
sys.stdout.flush()
os._exit(0)  # whatever its threads wait for
