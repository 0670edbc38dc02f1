# SPDX-License-Identifier: Apache-2.0
"""What does every allocator's runtime object offer, and what may it ask of libc? The names are those of runtime/malloc_family.h,
runtime/glibc.c and runtime/operators.cc, which an allocator's build script compiles."""
import os
import re
import shutil

from object_tools import fail, fresh, run

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../runtime/malloc_family.inc')) as table:
    FAMILY = re.findall(r'^FUNCTION\((\w+),', table.read(), re.M)
YOUNGER = ['free_sized', 'free_aligned_sized']    # if the libc of this target has them
# What a C program may see: libc's malloc family, glibc's extras, and the table behind <cxx_alloc/allocator.h>. New programs
# cannot link cfree; libc_symbols.c gives old ones ours.
PUBLIC = [name for name in FAMILY if name not in (*YOUNGER, 'cfree')] + '''mallinfo mallinfo2 mallopt malloc_info malloc_stats
malloc_trim __libc_malloc __libc_calloc __libc_realloc __libc_free __libc_memalign __libc_valloc __libc_pvalloc __posix_memalign
cxx_alloc_provider'''.split()

# What GCC's runtime libraries (libgfortran, libobjc, libgcc) refer to weakly, and call if __pthread_key_create is there
# (libgcc/gthr-posix.h). jemalloc brings that one into a static program, so it must bring the others: libc.a has a file for
# each. Nothing is relocated against these names, so they cost a dynamic program nothing.
THREAD_FUNCTIONS = '''pthread_attr_destroy pthread_attr_init pthread_attr_setdetachstate pthread_cancel
pthread_cond_broadcast pthread_cond_destroy pthread_cond_init pthread_cond_signal pthread_cond_timedwait pthread_cond_wait
pthread_create pthread_detach pthread_equal pthread_exit pthread_getschedparam pthread_getspecific pthread_join
pthread_key_create pthread_key_delete pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock pthread_mutex_timedlock
pthread_mutex_trylock pthread_mutex_unlock pthread_mutexattr_destroy pthread_mutexattr_init pthread_mutexattr_settype
pthread_once pthread_self pthread_setschedparam pthread_setspecific sched_get_priority_max sched_get_priority_min
sched_yield'''.split()
KEEP_UNREFERRED = [f'--keep-symbol={name}' for name in THREAD_FUNCTIONS]

# operator new and delete, in the Itanium mangling; {0} is size_t.
OPERATORS = '''_Znw{0} _Zna{0} _Znw{0}RKSt9nothrow_t _Zna{0}RKSt9nothrow_t _Znw{0}St11align_val_t _Zna{0}St11align_val_t
_Znw{0}St11align_val_tRKSt9nothrow_t _Zna{0}St11align_val_tRKSt9nothrow_t _ZdlPv _ZdaPv _ZdlPvRKSt9nothrow_t
_ZdaPvRKSt9nothrow_t _ZdlPv{0} _ZdaPv{0} _ZdlPvSt11align_val_t _ZdaPvSt11align_val_t _ZdlPvSt11align_val_tRKSt9nothrow_t
_ZdaPvSt11align_val_tRKSt9nothrow_t _ZdlPv{0}St11align_val_t _ZdaPv{0}St11align_val_t'''

# What operators.o may need of the C++ runtime: names that libstdc++ and libc++ both have.
CXX_RUNTIME = '''__cxa_allocate_exception __cxa_begin_catch __cxa_end_catch __cxa_throw __cxa_rethrow __cxa_free_exception
__gxx_personality_v0 _Unwind_Resume _ZSt9terminatev _ZSt15get_new_handlerv _ZTISt9bad_alloc _ZTVSt9bad_alloc
_ZNSt9bad_allocD1Ev _ZSt7nothrow
_GLOBAL_OFFSET_TABLE_'''.split()

# Taken from the runtime's memory.c where the compiler or the allocator asks for them.
WRAPPED = 'memcpy memmove memset memchr strlen strncmp strcmp strchr strncpy'.split()

# What an executable's object may take from libc, and why that does no harm where a preloaded library or the program itself
# defines the name over malloc. Everything else is the kernel's (kernel.h).
FROM_LIBC = {
    '__errno_location': 'errno, when an allocation fails; every libc function that fails needs it too',
    'memcpy memset': 'long blocks, when the allocator serves (memory.c)',
    'environ __libc_stack_end': 'variables, before libc says anything (startup.c)',
    '__libc_single_threaded': 'a variable (fork_order.h)',
    'pthread_key_create pthread_setspecific': "the end of a thread; called when the caller's own allocations are served",
    '__register_atfork _IO_list_lock _IO_list_unlock _IO_list_resetlock': 'fork; called likewise, and by fork() itself',
    'pthread_create pthread_join': 'only with background_thread:true',
    'abort': 'the end, after a message',
    'atexit': 'only with stats_print:true and the like',
    'fprintf stderr pthread_setcancelstate': 'malloc_stats() and malloc_info() print',
    '__start_cxx_alloc_conf malloc_conf': "the program's options, weak",
    '__getauxval': "asked by libgcc's own constructor on aarch64, for which atomic instructions there are",
    '_DYNAMIC _GLOBAL_OFFSET_TABLE_ __tls_get_addr ___tls_get_addr': "the linker's, some on some targets",
}


def plain_name(name):
    """The function for which glibc's headers put `name`: with a check (_FORTIFY_SOURCE), or of a younger C (since glibc 2.38)."""
    found = re.fullmatch(r'__isoc\d+_(\w+)|__(\w+)_chk|__(open|openat)(?:64)?_2', name)
    return next(filter(None, found.groups())) if found else name


