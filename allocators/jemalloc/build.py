#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build jemalloc's runtime objects for one target: executable.o, operators.o, both with heap profiling too, the guest of
shared libraries, and the archives for plain compilers.

jemalloc is configured and compiled once per variant in a copy of its tree, then merged with our files.
"""
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
import conf  # noqa: E402
from conf_bytes import build_bytes  # noqa: E402
from guest_exports import write_guest_exports  # noqa: E402
from inlined import compile_inlined  # noqa: E402
from interface import (KEEP_UNREFERRED, THREAD_FUNCTIONS, WRAPPED, check_operators, check_undefined,  # noqa: E402
                       compile_runtime, visible_names, write_archives)
from object_tools import Toolchain, arguments, copy_headers, fail, finish, fresh, run  # noqa: E402
from patches import ensure_patches, patches_for  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))

# Files of jemalloc that no allocation goes through: the mallctl tree, statistics, options, profiling, and the huge page
# allocator, which is off unless asked for. Compiled for size, they take 120 KB instead of 380 KB.
COLD = '''background_thread buf_writer ckh conf counter ctl emitter exp_grow fxp hook hpa hpa_central hpa_hooks hpa_utils
hpdata inspect log malloc_io peak_event prof prof_data prof_log prof_recent prof_stack_range prof_stats prof_sys
prof_threshold_events psset safety_check sec stats test_hooks thread_event_registry'''.split()

# The others as upstream compiles them (configure adds -funroll-loops too), and aligned. With -O2 batches of frees take 3 to
# 5 % more instructions, and 1 to 2 % more time (docs/performance.md).
HOT = ['-O3', '-falign-functions=32']

# Files that fill and copy the blocks of users, often long ones, which libc does faster. The others fill tables of their own, in
# part under a lock: a function of a preloaded library under libc's name may allocate (runtime/memory.c). Which of their loops
# are calls is the compiler's choice: GCC 16 calls memset where GCC 12 does not.
FILLS_BLOCKS = 'arena ehooks extent jemalloc large'.split()
FILLS_TABLES = ['--redefine-sym=memset=cxx_alloc_fill', '--redefine-sym=memcpy=memmove']

# A heap profile is written when the program asks for one, and stacks are walked by libgcc.
PROFILING_FROM_LIBC = '''_Unwind_Backtrace _Unwind_GetIP __ctype_b_loc __start_cxx_alloc_text
__stop_cxx_alloc_text _exit close creat exp getpid log memcmp open pthread_atfork round strcpy strtok strtol'''.split()

# A guest asks who serves the process, and leaves all to that one (join.c).
JOINING_FROM_LIBC = 'malloc free posix_memalign dlsym dladdr dladdr1 __libc_malloc pthread_atfork'.split()


def configure_flags(options, variant):
    cpu = options.triple.split('-')[0]
    return [*([f'--host={options.host}'] if options.host else []),
            *{'profile': ['--enable-prof'], 'guest': ['--disable-initial-exec-tls']}.get(variant, []),
            '--disable-cxx', '--disable-doc', '--disable-libdl', '--disable-shared',
            # Every public name becomes cxa_…, every internal one cxa_je_… (configure itself appends the je_).
            '--with-jemalloc-prefix=cxa_', '--with-private-namespace=cxa_',
            f'--with-version={options.allocator_version}-0-g0',
            # Otherwise these are asked of the machine that builds. 48 bits is what Linux hands out unless a program asks
            # for more; a kernel with 64 KiB pages aborts a runtime built for less (jemalloc issue 467).
            '--with-lg-hugepage=21', *(['--with-lg-vaddr=48'] if cpu in ('x86_64', 'aarch64') else []),
            *(['--with-lg-page=16'] if cpu == 'aarch64' else [])]


def version_flags(tools):
    """What tells our files which jemalloc they are compiled with."""
    return ['-DCXX_ALLOC_JEMALLOC_5_3_0'] if tools.options.allocator_version == '5.3.0' else []


def include_flags(tools, folder):
    """What our files need to include those of the jemalloc in `folder`."""
    return [f'-I{folder}', f'-I{folder}/include', *version_flags(tools)]


def prepare_source(tools, folder, variant=''):
    """A configured copy of jemalloc's tree, with its objects."""
    options = tools.options
    shutil.copytree(options.source, folder, symlinks=True)
    ensure_patches(folder)
    if not os.path.exists(os.path.join(folder, 'configure')):
        if shutil.which('autoconf') is None:
            fail(f'{options.source}: has no configure script, and autoconf is not installed; install autoconf')
        run(['autoconf'], cwd=folder)
    # GCC_COLORS and the user's CFLAGS do not belong in a runtime object.
    environment = {key: value for key, value in os.environ.items()
                   if key not in ('CFLAGS', 'CPPFLAGS', 'LDFLAGS', 'CXXFLAGS', 'EXTRA_CFLAGS', 'MAKEFLAGS', 'CONFIG_SITE')}
    environment |= {'LC_ALL': 'C', 'CC': ' '.join(options.cc), 'CFLAGS': '-g0',
                    'CPPFLAGS': '-I../source/jemalloc -I../source/runtime'}  # headers of ours that the patches include
    # The variants share what configure finds out: the second one takes a third of the time.
    run(['sh', './configure', '--cache-file=../configure.cache', *configure_flags(options, variant)], cwd=folder,
        env=environment)
    copy_headers(HERE, 'source/jemalloc')
    copy_headers(options.runtime, 'source/runtime')
    flags = ' '.join([*version_flags(tools), *(flag for flag in tools.flags if flag != '-O2')])
    sources = sorted(name[:-2] for name in os.listdir(os.path.join(folder, 'src'))
                     if name.endswith('.c') and name != 'zone.c')   # macOS
    names = 'include/jemalloc/internal/private_namespace.h'
    # jemalloc's own rules compile each file twice, the first time for its names alone, which are prefixed below. Nor does a tree
    # that is built once need its dependencies.
    make = ['make', f'-j{os.cpu_count()}', '-o', names, 'CC_MM=']
    open(os.path.join(folder, names), 'w').close()
    for group, optimization in {'cold': '-Os -fno-unroll-loops', 'hot': ' '.join(HOT)}.items():
        objects = [f'src/{name}.pic.o' for name in sources if (name in COLD) == (group == 'cold')]
        run([*make, *objects, f'EXTRA_CFLAGS={flags} {optimization}'], cwd=folder, env=environment)
    prefix_names(tools, folder, [f'{folder}/src/{name}.pic.o' for name in sources], os.path.join(folder, names))
    tools.compile(os.path.join(HERE, 'freed_pages.c'), f'{folder}/src/freed_pages.pic.o', *include_flags(tools, folder))


