#!/usr/bin/env python3
"""Tests the runner itself with a stand-in for the server: good.spec must pass, and each of the
scripts below must fail, in the line that is wrong and for the reason given."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, '..', '..', 'lib'))

import tap  # noqa: E402
from tap import Failure  # noqa: E402

WRONG = [
    ('other text', 'a enters line-english\na > say hi\na < a: ho', 3, "got: a: hi"),
    ('nothing comes', 'a enters line-english\na < a: hi', 2, 'nothing more came'),
    ('something unexpected', 'a enters line-english\na > say hi\na silent', 3, "got 'a: hi'"),
    ('other bytes', 'a line-english\na <raw "Welcome to Teahouse\\n"', 2, 'got: b'),
    ('not closed', 'a enters line-english\na eof', 2, 'nothing more came'),
    ('closed', 'a enters line-english\na half-close\na < x', 3, 'got: (closed)'),
    ('more before the end', 'a enters line-english\na > say hi\na half-close\na eof', 4, 'hi'),
    ('other charset', 'a enters line-chinese\na reads utf-8\na > 您好\na < 不支持命令:您好', 4,
     'not in utf-8'),
    ('other object', 'a enters json\na says hi\na < {"type":"broadcast","msg":"hi"}', 3, 'got: {'),
    ('one member more', 'a enters json\na says hi\na < {"type":"broadcast"}', 3, 'got: {'),
    ('another time', 'a enters line-english\na > say 2026-01-01 00:00:00\na < a: $STAMP', 3, 'got'),
    ('another variable',
     'a enters line-english\na > say x\na < ${=n}: x\na > say y\na < b: ${n}', 5,
     'got: a: y'),
    ('no number', 'a enters line-english\na > say x\na < a: $INT', 3, 'got: a: x'),
    ('unknown statement', 'a enters line-english\na shouts hi', 2, 'unknown statement'),
    ('nobody', 'a enters line-english\nb says hi', 2, 'nobody is called b'),
    ('no statements', '# nothing', 0, 'no statements'),
]


def run(deadline_s, *scripts):
    environment = dict(os.environ, TEAHOUSE=os.path.join(HERE, 'standin.py'),
                       TEST_DEADLINE=str(deadline_s))
    done = subprocess.run([sys.executable, os.path.join(HERE, '..', 'run.py'), *scripts],
                          capture_output=True, env=environment, timeout=120)
    return done.returncode, done.stdout.decode('utf-8') + done.stderr.decode('utf-8')


def test_good(context):
    status, out = run(10, os.path.join(HERE, 'good.spec'))
    if status != 0 or out.count('\nok ') != 4 or not out.startswith('1..4\n'):
        raise Failure('exit status %d\n%s' % (status, out))


def make_wrong(text, line, reason):
    def test(context):
        path = os.path.join(context.folder(), 'wrong.spec')
        with open(path, 'w', encoding='utf-8') as script:
            script.write(text + '\n')
        status, out = run(1, path)
        where = '%s:%d: ' % (path, line) if line else path
        if status != 1 or '\nnot ok 1 ' not in out or where not in out or reason not in out:
            raise Failure('exit status %d\n%s' % (status, out))
    return test


if __name__ == '__main__':
    sys.exit(tap.run([('good script', test_good)]
                     + [(name, make_wrong(text, line, reason))
                        for name, text, line, reason in WRONG]))
