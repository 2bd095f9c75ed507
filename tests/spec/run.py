#!/usr/bin/env python3
"""Runs scripts that say what a server must do: run.py FILE.spec...

Each script is one test with a server of its own; the results are TAP. The server is the program
that the environment variable TEAHOUSE names, else build/teahouse. The language, a statement a
line ('#' begins a comment line, `NAME` is any word that names a client):

    with A=x,y B=z         first in a script: run it for each combination; ${A} gives the value
    server OPTIONS         before the first client: more options for `teahouse serve`; the message
                           rate and the connections per address are unlimited unless they say so

    NAME DOOR              connect; DOOR: line-english line-chinese line-terse json json-paced native
                           (json ends its objects with a line end, json-paced does not)
    NAME enters DOOR [as NICK]   connect, read the greeting, log in (as NAME), read the answer;
                           nothing more may come; at native ${NAME.token} is its token then
    NAME > TEXT            send a line, or the text of an object, with the end of the door
    NAME >> "BYTES"        send exactly this
    NAME drip "BYTES"      send this byte by byte
    NAME encoding CHARSET  send in this charset from now on (the door's at first)
    NAME reads CHARSET     expect this charset from now on (the door's at first)
    NAME < PATTERN         the next line, with the line end of the door; at a json or native door
                           the next object, PATTERN being JSON
    NAME < ~ REGEX         the same, by a regular expression for the whole line
    NAME <raw "BYTES"      exactly these bytes come next
    NAME until PATTERN     lines or objects come, at last one like this
    NAME repeats TEXT until PATTERN   send TEXT until the first of its answer is like this; what is
                           left of the answer is expected by what follows
    NAME silent            all that NAME did is done, and nothing came that was not expected: the
                           answer to one more question is the next thing
    NAME eof               the server has closed, and sent nothing before that
    NAME ends              the server has closed, whatever it sent before
    NAME close, reset, half-close   close; close by a reset; send no more

    NAME says TEXT         say it, as the door has it
    NAME hears NICK: TEXT  read that NICK said it, as the door has it
    NAME sees NICK enter   read that NICK has come
    NAME sees NICK leave   read that NICK has gone

    stop, start            SIGTERM, the exit status must be 0; start again on the same data
    restart                both; clients are forgotten
    kill                   kill -9 and start again; clients are forgotten

TEXT and PATTERN are taken as they are; one in double quotes is unquoted first (\\r \\n \\t \\0 \\\\
\\" \\xHH), which shows blanks at the ends. In BYTES \\xHH is a byte, and other characters are
written in the charset of the client. ${NAME} is a variable, ${T*N} is T N times.

In a PATTERN (of an object: in its strings)
    $ANY      is one character or more
    $INT      a number ("$INT" in an object: a number, not a string)
    $STAMP    a local time as 2026-11-20 20:07:00, which must be about now
    $TIME     a local time as ctime(3) has it, about now
    ${=NAME}  like $ANY, and sets the variable ("${=NAME}" in an object: any value)
An object must have the members given and no others, unless one of them is "...":true. In a string
that begins with ~ the rest is a regular expression.
"""
import datetime
import itertools
import json
import os
import re
import shlex
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from client import CTIME, OBJECTS  # noqa: E402
from server import ALL_DOORS, DEADLINE  # noqa: E402
from tap import Failure  # noqa: E402

STAMP = r'[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}'
CLOCK_TOLERANCE_S = 600  # between a time that is shown and now
ZONE_HOURS = 8           # server.ZONE
REPEAT_S = 0.05          # between two of `repeats`
UNTIL_LINES = 1000       # most lines or objects that `until` passes over

TOKEN = re.compile(r'\$ANY|\$INT|\$STAMP|\$TIME|\$\{=(\w+)\}|\$\{([^}]*?)\*([0-9]+)\}|\$\{([\w.]+)\}')
ESCAPE = re.compile(rb'\\(?:x([0-9a-fA-F]{2})|(.))', re.DOTALL)
ESCAPES = {b'r': b'\r', b'n': b'\n', b't': b'\t', b'0': b'\0', b'\\': b'\\', b'"': b'"'}


