"""Runs test functions and prints TAP (Test Anything Protocol) on standard output.

A test is a function of one argument, a Context, which lends it servers, clients and folders and
takes all of them back afterwards, however the test ends. A test fails by raising; what it raises,
and the log of each of its servers, is printed as TAP comments.
"""
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True

LOG_LINES = 40  # of a server's log, shown when a test fails


class Failure(Exception):
    """An expectation was not met; the message says which."""


class Skip(Exception):
    """The test cannot be run on this machine."""


class Context:
    """What one test has borrowed."""

    def __init__(self):
        self._undo = []
        self.servers = []
        self.clients = []

    def defer(self, function, *arguments):
        """Calls function(*arguments) when the test is over; the last deferred is called first."""
        self._undo.append((function, arguments))

    def folder(self):
        path = tempfile.mkdtemp(prefix='teahouse-test-')
        self.defer(shutil.rmtree, path, True)
        return path

    def server(self, *arguments, **named):
        """A started server; stopped at the end of the test, when it must exit with 0."""
        from server import Server
        server = Server(*arguments, **named)
        self.servers.append(server)
        self.defer(server.discard)
        server.start()
        return server

    def client(self, server, door, **named):
        from client import Client
        client = Client(server.address(door), door, **named)
        self.clients.append(client)
        self.defer(client.close)
        return client

    def end(self):
        """Stops the servers politely and checks that they went well."""
        for client in self.clients:  # a server gives those who stay a moment to go
            client.close()
        for server in self.servers:
            if server.running():
                server.stop()

    def undo(self):
        while self._undo:
            function, arguments = self._undo.pop()
            try:
                function(*arguments)
            except Exception:  # the rest must still be undone
                comment(traceback.format_exc())


def comment(text):
    for line in text.splitlines():
        print('# ' + line)


def _terminate(number, frame):
    raise SystemExit('ended by signal %d' % number)


def _explain(context, error):
    if isinstance(error, Failure):
        comment(str(error))
        where = [f for f in traceback.extract_tb(error.__traceback__) if '/lib/' not in f.filename]
        if where:
            comment('at %s:%d' % (where[-1].filename, where[-1].lineno))
    else:
        comment(''.join(traceback.format_exception(error)))
    for server in context.servers:
        comment('log of the server (its end):')
        comment('\n'.join('  ' + line for line in server.log().splitlines()[-LOG_LINES:]))


def run(tests):
    """Runs (name, function) pairs, prints TAP, gives back the exit status."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.stdout.reconfigure(encoding='utf-8', errors='backslashreplace', line_buffering=True)
    print('1..%d' % len(tests))
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        context = Context()
        began = time.monotonic()
        try:
            function(context)
            context.end()
            print('ok %d - %s' % (number, name))
        except Skip as reason:
            print('ok %d - %s # SKIP %s' % (number, name, reason))
        except Exception as error:
            failed += 1
            print('not ok %d - %s' % (number, name))
            _explain(context, error)
        finally:
            context.undo()
        if os.environ.get('TEST_TIMES'):
            comment('%.1f s' % (time.monotonic() - began))
    return 1 if failed else 0


def main(module, argv=None):
    """Runs the functions of a module called test_...; arguments choose some of them by name."""
    chosen = sys.argv[1:] if argv is None else argv
    tests = [(name[5:].replace('_', ' '), function) for name, function in vars(module).items()
             if name.startswith('test_') and callable(function)
             and (not chosen or name in chosen or name[5:] in chosen)]
    if not tests:
        raise SystemExit('no such test: ' + ' '.join(chosen))
    sys.exit(run(tests))
