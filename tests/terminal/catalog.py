#!/usr/bin/env python3
"""Every sentence of the clients is there in Chinese, and none that they do not have any more."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from server import ROOT  # noqa: E402
import tap  # noqa: E402
from tap import Failure, Skip  # noqa: E402

CATALOG = os.path.join(ROOT, 'po', 'zh_CN.po')
HALF_WIDTH = ',?!;:()'


def tool(*words):
    if not shutil.which(words[0]):
        raise Skip('no ' + words[0])
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60)
    out, err = done.stdout.decode(), done.stderr.decode()
    if done.returncode != 0:
        raise Failure('%s: exit status %d\n%s%s' % (words[0], done.returncode, out, err))
    return out


def template(context):
    """What xgettext finds in the sources, with the words that po/meson.build gives it."""
    path = os.path.join(context.folder(), 'teahouse.pot')
    tool('xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=P_:1,2',
         '--directory=' + ROOT, '--files-from=po/POTFILES', '--output=' + path)
    return path


def test_catalog_is_well_formed(context):
    tool('msgfmt', '--check-format', '--check-domain', '--output-file=/dev/null', CATALOG)


def test_nothing_is_missing(context):
    tool('msgcmp', CATALOG, template(context))


def test_nothing_is_left_over(context):
    merged = os.path.join(context.folder(), 'merged.po')
    tool('msgmerge', '--quiet', '--no-fuzzy-matching', '--output-file=' + merged, CATALOG,
         template(context))
    left = tool('msgattrib', '--only-obsolete', '--no-wrap', merged)
    if '#~ msgid' in left:
        raise Failure(left)


def test_every_file_is_named(context):
    """po/POTFILES has each file with words in it."""
    with open(os.path.join(ROOT, 'po', 'POTFILES')) as file:
        named = set(file.read().split())
    for folder, _, names in os.walk(os.path.join(ROOT, 'clients')):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if not name.endswith('.c') or path in named:
                continue
            with open(os.path.join(ROOT, path)) as file:
                if re.search(r'\b(_|N_|P_)\("', file.read()):
                    raise Failure(path + ' is missing in po/POTFILES')


def test_punctuation_is_chinese(context):
    """Behind a Chinese character stand marks of full width."""
    with open(CATALOG, encoding='utf-8') as file:
        chinese = False
        for number, line in enumerate(file, 1):
            if line.startswith(('msgid', 'msgstr', '#')):
                chinese = line.startswith('msgstr')
            line = line.replace('主机:端口', '')  # which is how it is typed
            for before, mark in zip(line, line[1:]):
                if chinese and '\u4e00' <= before <= '\u9fff' and mark in HALF_WIDTH:
                    raise Failure('line %d: %s' % (number, line))


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