class ScriptError(Exception):
    """The script itself is wrong."""


def unquote(text, charset):
    """The bytes of a text in double quotes."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ScriptError('not in double quotes: %s' % text)

    def escaped(match):
        if match[1]:
            return bytes([int(match[1], 16)])
        if match[2] not in ESCAPES:
            raise ScriptError('unknown escape: %r' % match[0])
        return ESCAPES[match[2]]
    return ESCAPE.sub(escaped, text[1:-1].encode(charset))


def quoted(text):
    return len(text) >= 2 and text[0] == '"' and text[-1] == '"'


def about_now(text, form):
    """Whether a local time as strptime's form has it is about now."""
    try:
        shown = datetime.datetime.strptime(text, form)
    except ValueError:
        return False
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    apart = shown - now - datetime.timedelta(hours=ZONE_HOURS)
    return abs(apart.total_seconds()) < CLOCK_TOLERANCE_S


class Matcher:
    """Compares what came with patterns; holds the variables."""

    def __init__(self, variables):
        self.variables = dict(variables)

    def variable(self, name):
        if name not in self.variables:
            raise ScriptError('no such variable: ' + name)
        return self.variables[name]

    def substitute(self, text):
        """Replaces ${NAME} and ${T*N}, and nothing else."""
        def value(match):
            if match[3]:
                return match[2] * int(match[3])
            if match[4]:
                return str(self.variable(match[4]))
            return match[0]
        return TOKEN.sub(value, text)

    def text(self, pattern, got):
        if pattern.startswith('~'):
            return re.fullmatch(self.substitute(pattern[1:].strip()), got, re.DOTALL) is not None
        expression, names, times, at = '', {}, {}, 0
        for token in TOKEN.finditer(pattern):
            expression += re.escape(pattern[at:token.start()])
            at = token.end()
            group = 'g%d' % token.start()
            if token[0] == '$ANY':
                expression += '.+'
            elif token[0] == '$INT':
                expression += '-?[0-9]+'
            elif token[0] == '$STAMP':
                expression += '(?P<%s>%s)' % (group, STAMP)
                times[group] = '%Y-%m-%d %H:%M:%S'
            elif token[0] == '$TIME':
                expression += '(?P<%s>%s)' % (group, CTIME)
                times[group] = '%a %b %d %H:%M:%S %Y'
            elif token[1]:
                expression += '(?P<%s>.+)' % group
                names[group] = token[1]
            else:
                expression += re.escape(self.substitute(token[0]))
        match = re.fullmatch(expression + re.escape(pattern[at:]), got, re.DOTALL)
        if not match or not all(about_now(match[g], form) for g, form in times.items()):
            return False
        for group, name in names.items():
            self.variables[name] = match[group]
        return True

    def value(self, pattern, got):
        """The same for JSON values."""
        if isinstance(pattern, dict):
            more = pattern.get('...', False)
            wanted = {k: v for k, v in pattern.items() if k != '...'}
            return (isinstance(got, dict) and all(k in got for k in wanted)
                    and (more or len(got) == len(wanted))
                    and all(self.value(v, got[k]) for k, v in wanted.items()))
        if isinstance(pattern, list):
            return (isinstance(got, list) and len(got) == len(pattern)
                    and all(self.value(p, g) for p, g in zip(pattern, got)))
        if isinstance(pattern, str):
            if pattern == '$INT':
                return isinstance(got, int) and not isinstance(got, bool)
            name = re.fullmatch(r'\$\{=(\w+)\}', pattern)
            if name:
                self.variables[name[1]] = got
                return True
            name = re.fullmatch(r'\$\{([\w.]+)\}', pattern)
            if name:
                return self.variable(name[1]) == got
            return isinstance(got, str) and self.text(pattern, got)
        return type(pattern) is type(got) and pattern == got


