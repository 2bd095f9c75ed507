#!/usr/bin/env python3
"""Makes a C file of the files of the page (page.h has the table's form).

usage: embed.py FOLDER OUT.c OUT.d

Every file below FOLDER is served under its path there; index.html of a folder also as the folder.
A file is kept packed as well where that is shorter. The same files give the same output. OUT.d
names what it depends on, for ninja. FOLDER/index.html must be there.
"""
import gzip
import hashlib
import os
import sys

TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.json': 'application/json',
    '.webmanifest': 'application/manifest+json',
    '.png': 'image/png',
    '.ico': 'image/x-icon',
    '.woff2': 'font/woff2',
    '.txt': 'text/plain; charset=utf-8',
}


def fail(sentence):
    sys.exit('embed.py: ' + sentence)


def collect(folder):
    """({path on the web: bytes}, everything that was looked at)"""
    found, seen = {}, [folder] if os.path.isdir(folder) else []
    for place, folders, names in os.walk(folder):
        folders.sort()
        seen += [os.path.join(place, name) for name in folders]
        for name in sorted(names):
            if name.startswith('.') or name.endswith('~') or name.endswith('.md'):
                continue
            if os.path.splitext(name)[1] not in TYPES:
                fail(f'{os.path.join(place, name)}: what type is that? Add it to TYPES')
            path = os.path.join(place, name)
            with open(path, 'rb') as file:
                found['/' + os.path.relpath(path, folder)] = file.read()
            seen.append(path)
    if '/index.html' not in found:
        fail(f'{folder} has no index.html')
    return found, seen


def bytes_of(name, data):
    lines = []
    for at in range(0, len(data), 20):
        lines.append('    ' + ''.join(f'{byte},' for byte in data[at:at + 20]))
    return f'static const unsigned char {name}[] = {{\n' + '\n'.join(lines or ['    0,']) + '\n};\n'


def row(path, number, data, packed):
    kind = TYPES[os.path.splitext(path)[1]]
    tag = hashlib.sha256(data).hexdigest()[:20]
    short = f'{{(const char *)packed_{number}, {len(packed)}}}' if packed else '{NULL, 0}'
    return (f'    {{{{"{path}", {len(path)}}}, {{"{kind}", {len(kind)}}}, {{"\\"{tag}\\"", 22}}, '
            f'{{"\\"{tag}-z\\"", 24}}, {{(const char *)plain_{number}, {len(data)}}}, {short}}},\n')


def main():
    folder, out, depends = sys.argv[1:]
    files, seen = collect(folder)
    text, rows = '/* Made by embed.py. */\n#include "web/page.h"\n\n', ''
    for number, (path, data) in enumerate(sorted(files.items())):
        if not all(' ' < c <= '~' and c not in '"\\%?#' for c in path):
            fail(f'{path}: only plain characters in names')
        packed = gzip.compress(data, 9, mtime=0)
        packed = packed if len(packed) < len(data) else b''
        text += bytes_of(f'plain_{number}', data)
        text += bytes_of(f'packed_{number}', packed) if packed else ''
        rows += row(path, number, data, packed)
        if path.endswith('/index.html'):
            rows += row(path, number, data, packed).replace(
                f'"{path}", {len(path)}', f'"{path[:-10]}", {len(path) - 10}')
    text += f'\nconst struct page_file page_embedded[] = {{\n{rows}}};\n'
    text += 'const size_t page_embedded_count = sizeof(page_embedded) / sizeof(page_embedded[0]);\n'
    with open(out, 'w', encoding='ascii') as file:
        file.write(text)
    with open(depends, 'w', encoding='utf-8') as file:
        names = [name.replace(' ', '\\ ') for name in seen]
        file.write(f'{out}: {" ".join(names)}\n')


if __name__ == '__main__':
    main()