def prefix_names(tools, folder, objects, header):
    """Give the internal names in `objects` their prefix, and write the header that gives it to what is compiled with them."""
    # Others than C's are the compiler's: i386's __x86.get_pc_thunk.bx.
    names = sorted(name for name in tools.defined(*objects)
                   if name.isidentifier() and not name.startswith('cxa_') and name != 'pthread_create')
    with open(f'{folder}/names', 'w') as renamed, open(header, 'w') as defines:
        renamed.writelines(f'{name} cxa_je_{name}\n' for name in names)
        defines.writelines(f'#define {name} JEMALLOC_N({name})\n' for name in names)
    for file in objects:
        fills = [] if os.path.basename(file).split('.')[0] in FILLS_BLOCKS else FILLS_TABLES
        run(tools.options.objcopy + [f'--redefine-syms={folder}/names', *fills, file])


def mark_code(tools, file):
    """Give the functions in `file` a section of their own, by which profile.c tells them from the user's."""
    names = sorted(set(re.findall(r'] (\.text\S*) +PROGBITS', run(tools.options.readelf + ['-SW', file]))))
    tools.strip(file, file, *KEEP_UNREFERRED, *[f'--rename-section={name}=cxx_alloc_text' for name in names])


def needs_libm(executable):
    """Sampling takes logarithms. The driver links what is named in this file."""
    with open(executable.removesuffix('.o') + '.libraries', 'w') as names:
        names.write('-lm\n')


def has_inlined(tools, profile):
    """Only where the thread's data is found as inlined/ says, and by the paths that 5.3.1 has in its headers."""
    return not profile and tools.options.triple == 'x86_64-linux-gnu' and tools.options.allocator_version != '5.3.0'


