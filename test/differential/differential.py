#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A command that links nothing is the compiler's own affair: what it prints, how it exits and every file that it writes are
the same with us in front of it.

usage: differential.py COMPILER            every command of checklist.txt
       differential.py COMPILER NUMBER SEED  as many as it takes for NUMBER equal ones, drawn from the compiler's own table of options

Each of them runs with the real compiler twice, bare and behind us, at the same path in the same files: the exit status, the
standard output and error output and all files must be equal byte for byte, but for the random part of the names of temporary files.
Where they are not, the bare compiler runs once more: what it does not do alike twice (times, addresses) is not held against us.
A drawn command that turns out to be a link, by the compiler's own -###, does not count; nor does one that says -v and would
be a link if the compiler did not refuse it: there our one line of -v is left out of the comparison."""
import functools
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
compiler = sys.argv[1]
ours = os.environ.get('CXX_UNDER_TEST') or str(here.parent.parent / 'build/driver/cxx-alloc')
clang = 'clang' in compiler
top = pathlib.Path(tempfile.mkdtemp(prefix='differential-'))

FILES = {
    'a.cc': 'int main() { delete new int; }\n', 'a.c': 'int main(void) { return 0; }\n', 'b c.cc': 'int b;\n',
    'header.hpp': 'inline int h() { return 1; }\n', 'header.h': 'int h(void);\n', 'a.s': '.globl s\ns: ret\n', 'a.ii': 'int i;\n',
    'words.txt': '-O1 "-DA=b c"\n', 'nested.txt': '@words.txt -Wall\n', 'empty.txt': '', 'folder/x.h': 'int x;\n'}


def environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith('CXX_ALLOC') and k not in
           ('CCC_OVERRIDE_OPTIONS', 'LD_PRELOAD', 'MALLOC_CONF', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'GCC_EXEC_PREFIX', 'COMPILER_PATH')}
    # Whatever is written goes into a folder of the test's.
    env.update(LC_ALL='C', CXX_ALLOC_CXX=compiler, HOME=str(top / 'home'), TMPDIR=str(top / 'tmp'), XDG_CACHE_HOME=str(top / 'home'))
    return env


ENV = environment()
for folder in ('home', 'tmp', 'pristine'):
    (top / folder).mkdir()
for name, text in FILES.items():
    (top / 'pristine' / name).parent.mkdir(exist_ok=True)
    (top / 'pristine' / name).write_text(text)
    os.utime(top / 'pristine' / name, (1_600_000_000, 1_600_000_000))


def said(*words):
    return subprocess.run([compiler, *words], env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout


def option_table():
    """Every option that the compiler admits to, as it spells them: `-fname`, `-fname=`, `-fname=value`."""
    options = set()
    if clang:
        options.update(line.split('\t')[0].strip() for line in said('--autocomplete=-').splitlines())
        help_texts = [said('--help-hidden')]
    else:
        options.update(said('--completion=-').split())
        help_texts = [said(f'--help={kind}') for kind in ('common', 'c++', 'c', 'target', 'optimizers', 'warnings', 'joined', 'separate', 'undocumented')]
        help_texts.append(said('--help'))
    for text in help_texts:
        options.update(re.findall(r'^  ?(-[A-Za-z-][^\s,<\[]*)', text, re.M))
    # Not drawn: what runs other programs, serves, loads code or dumps core; our own output words are made below.
    harmful = re.compile(r'^--?(o$|output|wrapper|fplugin|fpass-plugin|load|fself-test|fmodule-mapper|gen-reproducer|cc1|driver-mode|ccc-|'
                         r'fcrash-diag|fmodules-cache|fbuild-session|serialize|index-|pipe$|ftime-trace|fcompare-debug|allocator|print-allocator|'
                         r'fmodules-validate-once|###|plugin|Xclang$|mllvm$|Xanalyzer|Xassembler|Wa,|fdbg-cnt|fsave-opt|'
                         r'specs|-specs|B$|B=|no-canonical|fopt-info|gcc-install|gcc-toolchain|-prefix)')
    return sorted(o for o in options if o.startswith('-') and len(o) > 1 and not harmful.match(o) and '@' not in o)


PHASES = ['-c', '-S', '-E', '-M', '-MM', '-fsyntax-only', '--compile', '--assemble', '--preprocess', '--dependencies', '--user-dependencies']
QUESTIONS = ['--version', '-dumpversion', '-dumpmachine', '-dumpfullversion', '-print-search-dirs', '-print-prog-name=ld', '--print-file-name=libc.so',
             '-print-libgcc-file-name', '-print-multi-lib', '--help=warnings', '--target-help', '-print-multi-os-directory', '--help', '-v']
INPUTS = ['a.cc', 'a.c', 'b c.cc', '-', '/dev/null', 'header.hpp', 'header.h', 'missing.cc', 'a.s', 'a.ii', 'folder', '@words.txt', '@nested.txt', '@empty.txt', '@missing.txt']
VALUES = ['1', 'x1', 'y.txt', 'auto', 'all', '0', 'c++17', 'no', 'a=b', '-c', 'folder', '']
OUTPUTS = [['-o', 'out'], ['-oout'], ['-o', '-'], ['--output=out'], ['--output', 'out'], ['-o', 'folder/out'], ['-o', '/dev/null'], []]
SEPARATE = ['-Xlinker', '-x', '-I', '-include', '-D', '-U', '-isystem', '-L', '-l', '-u', '-T', '-z', '-MF', '-MT', '-MQ', '-idirafter', '-imacros',
            '-Xpreprocessor', '-aux-info', '-dumpbase', '-dumpdir', '-arch', '-target', '-mllvm', '--param', '-iquote', '-e', '-A', '-F', '-Tbss', '-framework']
LINK_WORDS = ['-Wl,-z,now', '-lm', '-L/x', '-shared', '-static', '-pie', '-r', '-nostdlib', '-Wl,-shared', '-Wl,--version', '-rdynamic', '-s', '-pthread', '-flto', '-fuse-ld=gold']
LANGUAGES = ['c++', 'c', 'c++-header', 'assembler', 'none', 'c++-cpp-output', 'nonsense']


@functools.cache
def known_values(option):
    """What clang would complete `option=` with."""
    return said(f'--autocomplete={option},').split()[:8] if clang else []


def draw(rng, table):
    """One command that links nothing, by intention."""
    words = []
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
        option = rng.choice(table)
        if option.endswith('='):
            option += rng.choice(VALUES + known_values(option))
        words.append(option)
        if rng.random() < 0.1:
            words.append(rng.choice(VALUES))
    if rng.random() < 0.3:
        option = rng.choice(SEPARATE)
        words += [option, rng.choice(LANGUAGES if option == '-x' else VALUES)]
    if rng.random() < 0.3:
        words.append(rng.choice(LINK_WORDS))
    shape = rng.random()
    inputs = rng.choices(INPUTS, k=rng.choice([1, 1, 1, 2]))
    if shape < 0.6:
        words += inputs + rng.choice(OUTPUTS)
        rng.shuffle(words)
        words.insert(rng.randrange(len(words) + 1), rng.choice(PHASES))
    elif shape < 0.75:
        words += rng.choice([[], inputs])
        rng.shuffle(words)
        words.insert(rng.randrange(len(words) + 1), rng.choice(QUESTIONS))
    elif shape < 0.85:
        words += ['header.hpp'] + rng.choice([[], ['-x', 'c++-header'], ['-o', 'out']])
    elif shape < 0.92:
        words += ['-x', 'c++-header', rng.choice(['a.cc', '-', 'header.h'])]
    elif shape < 0.96:
        rng.shuffle(words)
    else:
        words += inputs + [rng.choice(SEPARATE + ['-o'])]
    return words


def links(words):
    """Whether the compiler alone would run a linker."""
    answer = subprocess.run([compiler, '-###', *words], env=ENV, cwd=top / 'pristine', stdin=subprocess.DEVNULL, capture_output=True, errors='replace')
    return bool(re.search(r'^ *"?\S*(/collect2|/ld|/ld\.\w+|/wasm-ld|/ld64\S*|/lld\S*)"? ', answer.stderr + answer.stdout, re.M))


def tree(folder):
    """What is in a folder, by name: times and sizes tell whether anything was written."""
    found = {}
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            found[entry.path] = None
            found.update(tree(entry.path))
        else:
            status = entry.stat(follow_symlinks=False)
            found[entry.path] = status.st_mode, status.st_size, status.st_mtime_ns
    return found


def clean(folder):
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def fresh():
    shutil.rmtree(top / 'work', ignore_errors=True)
    shutil.copytree(top / 'pristine', top / 'work')
    return tree(top / 'work')


untouched = fresh()


def run(who, words):
    """Runs in the same files, always at one path. Returns [status, stdout, stderr, {file: content} if any was written]."""
    global untouched
    work = top / 'work'
    try:
        done = subprocess.run([who, *words], env=ENV, cwd=work, input=b'int from_stdin;\n', capture_output=True, timeout=120)
        result = [done.returncode, done.stdout, done.stderr]
    except subprocess.TimeoutExpired:
        result = ['timeout', b'', b'']
    for i in (1, 2):
        result[i] = re.sub(rb'/tmp/(cc|[\w.]+-)\w{6}\b', b'/tmp/TEMPORARY', result[i])
        result[i] = re.sub(rb'^# \w+ [\d.]+ [\d.]+$', b'# TIMES', result[i], flags=re.M)  # g++ -time
    files = {}
    if tree(work) != untouched:
        files = {path: pathlib.Path(path).read_bytes() if os.path.isfile(path) else None for path in tree(work)}
        untouched = fresh()
    clean(top / 'tmp')
    clean(top / 'home')
    return result + [files]


def difference(words, without_our_line=False):
    """What differs, or nothing."""
    bare, behind = run(compiler, words), run(ours, words)
    if without_our_line:
        behind[2] = re.sub(rb'\Acxx-alloc: \w[\w ]*: [\w. ]+\n', b'', behind[2])
    if bare == behind:
        return ''
    again = run(compiler, words)
    what = []
    for name, one, two, three in zip(('exit status', 'stdout', 'stderr'), bare, behind, again):
        if one != two and one == three:
            what.append(f'{name}: {two!r:.600}, not {one!r:.600}')
    for file in sorted(set(bare[3]) | set(behind[3])):
        if bare[3].get(file) != behind[3].get(file) and bare[3].get(file) == again[3].get(file):
            what.append(f'file {file}')
    return '\n    '.join(what)


def listed():
    for line in (here / 'checklist.txt').read_text().splitlines():
        if line and not line.startswith('#'):
            yield shlex.split(line)


def drawn(seed):
    rng, table = random.Random(f'{seed} {compiler}'), option_table()
    print(f'{compiler}: {len(table)} options in its table')
    while True:
        yield draw(rng, table)


def main():
    commands, wanted = (drawn(sys.argv[3]), int(sys.argv[2])) if len(sys.argv) > 2 else (listed(), -1)
    same = links_after_all = refused_links = failures = 0
    for words in commands:
        # --help alone is a question that we answer too.
        if words == ['--help']:
            continue
        why = difference(words)
        if not why:
            same += 1
        elif links(words):
            links_after_all += 1
        elif '-v' in words and not difference(words, without_our_line=True):
            refused_links += 1
        else:
            failures += 1
            if failures <= 25:
                print(f'not identical: {compiler} {shlex.join(words)}\n    {why}', flush=True)
        if same == wanted or failures > 100:
            break
    print(f'{compiler}: {same} commands identical; besides, {links_after_all} were links and {refused_links} would have been; {failures} not identical')
    if failures == 0:
        shutil.rmtree(top)
    else:
        print(f'left behind: {top}')
    sys.exit(failures != 0)


main()
