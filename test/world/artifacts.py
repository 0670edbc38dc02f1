#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare what the bare compiler built with what cxx-alloc built from the same sources in the same folder.

usage: artifacts.py BARE OURS

The rule, on the files alone: an object is the same byte for byte; a library (static or shared) has nothing of ours but the
note, and shows the same symbols; an executable has jemalloc and says so, unless in the bare build it, or a library that it
needs, already defines malloc: then it has none of ours. Prints one line per kind, and one per file that breaks the rule.
"""
import json
import os
import re
import subprocess
import sys
from collections import Counter

OWN_SYMBOL = 'cxa_je_'
# What a linker leaves to the taste of its inputs' order and alignment.
LINKER_SYMBOLS = {'_end', '__bss_start', '_edata', '_init', '_fini', 'data_start', '__data_start', '_IO_stdin_used'}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors='replace').stdout


def kind_of(path):
    """object, static library, shared library, executable, or None for all other files."""
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    with open(path, 'rb') as stream:
        header = stream.read(18)
    if header[:8] in (b'!<arch>\n', b'!<thin>\n'):
        return 'static library'
    if header[:4] != b'\x7fELF':
        return None
    kind = {1: 'object', 2: 'executable', 3: 'shared library'}.get(header[16 if header[5] == 1 else 17])    # e_type
    if kind == 'shared library':
        text = run('readelf', '-ldW', path)
        return 'executable' if ' INTERP ' in text or re.search(r'Flags:.* PIE', text) else kind
    return kind


def files_of(tree):
    found = {}
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            kind = kind_of(path)
            if kind:
                found[os.path.relpath(path, tree)] = kind
    return found


def defined(path, *flags):
    return {line.split()[-1].split('@')[0] for line in run('nm', '--defined-only', *flags, path).splitlines()
            if len(line.split()) == 3}


def exported(path):
    return defined(path, '-D') - LINKER_SYMBOLS


def needed(path):
    return re.findall(r'\(NEEDED\).*\[(.*)\]', run('readelf', '-dW', path))


def brings_malloc(path, tree, libraries, seen=()):
    """The file, or a library that it needs, defines malloc; libc's own does not count."""
    if 'malloc' in defined(path) | defined(path, '-D'):
        return os.path.basename(path)
    for name in needed(path):
        if name in seen or re.match(r'(libc|ld-linux.*|ld64)\.so', name):
            continue
        file = libraries.get(name)
        found = file and brings_malloc(file, tree, libraries, (*seen, name))
        if found:
            return found
    return None


def system_libraries():
    return dict(re.findall(r'^\s*(\S+) .*=> (\S+)$', run('/sbin/ldconfig', '-p'), re.MULTILINE))


def notes_of(path):
    text = run('readelf', '-p', '.note.cxx-alloc', path)
    return [json.loads(match) for match in re.findall(r'\{"allocator".*\}', text)]


def check(name, kind, bare, ours, libraries):
    """What the file got, and what is wrong with it."""
    problems = []
    if kind in ('object', 'static library'):
        with open(bare, 'rb') as one, open(ours, 'rb') as other:
            if one.read() == other.read():
                return 'the same bytes', []
    own = [symbol for symbol in defined(ours) if symbol.startswith(OWN_SYMBOL)]
    notes = [note['allocator'] for note in notes_of(ours)]
    if kind in ('object', 'static library'):
        # GCC names the sections of an LTO object by chance.
        if '.gnu.lto_' in run('readelf', '-SW', ours) and not own and not notes:
            return 'the same but for the names of LTO sections', []
        return 'changed', ['is not what the bare compiler makes']
    if kind == 'shared library':
        if own:
            problems.append('has jemalloc in it')
        if notes != ['process']:
            problems.append(f'has the notes {notes}')
        if exported(bare) != exported(ours):
            problems.append(f'shows other symbols: {sorted(exported(bare) ^ exported(ours))}')
        return "the process's", problems
    provider = brings_malloc(bare, os.path.dirname(bare), libraries)
    if provider:
        if own or notes not in ([], ['system']):
            problems.append(f'has jemalloc beside the malloc of {provider}')
        return f"the project's ({re.sub(r'[.]so.*', '.so', provider) if '.so' in provider else 'in the executable'})", problems
    if notes != ['jemalloc']:
        problems.append(f'has the notes {notes}')
    stripped = not run('nm', ours)
    if not own and not stripped:
        problems.append('has no jemalloc in it')
    for symbol in ('malloc', 'free', 'calloc', 'realloc', 'posix_memalign'):
        if symbol not in exported(ours):
            problems.append(f'does not show {symbol} to its libraries')
    return 'jemalloc', problems


def main():
    bare_tree, our_tree = sys.argv[1:]
    bare, ours = files_of(bare_tree), files_of(our_tree)
    bad = 0
    for name in sorted(bare.items() ^ ours.items()):
        print(f'wrong: {name[0]}: a {name[1]} in one of the builds only')
        bad += 1
    libraries = system_libraries() | {os.path.basename(name): os.path.join(bare_tree, name) for name, kind in bare.items()
                                      if kind == 'shared library'}
    for name in list(libraries):    # libfoo.so.1.2.3 is needed as libfoo.so.1
        soname = re.search(r'\(SONAME\).*\[(.*)\]', run('readelf', '-dW', libraries[name])) \
            if libraries[name].startswith(bare_tree) else None
        if soname:
            libraries[soname.group(1)] = libraries[name]
    counts = Counter()
    for name, kind in sorted(ours.items()):
        if bare.get(name) != kind:
            continue
        got, problems = check(name, kind, os.path.join(bare_tree, name), os.path.join(our_tree, name), libraries)
        counts[kind, got] += 1
        for problem in problems:
            print(f'wrong: {name}: {problem}')
        bad += bool(problems)
    for (kind, got), count in sorted(counts.items()):
        print(f'{count} {kind}: {got}')
    print(f'{sum(counts.values()) - bad} right, {bad} wrong')
    sys.exit(bad > 0 or not counts)


main()