def check_undefined(tools, file, *more):
    """`file` asks libc for nothing but what stands above, and `more`, or what the headers make of that."""
    allowed = {name for names in FROM_LIBC for name in names.split()} | set(more)
    # THREAD_FUNCTIONS are undefined in it, though nothing refers to them.
    referred = {words[4] for words in map(str.split, run(tools.options.readelf + ['-rW', file]).splitlines()) if len(words) > 4}
    strange = sorted(name for name in set(tools.undefined(file)) & referred if not {name, plain_name(name)} & allowed)
    if strange:
        fail(f'{os.path.basename(file)}: {", ".join(strange)}: asked of libc, where a preloaded library or the program may have '
             'another; see kernel.h of the runtime, or give a reason in allocators/interface.py')


def check_operators(tools, operators, executable):
    """All twenty are there, and they need nothing but `executable` and what every C++ runtime has."""
    triple = tools.options.triple
    size_letter = 'm' if 'x86_64' in triple or '64' in triple.split('-')[0] else 'j'
    tools.check_visible(operators, OPERATORS.format(size_letter).split())
    foreign = sorted(set(tools.undefined(operators)) - set(tools.defined(executable)) - set(CXX_RUNTIME))
    if foreign:
        fail(f'{os.path.basename(operators)}: {", ".join(foreign)}: not a name that libstdc++ and libc++ share')


def visible_names(tools, file):
    """What users see of the malloc that is defined in `file`."""
    defined = tools.defined(file)
    return PUBLIC + [name for name in YOUNGER if name in defined]


def write_archives(tools, name, executable, forwarding):
    """liballoc_NAME.a, for plain compilers and for static libraries that carry the allocator, and the empty one that asks for it.
    What an archive holds is linked without cxx-alloc too, where nobody reads which definitions were chosen (chosen.h), and
    into shared libraries, which cannot say, and in which a linker refuses .preinit_array."""
    output = os.path.dirname(executable)
    carried = os.path.join(output, 'executable-carried.o')
    # By the symbol the driver knows whose runtime an archive carries (driver/inputs/scan_symbols.cc).
    tools.strip(executable, carried, *KEEP_UNREFERRED, '--remove-section=.note.cxx-alloc-chosen',
                '--rename-section=.preinit_array=.init_array.00000', f'--add-symbol=cxx_alloc_carries_{name}=.note.cxx-alloc:0,weak')
    tools.archive(os.path.join(output, f'liballoc_{name}.a'), [carried, forwarding])
    tools.archive(os.path.join(fresh(os.path.join(output, 'marker')), f'liballoc_{name}.a'), [])


def no_calls(tools):
    """What runs before libc is ready must not become a call of memcpy or strlen."""
    return [flag for flag in ['-fno-builtin', '-fno-tree-loop-distribute-patterns'] if tools.accepts(flag)]


def compile_runtime(tools, *flags):
    """The objects that go into a merge beside the allocator's own: where it starts, the time, and WRAPPED; in executables also what
    libraries find that look past them."""
    sources = ['startup', 'clock', 'memory', *([] if '-DCXX_ALLOC_GUEST' in flags else ['libc_symbols'])]
    for name in sources:
        tools.compile(os.path.join(tools.options.runtime, name + '.c'), name + '.o', *no_calls(tools), *flags)
    return [name + '.o' for name in sources]


def build_executable(tools, name, folder, inputs=(), from_libc=(), wrapped=(), more_flags=()):
    """Everything for executables of the allocator `name`: executable.o, operators.o, and what archives hold. They are of
    executable.c, compiled with `more_flags`, and fast_path.h in its `folder`, and of `inputs`, the allocator's own objects, or words
    for the linker. They may take the names `from_libc` of libc besides those above, and theirs in `wrapped` are taken for
    __wrap_NAME."""
    options = tools.options
    flags = [tools.note(name, 'executable'), f'-DCXX_ALLOC_ALLOCATOR_VERSION="{options.allocator_version}"']
    tools.compile(os.path.join(folder, 'executable.c'), f'executable-{name}.o', *flags, *more_flags)
    tools.compile(os.path.join(options.runtime, 'glibc.c'), 'glibc.o', *flags)
    shutil.copyfile(os.path.join(folder, 'fast_path.h'), 'source/runtime/fast_path.h')
    operators = {suffix: os.path.join(options.output, f'operators{suffix}.o') for suffix in ['', '-forwarding']}
    for suffix, file in operators.items():
        forward = ['-DCXX_ALLOC_FORWARD'] if suffix else []
        tools.compile(os.path.join(options.runtime, 'operators.cc'), 'operators-raw.o', f'-Isource/{os.path.basename(folder)}',
                      *flags, *forward)
        tools.strip('operators-raw.o', file)
    needed = sorted(symbol for symbol in tools.undefined('operators-raw.o') if symbol.startswith('cxa_'))
    strong = sorted(symbol for symbol in tools.defined(f'executable-{name}.o')
                    if symbol.startswith('cxx_alloc_') and symbol != 'cxx_alloc_provider')
    public = visible_names(tools, f'executable-{name}.o')
    executable = os.path.join(options.output, 'executable.o')
    tools.merge([f'executable-{name}.o', 'glibc.o', *compile_runtime(tools), *inputs], executable,
                public + strong + needed + ['__dso_handle'], THREAD_FUNCTIONS, [*WRAPPED, *wrapped])
    tools.check_visible(executable, public)
    check_undefined(tools, executable, *from_libc)
    tools.check_links_with_libc_alone(executable)
    for file in operators.values():
        check_operators(tools, file, executable)
    write_archives(tools, name, executable, operators['-forwarding'])
    return executable