class Script:
    """One run of one script."""

    def __init__(self, context, variables):
        self.context = context
        self.matcher = Matcher(variables)
        self.options = []
        self.server = None
        self.clients = {}

    # statements without a client

    def do_server(self, rest):
        if self.server:
            raise ScriptError('the server runs already')
        self.options = shlex.split(self.matcher.substitute(rest))

    def start(self):
        flood = any(o.startswith('flood=') for o in self.options)
        self.server = self.context.server(*self.options, flood=flood)

    def do_stop(self, rest):
        self.server.stop()

    def do_start(self, rest):
        self.forget()
        self.server.start()

    def do_restart(self, rest):
        self.do_stop(rest)
        self.do_start(rest)

    def do_kill(self, rest):
        self.server.kill()
        self.do_start(rest)

    def forget(self):
        for client in self.clients.values():
            client.close()
        self.clients = {}

    # statements of a client

    def connect(self, name, door):
        if not self.server:
            self.start()
        if name in self.clients:
            self.clients[name].close()
        real = 'json' if door == 'json-paced' else door
        client = self.context.client(self.server, real)
        client.paced = door == 'json-paced'
        self.clients[name] = client
        return client

    def enters(self, name, rest):
        match = re.fullmatch(r'(\S+)(?: as (.+))?', rest)
        if not match or not is_door(match[1]):
            raise ScriptError('NAME enters DOOR [as NICK]')
        client = self.connect(name, match[1])
        client.enter(match[2] or name)
        client.sync()
        if client.door == 'native':
            self.matcher.variables[name + '.token'] = client.token

    def unquoted(self, text, charset):
        return unquote(text, charset).decode(charset) if quoted(text) else text

    def send(self, client, rest):
        client.send(self.unquoted(self.matcher.substitute(rest), client.send_charset))

    def send_bytes(self, client, rest):
        client.send_bytes(unquote(self.matcher.substitute(rest), client.send_charset))

    def drip(self, client, rest):
        client.drip(unquote(self.matcher.substitute(rest), client.send_charset))

    def take(self, client):
        return client.take_object() if client.door in OBJECTS else client.take_line()

    def is_like(self, client, pattern, got):
        if got is None:
            return False
        if client.door in OBJECTS:
            try:
                pattern = json.loads(pattern)
            except ValueError as error:
                raise ScriptError('not JSON: %s' % error) from None
            return self.matcher.value(pattern, got)
        return self.matcher.text(self.unquoted(pattern, client.charset), got)

    def expect(self, client, rest):
        got = self.take(client)
        if not self.is_like(client, rest, got):
            raise Failure('expected: %s\n     got: %s' % (rest, shown(got)))

    def until(self, client, rest):
        passed = []
        while len(passed) < UNTIL_LINES:
            got = self.take(client)
            if self.is_like(client, rest, got):
                return
            passed.append(shown(got))
            if got is None:
                break
        raise Failure('expected at last: %s\n     got: %s' % (rest, '\n          '.join(passed)))

    def repeats(self, client, rest):
        text, until, pattern = rest.partition(' until ')
        if not until:
            raise ScriptError('NAME repeats TEXT until PATTERN')
        deadline = time.monotonic() + DEADLINE
        while True:
            self.send(client, text)
            got = self.take(client)
            if self.is_like(client, pattern, got):
                return
            if got is None or time.monotonic() > deadline:
                raise Failure('expected at last: %s\n     got: %s' % (pattern, shown(got)))
            client.pass_over()
            time.sleep(REPEAT_S)

    def expect_bytes(self, client, rest):
        expected = unquote(self.matcher.substitute(rest), client.charset)
        got = client.take_bytes(len(expected))
        if got != expected:
            raise Failure('expected: %r\n     got: %r' % (expected, got + client.pending))

    def hears(self, client, rest):
        nick, colon, text = self.matcher.substitute(rest).partition(': ')
        if not colon:
            raise ScriptError('NAME hears NICK: TEXT')
        client.hears(nick, self.unquoted(text, client.charset))

    def sees(self, client, rest):
        match = re.fullmatch(r'(.+) (enter|leave)', self.matcher.substitute(rest))
        if not match:
            raise ScriptError('NAME sees NICK enter|leave')
        (client.sees_enter if match[2] == 'enter' else client.sees_leave)(match[1])

    def encoding(self, client, rest):
        client.send_charset = rest

    def reads(self, client, rest):
        client.charset = rest

    CLIENT_VERBS = {
        '>': send, '>>': send_bytes, 'drip': drip, '<': expect, '<raw': expect_bytes,
        'until': until, 'repeats': repeats, 'hears': hears, 'sees': sees,
        'encoding': encoding, 'reads': reads,
        'says': lambda self, client, rest: client.say(
            self.unquoted(self.matcher.substitute(rest), client.send_charset)),
        'silent': lambda self, client, rest: client.sync(),
        'eof': lambda self, client, rest: client.take_eof(),
        'ends': lambda self, client, rest: client.rest(),
        'close': lambda self, client, rest: client.close(),
        'reset': lambda self, client, rest: client.abort(),
        'half-close': lambda self, client, rest: client.half_close(),
    }

    def statement(self, line):
        word, _, rest = line.partition(' ')
        rest = rest.strip()
        if word in ('server', 'stop', 'start', 'restart', 'kill'):
            getattr(self, 'do_' + word)(rest)
            return
        verb, _, argument = rest.partition(' ')
        argument = argument.strip()
        if is_door(self.matcher.substitute(verb)):
            self.connect(word, self.matcher.substitute(verb))
        elif verb == 'enters':
            self.enters(word, self.matcher.substitute(argument))
        elif verb not in self.CLIENT_VERBS:
            raise ScriptError('unknown statement')
        elif word not in self.clients:
            raise ScriptError('nobody is called ' + word)
        else:
            self.CLIENT_VERBS[verb](self, self.clients[word], argument)


