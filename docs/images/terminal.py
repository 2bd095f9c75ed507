#!/usr/bin/env python3
"""Shoots terminal.png and terminal-zh.png: the terminal client in a lively room of a real server.

    docs/images/terminal.py [FOLDER]       needs build/, tmux, chromium and the Noto fonts

The screen is what tmux has captured, escapes and all; chromium draws it cell by cell.
"""
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, '..', '..', 'tests', 'terminal'))

from screen import Screen  # noqa: E402
import tap  # noqa: E402

COLUMNS, ROWS = 100, 24
CELL_W, CELL_H, PAD, FONT_SIZE, WIDE_SIZE = 9.03, 20, 16, 15, 17
EVENING = 20  # o'clock, wherever that is just now
FRONT, BACK = '#ece4d8', '#24201c'
BASIC = ('#24201c', '#d0605e', '#7d9a58', '#c9a24d', '#5b87b0', '#a1739c', '#5b9a95', '#cfc6ba',
         '#7b726a', '#e07a75', '#98b573', '#dfbb6a', '#7aa3c9', '#bd92b8', '#78b5b0', '#f5efe6')

PLACES = {
    'en': {
        'nick': 'ann', 'rooms': ('kettle', 'reading'), 'topic': 'Tea, talk, no hurry',
        'reading': [('bert', 'Page 40, no spoilers please'),
                    ('bert', 'ann, have you got that far?')],
        'private': ('小明', 'Shall I bring the small cups?'),
        'lobby': [
            ('olga', 'Good evening! Is there any oolong left?'),
            ('小明', '有的,刚泡好 🍵'),
            ('tom', "I've come by telnet, straight from 1986. Lovely place."),
            ('bot', 'kettle: 96 °C'),
            ('olga', 'Then I stay. By the way: whoever found the blue teapot, it is mine.\n'
                     'It was on the window sill, behind the begonia, last time I saw it.'),
            ('mei', 'ann: you poured last, where is it? 😄'),
        ],
        'after': [('小明', '蓝色的那个?我看见它在厨房。'), ('tom', 'Mystery solved. Another round?')],
        'mine': 'In the kitchen, drying. 🫖', 'leaves': 'bert', 'typing': 'One more cup, then'},
    'zh': {
        'nick': '小明', 'rooms': ('茶壶', '读书'), 'topic': '喝茶聊天,不着急',
        'reading': [('小红', '第四十页,先别剧透'), ('小红', '小明读到哪儿了?')],
        'private': ('ann', 'Shall I bring the small cups?'),
        'lobby': [
            ('olga', 'Good evening! Is there any oolong left?'),
            ('小红', '还有呢,刚泡好 🍵'),
            ('老王', '我是用 telnet 来的,一九八六年的老办法,照样好用。'),
            ('bot', '水温:96 °C'),
            ('梅', '我带了绿豆糕 🍡 放在桌上,自己拿,别客气。窗边的位子给你们留着呢,今晚月亮很好。'),
            ('olga', '那我就不走了。对了,谁看见我的蓝茶壶了?\n上次见到它还在窗台上,在那盆秋海棠后面。'),
            ('梅', '小明:上一壶是你泡的,茶壶呢?😄'),
        ],
        'after': [('ann', 'The blue one? I saw it in the kitchen.'), ('老王', '破案了。再来一壶?')],
        'mine': '在厨房里晾着呢 🫖', 'leaves': '小红', 'typing': '喝完这杯就'},
}


def fullwidth(text):
    """Marks behind or before Chinese characters, as Chinese is written."""
    marks = str.maketrans(',?!:;()', '\uff0c\uff1f\uff01\uff1a\uff1b\uff08\uff09')
    return re.sub(r'(?<=[\u3400-\u9fff])[,?!:;()]', lambda m: m[0].translate(marks), text)


