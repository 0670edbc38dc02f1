# SPDX-License-Identifier: Apache-2.0
"""Runs one drawn line with the bare compiler and behind us, in the same folder one after the other, and tells what differs."""
import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess

import link_draw

PRISTINE = {'old': 'somebody wrote this\n', 'target': 'and this\n', 'hard': 'two names\n', 'a.out': 'an older output\n', 'sub/x': 'x\n'}
OUTPUTS = ['out', 'sub/out', 'target', 'hard', 'old', 'link', 'a.out', 'other', 'hard2']
# What a linker writes about its inputs names ours too.
REPORTS = re.compile(r'(^|/)(out\.txt|link\.d|[\w.-]*\.(res|i|ii|s|o|d|bc|out|resolution\.txt|ltrans\S*|map|gcno|wpa\S*))$|resolution|\.lto|ltrans')
Built = collections.namedtuple('Built', 'status out err files leftover log prediction artifact ran stdout who')


class Bench:
    """One folder at a time: lines that run side by side have one bench each."""

    def __init__(self, top, pool, ours):
        self.top, self.pool, self.ours = pathlib.Path(top), pool, pathlib.Path(ours)
        self.work, self.tmp, self.tools, self.home = (self.top / name for name in ('work', 'tmp', 'tools', 'home'))
        self.tools.mkdir(parents=True)
        self.home.mkdir()
        (self.tools / 'ld.lld').symlink_to(shutil.which('ld.lld-22'))
        keep = {k: v for k, v in os.environ.items() if not k.startswith(('CXX_ALLOC', 'MALLOC_', 'LD_', 'ASAN_', 'UBSAN_'))
                and k not in ('CCC_OVERRIDE_OPTIONS', 'GCC_EXEC_PREFIX', 'COMPILER_PATH', 'LIBRARY_PATH')}
        self.env = {**keep, 'LC_ALL': 'C', 'TMPDIR': str(self.tmp), 'HOME': str(self.home)}

    def fresh(self, line):
        for folder in (self.work, self.tmp):
            shutil.rmtree(folder, ignore_errors=True)
        self.tmp.mkdir()
        for folder in ('sub', 'la', 'lb'):
            (self.work / folder).mkdir(parents=True)
        for name, text in PRISTINE.items():
            (self.work / name).write_text(text)
        (self.work / 'link').symlink_to('target')
        os.link(self.work / 'hard', self.work / 'hard2')
        for name in line.files():
            if name == 'paths.rsp':
                (self.work / name).write_text(self.place('-Wl,-rpath,@W@/lb:@W@/la'))
            else:
                shutil.copy(self.pool.file(name, line.pair[1], line.pair[0]), self.work / name)

    def place(self, word):
        return word.replace('@W@', str(self.work)).replace('@TOOLS@', str(self.tools))

    def files(self):
        """{name: what it is}: a folder, a link and whereto, or a file by content, and whether it has another name."""
        found = {}
        for path in self.work.rglob('*'):
            status = path.lstat()
            name = str(path.relative_to(self.work))
            if path.name.startswith('.mold-'):
                continue                                               # mold's own, left behind where it crashes
            if path.is_symlink():
                found[name] = 'link to ' + os.readlink(path)
            elif path.is_file():
                found[name] = hashlib.md5(path.read_bytes()).hexdigest() + f' {status.st_nlink}'
            else:
                found[name] = 'folder'
        return found

    def link(self, line, behind_us):
        """Links and runs what came of it."""
        self.fresh(line)
        before = self.files()
        words = [self.place(word) for word in line.words()]
        env = dict(self.env)
        log, prediction = self.top / 'log', None
        log.unlink(missing_ok=True)
        if behind_us:
            command = [str(self.ours.parent / ('cxx-alloc' if line.language == 'c++' else 'cc-alloc'))]
            if line.launch:
                command += ['--allocator-launch', *line.driver]
            else:
                env['CXX_ALLOC_CXX' if line.language == 'c++' else 'CXX_ALLOC_CC'] = ' '.join(line.driver)
            asked = self.run([*command, '--print-allocator=json', *words] if not line.launch else [*command, '--print-allocator=json', *words], env)
            prediction = asked.stdout if asked.returncode == 0 else f'exit status {asked.returncode}: {asked.stderr}'
            if self.files() != before:
                prediction = 'files were written'
            env['CXX_ALLOC_LOG'] = str(log)
        else:
            command, words = list(line.driver), [word for word in words if not link_draw.OUR_WORDS.match(word)]
        done = self.run(command + words, env)
        files = self.files()
        artifact = next((self.work / name for name in OUTPUTS if files.get(name, 'folder')[:4] not in ('link', 'fold') and files[name] != before.get(name)
                         and (self.work / name).read_bytes()[:4] == b'\x7fELF'), None) if done.returncode == 0 else None
        facts, ran, who = Elf(artifact) if artifact else None, None, []
        if facts and facts.is_program:
            ran, who = self.run_program(artifact)
        logged = log.read_text().splitlines() if log.exists() else []
        leftover = sorted(str(p.relative_to(self.tmp)) for p in self.tmp.rglob('*'))
        return Built(done.returncode, done.stdout, done.stderr, (before, files), leftover, logged, prediction, facts,
                     ran.returncode if ran else None, ran.stdout if ran else '', who)

    def run_program(self, artifact):
        told = self.top / 'who'
        told.unlink(missing_ok=True)
        ran = self.run([str(artifact)], {**self.env, 'WHO': str(told)})
        return ran, [text.split(' ', 1) for text in told.read_text().splitlines()] if told.exists() else []

    def run(self, command, env):
        """A linker that does not come to an end (bfd 2.40 with `-r --relax` and a version script, mold 1.10 with `-z norelro`) is
        ended with the compiler that started it."""
        try:
            process = subprocess.Popen(command, cwd=self.work, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True, errors='replace', start_new_session=True)
        except OSError as error:
            return subprocess.CompletedProcess(command, f'not started: {error.strerror}', '', '')
        with process:
            try:
                out, err = process.communicate(timeout=60)
                return subprocess.CompletedProcess(command, process.returncode, out, err)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return subprocess.CompletedProcess(command, 'timeout', '', '')


