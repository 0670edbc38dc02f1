#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What hides, moves or takes away an allocator, with each linker, as a source on the line and as objects: every program runs, and
its note, the log, and whoever answers for each function agree (link_run.py). Writes docs/link-matrix.md, or compares it.

usage: link_matrix.py [--write] [--compiler g++|clang++-22]"""
import argparse
import concurrent.futures
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile

import link_draw
import link_pool
import link_run

here = pathlib.Path(__file__).resolve().parent
table = here.parent.parent / 'docs' / 'link-matrix.md'
COMPILERS = [('g++', 'gcc'), ('clang++-22', 'clang-22')]
ROWS = [
    ('nothing else', '', ''),
    ('a version script', '-Wl,--version-script=all.map', 'all.map'),
    ('a script among the inputs', 'hide.ld', 'hide.ld'),
    ('a script by -T', '-T hide.ld', 'hide.ld'),
    ('a dynamic list', '-Wl,--dynamic-list=none.list', 'none.list'),
    ('an abbreviation', '-Wl,--version-scr=all.map', 'all.map'),
    ('--default-symver before a version script', '-Wl,--default-symver -Wl,--version-script=all.map', 'all.map'),
    ('a malloc behind --push-state, --pop-state', '-L. -Wl,--no-as-needed -Wl,--push-state,-Bstatic,-lshim,--pop-state,-lmine -Wl,-rpath,@W@', 'libshim.a libmine.so'),
    ('-z nosectionheader', '-Wl,-z,nosectionheader', ''),
    ('-s', '-s', ''),
    ('--exclude-libs ALL', '-Wl,--exclude-libs,ALL', ''),
    ('-static', '-static', ''),
    ('LTO', '-flto', ''),
    ('half of the family in a library that nobody knows', 'libhalf.so -Wl,-rpath,@W@', 'libhalf.so'),
    ('half of the family in an object', 'half.o', 'half.o')]


def line_of(pair, linker, row, form):
    name, words, files = row
    unit = 'matrix.cc' if form == 'source' else 'matrix.lto.o' if name == 'LTO' else 'matrix.o'
    program = link_draw.Atom([unit, 'streams.o'], [unit, 'streams.o', 'who.h'], 'program')
    atoms = [link_draw.linker_atom(None, pair, linker), program, link_draw.Atom(words.split(), files.split()), link_draw.Atom(['-o', 'out'])]
    return link_draw.Line([pair[0]], 'c++', False, atoms, pair)


def verdict(line, bench):
    found, sort = link_run.faults(line, bench)
    if found:
        return 'FAILS', found
    return {'failed': 'n/a', 'crashed': 'n/a'}.get(sort, sort), []


def render(cells):
    columns = [(pair, linker) for pair in COMPILERS for linker in link_draw.LINKERS]
    text = ['<!-- SPDX-License-Identifier: Apache-2.0 -->', '<!-- Written by test/differential/link_matrix.py. -->', '# Who allocates after which link', '',
            'One program (`free(strdup())`, `getline`, operators, `iostream`), linked with each of these words by each compiler and linker, from a source',
            'and from objects. Each cell is the allocator that the program was seen to use: for each function of the family the same one, and the one that',
            'the note and `CXX_ALLOC_LOG` name. `user` is a malloc of the link line\'s own, and `system` is libc\'s, where ours would be hidden from the',
            'libraries of the process. `n/a`: the linker does not know these words, or the program does not run without cxx-alloc either.', '',
            versions(), '',
            '| words | ' + ' | '.join(f'{pair[0]} {linker}' for pair, linker in columns) + ' |', '|---|' + '---|' * len(columns)]
    for row in ROWS:
        shown = []
        for pair, linker in columns:
            source, objects = cells[pair, linker, row[0], 'source'], cells[pair, linker, row[0], 'objects']
            shown.append(source if source == objects else f'{source} (source), {objects} (objects)')
        text.append(f'| {row[0]} | ' + ' | '.join(shown) + ' |')
    return '\n'.join(text) + '\n'


def versions():
    """The programs that decide what a word means, and their versions."""
    found = []
    for program in ['g++', 'clang++-22', 'ld.bfd', 'ld.gold', 'ld.lld', 'ld.lld-22', 'mold']:
        said = subprocess.run([program, '--version'], capture_output=True, text=True, check=True).stdout.splitlines()[0]
        found.append(f'{program} {re.findall(r" ([0-9]+[.][0-9.]*[0-9])", said)[-1]}')
    return 'Seen with ' + ', '.join(found) + '.'


def differs(committed, text):
    """Other versions may know other words: then a cell is only held against one that is not `n/a` either."""
    if versions() in committed:
        return committed != text
    rows = [[line.split(' | ') for line in page.splitlines() if line.startswith('| ')] for page in (committed, text)]
    return len(rows[0]) != len(rows[1]) or any(
        len(left) != len(right) or any(a != b and 'n/a' not in (a.strip(' |'), b.strip(' |')) for a, b in zip(left, right))
        for left, right in zip(*rows))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--row')
    parser.add_argument('--jobs', type=int, default=2)
    words = parser.parse_args()
    ours = os.environ.get('CXX_UNDER_TEST') or str(here.parent.parent / 'build/driver/cxx-alloc')
    with tempfile.TemporaryDirectory(prefix='link-matrix-') as top:
        pool = link_pool.Pool(pathlib.Path(top) / 'pool', str(pathlib.Path(ours).parent.parent / 'runtime/include'))
        benches = queue.Queue()
        for i in range(words.jobs):
            benches.put(link_run.Bench(pathlib.Path(top) / f'bench{i}', pool, ours))

        def judge(key):
            pair, linker, name, form = key
            bench = benches.get()
            try:
                return key, *verdict(line_of(pair, linker, next(row for row in ROWS if row[0] == name), form), bench)
            finally:
                benches.put(bench)

        keys = [(pair, linker, row[0], form) for row in ROWS if words.row in (None, row[0]) for pair in COMPILERS for linker in link_draw.LINKERS for form in ('source', 'objects')]
        cells, failures = {}, 0
        with concurrent.futures.ThreadPoolExecutor(words.jobs) as threads:
            for key, cell, found in threads.map(judge, keys):
                cells[key] = cell
                if found:
                    failures += 1
                    print(f'{key[0][0]} {key[1]}, {key[3]}: {key[2]}' + ''.join(f'\n    {kind}: {what}' for kind, what in found), flush=True)
    print(f'{len(keys)} links, {failures} violations, {sum(cell == "n/a" for cell in cells.values())} not applicable')
    if failures or words.row:
        sys.exit(failures != 0)
    text = render(cells)
    if words.write:
        table.write_text(text)
    elif not table.exists() or differs(table.read_text(), text):
        print(text)
        sys.exit('docs/link-matrix.md is not what was seen: link_matrix.py --write writes it')


if __name__ == '__main__':
    main()
