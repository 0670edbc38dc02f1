# SPDX-License-Identifier: Apache-2.0
"""Draws a link line: a compiler, a linker, a kind, inputs of the pool and words for the compiler and the linker.

A line is a list of atoms, each of some words and the files that they name. A line that fails is made shorter by leaving atoms out."""
import dataclasses
import re
import subprocess

import link_pool


def own_clang():
    """The release's own: ('clang++-14', 'clang-14') on Debian 12."""
    version = subprocess.run(['clang++', '-dumpversion'], capture_output=True, text=True, check=True).stdout.split('.')[0]
    return f'clang++-{version}', f'clang-{version}'


COMPILERS = [('g++', 'gcc'), ('clang++-22', 'clang-22'), own_clang()]
LINKERS = ['bfd', 'gold', 'lld', 'mold']


@dataclasses.dataclass
class Atom:
    words: list
    files: list = dataclasses.field(default_factory=list)   # of the pool, by the names that they have in the folder
    role: str = 'flag'                                      # program, input, output, kind, linker or flag


@dataclasses.dataclass
class Line:
    driver: list             # what the caller names, bare: ['g++', '-pthread']
    language: str            # c++ or c: cxx-alloc or cc-alloc
    launch: bool             # by --allocator-launch, not by CXX_ALLOC_CXX
    atoms: list
    pair: tuple              # the compilers that LTO objects are made with

    def words(self):
        return [word for atom in self.atoms for word in atom.words]

    def files(self):
        return sorted({file for atom in self.atoms for file in atom.files})

    def sources_have_a_say(self):
        """Whether something on the line is judged only by the link itself, as far as the line tells."""
        text = ' '.join(self.words()) + ' '.join(self.driver)
        return bool(re.search(r'\.(c|cc|a|ld|map|list|rsp)\b|lto|-l|\.so|-T|wrap|defsym|-Wl,@', text))


def file(name, *more, role='input'):
    return Atom([name], [name, *more], role)


def headers(name):
    """The files that a source includes."""
    stem = name.split('.')[0]
    body = ['body.h'] if stem in link_pool.SHAPES else ['operators.h'] if stem in link_pool.OPERATOR_SHAPES else []
    return [name, 'who.h', *body]


def form(rng, stem, cxx=False):
    """One translation unit as a source, an object or an LTO object."""
    shape = rng.random()
    suffix = '.cc' if cxx else '.c'
    if shape < 0.3:
        return Atom([stem + suffix], headers(stem + suffix), 'input')
    if shape < 0.42 and stem not in ('inline', 'protected'):
        return file(f'{stem}.lto.o')
    return file(f'{stem}.o')


def draw_program(rng, language):
    if rng.random() < 0.12:
        return Atom(['libmain.a'], ['libmain.a'], 'program')
    stem = rng.choice(['cc', 'cc', 'full', 'min'] if language == 'c++' else ['min', 'full', 'full'])
    atom = form(rng, stem, stem == 'cc')
    if stem != 'cc' and language == 'c++' and atom.words[0].endswith('.c'):
        atom = file(f'{stem}.o')                        # g++ would compile it as C++
    atom.role = 'program'
    return atom