class Guest:
    """Somebody at the native door."""

    def __init__(self, context, server, nick, rooms=()):
        self.client = context.client(server, 'native')
        self.client.greet()
        self.client.send_object(type='login', nick=nick,
                                rooms=[{'room': room, 'after': [0, 0]} for room in rooms])
        self.ask({}, 'welcome')

    def ask(self, request, answer):
        if request:
            self.client.send_object(**request)
        while self.client.take_object()['type'] != answer:
            pass

    def say(self, room, text):
        self.ask({'type': 'say', 'room': room, 'text': fullwidth(text), 'ref': 1}, 'ack')


def play(context, lang):
    """The scene; its last screen."""
    scene = PLACES[lang]
    server = context.server()
    nicks = dict.fromkeys([nick for nick, _ in scene['lobby'] + scene['after']])
    guests = {}
    for nick in list(nicks)[:2]:
        guests[nick] = Guest(context, server, nick)
    first = next(iter(guests.values()))
    topic = fullwidth(scene['topic'])
    first.ask({'type': 'topic', 'room': 'lobby', 'topic': topic, 'ref': 1}, 'ack')
    east = (EVENING - time.gmtime().tm_hour) % 24
    zone = 'TEA%+d' % -(east if east <= 12 else east - 24)
    options = [word for room in scene['rooms'] for word in ('--room', room)]
    for nick, text in scene['lobby'][:2]:
        guests[nick].say('lobby', text)
    screen = Screen(context, server, scene['nick'], *options, columns=COLUMNS, rows=ROWS, lang=lang,
                    env={'TZ': zone})
    screen.expect(scene['nick'] + ' @ Teahouse')
    screen.wait(lambda text: all('\n ' + room in text for room in scene['rooms']), 'rooms')
    screen.keys('M-1')
    for nick in list(nicks)[2:] + [scene['reading'][0][0]]:
        guests.setdefault(nick, None)
        if guests[nick] is None:
            guests[nick] = Guest(context, server, nick)
    for nick, text in scene['lobby'][2:]:
        guests[nick].say('lobby', text)
    guests[scene['reading'][0][0]].ask({'type': 'join', 'room': scene['rooms'][1]}, 'entered')
    screen.expect('😄')
    screen.enter(scene['mine'])
    kept = r'\d +%s %s' % (scene['nick'], re.escape(scene['mine']))
    screen.wait(lambda text: re.search(kept, text), 'not kept')
    screen.type('\033[O')  # the window is not looked at
    for nick, text in scene['reading']:
        guests[nick].say(scene['rooms'][1], text)
    nick, text = scene['private']
    if nick not in guests:
        guests[nick] = Guest(context, server, nick)
    guests[nick].ask({'type': 'tell', 'nick': scene['nick'], 'text': text, 'ref': 1}, 'ack')
    for nick, text in scene['after']:
        guests[nick].say('lobby', text)
    screen.expect(fullwidth(scene['after'][-1][1]))
    screen.type('\033[I' + scene['typing'])
    guests['olga'].client.send_object(type='typing', room='lobby', on=True)
    screen.expect(scene['typing'], 'olga')
    screen.wait(lambda text: '…' in text, 'nobody types')
    return screen.text(colours=True), screen.cursor()


