#!/usr/bin/env python3
"""Answers "!time" in the lobby: native-bot.py [HOST [PORT [NICK]]]. Comes back and misses nothing."""
import json, socket, sys, time

host, port, nick = (sys.argv[1:] + ['127.0.0.1', '7000', 'timebot'][len(sys.argv) - 1:])[:3]
token, last, unsent = None, [0, 0], {}  # unsent: what is not acknowledged yet, by id

while True:
    try:
        line = socket.create_connection((host, int(port)))
        send = lambda **o: line.sendall(json.dumps(o).encode() + b'\n')
        come = dict(type='resume', token=token) if token else dict(type='login', nick=nick)
        back = token is not None
        send(**come, rooms=[{'room': 'lobby', 'after': last}])
        for got in map(json.loads, line.makefile(encoding='utf-8')):
            if got['type'] == 'welcome':
                token = got['token']
                for id, text in unsent.items():
                    send(type='say', room='lobby', text=text, id=id)
            elif got['type'] == 'ack':
                unsent.pop(got['id'], None)
            elif got['type'] == 'error' and (got['code'] == 'token' or got.get('about') == 'login'):
                token = None  # too late to go on, or no such name to have: the next line starts anew
                print(got['message'], file=sys.stderr)
                break
            for said in got.get('messages', [got]):
                if said['type'] == 'message' and [said['epoch'], said['seq']] > last:
                    last = [said['epoch'], said['seq']]
                    if said['text'] == '!time' and (said is got or back):
                        unsent[said['id']] = time.strftime('%H:%M:%S')
                        send(type='say', room='lobby', text=unsent[said['id']], id=said['id'])
    except (OSError, ValueError):
        pass
    time.sleep(1)