def draw_allocator(rng, language):
    """An allocator of the user's own, or what looks like one."""
    kind = rng.random()
    stem = rng.choice(list(link_pool.SHAPES))
    if kind < 0.35:
        atom = form(rng, stem)
        return atom if language == 'c' or not atom.words[0].endswith('.c') else file(f'{stem}.o')
    if kind < 0.5 and language == 'c++':
        return form(rng, rng.choice(list(link_pool.OPERATOR_SHAPES)), cxx=True)
    archive = rng.choice(['own', 'four', 'weak', 'hidden', 'thin', 'shim', 'two'])
    files = ['own.o'] if archive == 'thin' else []
    if kind < 0.75:
        words = rng.choice([[f'lib{archive}.a'], ['-L.', f'-l{archive}'], [f'-Wl,--whole-archive,lib{archive}.a,--no-whole-archive'],
                            ['-L', '.', f'-l:lib{archive}.a'], [f'-Wl,--push-state,--whole-archive,lib{archive}.a,--pop-state'],
                            ['-L.', '-Wl,-Bstatic', f'-l{archive}', '-Wl,-Bdynamic'], ['-L.', f'-Wl,--push-state,-Bstatic,-l{archive},--pop-state'],
                            ['-L.', f'-Wl,--library={archive}'], ['-L.', '-Wl,-l', f'-Wl,{archive}'], [f'-Wl,--start-lib,{archive}.o,--end-lib']])
        if 'start-lib' in words[0]:
            return Atom([words[0].replace('thin', 'own')], [f'{archive}.o'.replace('thin', 'own')], 'input')
        return Atom(words, [f'lib{archive}.a', *files], 'input')
    if kind < 0.79:
        return rng.choice([file('libboth.a'), Atom(['help.o', 'libown.a'], ['help.o', 'libown.a'], 'input'), file('liblto.a'), file('half.o'),
                           Atom(['help.o', 'liblto.a'], ['help.o', 'liblto.a'], 'input')])
    if kind < 0.9:
        library = rng.choice(['mine', 'weak', 'half', 'four', 'shim', 'mine', 'half'] + (['ops'] if language == 'c++' else []))
        words = rng.choice([[f'lib{library}.so'], ['-L.', f'-l{library}'], ['-L.', f'-Wl,--as-needed,-l{library},--no-as-needed'],
                            ['-L.', f'-Wl,--push-state,--no-as-needed,-l{library},--pop-state'], [f'./lib{library}.so'],
                            ['-L.', '-Wl,--push-state,-Bstatic,-lshim,--pop-state', f'-l{library}'], ['-L.', '-Wl,-N', f'-l{library}'],
                            ['-L.', '-Wl,--push-state', '-Wl,-Bstatic', '-Wl,--pop-state', f'-l{library}']])
        return Atom([*words, '-Wl,-rpath,@W@'], [f'lib{library}.so', 'libshim.a'], 'input')
    return rng.choice([file('own.ld', 'own.o'), file('group.ld', 'libown.a', 'libfour.a'), file('needed.ld', 'libmine.so'),
                       Atom(['-T', 'own.ld'], ['own.ld', 'own.o'], 'input') if rng.random() < 0.2 else file('shim.o'),
                       Atom(['-Wl,--just-symbols=own.o'], ['own.o'], 'input') if rng.random() < 0.3 else file('mark.o'),
                       file('libmark.a'), Atom(['-Wl,--whole-archive', 'libmark.a', '-Wl,--no-whole-archive'], ['libmark.a'], 'input')])


def draw_library(rng):
    """A program and the library that it uses, at one depth or two."""
    program = rng.choice([file('use.o'), Atom(['use.c'], headers('use.c'), 'input'), file('use.lto.o')])
    program.role = 'program'
    if program.words[0].endswith('.c'):
        language = 'c'
    else:
        language = rng.choice(['c', 'c++'])
    deep = rng.choice(['la/libdeep.so', 'la/libfound.so'])
    name = deep[6:-3]
    library = rng.choice([
        Atom(['-L.', '-lplain', '-Wl,-rpath,@W@'], ['libplain.so']), Atom(['libplain.so', '-Wl,-rpath,@W@'], ['libplain.so']),
        Atom(['-L', 'la', f'-l{name}', '-Wl,-rpath,@W@/lb:@W@/la'], [deep, 'lb/libmine.so']),
        Atom([deep, '-Wl,-rpath,@W@/lb,-rpath,@W@/la'], [deep, 'lb/libmine.so']),
        Atom(['-Lla', f'-l{name}', '-Wl,-rpath-link', '-Wl,lb', '-Wl,-rpath', '-Wl,@W@/la:@W@/lb'], [deep, 'lb/libmine.so']),
        Atom(['-Lla', '-Llb', f'-l{name}', '-Xlinker', '-rpath=@W@/lb:@W@/la'], [deep, 'lb/libmine.so']),
        Atom(['-Lla', f'-l{name}', '@paths.rsp'], [deep, 'lb/libmine.so', 'paths.rsp']),
        Atom(['lib.o'], ['lib.o']), Atom(['liblib.a'], ['liblib.a']), Atom(['-L.', '-llib'], ['liblib.a'])])
    library.role = 'input'
    return language, [program, library]


