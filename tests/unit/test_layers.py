#!/usr/bin/env python3
"""Checks every #include of src/ and clients/ against the tables of docs/ARCHITECTURE.md.

usage: test_layers.py ROOT

Prints TAP. The tests at the end try the checks themselves on sources that break each rule.
"""
import os
import re
import sys

HEADING = '## Who may include whom'
ROW = re.compile(r'^\|\s*([a-zA-Z/]+)\s*\|\s*(.*?)\s*\|$')
LIBRARY = re.compile(r'([\w-]+) in\s+(`[^`]+`(?:(?:,| and)\s+`[^`]+`)*)')
# Made by the build.
GENERATED = {'version.h', 'paths.h'}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>|(\S+))', re.M)
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
WORD = re.compile(r'[A-Za-z_]\w*')

# What the libraries are called in the document, and how their headers begin.
HEADERS = {'utf8proc': 'utf8proc', 'iconv': 'iconv', 'json-c': 'json', 'libuv': 'uv',
           'SQLite': 'sqlite3', 'libconfuse': 'confuse', 'llhttp': 'llhttp', 'OpenSSL': 'openssl',
           'libseccomp': 'seccomp', 'ncurses': 'curses', 'GLib': 'glib', 'GIO': 'gio', 'GTK': 'gtk',
           'libadwaita': 'adwaita'}

# ISO C, POSIX, and what glibc has of Linux. A header that is in neither list is a new dependency.
LIBC = set('''
    assert.h ctype.h errno.h inttypes.h libintl.h limits.h locale.h math.h setjmp.h signal.h
    stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h
    time.h wchar.h arpa/inet.h dirent.h fcntl.h fnmatch.h getopt.h glob.h grp.h ifaddrs.h langinfo.h
    libgen.h linux/capability.h linux/landlock.h net/if.h netdb.h netinet/in.h netinet/tcp.h poll.h
    pthread.h pwd.h sched.h semaphore.h spawn.h sys/epoll.h sys/eventfd.h sys/file.h sys/ioctl.h
    sys/mman.h sys/prctl.h sys/random.h sys/resource.h sys/signalfd.h sys/socket.h sys/stat.h
    sys/statvfs.h sys/syscall.h sys/time.h sys/timerfd.h sys/types.h sys/uio.h sys/un.h
    sys/utsname.h sys/wait.h syslog.h termios.h unistd.h'''.split())

# Protocols that have no folder yet; and those whose name is a word of everyday use.
# A WebSocket is none: it is a way for bytes to travel, which core knows as a framing.
FUTURE_PROTOCOLS = {'telnet', 'irc', 'socketio', 'engineio'}
EVERYDAY = {'line'}


class Rules:
    """folders: {folder: set of folders or None for all}; libraries: {header prefix: its places}."""

    def __init__(self, document):
        section = document.split(HEADING, 1)[1].split('\n## ', 1)[0]
        self.folders, self.libraries = {}, {}
        for line in section.splitlines():
            row = ROW.match(line)
            if row and row.group(1) != 'folder':
                self.folders[row.group(1)] = self._allowed(row.group(2))
        prose = section.split('Third-party libraries:', 1)[1]
        for name, places in LIBRARY.findall(prose):
            self.libraries[HEADERS[name]] = re.findall('`([^`]+)`', places)

    @staticmethod
    def _allowed(text):
        words = [word.strip() for word in text.split(';')[0].split(',')]
        return None if 'everything' in words else set(words)

    def row(self, folder):
        """The row that holds for a folder; protocol/X stands for each protocol."""
        name = 'protocol/X' if folder.startswith('protocol/') else folder
        if name not in self.folders:
            raise KeyError(folder)
        return self.folders[name]


def folder_of(path):
    """base/str.h -> base, protocol/json/wire.h -> protocol/json"""
    return os.path.dirname(path)


def library_of(rules, header):
    for prefix in rules.libraries:
        if re.match(re.escape(prefix) + r'(?![a-z0-9])', header):
            return prefix
    return None


