#!/usr/bin/env python3
"""Draws doors.svg: four clients of a real server (build/teahouse) in one room, as they see it.

    docs/images/doors.py [TEAHOUSE] > docs/images/doors.svg
"""
import html
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata

CELL_W, CELL_H, COLUMNS, ROWS, PAD = 7.8, 17, 62, 13, 14
DOORS = [
    ("line-english", "telnet 127.0.0.1 5005", "utf-8", "\r\n"),
    ("line-chinese", "telnet 127.0.0.1 6666 (GBK)", "gb18030", "\r\n"),
    ("line-terse", "nc 127.0.0.1 6668", "utf-8", "\n"),
    ("json", "nc 127.0.0.1 12231", "utf-8", "\n"),
]
SCENE = [
    (0, "login ann"),
    (1, "login 小明"),
    (2, "login bot"),
    (3, '{"type":"login","msg":"leo"}'),
    (0, "say Good evening! Is there any tea left?"),
    (1, "say 有的,龙井还是乌龙?"),
    (3, '{"type":"broadcast","msg":"Oolong for me \U0001F375"}'),
    (2, "say kettle: 96 C"),
    (0, "search 龙井"),
]


class Client:
    def __init__(self, address, encoding, end):
        self.socket = socket.create_connection(address)
        self.encoding, self.end, self.screen = encoding, end, []
        self.read()

    def read(self):
        self.socket.settimeout(0.25)
        data = b""
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except TimeoutError:
            pass
        text = data.decode(self.encoding).replace("\r\n", "\n").replace("}{", "}\n{")
        text = text.replace("`){", "`)\n{")
        self.screen += [("out", line) for line in text.split("\n") if line]

    def type(self, line):
        self.screen.append(("in", line))
        self.socket.sendall((line + self.end).encode(self.encoding))


def width(char):
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(line):
    row, used = "", 0
    for char in line:
        if used + width(char) > COLUMNS:
            yield row
            row, used = "  ", 2
        row += char
        used += width(char)
    yield row


def draw(clients):
    pane_w, pane_h = COLUMNS * CELL_W + 2 * PAD, (ROWS + 1) * CELL_H + 2 * PAD
    total_w, total_h = 2 * pane_w + 3 * PAD, 2 * pane_h + 3 * PAD
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_w:.0f} {total_h:.0f}" '
          'font-family="DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace" font-size="13">')
    print(f'<rect width="{total_w:.0f}" height="{total_h:.0f}" rx="10" fill="#2b2622"/>')
    for i, client in enumerate(clients):
        x, y = PAD + (i % 2) * (pane_w + PAD), PAD + (i // 2) * (pane_h + PAD)
        print(f'<rect x="{x:.1f}" y="{y:.1f}" width="{pane_w:.1f}" height="{pane_h:.1f}" rx="6" '
              'fill="#fbf7ef"/>')
        print(f'<text x="{x + PAD:.1f}" y="{y + 20:.1f}" fill="#8a5a2b" font-weight="bold">'
              f'$ {DOORS[i][1]}</text>')
        rows = [(kind, row) for kind, line in client.screen for row in wrap(line)][-ROWS:]
        for n, (kind, row) in enumerate(rows):
            color = "#1d6b4f" if kind == "in" else "#3a332d"
            cells, column = [], 0
            for char in row:
                cells.append(f"{x + PAD + column * CELL_W:.1f}")
                column += width(char)
            print(f'<text y="{y + 20 + (n + 1) * CELL_H:.1f}" x="{" ".join(cells)}" '
                  f'fill="{color}" xml:space="preserve">{html.escape(row)}</text>')
    print("</svg>")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/teahouse"
    with tempfile.TemporaryDirectory() as data:
        listens = [f"--listen={door}=127.0.0.1:0" for door, *_ in DOORS]
        server = subprocess.Popen([program, "serve", "--data", data] + listens,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ports = {}
        for line in server.stdout:
            if line.strip() == "ready":
                break
            _, door, address = line.split()
            ports[door] = int(address.rsplit(":", 1)[1])
        clients = [Client(("127.0.0.1", ports[door]), encoding, end)
                   for door, _, encoding, end in DOORS]
        for who, line in SCENE:
            clients[who].type(line)
            time.sleep(0.1)
            for client in clients:
                client.read()
        draw(clients)
        server.terminate()
        server.wait()


main()
