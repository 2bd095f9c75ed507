#!/usr/bin/env python3
"""Runs one test of the page with node, and passes its TAP on.

usage: run.py PACKAGES FILE.js [NAME...]   tests with a browser, or those with NAME in their names;
                                           the npm packages go into PACKAGES
       run.py --unit FILE.js               tests of modules of page/js alone

What package-lock.json names is installed in PACKAGES (of the build folder) when it is not there
yet. Without node, npm or chromium the test is skipped.
"""
import ctypes
import fcntl
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


def provide_packages(folder):
    """Tests that start at the same time wait for the one that installs."""
    npm = find('npm')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(HERE, 'package-lock.json'), 'rb') as file:
        wanted = file.read()
    with open(os.path.join(folder, 'lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(folder, 'installed')
        try:
            with open(done, 'rb') as file:
                if file.read() == wanted:
                    return
        except OSError:
            pass
        for name in ('package.json', 'package-lock.json'):
            shutil.copy(os.path.join(HERE, name), folder)
        subprocess.run([npm, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], cwd=folder,
                       check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)
        with open(done, 'wb') as file:
            file.write(wanted)


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
        for path in ('page/js', 'tests/browser/unit'):
            shutil.copytree(os.path.join(ROOT, path), os.path.join(folder, path))
        # Not UTC, so that local time and UTC cannot be mixed up.
        run([node, '--test-reporter=tap', os.path.join(folder, 'tests/browser/unit', name)],
            TZ='Asia/Shanghai')


def main():
    if sys.argv[1] == '--unit':
        run_unit(os.path.basename(sys.argv[2]))
    packages, *test = sys.argv[1:]
    node = find('node', 'nodejs')
    browser = find(*BROWSERS)
    provide_packages(os.path.abspath(packages))
    run([node, *test], PACKAGES=os.path.abspath(packages), BROWSER=browser)


main()