def build_variant(tools, folder, output, profile):
    """The objects for executables from the jemalloc in `folder`."""
    options = tools.options
    suffix = '-profile' if profile else ''
    flags = [*include_flags(tools, folder), tools.note('jemalloc', 'executable'),
             f'-DCXX_ALLOC_ALLOCATOR_VERSION="{options.allocator_version}"']
    tools.compile(os.path.join(HERE, 'executable.c'), 'executable-jemalloc.o', *flags, *HOT)
    tools.compile(os.path.join(options.runtime, 'glibc.c'), 'glibc.o', *flags)
    shutil.copyfile(os.path.join(HERE, 'fast_path.h'), 'source/runtime/fast_path.h')
    tools.compile(os.path.join(options.runtime, 'operators.cc'), 'operators-raw.o', '-Isource/jemalloc', *flags)
    ours = ['executable-jemalloc.o', 'glibc.o', *compile_runtime(tools)]
    replaced = ['jemalloc.pic.o']
    inlined = compile_inlined(tools, HERE, output, '-Isource/jemalloc/inlined', f'-ffile-prefix-map={folder}/=/cxx-alloc-lto/{folder}/',
                              *flags) if has_inlined(tools, profile) else []
    if profile:
        tools.compile(os.path.join(HERE, 'profile.c'), 'profile.o', *flags)
        ours.append('profile.o')
        replaced.append('prof_sys.pic.o')

    # executable.c holds jemalloc.c; the others are jemalloc's own objects.
    others = sorted(f'{folder}/src/{name}' for name in os.listdir(f'{folder}/src')
                    if name.endswith('.pic.o') and name not in replaced)
    executable = os.path.join(output, f'executable{suffix}.o')
    needed = sorted({name for name in tools.undefined('operators-raw.o') if name.startswith('cxa_')} | set(inlined))
    strong = sorted(name for name in tools.defined('executable-jemalloc.o')
                    if name.startswith('cxx_alloc_') and name != 'cxx_alloc_provider')
    public = visible_names(tools, 'executable-jemalloc.o')
    tools.merge([*ours, *others], executable, public + strong + needed + ['__dso_handle'], THREAD_FUNCTIONS, WRAPPED)
    if profile:
        mark_code(tools, executable)
    tools.check_visible(executable, public)
    check_undefined(tools, executable, *(PROFILING_FROM_LIBC if profile else []))
    tools.check_links_with_libc_alone(executable, *(['-lm', '-lgcc_s'] if profile else []))
    if profile:
        needs_libm(executable)

    operators = os.path.join(output, f'operators{suffix}.o')
    tools.strip('operators-raw.o', operators)
    if profile:
        mark_code(tools, operators)
    check_operators(tools, operators, executable)
    if not profile:
        # For the archive: a plain compiler takes from it unasked, even where a program has some operators of its own.
        tools.compile(os.path.join(options.runtime, 'operators.cc'), 'operators-forwarding-raw.o', '-DCXX_ALLOC_FORWARD',
                      '-Isource/jemalloc', *flags)
        forwarding = os.path.join(output, 'operators-forwarding.o')
        tools.strip('operators-forwarding-raw.o', forwarding)
        check_operators(tools, forwarding, executable)
    if not options.host:
        conf.build_check(tools, folder, os.path.join(output, 'conf', f'check{suffix}'), *flags)
    shutil.rmtree(folder)


def build_guest(tools, folder, output):
    """The objects of a shared library's own jemalloc. Their names do not end in .o, for libtool: see the system's build.py."""
    options = tools.options
    flags = [*include_flags(tools, folder), '-Isource/runtime/include', tools.note('private', 'shared-library'),
             '-DCXX_ALLOC_GUEST', '-DCXX_ALLOC_FORWARD', f'-DCXX_ALLOC_ALLOCATOR_VERSION="{options.allocator_version}"']
    tools.compile(os.path.join(HERE, 'guest.c'), 'guest-jemalloc.o', *flags, *HOT)
    tools.compile(os.path.join(options.runtime, 'join.c'), 'join.o', *flags)
    shutil.copyfile(os.path.join(HERE, 'guest_path.h'), 'source/runtime/fast_path.h')
    tools.compile(os.path.join(options.runtime, 'operators.cc'), 'guest-operators-raw.o', '-Isource/jemalloc', *flags)
    others = sorted(f'{folder}/src/{name}' for name in os.listdir(f'{folder}/src')
                    if name.endswith('.pic.o') and name != 'jemalloc.pic.o')
    needed = sorted(name for name in tools.undefined('guest-operators-raw.o') if name.startswith(('cxa_', 'cxx_alloc_')))
    guest = os.path.join(output, 'shared-library.guest')
    ours = ['guest-jemalloc.o', 'join.o', *compile_runtime(tools, '-DCXX_ALLOC_GUEST')]
    tools.merge([*ours, *others], guest, ['cxx_alloc_provider', *needed], wrapped=WRAPPED)
    tools.check_visible(guest, [])
    check_undefined(tools, guest, *JOINING_FROM_LIBC)
    tools.check_links_with_libc_alone(guest)
    # What -lstdc++ finds first: see add_guest() in driver/link/plan.cc. gold 2.40 knows no -l:name in a script.
    scripts = fresh(os.path.join(output, 'guest'))
    for name, archives in {'stdc++': 'libstdc++.a', 'c++': 'libc++.a libc++abi.a'}.items():
        with open(os.path.join(scripts, f'lib{name}.so'), 'w') as script:
            script.write(f'INPUT({archives})\n')
    write_guest_exports(os.path.join(scripts, 'exports.map'))
    operators = os.path.join(output, 'shared-library-operators.guest')
    tools.strip('guest-operators-raw.o', operators)
    tools.check_visible(operators, [])
    shutil.rmtree(folder)