def colour_256(n):
    if n < 16:
        return BASIC[n]
    if n >= 232:
        return '#' + '%02x' % (8 + 10 * (n - 232)) * 3
    steps = (0, 95, 135, 175, 215, 255)
    n -= 16
    return '#%02x%02x%02x' % (steps[n // 36], steps[n // 6 % 6], steps[n % 6])


class Style:
    def __init__(self):
        self.front = self.back = None
        self.bold = self.reverse = False

    def obey(self, numbers):
        numbers = [int(n or 0) for n in numbers.split(';')]
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.__init__()
            elif n in (1, 22):
                self.bold = n == 1
            elif n in (7, 27):
                self.reverse = n == 7
            elif n in (38, 48):
                numbers.pop(0)
                setattr(self, 'front' if n == 38 else 'back', colour_256(numbers.pop(0)))
            elif n in (39, 49):
                setattr(self, 'front' if n == 39 else 'back', None)
            elif 30 <= n % 60 <= 37:
                self.front = BASIC[n % 30 + (8 if n >= 90 else 0)]
            elif 40 <= n % 60 <= 47:
                self.back = BASIC[n % 40 + (8 if n >= 100 else 0)]

    def css(self):
        front, back = self.front or FRONT, self.back or BACK
        if self.reverse:
            front, back = back, front
        return 'color:%s;%s%s' % (front, 'background:%s;' % back if back != BACK else '',
                                  'font-weight:bold;' if self.bold else '')


def width(char):
    if unicodedata.category(char) in ('Mn', 'Me', 'Cf'):
        return 0
    return 2 if unicodedata.east_asian_width(char) in 'WF' else 1


# Lines meet from cell to cell: they are drawn, and not written.
LINES = {'│': 'background:linear-gradient(90deg,transparent 4px,%s 4px 5px,transparent 5px);',
         '─': 'background:linear-gradient(transparent 9px,%s 9px 10px,transparent 10px);'}


def cells(line, style):
    """(column, columns, text, css) of each run of a line; wide characters stand alone. A line goes
    on in the style of the one before it."""
    x, run = 0, None
    for escape, char in re.findall(r'\033\[([0-9;]*)m|([^\033])', line):
        if not char:
            style.obey(escape)
            continue
        columns, css = width(char), style.css()
        drawn = LINES.get(char)
        if drawn:
            css += drawn % (style.front or FRONT) if '%' in drawn else drawn
            char = ' '
        if run and (columns == 0 or (columns == 1 and run[4] and run[3] == css)):
            run[1] += columns
            run[2] += char
        else:
            if run:
                yield run[:4]
            if columns == 2:
                css += 'font-size:%dpx;text-align:center;' % WIDE_SIZE
            run = [x, columns, char, css, columns == 1]
        x += columns
    if run:
        yield run[:4]


def page(text, cursor):
    spans, style = [], Style()
    for y, line in enumerate(text.split('\n')[:ROWS]):
        for x, columns, run, css in cells(line, style):
            spans.append('<span style="left:%.2fpx;top:%dpx;width:%.2fpx;%s">%s</span>'
                         % (x * CELL_W, y * CELL_H, columns * CELL_W + 0.3, css, html.escape(run)))
    spans.append('<span style="left:%.2fpx;top:%dpx;width:%.2fpx;background:%s;opacity:.7"> </span>'
                 % (cursor[0] * CELL_W, cursor[1] * CELL_H, CELL_W, FRONT))
    return '''<!doctype html><meta charset="utf-8"><style>
html { background: transparent }
body { margin: 0; padding: %dpx; background: %s; border-radius: 10px; overflow: hidden }
div { position: relative; width: %.0fpx; height: %dpx;
      font: %dpx/%dpx "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Color Emoji", monospace }
span { position: absolute; height: %dpx; white-space: pre; overflow: hidden }
</style><div>%s</div>''' % (PAD, BACK, COLUMNS * CELL_W, ROWS * CELL_H, FONT_SIZE, CELL_H, CELL_H,
                            ''.join(spans))


def shoot(markup, path):
    browser = shutil.which('chromium') or shutil.which('google-chrome')
    size = '%d,%d' % (COLUMNS * CELL_W + 2 * PAD, ROWS * CELL_H + 2 * PAD)
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, 'page.html')
        with open(source, 'w', encoding='utf-8') as file:
            file.write(markup)
        subprocess.run([browser, '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
                        '--default-background-color=00000000', '--user-data-dir=' + folder,
                        '--force-device-scale-factor=1.2', '--window-size=' + size,
                        '--screenshot=' + os.path.abspath(path), 'file://' + source],
                       check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    for lang, name in (('en', 'terminal.png'), ('zh', 'terminal-zh.png')):
        context = tap.Context()
        try:
            shoot(page(*play(context, lang)), os.path.join(folder, name))
        finally:
            context.undo()


if __name__ == '__main__':
    main()
