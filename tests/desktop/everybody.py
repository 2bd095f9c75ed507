#!/usr/bin/env python3
"""A telnet, the page, the terminal client and the desktop client in one room, in English and Chinese:
each says something, and everybody reads it."""
import json
import os
import shutil
import subprocess
import sys

from desk import Desk

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'terminal'))

from screen import Screen, hears, program  # noqa: E402
from server import ROOT  # noqa: E402
from tap import Failure, Skip, main  # noqa: E402

DOORS = ('line-english', 'native', 'web')


class Page:
    """One who is in the page (tests/browser/person.js)."""

    def __init__(self, context, server, nick):
        browser = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
        packages = os.environ.get('NODE_FOLDER', '')
        if not browser or not shutil.which('node') or not os.path.isdir(packages):
            raise Skip('no browser, no node, or no packages for it')
        person = os.path.join(ROOT, 'tests', 'browser', 'person.js')
        self.process = subprocess.Popen(
            ['node', person, 'http://%s:%d/' % server.address('web'), nick], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, encoding='utf-8',
            env=dict(os.environ, PACKAGES=os.path.abspath(packages), BROWSER=browser, TEST_DEADLINE='60'))
        context.defer(self.end)
        self.wait('coming in')

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def wait(self, what):
        if self.process.stdout.readline() != 'done\n':
            raise Failure('the page: %s' % what)

    def do(self, **wanted):
        self.process.stdin.write(json.dumps(wanted) + '\n')
        self.process.stdin.flush()
        self.wait(wanted)


def test_in_one_room(context):
    if not os.path.exists(program()):
        raise Skip('no terminal client')
    server = context.server(doors=DOORS)
    telnet = context.client(server, 'line-english').enter('telnet')
    page = Page(context, server, '网页')
    screen = Screen(context, server, '终端')
    telnet.sees_enter('网页')
    telnet.sees_enter('终端')
    desk = Desk(context).enter(server, 'desk')
    telnet.sees_enter('desk')
    screen.expect('desk has entered')
    for nick, text, say in (('telnet', 'hello from 1969 你好', telnet.say),
                            ('网页', '网页里有茶 🍵 and cake', lambda text: page.do(say=text)),
                            ('终端', 'from a terminal, 终端来的', screen.enter),
                            ('desk', 'a window says 再见', desk.say)):
        say(text)
        hears(telnet, '%s: %s' % (nick, text))
        page.do(hears=text)
        screen.expect('%s %s' % (nick, text))
        desk.hears(nick, text)
    desk.check_output()


if __name__ == '__main__':
    main(sys.modules[__name__])
