#!/usr/bin/env python3
"""No two of the libraries that make up the server may define the same global name: from static
libraries the linker takes whichever comes first, and says nothing.

usage: test_symbols.py NM LIBRARY...

Prints TAP.
"""
import subprocess
import sys


def defined(nm, library):
    """The names of global symbols that `library` defines."""
    text = subprocess.run([nm, '--defined-only', '--extern-only', library], check=True,
                          capture_output=True, text=True).stdout
    rows = (line.split() for line in text.splitlines())
    # What sanitizers add to each file begins with two underscores.
    return {row[2] for row in rows if len(row) == 3 and not row[2].startswith('__')}


def main():
    nm, libraries = sys.argv[1], sys.argv[2:]
    where, total = {}, 0
    for library in libraries:
        names = defined(nm, library)
        total += len(names)
        for name in names:
            where.setdefault(name, []).append(library)
    doubled = {name: found for name, found in where.items() if len(found) > 1}
    print('1..2')
    for name, found in sorted(doubled.items()):
        print(f'# {name}: {", ".join(found)}')
    print(('not ok' if doubled else 'ok') + f' 1 - no name twice in {len(libraries)} libraries')
    print(('ok' if total > 100 else 'not ok') + ' 2 - the names were found')


main()