# What links well with most of the lines, as words and their files. More than one spelling of a kind stands here on purpose.
FLAGS = [Atom(words.split(), files.split()) for words, files in [
    ('-s', ''), ('-Wl,-s', ''), ('-Wl,--strip-all', ''), ('-Wl,-S', ''), ('-g', ''), ('-O2', ''), ('-fno-builtin', ''), ('-pthread', ''), ('-lm', ''),
    ('-Wl,--gc-sections', ''), ('-ffunction-sections -Wl,--gc-sections', ''), ('-rdynamic', ''), ('-Wl,-E', ''), ('-Wl,--export-dynamic', ''),
    ('-Wl,--no-export-dynamic', ''), ('-Wl,--exclude-libs,ALL', ''), ('-Wl,--exclude-libs=ALL', ''), ('-Wl,--exclude-libs -Wl,libown.a', ''),
    ('-Wl,-Bsymbolic', ''), ('-Wl,-Bsymbolic-functions', ''), ('-Wl,-z,now', ''), ('-Wl,-z,norelro', ''), ('-z now', ''), ('-Wl,-z,nosectionheader', ''),
    ('-Wl,-z -Wl,nosectionheader', ''), ('-Wl,-z,nodelete', ''), ('-Wl,-z,interpose', ''), ('-Wl,-z,lazy', ''), ('-Wl,-z,separate-code', ''),
    ('-Wl,--icf=all', ''), ('-Wl,--icf=safe', ''), ('-Wl,--emit-relocs', ''), ('-Wl,-q', ''), ('-Wl,--build-id', ''), ('-Wl,--build-id=none', ''),
    ('-Wl,--hash-style=gnu', ''), ('-Wl,--hash-style=sysv', ''), ('-Wl,--hash-style=both', ''), ('-Wl,--as-needed', ''), ('-Wl,--no-as-needed', ''),
    ('-Wl,-O1', ''), ('-Wl,-Map,out.txt', ''), ('-Wl,-Map=out.txt', ''), ('-Wl,--threads', ''), ('-Wl,--no-threads', ''), ('-Wl,--threads=1', ''),
    ('-Wl,--fatal-warnings', ''), ('-Wl,--warn-common', ''), ('-Wl,--no-undefined', ''), ('-Wl,--no-undefined-version', ''), ('-Wl,--undefined-version', ''),
    ('-Wl,--orphan-handling=warn', ''), ('-Wl,--orphan-handling=place', ''), ('-Wl,--orphan-handling -Wl,warn', ''), ('-Wl,--warn-symbol-ordering', ''),
    ('-Wl,--default-symver', ''), ('-Wl,--default-symver,--version-script=all.map', 'all.map'), ('-Wl,--threads -Wl,--version-script=all.map', 'all.map'),
    ('-Wl,--version-script=all.map', 'all.map'), ('-Wl,--version-script -Wl,all.map', 'all.map'), ('-Wl,-version-script=all.map', 'all.map'),
    ('-Wl,--version-scr=all.map', 'all.map'), ('-Wl,--version-s,two.map', 'two.map'), ('-Xlinker --version-script=named.map', 'named.map'),
    ('-Wl,--version-script=everything.map', 'everything.map'), ('-Wl,--version-script=one.map', 'one.map'), ('-Wl,--version-script=part.map', 'part.map'),
    ('-Wl,--version-script=other.map', 'other.map'), ('-Wl,--version-script=family.map', 'family.map'), ('-Wl,--version-script=cxx.map', 'cxx.map'),
    ('-Wl,--version-script=quoted.map', 'quoted.map'), ('-Wl,@map.rsp', 'map.rsp all.map'), ('@words.rsp', 'words.rsp'), ('-Wl,@linker.rsp', 'linker.rsp'),
    ('hide.ld', 'hide.ld'), ('hide_named.ld', 'hide_named.ld'), ('some.ld', 'some.ld'), ('extern.ld', 'extern.ld'), ('defines.ld defsym.o', 'defines.ld defsym.o'),
    ('provide.ld', 'provide.ld'), ('symbol.ld', 'symbol.ld'), ('-T insert.ld', 'insert.ld'), ('-Wl,-T,insert.ld', 'insert.ld'), ('-Wl,-Tinsert.ld', 'insert.ld'),
    ('-Wl,--script=insert.ld', 'insert.ld'), ('-Wl,--scr=hide.ld', 'hide.ld'), ('-T hide.ld', 'hide.ld'), ('-Wl,-T,hide.ld', 'hide.ld'), ('-T discard.ld', 'discard.ld'),
    ('-Wl,--default-script=insert.ld', 'insert.ld'), ('-Wl,-dT,insert.ld', 'insert.ld'),
    ('-Wl,--dynamic-list=one.list', 'one.list'), ('-Wl,--dynamic-list=none.list', 'none.list'), ('-Wl,--dynamic-list -Wl,one.list', 'one.list'),
    ('-Wl,--dynamic-list-data', ''), ('-Wl,--dynamic-list-cpp-new', ''), ('-Wl,--export-dynamic-symbol=malloc', ''), ('-Wl,--export-dynamic-symbol -Wl,free', ''),
    ('-Wl,--retain-symbols-file=retain.txt', 'retain.txt'), ('-Wl,-u,malloc', ''), ('-u malloc', ''), ('-Wl,--undefined=calloc', ''),
    ('-Wl,--require-defined=malloc', ''), ('-Wl,-e,_start', ''), ('-Wl,--trace-symbol=nothing', ''), ('-Wl,-y,nothing', ''), ('-Wl,-soname,libjemalloc.so', ''),
    ('-Wl,--wrap=malloc wrap.o', 'wrap.o'), ('-Wl,--wrap,malloc wrap.o', 'wrap.o'), ('-Wl,--wrap -Wl,malloc wrap.o', 'wrap.o'), ('-Wl,-wrap=malloc wrap.o', 'wrap.o'),
    ('-Wl,--defsym=posix_memalign=my_posix_memalign defsym.o', 'defsym.o'), ('-Wl,--defsym,memalign=my_memalign defsym.o', 'defsym.o'),
    ('-Wl,--defsym -Wl,memalign=my_memalign defsym.o', 'defsym.o'), ('-Wl,--defsym=unrelated=main', ''), ('-Wl,--defs,aligned_alloc=my_memalign defsym.o', 'defsym.o'),
    ('-Wl,--allow-multiple-definition', ''), ('-Wl,-z,muldefs', ''), ('-Wl,--start-group -Wl,--end-group', ''), ('-Wl,--push-state,--as-needed -Wl,--pop-state', ''),
    ('-Wl,--push-state,-Bstatic -Wl,--pop-state', ''), ('-Wl,-Bdynamic', ''), ('-Wl,-call_shared', ''), ('-Wl,--copy-dt-needed-entries', ''),
    ('-Wl,--no-copy-dt-needed-entries', ''), ('-Wl,--no-allow-shlib-undefined', ''), ('-Wl,--allow-shlib-undefined', ''), ('-Wl,--sort-section=name', ''),
    ('-Wl,--compress-debug-sections=zlib', ''), ('-Wl,--eh-frame-hdr', ''), ('-Wl,--no-eh-frame-hdr', ''), ('-Wl,--relax', ''), ('-Wl,--pack-dyn-relocs=relr', ''),
    ('-Wl,-z,pack-relative-relocs', ''), ('-Wl,--spare-dynamic-tags=3', ''), ('-Wl,--disable-new-dtags', ''), ('-Wl,--enable-new-dtags', ''), ('-Wl,-rpath,/nowhere', ''),
    ('-Wl,--no-dynamic-linker', ''), ('-Wl,-z,text', ''), ('-Wl,-z,notext', ''), ('-Wl,--omagic', ''), ('-Wl,-n', ''), ('-Wl,--print-gc-sections', ''), ('-Wl,-M', ''),
    ('-static-libgcc', ''), ('-static-libstdc++', ''), ('-fvisibility=hidden', ''), ('-fPIC', ''), ('-fno-pie', ''), ('-flto', ''), ('-pipe', ''), ('-v', ''),
    ('-nodefaultlibs -lc', ''), ('-nostartfiles', ''), ('-fuse-ld=bfd', ''), ('-save-temps', ''), ('-MD', ''), ('-Wl,--unknown-option', ''), ('missing.o', ''), ('-lmissing', ''),
    ('-fsanitize=undefined', ''), ('-fsanitize=address', ''), ('-pg', ''), ('--coverage', ''), ('-x none', ''), ('-Wl,-z,execstack', ''), ('-Wl,--dependency-file=link.d', ''),
    ('-ljemalloc', ''), ('-ltcmalloc_minimal', ''), ('--allocator=system', ''), ('--allocator=auto', ''), ('--allocator=none', '')]]
