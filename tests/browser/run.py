#!/usr/bin/env python3
"""Runs one test of the page with node, and passes its TAP on.

usage: run.py FILE.js [NAME...]   tests with a browser, or those with NAME in their names
       run.py --unit FILE.js      tests of modules of page/js alone

script/build gets node, chromium and the npm packages (into the build folder's npm/browser, or what
the environment variable NODE_FOLDER names). Without node or chromium the test is skipped.
"""
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def skip(reason):
    print('1..0 # SKIP ' + reason)
    sys.exit(0)


def find(*names):
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    return skip('no ' + names[0])


def run(arguments, **environment):
    """node to its end; it dies with us."""
    def die_with_parent():
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    sys.exit(subprocess.run(arguments, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent,
                            env={**os.environ, **environment}).returncode)


def run_unit(name):
    """The page's files are modules since the page says so; node must be told by a package.json,
    which the page does not have: so it gets a copy with one."""
    node = find('node', 'nodejs')
    with tempfile.TemporaryDirectory(prefix='teahouse-test-') as folder:
        with open(os.path.join(folder, 'package.json'), 'w') as file:
            file.write('{"type": "module"}')
        for path in ('page', 'tests/browser/unit'):
            shutil.copytree(os.path.join(ROOT, path), os.path.join(folder, path))
        # Not UTC, so that local time and UTC cannot be mixed up.
        run([node, '--test-reporter=tap', os.path.join(folder, 'tests/browser/unit', name)],
            TZ='Asia/Shanghai')


def main():
    if sys.argv[1] == '--unit':
        run_unit(os.path.basename(sys.argv[2]))
    node = find('node', 'nodejs')
    browser = find(*BROWSERS)
    packages = os.environ.get('NODE_FOLDER') or os.path.join(ROOT, 'build', 'npm', 'browser')
    if not os.path.isdir(os.path.join(packages, 'node_modules')):
        sys.exit('run.py: no packages in %s; run script/build' % packages)
    program = os.environ.get('TEAHOUSE') or os.path.join(ROOT, 'build', 'teahouse')
    run([node, *sys.argv[1:]], PACKAGES=os.path.abspath(packages), BROWSER=browser,
        TEAHOUSE=program)


main()