class Elf:
    """Of a finished file what needs no section headers: its kind, its note, its exports."""

    def __init__(self, path):
        data = path.read_bytes()
        kind, self.note, interpreter, pie, entry = struct.unpack_from('<H', data, 16)[0], None, False, False, struct.unpack_from('<Q', data, 24)[0]
        needs = False
        start, size, number = struct.unpack_from('<Q', data, 32)[0], *struct.unpack_from('<HH', data, 54)
        for i in range(number):
            what, _, offset, _, _, length = struct.unpack_from('<IIQQQQ', data, start + i * size)
            segment = data[offset:offset + length]
            if what == 4:
                self.note = self.note or our_note(segment)
            elif what == 3:
                interpreter = True
            elif what == 2:
                entries = [struct.unpack_from('<QQ', segment, at) for at in range(0, len(segment) - 15, 16)]
                pie = any(tag == 0x6ffffffb and value & 0x08000000 for tag, value in entries)
                needs = any(tag == 1 for tag, _ in entries)
        # mold 1.10 makes a file without an interpreter that needs libraries, of -shared and its own -pie: nothing starts it.
        self.is_program = kind == 2 or kind == 3 and (interpreter or pie and not needs) and entry != 0
        self.is_library = kind == 3 and not interpreter and not pie
        self.names = set()
        if self.is_library or kind == 1:
            text = subprocess.run(['nm', *(['--plugin=/dev/null', '-D', '--defined-only'] if kind == 3 else []), path], capture_output=True, text=True).stdout
            self.names = {line.split(' ', 1)[1] if line[0] != ' ' else line.strip() for line in text.splitlines() if ' ' in line}


def our_note(segment):
    at = 0
    while at + 12 <= len(segment):
        owner, text, kind = struct.unpack_from('<III', segment, at)
        if kind == 0xa110c8c5 and segment[at + 12:at + 22] == b'cxx-alloc\0':
            return json.loads(segment[at + 24:at + 24 + text].rstrip(b'\0'))
        step = 12 + (owner + 3) // 4 * 4 + (text + 3) // 4 * 4
        at += step if step % 8 == 0 or segment[at + step:at + step + 4] else (step + 7) // 8 * 8
    return None


def normal(text, bench):
    text = text.replace(str(bench.tmp), '/tmp')
    return re.sub(r'/tmp/(cc|[\w.]+-)\w{6}\b|/tmp/lto-llvm-\w+', '/tmp/TEMPORARY', text)