# The linkers (b, g, l, m: their first letters) that know a word, where not all do; the others refuse it. Now and then they get it all the same.
KNOWN_TO = [(re.compile(pattern), linkers) for pattern, linkers in [
    (r'nosectionheader', 'l'), (r'icf', 'glm'), (r'--version-s(cr)?[,=]|--scr=|--defs,', 'b'), (r'--default-symver', 'bgl'), (r'--threads ', 'gm'), (r'--threads$', 'gm'),
    (r'--threads=', 'lm'), (r'--no-threads', 'gm'), (r'warn-symbol-ordering', 'l'), (r'orphan-handling', 'bl'), (r'insert\.ld', 'bl'), (r'discard\.ld', 'b'), (r'hide.*ld', 'bm'),
    (r'(defines|provide|symbol|extern|some)\.ld', 'bgl'), (r'default-script|-dT', 'bl'), (r'dynamic-list-', 'bg'), (r'export-dynamic-symbol', 'bglm'), (r'require-defined', 'blm'),
    (r'copy-dt-needed', 'bg'), (r'pack-dyn-relocs', 'lm'), (r'pack-relative', 'blm'), (r'spare-dynamic', 'bm'), (r'no-dynamic-linker', 'blm'), (r'undefined-version', 'bl'),
    (r'sort-section', 'bgl'), (r'retain-symbols', 'bglm'), (r'print-gc|-Wl,-M', 'bgl'), (r'cxx\.map|quoted\.map', 'bgl'), (r'--omagic|-Wl,-n$', 'bgl'),
    (r'--wrap --|-Wl,-wrap', 'bgl'), (r'-z,muldefs', 'bgl'), (r'separate-code', 'blm'), (r'unknown|missing', ''), (r'nostartfiles', ''), (r'-fuse-ld', ''), (r'-Wl,-[ Gi]', 'b'), (r'-Wl,-Bshareable', 'bg'),
    (r'--relocatable', 'blm'), (r'--no-undefined$', 'bglm'), (r'-Wl,-pie', 'bglm')]]
