"""teahouse-chat on a terminal (tmux's), and in a pipe.

The program is what the environment variable TEAHOUSE_CHAT names, else build/teahouse-chat of this
tree; its translations lie where TEAHOUSE_LOCALEDIR says, else in build/po.
"""
import os
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from server import DEADLINE, ROOT, ZONE, environment  # noqa: E402
from tap import Failure, Skip  # noqa: E402

COLUMNS, ROWS = 100, 24
POLL = 0.05
PATIENCE = 6 * DEADLINE  # for what waits for the next try to connect


def program():
    return os.environ.get('TEAHOUSE_CHAT') or os.path.join(ROOT, 'build', 'teahouse-chat')


def locale_folder():
    return os.environ.get('TEAHOUSE_LOCALEDIR') or os.path.join(ROOT, 'build', 'po')


def has_chinese():
    return os.path.exists(os.path.join(locale_folder(), 'zh_CN', 'LC_MESSAGES', 'teahouse.mo'))


def settings(lang='en'):
    """The environment for the program."""
    own = dict(environment(), TZ=ZONE, LC_ALL='C.UTF-8', TEAHOUSE_LOCALEDIR=locale_folder())
    own.pop('NO_COLOR', None)
    own.pop('LANGUAGE', None)
    if lang == 'zh':  # as it is where the locale itself is not installed
        own['LC_ALL'] = 'zh_CN.UTF-8'
    return own


def address_of(server, nick=None):
    host, port = server.address('native')
    return '%s%s:%d' % (nick + '@' if nick else '', host, port)


def hears(client, text):
    """The client of a line door reads this line; what comes before it is passed over."""
    while (line := client.take_line()) != text:
        if line is None:
            raise Failure('the server has closed; not heard: %r' % text)