def check_own(rules, path, header, sources):
    folder, target = folder_of(path), folder_of(header)
    if header not in sources and os.path.basename(header) not in GENERATED:
        return f'{path}: "{header}" is no file of src/ or clients/ (write it from src, or from the root)'
    if target == folder:
        return None
    if target == 'server':
        return f'{path}: nobody includes server'
    if target.startswith('clients/') and not folder.startswith('clients/'):
        return f'{path}: the server includes no client'
    allowed = rules.row(folder)
    if allowed is not None and target not in allowed:
        return f'{path}: {folder} may not include {target}'
    return None


def check_library(rules, path, header):
    prefix = library_of(rules, header)
    if prefix is None:
        return None if header in LIBC else f'{path}: <{header}> is of no library we know'
    places = rules.libraries[prefix]
    if path in places or folder_of(path) in places:
        return None
    return f'{path}: <{header}> belongs into {" and ".join(places)} alone'


def check_includes(rules, path, text, sources):
    """Complaints about one source file."""
    for own, library, macro in INCLUDE.findall(re.sub(r'/\*.*?\*/', '', text, flags=re.S)):
        if macro:
            yield f'{path}: #include of a macro'
        else:
            complaint = (check_own(rules, path, own, sources) if own
                         else check_library(rules, path, library))
            if complaint:
                yield complaint


def check_core_names(path, text, protocols):
    """No protocol's name in core, outside of comments and texts for people."""
    names = (protocols | FUTURE_PROTOCOLS) - EVERYDAY
    whole = {f'protocol_{name}' for name in protocols}
    for word in sorted(set(WORD.findall(COMMENT_OR_TEXT.sub(' ', text)))):
        if word.lower() in whole or names & set(word.lower().split('_')):
            yield f'{path}: {word} names a protocol'


def read_sources(root):
    """Paths as they are included: base/str.h, clients/common/client.h."""
    sources = {}
    for top, start in (('src', 'src'), ('clients', '.')):
        for folder, _, files in os.walk(os.path.join(root, top)):
            for name in files:
                if name.endswith(('.c', '.h')):
                    path = os.path.join(folder, name)
                    with open(path, encoding='utf-8') as file:
                        sources[os.path.relpath(path, os.path.join(root, start))] = file.read()
    return sources


def protocols_of(sources):
    return {path.split('/')[1] for path in sources if path.startswith('protocol/')}


# ---- the tests: each gives its complaints

def test_every_folder_has_a_row(rules, sources):
    for folder in sorted({folder_of(path) for path in sources}):
        try:
            rules.row(folder)
        except KeyError:
            yield f'{folder} has no row in the table'
    for row in rules.folders:
        if row != 'protocol/X' and not any(folder_of(path) == row for path in sources):
            yield f'the table has a row for {row}, which is not there'


def test_includes(rules, sources):
    for path in sorted(sources):
        yield from check_includes(rules, path, sources[path], sources)


def test_libraries_are_where_the_table_says(rules, sources):
    """Each library has its place in the document, and is used there."""
    for name, prefix in HEADERS.items():
        if prefix not in rules.libraries:
            yield f'the document does not say where {name} belongs'
    for prefix, places in rules.libraries.items():
        for place in places:
            users = [path for path in sources if place in (path, folder_of(path)) and
                     any(library_of(rules, header) == prefix
                         for _, header, _ in INCLUDE.findall(sources[path]) if header)]
            if not users:
                yield f'nothing in {place} includes {prefix}'


def test_core_names_no_protocol(rules, sources):
    for path in sorted(sources):
        if folder_of(path) == 'core':
            yield from check_core_names(path, sources[path], protocols_of(sources))


