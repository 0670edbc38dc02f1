# SPDX-License-Identifier: Apache-2.0
"""What the drawn link lines are made of: programs that tell who allocates, allocators of every shape (both in pool/), libraries at
two depths, scripts, and each of them as source, object, archive and LTO object."""
import pathlib
import subprocess
import threading

SHAPES = {'own': ['-DWHOLE'], 'four': [], 'two': ['-DTWO'], 'only_malloc': ['-DONLY_MALLOC'], 'only_free': ['-DONLY_FREE'],
          'weak': ['-DWHOLE', '-DLINKAGE=__attribute__((weak))'], 'hidden': ['-DWHOLE', '-DLINKAGE=__attribute__((visibility("hidden")))'],
          'protected': ['-DWHOLE', '-DLINKAGE=__attribute__((visibility("protected")))'],
          'inline': ['-DWHOLE', '-DLINKAGE=extern inline __attribute__((gnu_inline))']}
OPERATOR_SHAPES = {'ops': [], 'ops_two': ['-DTWO'], 'ops_inline': ['-DLINKAGE=inline'], 'ops_weak': ['-DLINKAGE=__attribute__((weak))']}

SCRIPTS = {
    'own.ld': 'INPUT(own.o)\n', 'group.ld': 'GROUP(libown.a libfour.a)\n', 'needed.ld': 'INPUT(AS_NEEDED(libmine.so))\n',
    'hide.ld': 'VERSION { { local: *; }; };\n', 'hide_named.ld': 'VERSION { V1 { global: main; local: *; }; };\n',
    'some.ld': 'VERSION { { local: nothing_*; }; };\n', 'extern.ld': 'EXTERN(malloc)\n', 'defines.ld': 'posix_memalign = my_posix_memalign;\n',
    'provide.ld': 'PROVIDE(pvalloc = valloc);\n', 'symbol.ld': 'some_symbol = 42;\n',
    'insert.ld': 'SECTIONS { .mine : { *(.mine) } } INSERT AFTER .data;\n',
    'discard.ld': 'SECTIONS { /DISCARD/ : { *(.note.cxx*) } } INSERT AFTER .data;\n',
    'all.map': '{ global: main; local: *; };\n', 'named.map': 'V1 { global: main; local: *; };\n', 'everything.map': 'V1 { global: *; };\n',
    'two.map': '{ global: malloc; free; main; local: *; };\n', 'one.map': '{ local: calloc; };\n', 'part.map': '{ global: malloc*; m*; local: *; };\n',
    'other.map': '{ local: internal_*; };\n', 'family.map':
    '{ global: malloc; free; calloc; realloc; memalign; posix_memalign; aligned_alloc; valloc; pvalloc; reallocarray; malloc_usable_size; _Zn*; _Zd*; main; local: *; };\n',
    'cxx.map': '{ global: extern "C++" { "operator new(unsigned long)"; }; local: free; };\n', 'quoted.map': '{ local: "malloc"; };\n',
    'one.list': '{ malloc; };\n', 'none.list': '{ main; };\n', 'retain.txt': 'main\n',
    'words.rsp': '-Wl,--gc-sections "-Wl,-z,now"\n', 'linker.rsp': '--as-needed\n-z relro\n', 'map.rsp': '--version-script all.map\n'}


ARCHIVES = {f'lib{stem}.a': [f'{stem}.o'] for stem in ('own', 'four', 'weak', 'hidden', 'ops', 'ops_two', 'shim', 'mark', 'lib', 'two')}
ARCHIVES.update({'libthin.a': ['own.o'], 'libmain.a': ['full.o'], 'libboth.a': ['lib.o', 'own.o'], 'liblto.a': ['own.lto.o'], 'libltomain.a': ['full.lto.o']})
LIBRARIES = {
    'libplain.so': ['lib.o'], 'libmine.so': ['own.o'], 'lb/libmine.so': ['own.o'], 'libweak.so': ['weak.o'], 'libhalf.so': ['half.o'],
    'libops.so': ['ops.o'], 'libfour.so': ['four.o'], 'libshim.so': ['shim.o'],
    # One library's library: where it is found is up to -rpath, -rpath-link, the folder of -L, or the RUNPATH of the first.
    'la/libdeep.so': ['lib.o', '-Wl,--no-as-needed', 'lb/libmine.so'],
    'la/libfound.so': ['lib.o', '-Wl,--no-as-needed,-rpath,$ORIGIN/../lb', 'lb/libmine.so']}


class Pool:
    """The files above in `folder`. What is compiled is made when it is first asked for, by GCC; LTO objects by each compiler."""

    def __init__(self, folder, include):
        self.folder, self.include, self.lock, self.made = pathlib.Path(folder), include, threading.RLock(), set()
        for name in ('la', 'lb'):
            (self.folder / name).mkdir(parents=True)
        texts = dict(SCRIPTS)
        for path in (pathlib.Path(__file__).parent / 'pool').iterdir():
            texts[path.name] = path.read_text()
        texts.update({f'{name}.c': defines(words) + '#include "body.h"\n' for name, words in SHAPES.items()})
        texts.update({f'{name}.cc': defines(words) + '#include "operators.h"\n' for name, words in OPERATOR_SHAPES.items()})
        for name, text in texts.items():
            (self.folder / name).write_text(text)

    def file(self, name, cc='gcc', cxx='g++'):
        """The path of one file of the pool; an LTO object, or an archive of it, is that of the compilers named."""
        stored = f'{cc}-{name}' if 'lto' in name else name
        with self.lock:
            if stored not in self.made:
                self.make(name, stored, cc, cxx)
                self.made.add(stored)
        return self.folder / stored

    def make(self, name, stored, cc, cxx):
        if name in ARCHIVES:
            members = [self.file(member, cc, cxx).name for member in ARCHIVES[name]]
            self.run(archiver(cc), 'rcsT' if 'thin' in name else 'rcs', stored, *members)
        elif name in LIBRARIES:
            inputs = [word if word.startswith('-') else str(self.file(word).relative_to(self.folder)) for word in LIBRARIES[name]]
            self.run('g++' if 'ops' in name else 'gcc', '-shared', *inputs, f'-Wl,-soname,{name.split("/")[-1]}', '-o', stored)
        elif name.endswith('.o'):
            stem = name.split('.')[0]
            source = f'{stem}.c' if (self.folder / f'{stem}.c').exists() else f'{stem}.cc'
            compiler = [cc if 'lto' in name else 'gcc'] if source.endswith('.c') else [cxx if 'lto' in name else 'g++', '-std=c++17']
            self.run(*compiler, '-w', '-fPIC', '-fno-builtin', '-O1', '-ffunction-sections', '-I', self.include, '-c', source, '-o', stored,
                     *(['-flto'] if 'lto' in name else []))

    def run(self, *words):
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f'the pool: {" ".join(words)}: {done.stderr}')


def archiver(cc):
    return 'llvm-ar-22' if 'clang' in cc else 'gcc-ar'


def defines(words):
    """The words -DNAME=VALUE as lines of source, so that an object and a source are made of one file."""
    pairs = (word[2:].partition('=') for word in words)
    return ''.join(f'#define {name} {value}\n' for name, _, value in pairs)
