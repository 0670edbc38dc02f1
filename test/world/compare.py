#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare what the bare compiler built with what cxx-alloc built from the same sources in the same folder.

usage: compare.py BARE OURS

The rule, on the files alone: an object is the same byte for byte; a library (static or shared) has nothing of ours but the
note, and shows the same symbols; an executable has jemalloc, unless in the bare build it, or a library that it needs,
brings a malloc already: then it has that one. What the files have, the audit says. Prints one line per kind, and one per
file that breaks the rule.
"""
import json
import os
import subprocess
import sys
from collections import Counter

# What a linker leaves to the taste of its inputs' order and alignment.
LINKER_SYMBOLS = {'_end', '__bss_start', '_edata', '_init', '_fini', 'data_start', '__data_start', '_IO_stdin_used'}
MAGICS = {b'!<arch>\n': 'static library', b'!<thin>\n': 'static library'}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors='replace', check=False).stdout


def audited(tree):
    """The audit's answer for each executable and shared library, by its path in the tree."""
    report = json.loads(run(os.environ['CXX_UNDER_TEST'], '--allocator-audit=json', tree))
    return {os.path.relpath(file['path'], tree): file for file in report['files']}


def parts_of(tree):
    """Objects and static libraries, which nobody has linked yet."""
    found = {}
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, 'rb') as stream:
                head = stream.read(18)
            kind = MAGICS.get(head[:8])
            if head[:4] == b'\x7fELF' and len(head) == 18 and head[16 if head[5] == 1 else 17] == 1:    # ET_REL
                kind = 'object'
            if kind:
                found[os.path.relpath(path, tree)] = kind
    return found


def exported(path):
    lines = run('nm', '--defined-only', '-D', path).splitlines()
    return {line.split()[-1].split('@')[0] for line in lines if len(line.split()) == 3} - LINKER_SYMBOLS


def check_part(bare, ours):
    with open(bare, 'rb') as one, open(ours, 'rb') as other:
        if one.read() == other.read():
            return 'the same bytes', []
    # GCC names the sections of an LTO object by chance.
    if '.gnu.lto_' in run('readelf', '-SW', ours) and ' cxa_je_' not in run('nm', ours):
        return 'the same but for the names of LTO sections', []
    return 'changed', ['is not what the bare compiler makes']


def check_linked(bare, ours, bare_path, our_path):
    problems = [fault['sentence'] for fault in ours['faults'] if fault['id'] not in [known['id'] for known in bare['faults']]]
    if ours['kind'] == 'shared-library':
        if ours['allocator'] != bare['allocator']:
            problems.append(f"has {ours['allocator']}, and {bare['allocator']} in the bare build")
        if ours['allocator'] == 'process' and 'note' not in ours['by']:
            problems.append('has no note')
        if exported(bare_path) != exported(our_path):
            problems.append(f'shows other symbols: {sorted(exported(bare_path) ^ exported(our_path))}')
        return "the process's" if ours['allocator'] == 'process' else ours['allocator'], problems
    if bare['allocator'] not in ('system', 'none'):
        if (ours['allocator'], ours['by']) != (bare['allocator'], bare['by']):
            problems.append(f"has {ours['allocator']}, and {bare['allocator']} in the bare build")
        return f"the project's ({os.path.basename(bare['provider'] or 'in the executable').split('.so')[0]})", problems
    if ours['allocator'] != 'jemalloc' or 'note' not in ours['by']:
        problems.append(f"has {ours['allocator']} by {ours['by']}")
    return 'jemalloc', problems


def main():
    bare_tree, our_tree = sys.argv[1:]
    bare, ours = audited(bare_tree), audited(our_tree)
    bare_parts, our_parts = parts_of(bare_tree), parts_of(our_tree)
    bad, counts = 0, Counter()
    for name in sorted((bare.keys() | bare_parts.keys()) ^ (ours.keys() | our_parts.keys())):
        print(f'wrong: {name}: in one of the builds only')
        bad += 1
    for name in sorted((bare.keys() & ours.keys()) | (bare_parts.keys() & our_parts.keys())):
        paths = os.path.join(bare_tree, name), os.path.join(our_tree, name)
        if name in ours and name in bare:
            kind = ours[name]['kind'].replace('-', ' ')
            got, problems = check_linked(bare[name], ours[name], *paths)
        else:
            kind = our_parts[name]
            got, problems = check_part(*paths)
        counts[kind, got] += 1
        for problem in problems:
            print(f'wrong: {name}: {problem}')
        bad += bool(problems)
    for (kind, got), count in sorted(counts.items()):
        print(f'{count} {kind}: {got}')
    print(f'{sum(counts.values()) - bad} right, {bad} wrong')
    sys.exit(bad > 0 or not counts)


main()