def test_broken_rules_are_found(rules, sources):
    cases = [
        ('base/x.c', '#include "base/str.h"\n#include <string.h>\n', False),
        ('base/x.c', '#include "core/hub.h"\n', True),
        ('base/x.c', '#include <utf8proc.h>\n', True),
        ('base/utf8.c', '#include <utf8proc.h>\n', False),
        ('codec/x.c', '#include "base/str.h"\n', False),
        ('codec/x.c', '#include "core/entry.h"\n', True),
        ('codec/telnet.c', '#include <iconv.h>\n', True),
        ('core/x.c', '#include "base/str.h"\n', False),
        ('core/x.c', '#include "codec/telnet.h"\n', True),
        ('core/x.c', '#  include   "net/net.h"\n', True),
        ('core/x.c', '#include <uv.h>\n', True),
        ('core/x.c', '/* #include <uv.h> */\n', False),
        ('codec/json_value.c', '#include <json-c/json.h>\n#include <json.h>\n', False),
        ('codec/secret.c', '#include <openssl/rand.h>\n', False),
        ('codec/websocket_handshake.c', '#include <openssl/sha.h>\n', False),
        ('codec/telnet.c', '#include <openssl/rand.h>\n', True),
        ('protocol/json/x.c', '#include <json-c/json.h>\n', True),
        ('protocol/json/x.c', '#include "codec/line.h"\n#include "core/hub.h"\n', False),
        ('protocol/json/x.c', '#include "protocol/json/wire.h"\n', False),
        ('protocol/json/x.c', '#include "protocol/line/line.h"\n', True),
        ('protocol/json/x.c', '#include "net/net.h"\n', True),
        ('protocol/line/x.c', '#include <json-c/json.h>\n', True),
        ('net/x.c', '#include <uv.h>\n#include "core/hub.h"\n', False),
        ('net/x.c', '#include "store/sqlite.h"\n', True),
        ('net/x.c', '#include "protocol/line/line.h"\n', True),
        ('net/x.c', '#include "server/config.h"\n', True),
        ('store/x.c', '#include <sqlite3.h>\n', False),
        ('store/x.c', '#include "net/net.h"\n', True),
        ('store/x.c', '#include <uv/version.h>\n', True),
        ('server/x.c', '#include "net/net.h"\n#include "store/sqlite.h"\n', False),
        ('server/x.c', '#include "protocol/line/line.h"\n#include <confuse.h>\n', False),
        ('server/x.c', '#include "server/config.h"\n', False),
        ('server/x.c', '#include "server/nothing_of_that_name.h"\n', True),
        ('server/x.c', '#include "config.h"\n', True),
        ('server/x.c', '#include <openssl/ssl.h>\n', True),
        ('server/x.c', '#include SOMETHING\n', True),
        ('clients/common/x.c', '#include "codec/json_value.h"\n#include "base/str.h"\n', False),
        ('clients/common/x.c', '#include "core/entry.h"\n', True),
        ('clients/common/x.c', '#include <curses.h>\n', True),
        ('clients/terminal/x.c', '#include "clients/common/client.h"\n#include <curses.h>\n', False),
        ('clients/terminal/x.c', '#include "codec/json_value.h"\n', True),
        ('server/x.c', '#include "clients/common/client.h"\n', True),
    ]
    for path, text, wrong in cases:
        if bool(list(check_includes(rules, path, text, sources))) != wrong:
            yield f'{"missed" if wrong else "false alarm"}: {path}: {text!r}'


def test_protocol_names_are_found(rules, sources):
    cases = [
        ('extern const struct protocol protocol_line;', True),
        ('case DOOR_JSON: break;', True),
        ('int telnet_width;', True),
        ('unsigned line_bytes; /* a json object */ puts("telnet");', False),
        ('struct jsonish x;', False),
    ]
    for text, wrong in cases:
        if bool(list(check_core_names('core/x.c', text, {'line', 'json', 'ctl'}))) != wrong:
            yield f'{"missed" if wrong else "false alarm"}: {text!r}'


def main(root):
    with open(os.path.join(root, 'docs', 'ARCHITECTURE.md'), encoding='utf-8') as file:
        rules = Rules(file.read())
    sources = read_sources(root)
    tests = [(name, function) for name, function in globals().items() if name.startswith('test_')]
    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, function) in enumerate(tests, 1):
        complaints = list(function(rules, sources))
        print(f'{"not ok" if complaints else "ok"} {number} {name[5:].replace("_", " ")}')
        for complaint in complaints:
            print(f'# {complaint}')
        failed += bool(complaints)
    return 1 if failed else 0


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