# Errors of links that what ours brings along takes away. PROVIDE(pvalloc = valloc) wants a valloc: lld 22, GNU ld 2.40, and gold 2.40,
# which crashes. INSERT AFTER .data wants a .data, and without startup files nobody defines __dso_handle.
NEEDS_OURS = re.compile('provide.ld:1: symbol not found: valloc|provide.ld:1: unresolvable symbol `valloc|'
                        r'gold: internal error in output_section, .*symtab\.cc|unable to insert .mine after .data|'
                        "hidden symbol `__dso_handle' isn't defined")
# With LTO, GNU ld 2.40 reads once more the archives that stand behind the first object for LTO; ours stand in front of all of them.
REREAD = re.compile('(?<!error: )undefined reference to ')
# What a linker says of each place that refers to what is missing anyway, ours and what ours needs of libc among them.
EACH_PLACE = re.compile(r"undefined (reference|symbol)|^>>> |in function `|\(\.text[^)]*\): |section \.\w+ lma \w+ adjusted")


def faults(line, bench):
    """[(kind, what is wrong)], and for the sum: `failed`, `crashed`, `library`, … or the allocator."""
    plain, ours = bench.link(line, False), bench.link(line, True)
    if 'timeout' in (plain.status, plain.ran):
        return [], 'timeout'
    found = []
    if plain.status != ours.status:
        said = [text for text in normal(ours.err, bench).splitlines() if text not in normal(plain.err, bench)]
        if ours.status == 0 and (NEEDS_OURS.search(plain.err) or '-flto' in line.words() and REREAD.search(plain.err)):
            return [], 'failed'
        return [('status', f'{ours.status}, the bare compiler {plain.status}: ' + ' | '.join(said[:4])[:500])], 'failed'
    found += file_faults(line, plain, ours) + speech_faults(line, plain, ours, bench)
    if plain.status != 0:
        return found, 'failed'
    logged = json.loads(ours.log[-1]) if ours.log else None
    found += log_faults(line, plain, ours, logged)
    if plain.artifact is None or ours.artifact is None:
        if (plain.artifact is None) != (ours.artifact is None):
            found.append(('artifact', 'there is an output in one case only'))
        return found, 'nothing'
    if (plain.artifact.is_program, plain.artifact.is_library) != (ours.artifact.is_program, ours.artifact.is_library):
        found.append(('kind', f'program, library: {ours.artifact.is_program, ours.artifact.is_library}, not {plain.artifact.is_program, plain.artifact.is_library}'))
    if plain.artifact.names != ours.artifact.names:
        found.append(('exports', f'differ: {sorted(plain.artifact.names ^ ours.artifact.names)[:8]}'))
    if not plain.artifact.is_program:
        return found, 'library'
    if plain.ran != 0:
        return found, 'crashed'
    if ours.ran != 0 or ours.stdout != plain.stdout:
        found.append(('crash', f'exit status {ours.ran} after {ours.who[-1:]}, output {ours.stdout[-80:]!r}, not {plain.stdout[-80:]!r}; log {logged and logged["allocator"]}'))
        return found, 'ran'
    return found + heap_faults(plain, ours, logged), logged['allocator'] if logged else 'ran'


def file_faults(line, plain, ours):
    found = []
    # mold 1.10 leaves what LLVM's plug-in made behind, with and without us.
    if len(ours.leftover) > len(plain.leftover):
        found.append(('temporary', f'left behind: {ours.leftover[:4]}'))
    before, bare = plain.files
    mine = ours.files[1]
    for name in sorted(set(bare) | set(mine)):
        one, two = bare.get(name), mine.get(name)
        if one == two or name not in OUTPUTS and REPORTS.search(name) and one and two:
            continue
        if name in OUTPUTS and one and two and one != before.get(name) and two != before.get(name) and one[:4] not in ('link', 'fold') and one.split()[1] == two.split()[1]:
            continue                                                   # both wrote it
        # mold leaves an older output where the link fails. Of two links, the first may have made one in its place.
        if name in OUTPUTS and plain.status != 0 and '-fuse-ld=mold' in line.words() and one == before.get(name) and not two:
            continue
        found.append(('files', f'{name}: {two}, not {one}; before {before.get(name)}'))
    return found