def is_door(word):
    return word in ALL_DOORS or word == 'json-paced'


def shown(got):
    if got is None:
        return '(closed)'
    return got if isinstance(got, str) else json.dumps(got, ensure_ascii=False)


def combinations(lines):
    """What `with` asks for: a list of dictionaries; and the lines without it."""
    if not lines or not lines[0][1].startswith('with '):
        return [{}], lines
    names, values = [], []
    for word in lines[0][1].split()[1:]:
        name, _, choices = word.partition('=')
        names.append(name)
        values.append(choices.split(','))
    return [dict(zip(names, choice)) for choice in itertools.product(*values)], lines[1:]


def read_script(path):
    with open(path, encoding='utf-8') as script:
        lines = [(number, line.strip()) for number, line in enumerate(script, 1)]
    return [(number, line) for number, line in lines if line and not line.startswith('#')]


def make_test(path, lines, variables):
    def test(context):
        script = Script(context, variables)
        for number, line in lines:
            try:
                script.statement(line)
            except (Failure, ScriptError, OSError) as error:
                raise Failure('%s:%d: %s\n%s: %s' % (path, number, line, type(error).__name__,
                                                     error)) from error
        if not script.server:
            raise Failure(path + ': no statements')
    return test


def tests_of(path):
    choices, lines = combinations(read_script(path))
    name = os.path.join(os.path.basename(os.path.dirname(os.path.abspath(path))),
                        os.path.basename(path))
    return [(' '.join([name] + ['%s=%s' % item for item in variables.items()]),
             make_test(path, lines, variables)) for variables in choices]


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit('usage: run.py FILE.spec...')
    sys.exit(tap.run([test for path in sys.argv[1:] for test in tests_of(path)]))
