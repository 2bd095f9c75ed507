"""Asks the metrics door, and reads what it says by the grammar of Prometheus' text format, version
0.0.4: whatever is not exactly as there is a failure."""
import re
import socket

from server import DEADLINE
from tap import Failure

TYPE = 'text/plain; version=0.0.4; charset=utf-8'

NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|\}|$)')
HELP = re.compile(r'# HELP (%s) ((?:[^\\\n]|\\[\\n])+)' % NAME)
KIND = re.compile(r'# TYPE (%s) (counter|gauge|histogram)' % NAME)
SAMPLE = re.compile(r'(%s)(?:\{(.*)\})? ([0-9]+(?:\.[0-9]+)?)' % NAME)
SUFFIXES = {'histogram': ('_bucket', '_sum', '_count')}


class Asker:
    """A connection to the door, kept for many questions."""

    def __init__(self, context, server):
        self.address = server.address('metrics')
        self.socket = socket.create_connection(self.address, DEADLINE)
        context.clients.append(self)
        context.defer(self.close)
        self.rest = b''
        self.sent = self.read = 0  # bytes

    def close(self):
        self.socket.close()

    def request(self, method='GET', path='/metrics', headers=(), host=None):
        lines = ['%s %s HTTP/1.1' % (method, path),
                 'Host: ' + (host or '%s:%d' % self.address), *headers]
        return ('\r\n'.join(lines) + '\r\n\r\n').encode()

    def fill(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise Failure('closed in the middle of an answer: %r' % self.rest[-200:])
        self.rest += piece
        self.read += len(piece)

    def answer(self, method='GET'):
        """(status, headers, body)"""
        while b'\r\n\r\n' not in self.rest:
            self.fill()
        head, self.rest = self.rest.split(b'\r\n\r\n', 1)
        status, *lines = head.decode().split('\r\n')
        headers = dict(line.lower().split(': ', 1) for line in lines)
        length = 0 if method == 'HEAD' else int(headers['content-length'])
        while len(self.rest) < length:
            self.fill()
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(status.split()[1]), headers, body.decode('utf-8')

    def ask(self, method='GET', **named):
        request = self.request(method, **named)
        self.socket.sendall(request)
        self.sent += len(request)
        return self.answer(method)

    def scrape(self):
        status, headers, body = self.ask()
        if status != 200 or headers['content-type'] != TYPE:
            raise Failure('%d %r' % (status, headers))
        return Metrics(body)


def read_labels(text):
    labels, at = {}, 0
    while text is not None and at < len(text):
        match = LABEL.match(text, at)
        if not match or match[1] in labels:
            raise Failure('not labels: %r' % text)
        labels[match[1]] = match[2].replace('\\"', '"').replace('\\n', '\n').replace('\\\\', '\\')
        at = match.end()
    return labels


class Metrics:
    """types: {family: type}; values: {(name, ((label, value), ...)): number}"""

    def __init__(self, text):
        self.types, self.helps, self.values, self.labels = {}, {}, {}, {}
        if not text.endswith('\n'):
            raise Failure('the last line has no end')
        family = None
        for line in text[:-1].split('\n'):
            if line.startswith('# HELP'):
                family = self._help(line)
            elif line.startswith('# TYPE'):
                self._type(line, family)
            else:
                self._sample(line, family)
        for family, kind in self.types.items():
            if kind == 'histogram':
                self._check_histogram(family)

    def _help(self, line):
        match = HELP.fullmatch(line)
        if not match or match[1] in self.helps:
            raise Failure('not a HELP, or the second one: %r' % line)
        self.helps[match[1]] = match[2]
        return match[1]

    def _type(self, line, family):
        match = KIND.fullmatch(line)
        if not match or match[1] != family or family in self.types:
            raise Failure('not the TYPE of %s, or the second one: %r' % (family, line))
        if (match[2] == 'counter') != family.endswith('_total'):
            raise Failure('_total is for counters: %r' % line)
        self.types[family] = match[2]

    def _sample(self, line, family):
        match = SAMPLE.fullmatch(line)
        if not match or family not in self.types:
            raise Failure('not a sample, or not behind its TYPE: %r' % line)
        names = [family + s for s in SUFFIXES.get(self.types[family], ('',))]
        if match[1] not in names:
            raise Failure('not of the family %s: %r' % (family, line))
        labels = read_labels(match[2])
        key = (match[1], tuple(sorted(labels.items())))
        if key in self.values:
            raise Failure('twice: %r' % line)
        self.values[key] = float(match[3]) if '.' in match[3] else int(match[3])
        self.labels.setdefault(family, set()).update(set(labels) - {'le'})

    def _check_histogram(self, family):
        last = {}
        for (name, labels), value in self.values.items():
            if name != family + '_bucket':
                continue
            bound = float(dict(labels)['le'])
            rest = tuple(pair for pair in labels if pair[0] != 'le')
            before = last.get(rest, (-1.0, 0))
            if bound <= before[0] or value < before[1]:
                raise Failure('%s: %s after %s' % (family, (bound, value), before))
            last[rest] = (bound, value)
        for rest, (bound, value) in last.items():
            if bound != float('inf') or value != self.values[family + '_count', rest] \
                    or (family + '_sum', rest) not in self.values:
                raise Failure('%s%s ends with %s' % (family, rest, (bound, value)))

    def of(self, name, **labels):
        key = (name, tuple(sorted(labels.items())))
        if key not in self.values:
            raise Failure('there is no %s%s' % key)
        return self.values[key]

    def sum(self, name):
        """Over all labels."""
        return sum(value for (found, _), value in self.values.items() if found == name)

    def check_grown(self, before):
        """No counter is less than it was, or gone."""
        for (name, labels), value in before.values.items():
            counter = name.endswith(('_total', '_bucket', '_sum', '_count'))
            if counter and not value <= self.values.get((name, labels), -1):
                raise Failure('%s%s was %s and is %s'
                              % (name, labels, value, self.values.get((name, labels))))