# Words that only we read; the bare compiler gets the line without them.
OUR_WORDS = re.compile(r'^--allocator=')
KINDS = [[]] * 12 + [['-pie'], ['-no-pie'], ['-no-pie'], ['-static'], ['-static'], ['-static'], ['-static-pie'], ['-shared'], ['-no-pie', '-Wl,-shared'], ['-no-pie', '-Wl,-Bshareable'],
                     ['-no-pie', '-Wl,-G'], ['-r'], ['-no-pie', '-nostdlib', '-Wl,-r'], ['-no-pie', '-nostdlib', '-Wl,--relocatable'], ['-no-pie', '-nostdlib', '-Wl,-i'], ['-Wl,-pie'], ['-shared', '-static-libstdc++']]
OUTPUTS = [['-o', 'out']] * 6 + [['-oout'], ['--output=out'], ['--output', 'out'], ['-o', 'sub/out'], ['-o', 'link'], ['-o', 'hard'], ['-o', 'old'], [], ['-o@W@/out'],
                                 ['-Wl,-o,out'], ['-Wl,--output=out'], ['-Xlinker', '-o', '-Xlinker', 'out'], ['-Wl,--output', '-Wl,out'], ['-o', 'other', '-Wl,-o,out'],
                                 ['-o', '/dev/null']]


