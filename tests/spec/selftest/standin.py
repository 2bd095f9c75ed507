#!/usr/bin/env python3
"""The least of a chat server, to test the runner of the scripts with: three doors, no history."""
import asyncio
import json
import signal
import sys
import time

NAME = 'Teahouse'
members = {}  # nick: Session


def now():
    return '[TIME : %s]' % time.ctime()


class Session:
    def __init__(self, door, writer):
        self.door, self.writer, self.nick = door, writer, None

    def send(self, text):
        charset = 'gb18030' if self.door == 'line-chinese' else 'utf-8'
        self.writer.write((text + ('\n' if self.door == 'json' else '\r\n')).encode(charset))

    def send_object(self, **object):
        self.send(json.dumps(object, ensure_ascii=False))

    def room(self, english, chinese, json_type, json_text):
        for member in members.values():
            if member.door == 'json':
                member.send_object(type=json_type, msg=now() + json_text)
            else:
                member.send(chinese if member.door == 'line-chinese' else english)

    def login(self, nick):
        if nick in members:
            if self.door == 'json':
                self.send_object(type='login', success=False, msg='账号已存在')
            else:
                self.send('The name "%s" is taken.' % nick)
                self.send('Please try again.')
            return
        if self.door == 'json':
            members[nick] = self
            self.send_object(type='login', success=True,
                             msg='昵称建立成功,输入/ls可查看所有在线的人,输入/help可以查看帮助'
                                 '(所有首字符为/的消息都不会发送)')
        self.room(nick + ' has entered the room.', '用户<%s>进入聊天室!' % nick, 'system_msg',
                  '[ SYSTEM ] : %s已经进入了聊天室' % nick)
        self.nick, members[nick] = nick, self

    def leave(self):
        if members.pop(self.nick, None):
            self.room(self.nick + ' has left the room.', '用户<%s>离开聊天室!' % self.nick,
                      'system_msg', '[ SYSTEM ] : %s 离开了%s' % (self.nick, NAME))

    def line(self, line):
        if self.door == 'json':
            asked = json.loads(line)
            if asked['type'] == 'login':
                self.login(asked['msg'])
            elif asked['type'] == 'broadcast':
                self.say(asked['msg'])
            elif asked['type'] == 'help':
                self.send_object(type='help', msg='help yourself')
            return
        word, _, rest = line.partition(' ')
        if word == 'login' and not self.nick:
            self.login(rest)
        elif word == 'say' and self.nick:
            self.say(rest)
        elif not self.nick and self.door == 'line-chinese':
            self.send('请使用命令<login>进行登录!')
        elif not self.nick:
            self.send('Please log in')
            self.send('Use "login <name>"')
        elif self.door == 'line-chinese':
            self.send('不支持命令:' + word)
            self.send('请重新输入!')
        else:
            self.send('Unknown command: ' + word)

    def say(self, text):
        self.room('%s: %s' % (self.nick, text), '%s:%s' % (self.nick, text), 'broadcast',
                  '[%s] : %s' % (self.nick, text))


async def serve(door, reader, writer):
    session = Session(door, writer)
    if door == 'json':
        writer.write(('欢迎你到来%s!请输入你的很cooooool的昵称(不能带有空格哟`)' % NAME).encode())
    else:
        session.send('欢迎进入%s聊天室!' % NAME if door == 'line-chinese' else 'Welcome to ' + NAME)
    try:
        while line := await reader.readline():
            line = line.strip(b'\r\n')
            if line in (b'logout', b'{"type":"logout"}'):
                break
            session.line(line.decode('gb18030' if door == 'line-chinese' else 'utf-8'))
    except ConnectionError:
        pass
    session.leave()
    writer.close()


async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    for option in sys.argv[1:]:
        door, equals, address = option.partition('=')
        if equals and door in ('line-english', 'line-chinese', 'line-terse', 'json', 'native'):
            server = await asyncio.start_server(
                lambda reader, writer, door=door: serve(door, reader, writer), '127.0.0.1', 0)
            print('listening %s 127.0.0.1:%d' % (door, server.sockets[0].getsockname()[1]))
    print('ready', flush=True)
    await stop.wait()


asyncio.run(main())
