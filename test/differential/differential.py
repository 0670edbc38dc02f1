#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A command that links nothing is the compiler's own affair: what it prints, how it exits and every file that it writes are
the same with us in front of it.

usage: differential.py COMPILER GENERATED REAL [SEED]

1. Every command of checklist.txt runs with the real compiler, bare and behind us.
2. GENERATED commands, drawn from the compiler's own table of options, run with a fake compiler that writes down its words:
   they arrive byte for byte. Where they do not, the real compiler's -### says whether the command links after all.
3. The first REAL of those that link nothing run with the real compiler, bare and behind us. (Running all of them would take
   ten minutes of processor time; a compiler that is given the same words in the same environment does the same.)

A difference that the bare compiler shows between two runs of its own (times, addresses) is not held against us."""
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
compiler, generated, real = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
seed = sys.argv[4] if len(sys.argv) > 4 else '20250601'
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
for folder in ('home', 'tmp', 'pristine', 'fake'):
    (top / folder).mkdir()
for name, text in FILES.items():
    (top / 'pristine' / name).parent.mkdir(exist_ok=True)
    (top / 'pristine' / name).write_text(text)
    os.utime(top / 'pristine' / name, (1_600_000_000, 1_600_000_000))


def option_table():
    """Every option that the compiler admits to, as it spells them: `-fname`, `-fname=`, `-fname=value`."""
    def said(*words):
        return subprocess.run([compiler, *words], env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    options = set()
    if clang:
        for line in said('--autocomplete=-').splitlines():
            option = line.split('\t')[0].strip()
            options.add(option)
            if option.endswith('='):
                options.update(option + value.strip() for value in said(f'--autocomplete={option},').split()[:3])
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


def draw(rng, table):
    """One command that links nothing, by intention."""
    words = []
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
        option = rng.choice(table)
        if option.endswith('='):
            option += rng.choice(VALUES)
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


def run(who, words, stdin):
    """Runs in a fresh folder, always at one path. Returns (status, stdout, stderr, {file: content})."""
    work = top / 'work'
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(top / 'pristine', work)
    for leftover in ('tmp', 'home'):
        for entry in (top / leftover).iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    try:
        done = subprocess.run([who, *words], env=ENV, cwd=work, input=stdin, capture_output=True, timeout=60)
        result = [done.returncode, done.stdout, done.stderr]
    except subprocess.TimeoutExpired:
        result = ['timeout', b'', b'']
    # The compilers' temporary files.
    for i in (1, 2):
        result[i] = re.sub(rb'/tmp/(cc|[\w.]+-)\w{6}\b', b'/tmp/TEMPORARY', result[i])
    files = {}
    for folder, _, names in os.walk(work):
        for name in names:
            path = pathlib.Path(folder) / name
            files[str(path.relative_to(work))] = path.read_bytes() if path.is_file() else None
    return result + [files]


def difference(words, stdin=b'int from_stdin;\n', taken_for_a_link=False):
    """What differs, or nothing."""
    bare, behind = run(compiler, words, stdin), run(ours, words, stdin)
    if taken_for_a_link:    # -v has one line of ours more then
        behind[2] = re.sub(rb'\Acxx-alloc: \w[\w ]*: [\w. ]+\n', b'', behind[2])
    if bare == behind:
        return ''
    again = run(compiler, words, stdin)
    said = []
    for name, one, two, three in zip(('exit status', 'stdout', 'stderr'), bare, behind, again):
        if one != two and one == three:
            said.append(f'{name}: {two!r:.600}, not {one!r:.600}')
    for file in sorted(set(bare[3]) | set(behind[3])):
        if bare[3].get(file) != behind[3].get(file) and bare[3].get(file) == again[3].get(file):
            said.append(f'file {file}')
    return '\n    '.join(said)


def main():
    failures = 0

    def fail(words, why):
        nonlocal failures
        failures += 1
        if failures <= 25:
            print(f'not identical: {compiler} {shlex.join(words)}\n    {why}', flush=True)

    listed = 0
    for line in (here / 'checklist.txt').read_text().splitlines():
        if not line or line.startswith('#'):
            continue
        listed += 1
        words = shlex.split(line)
        why = difference(words)
        if why:
            fail(words, why)

    fake, record = top / 'fake' / compiler, top / 'words'
    subprocess.run(['gcc', '-O1', '-static', '-o', fake, here.parent / 'link' / 'fake_compiler.c'], check=True)
    table = option_table()
    rng = random.Random(f'{seed} {compiler}')
    fake_env = dict(ENV, CXX_ALLOC_CXX=str(fake), WORDS=str(record))
    no_link, linked, harmless = [], 0, 0
    for _ in range(generated):
        words = draw(rng, table)
        record.unlink(missing_ok=True)
        done = subprocess.run([ours, *words], env=fake_env, cwd=top / 'pristine', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        got = record.read_bytes() if record.exists() else b'nothing was run'
        wanted = b''.join(os.fsencode(word) + b'\0' for word in [str(fake), *words])
        # --help alone is the one question that we answer too.
        if got == wanted and (not done.stdout or words == ['--help']):
            no_link.append(words)
        elif links(words):
            linked += 1
        elif not difference(words, taken_for_a_link=True):
            # Wrong for another reason, which only the compiler knows ("-E or -x required"): it says so, as without us.
            harmless += 1
        else:
            fail(words, f'the compiler was given {got.replace(bytes([0]), b" ")!r:.300} and we said {done.stdout!r:.300}')
    sample = [words for words in no_link if words != ['--help']][:real]
    for words in sample:
        why = difference(words)
        if why and not links(words):
            fail(words, why)
    print(f'{compiler}: {len(table)} options in the table, seed {seed}; {listed} listed commands and {len(sample)} generated ones identical with the real '
          f'compiler; {len(no_link)} of {generated} generated ones passed on byte for byte to a fake one, {linked} were links after all, '
          f'{harmless} errors that come out alike; {failures} failures')
    if failures == 0:
        shutil.rmtree(top)
    else:
        print(f'left behind: {top}')
    sys.exit(failures != 0)


main()
