#!/usr/bin/env python3
"""Makes a C array of a list of names.

usage: embed_names.py NAMES.txt OUT.c
"""
import sys


def main(source, target):
    with open(source, encoding='utf-8') as file:
        names = [line.strip() for line in file]
    names = [name for name in names if name and not name.startswith('#')]
    with open(target, 'w', encoding='utf-8') as out:
        out.write('#include "protocol/socketio/names.h"\n\n')
        out.write('static const struct str list[] = {\n')
        for name in names:
            out.write(f'    {{"{name}", {len(name.encode())}}},\n')
        out.write('};\n\n')
        out.write('const struct names names_default = {list, sizeof(list) / sizeof(list[0])};\n')


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