def fits(rng, atom, linker):
    """Whether the linker takes these words; one in fifty may be what it does not take."""
    text = ' '.join(atom.words)
    return rng.random() < 0.02 or all(linker[0] in linkers for pattern, linkers in KNOWN_TO if pattern.search(text))


def draw(rng):
    """A line, not seldom again until its pieces are such as can be linked together."""
    while True:
        line = draw_once(rng)
        text = ' '.join(line.words())
        static = '-static ' in text + ' ' or '-static-pie' in text
        if static and re.search(r'\.so\b|-l(mine|weak|half|four|shim|plain|deep|found|ops)\b|sanitize|-l(jemalloc|tcmalloc)', text) and rng.random() < 0.97:
            continue
        if re.search(r'-shared|-Bshareable|-Wl,-[rGi]\b|-r\b|relocatable', text) and re.search(r'lto|-pie\b.*-pie|-static', text) and rng.random() < 0.9:
            continue
        if 'lto' in text and line.driver[0].startswith('clang') and 'lld' not in text:
            line.atoms.append(Atom(['-flto']))
        if 'lto' in text and line.pair[0] == 'g++' and 'lld' in text and rng.random() < 0.95:
            continue
        return line


def draw_once(rng):
    pair = rng.choice(COMPILERS[:2] * 2 + COMPILERS[2:])
    linker = rng.choice(LINKERS)
    if rng.random() < 0.2:
        language, atoms = draw_library(rng)
    else:
        language = rng.choice(['c++', 'c'])
        atoms = [draw_program(rng, language)]
    if rng.random() < 0.5:
        atoms.append(draw_allocator(rng, language))
        if rng.random() < 0.06:
            atoms.append(draw_allocator(rng, language))
    atoms += [Atom(list(a.words), list(a.files)) for a in rng.sample([a for a in FLAGS if fits(rng, a, linker)], rng.choice([0, 1, 1, 2, 2, 3]))]
    if rng.random() < 0.7:
        rng.shuffle(atoms)
    atoms.insert(0, linker_atom(rng, pair, linker))
    kind = rng.choice([kind for kind in KINDS if fits(rng, Atom(kind), linker)])
    if kind:
        atoms.insert(rng.randrange(len(atoms) + 1), Atom(list(kind), [], 'kind'))
    atoms.insert(rng.randrange(len(atoms) + 1), Atom(list(rng.choice(OUTPUTS)), [], 'output'))
    driver, launch = [pair[0] if language == 'c++' else pair[1]], rng.random() < 0.05
    if rng.random() < 0.1:
        driver = rng.choice([[*driver, '-pthread'], [*driver, '-isystem', 'sub'], ['env', 'A=B', *driver], [*driver, '-static'], [*driver, '-shared'], [*driver, '-r'],
                             [*driver, '-Wl,--version-script=all.map'], [*driver, '-fsanitize=thread'], [*driver, '-O2', '-pipe'], [*driver, '-L', 'la'], [*driver, 'own.o'],
                             [*driver, '-Wl,-z,now'], [*driver, '-o', 'out']])
        atoms.insert(0, Atom([], [f for f in ('all.map', 'own.o') if f in ' '.join(driver)], 'driver'))
    return Line(driver, language, launch, atoms, pair)


def linker_atom(rng, pair, linker):
    if linker == 'lld' and pair[0] != 'clang++-22':
        return Atom(['-fuse-ld=lld', *(['-B', '@TOOLS@'] if pair[0] == 'g++' or rng.random() < 0.5 else [])], [], 'linker')
    return Atom([f'-fuse-ld={linker}'], [], 'linker')