class Screen:
    """A terminal with the program in it."""

    def __init__(self, context, server, nick, *options, columns=COLUMNS, rows=ROWS, lang='en',
                 terminal='tmux-256color', env=(), address=None):
        if not shutil.which('tmux'):
            raise Skip('no tmux')
        self.socket = os.path.join(context.folder(), 'tmux')
        self.env = dict(settings(lang), TERM=terminal, **dict(env))
        self.status = self.socket + '.status'  # whole at once, when the program has ended
        words = ['sh', '-c', '"$@"; echo $? >"$0.part"; mv "$0.part" "$0"', self.status,
                 'env', '-i'] + ['%s=%s' % item for item in self.env.items()]
        words += [program(), *options, address or address_of(server, nick)]
        self._tmux('new-session', '-d', '-x', str(columns), '-y', str(rows), *words,
                   more=['set-option', '-g', 'remain-on-exit', 'on', ';',
                         'set-option', '-g', 'default-terminal', 'tmux-256color', ';'])
        context.defer(self.close)

    def _tmux(self, *words, more=(), check=True):
        done = subprocess.run(['tmux', '-u', '-S', self.socket, '-f', '/dev/null', *more, *words],
                              capture_output=True, timeout=60,
                              env=dict(os.environ, LC_ALL='C.UTF-8'))
        if check and done.returncode != 0:
            raise Failure('tmux %s: %s' % (words[0], done.stderr.decode()))
        return done.stdout.decode('utf-8', 'replace')

    def close(self):
        """The program is killed and not hung up upon: what looks for leaks at its end has been seen
        to hang when the terminal went at the same time."""
        try:
            os.kill(self.process(), signal.SIGKILL)
        except (Failure, IndexError, OSError, ValueError):
            pass  # it has ended
        self._tmux('kill-server', check=False)

    def text(self, colours=False):
        return self._tmux('capture-pane', '-p', *(['-e', '-N'] if colours else []))

    def all_text(self):
        """With what has gone off the top, where tmux makes room to say that the program ended."""
        return self._tmux('capture-pane', '-p', '-S', '-')

    def lines(self):
        return self.text().split('\n')[:-1]

    def wait(self, check, what, patience=DEADLINE):
        """Until `check` of the screen's text is true."""
        deadline = time.monotonic() + patience
        while True:
            text = self.text()
            if check(text):
                return text
            if time.monotonic() > deadline:
                raise Failure('%s\n%s' % (what, text))
            time.sleep(POLL)

    def expect(self, *texts, patience=DEADLINE):
        """All of these stand on the screen, in any order; blanks at the end do not count."""
        for text in map(str.rstrip, texts):
            self.wait(lambda screen, t=text: t in screen, 'not on the screen: %r' % text, patience)

    def expect_gone(self, text, patience=DEADLINE):
        self.wait(lambda screen: text not in screen, 'still on the screen: %r' % text, patience)

    def count(self, text):
        return self.text().count(text)

    def type(self, text):
        self._tmux('send-keys', '-l', text)

    def keys(self, *names):
        self._tmux('send-keys', *names)

    def enter(self, text):
        self.type(text)
        self.keys('Enter')

    def paste(self, text):
        """As a terminal pastes: in brackets, if the program has asked for them."""
        subprocess.run(['tmux', '-u', '-S', self.socket, 'load-buffer', '-'], input=text.encode(),
                       check=True, timeout=60)
        self._tmux('paste-buffer', '-p')

    def resize(self, columns, rows):
        self._tmux('resize-window', '-x', str(columns), '-y', str(rows))

    def process(self):
        """The program's number: it is the shell's only child."""
        shell = int(self._tmux('display-message', '-p', '#{pane_pid}'))
        with open('/proc/%d/task/%d/children' % (shell, shell)) as file:
            return int(file.read().split()[0])

    def cursor(self):
        x, y = self._tmux('display-message', '-p', '#{cursor_x} #{cursor_y}').split()
        return int(x), int(y)

    def expect_exit(self, status):
        self.wait(lambda screen: os.path.exists(self.status), 'the program has not ended')
        with open(self.status) as file:
            got = file.read().strip()
        if got != str(status):
            raise Failure('exit status %s, not %d\n%s' % (got, status, self.text()))

    def record(self):
        """Everything that is written to the terminal from now on goes to a file, too: its path."""
        path = self.socket + '.record'
        self._tmux('pipe-pane', '-o', "cat >> '%s'" % path)
        return path


def lines_of(text):
    return text.rstrip('\n').split('\n')


def start(context, nick='ann', **named):
    server = context.server()
    screen = Screen(context, server, nick, **named)
    screen.expect(nick + ' @ Teahouse')
    return server, screen


def guest(context, server, nick='bob'):
    client = context.client(server, 'line-english').enter(nick)
    return client


class Pipe:
    """The program in a pipe."""

    def __init__(self, context, *arguments, lang='en', stdin=subprocess.PIPE):
        self.process = subprocess.Popen([program(), *arguments], stdin=stdin,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=settings(lang))
        self.pending = b''
        context.defer(self.close)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def write(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def line(self):
        """The next line of its output."""
        line = self.process.stdout.readline().decode()
        if not line.endswith('\n'):
            raise Failure('no more lines but %r' % line)
        return line[:-1]

    def end(self, status, patience=PATIENCE):
        """Waits for its end: what it has printed since the last line, and complained."""
        try:
            out, err = self.process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            raise Failure('the program does not end') from None
        out, err = out.decode(), err.decode()
        if self.process.returncode != status:
            raise Failure('exit status %d, not %d: %r %r'
                          % (self.process.returncode, status, out, err))
        if '\033' in out + err:
            raise Failure('escapes in a pipe: %r %r' % (out, err))
        return out, err


def pipe(context, text, *arguments, status=0, **named):
    """Runs it with this on standard input, to its end."""
    p = Pipe(context, *arguments, **named)
    try:
        p.write(text)
        p.process.stdin.close()
    except BrokenPipeError:
        pass
    p.process.stdin = None
    return p.end(status)