def build_all(tools, output):
    """Everything, from the source."""
    fresh(os.path.join(output, 'conf'))
    build_bytes(tools, os.path.join(output, 'conf'))
    prepare_source(tools, 'jemalloc')
    build_variant(tools, 'jemalloc', output, profile=False)
    # Another target gets no second build: it would cost a minute each.
    if not tools.options.host:
        prepare_source(tools, 'jemalloc', 'profile')
        build_variant(tools, 'jemalloc', output, profile=True)
    # The safe dialect that is the fastest: a pair takes 20-37 cycles, against 26-46 with __tls_get_addr. aarch64's
    # compilers have no other.
    if tools.options.triple.startswith('x86_64') and tools.accepts('-mtls-dialect=gnu2'):
        tools.flags = tools.flags + ['-mtls-dialect=gnu2']
    if not tools.options.host:
        prepare_source(tools, 'jemalloc', 'guest')
        build_guest(tools, 'jemalloc', output)


def build_installed(tools, output):
    """The objects for executables from a distribution's static library: no profiling, no baked options, no guest."""
    options = tools.options
    defined = tools.defined(options.installed)
    # What users see is ours to define. malloc_conf stays, for programs that have one of their own.
    public = [name for name in defined if not name.startswith(('je_', '_Z', 'DW.')) and not name.startswith('malloc_conf')]
    renamed = ' '.join(f'--redefine-sym {name}=je_{name}' for name in sorted(public)).split()
    run(options.objcopy + [*renamed, options.installed, 'renamed.a'])
    run(options.ar + ['x', 'renamed.a'])
    members = sorted(name for name in run(options.ar + ['t', 'renamed.a']).split() if not name.startswith('jemalloc_cpp'))
    flags = [tools.note('jemalloc', 'executable'), '-DCXX_ALLOC_INSTALLED',
             f'-DCXX_ALLOC_ALLOCATOR_VERSION="{options.allocator_version}"']
    tools.compile(os.path.join(HERE, 'executable.c'), 'executable-jemalloc.o', *flags)
    tools.compile(os.path.join(options.runtime, 'glibc.c'), 'glibc.o', *flags)
    runtime = compile_runtime(tools)
    shutil.copyfile(os.path.join(HERE, 'installed_path.h'), 'source/runtime/fast_path.h')
    executable = os.path.join(output, 'executable.o')
    for suffix, more in {'': [], '-forwarding': ['-DCXX_ALLOC_FORWARD']}.items():
        tools.compile(os.path.join(options.runtime, 'operators.cc'), 'operators-raw.o', '-Isource/jemalloc', *flags, *more)
        tools.strip('operators-raw.o', os.path.join(output, f'operators{suffix}.o'))
    needed = sorted(name for name in tools.undefined('operators-raw.o') if name.startswith('cxa_'))
    strong = sorted(name for name in tools.defined('executable-jemalloc.o')
                    if name.startswith('cxx_alloc_') and name != 'cxx_alloc_provider')
    public = visible_names(tools, 'executable-jemalloc.o')
    tools.merge(['executable-jemalloc.o', 'glibc.o', *runtime, *members], executable,
                public + strong + needed + ['__dso_handle', 'malloc_conf', 'malloc_conf_2_conf_harder'], THREAD_FUNCTIONS)
    # malloc_conf stands in front of a program's own, and is weak like the rest. Distributions build with profiling.
    tools.check_visible(executable, public + ['malloc_conf', 'malloc_conf_2_conf_harder'])
    needs_libm(executable)
    for suffix in ['', '-forwarding']:
        check_operators(tools, os.path.join(output, f'operators{suffix}.o'), executable)


def main():
    parser = arguments(__doc__)
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument('--source', type=os.path.abspath, help='the source tree of jemalloc')
    origin.add_argument('--installed', type=os.path.abspath, help="the distribution's libjemalloc_pic.a")
    parser.add_argument('--depfile', type=os.path.abspath, help='written for ninja: the patches')
    options = parser.parse_args()
    if options.source and shutil.which('make') is None:
        fail('make: not found; it is needed to build jemalloc; install make')
    if options.depfile:
        patches = patches_for(options.allocator_version)
        with open(options.depfile, 'w') as stream:    # their folder too: it is younger when one more is in it
            stream.write(f'{os.path.relpath(options.output)}: {" ".join([os.path.dirname(patches[0]), *patches])}\n')
    os.chdir(fresh(options.work))
    output = fresh(options.output)
    tools = Toolchain(options)

    if options.installed:
        build_installed(tools, output)
    else:
        build_all(tools, output)
    write_archives(tools, 'jemalloc', os.path.join(output, 'executable.o'), os.path.join(output, 'operators-forwarding.o'))
    finish(output)


main()
