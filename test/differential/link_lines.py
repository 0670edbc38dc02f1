#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Links that nobody thought of: drawn at random, each with the bare compiler and behind us.

usage: link_lines.py [--count N] [--seed S] [--only I] [--jobs J]

A line is drawn from compilers, linkers, kinds of output, inputs and words (link_draw.py, link_pool.py). What must hold
(link_run.py): both link or both fail, with one status; both run, with one output; the other files stay as they were; nothing
more is said; the prediction, where it is certain, the log, the note and who answers at run time for each function agree; a
user's allocator counts as many calls; a library exports the same. Line I of a seed is always the same line. One that fails is
made shorter, as long as it fails in the same way, and printed."""
import argparse
import collections
import concurrent.futures
import dataclasses
import os
import pathlib
import queue
import random
import shlex
import shutil
import sys
import tempfile

import link_draw
import link_pool
import link_run

here = pathlib.Path(__file__).resolve().parent


def shown(line):
    """The line as a person would type it."""
    driver = shlex.join(line.driver)
    words = shlex.join(line.words())
    return f'--allocator-launch {driver} {words}' if line.launch else f'{driver} {words}'


def shorter(line, kind, bench):
    """Leaves out what the fault does not need."""
    i = 0
    while i < len(line.atoms):
        candidate = dataclasses.replace(line, atoms=line.atoms[:i] + line.atoms[i + 1:])
        if line.atoms[i].role != 'program' and fails_alike(candidate, kind, bench):
            line = candidate
        else:
            i += 1
    for change in ({'launch': False}, {'driver': [line.pair[0 if line.language == 'c++' else 1]]}):
        candidate = dataclasses.replace(line, **change)
        if candidate != line and fails_alike(candidate, kind, bench):
            line = candidate
    return line


def fails_alike(line, kind, bench):
    return kind in [found for found, _ in link_run.faults(line, bench)[0]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--count', type=int, default=300)
    parser.add_argument('--seed', default='1')
    parser.add_argument('--only', type=int)
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--shorten', type=int, default=12, help='so many failing lines are made shorter')
    words = parser.parse_args()
    ours = os.environ.get('CXX_UNDER_TEST') or str(here.parent.parent / 'build/driver/cxx-alloc')
    top = pathlib.Path(tempfile.mkdtemp(prefix='link-lines-'))
    pool = link_pool.Pool(top / 'pool', str(pathlib.Path(ours).parent.parent / 'runtime/include'))
    benches = queue.Queue()
    for i in range(words.jobs):
        benches.put(link_run.Bench(top / f'bench{i}', pool, ours))
    numbers = [words.only] if words.only is not None else range(words.count)
    budget = [words.shorten]
    print(f'seed {words.seed}, {len(numbers)} lines', flush=True)

    def judge(number):
        line = link_draw.draw(random.Random(f'{words.seed} {number}'))
        bench = benches.get()
        try:
            found, sort = link_run.faults(line, bench)
            if found and budget[0] > 0:
                budget[0] -= 1
                line = shorter(line, found[0][0], bench)
                found = link_run.faults(line, bench)[0] or [('unsteady', str(found))]
            return number, line, found, sort
        finally:
            benches.put(bench)

    sorts, failures = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(words.jobs) as threads:
        for number, line, found, sort in threads.map(judge, numbers):
            sorts[sort] += 1
            if found:
                failures += 1
                print(f'line {number}: {shown(line)}' + ''.join(f'\n    {kind}: {what}' for kind, what in found), flush=True)
    print(', '.join(f'{number} {sort}' for sort, number in sorts.most_common()) + f'; {failures} violations')
    shutil.rmtree(top)
    # A generator that draws nothing but nonsense finds nothing.
    if words.only is None and len(numbers) >= 100 and (sorts['jemalloc'] < len(numbers) // 10 or sorts['user'] < len(numbers) // 30):
        sys.exit('too few of the lines were links that could show anything')
    sys.exit(failures != 0)


main()