def speech_faults(line, plain, ours, bench):
    if '-v' in line.words():
        return []
    if 'internal error' in plain.err:
        return []                                                      # the linker crashed before it had said what it would say
    known = set(normal(plain.err, bench).splitlines())
    more = [text for text in normal(ours.err, bench).splitlines() if text not in known]
    # Who wants to hear of each section that GNU ld's script does not name hears of ours too, beside those of each program.
    if 'orphan section' in plain.err or 'is being placed in' in plain.err:
        more = [text for text in more if 'orphan section' not in text and 'is being placed in' not in text]
    if plain.status != 0 and EACH_PLACE.search(plain.err):
        more = [text for text in more if not EACH_PLACE.search(text)]
    # gold names each probe of glibc 2.43's libc.a whose function --gc-sections has left out, and jemalloc brings more of them.
    if plain.status != 0:
        more = [text for text in more if '(.note.stapsdt+' not in text]
    # lld stops after 20 errors, which its threads find in any order.
    if plain.status != 0 and 'recompile with -fPIC' in plain.err:
        more = [text for text in more if not text.startswith('>>>') and 'recompile with -fPIC' not in text]
    # --just-symbols makes malloc an absolute address, which nothing in a position-independent program may refer to: lld names
    # each place, and ours among them.
    if plain.status != 0 and 'cannot refer to absolute symbol: malloc' in plain.err:
        more = [text for text in more if not re.search(r'cannot refer to absolute symbol|^>>> (referenced|defined) |^$', text)]
    logged = json.loads(ours.log[-1]) if ours.log else {}
    if plain.status == 0 and len(more) == 1 and more[0].startswith('cxx-alloc: warning: ') and logged.get('allocator') == 'system':
        return []                                                      # what could not be is said, in one line
    if not plain.out and ours.out:
        more.append(ours.out)
    return [('stderr', ' | '.join(more)[:400])] if more else []


def log_faults(line, plain, ours, logged):
    if any('--allocator=none' in word for word in line.words()):
        return []
    if len(ours.log) != 1:
        return [('log', f'{len(ours.log)} lines')]
    found = []
    if not ours.prediction.startswith('{'):
        return [('prediction', ours.prediction[:300])]
    prediction = json.loads(ours.prediction)
    if logged.get('certain') is False:
        found.append(('log', 'not certain'))
    if prediction.get('certain', not line.sources_have_a_say()) and [prediction[k] for k in ('output', 'allocator')] != [logged[k] for k in ('output', 'allocator')]:
        found.append(('prediction', f'{prediction["output"]} {prediction["allocator"]} {prediction["reason"]} was certain, and became {logged["output"]} '
                      f'{logged["allocator"]} {logged["reason"]}'))
    if ours.artifact and ours.artifact.is_program:
        note = ours.artifact.note['allocator'] if ours.artifact.note else None
        wanted = {'user': [None], 'none': [None], 'system': ['system', None]}.get(logged['allocator'], [logged['allocator']])
        if note not in wanted and not (note is None and 'discard.ld' in line.words()):
            found.append(('note', f'{note}; the log: {logged["allocator"]} {logged["reason"]}'))
        if logged['output'] != 'executable':
            found.append(('log', f'output {logged["output"]} for a program'))
    elif ours.artifact and ours.artifact.is_library and logged['output'] != 'shared-library':
        found.append(('log', f'output {logged["output"]} for a library'))
    return found


def heap_faults(plain, ours, logged):
    """Who answers, function by function, where the bare program tells: the user's stays, and the rest is all of one heap."""
    if [name for name, _ in plain.who] != [name for name, _ in ours.who]:
        return [('heap', f'{ours.who}, not {plain.who}')]
    found, heaps = [], set()
    for (name, was), (_, now) in zip(plain.who, ours.who):
        if was == 'libc' and now in ('libc', 'other'):
            heaps.add(now)
        elif was != now:
            found.append(('counts' if name in ('calls', 'operators', 'wrapped', 'half') else 'heap', f'{name}: {now}, not {was}; log {logged and logged["allocator"]}'))
    allocator = logged['allocator'] if logged else 'none'
    own = allocator not in ('system', 'user', 'none')
    if len(heaps) > 1:
        found.append(('heap', f'two heaps: {ours.who}'))
    elif heaps and own != (heaps == {'other'}):
        found.append(('heap', f'{heaps}, and the log says {allocator} {logged and logged["reason"]}'))
    if own and any(was == 'other' for _, was in plain.who):
        found.append(('heap', f"another allocator's place was taken: {plain.who[:4]}"))
    return found
