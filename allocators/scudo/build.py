#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build scudo's runtime objects for one target from compiler-rt's static libraries, of C and of C++."""
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))
from conf_bytes import build_bytes  # noqa: E402
from interface import build_executable  # noqa: E402
from object_tools import Toolchain, arguments, fail, finish, fresh, run  # noqa: E402

# What scudo and GWP-ASan take from libc besides what every runtime may (interface.py), and why a preloaded library or a program
# that has its own does no harm.
FROM_LIBC = {
    'mmap munmap mprotect madvise mincore': 'memory: who wraps these hands on to the kernel, and allocates nothing for it',
    'syscall sysconf sched_getaffinity __sched_cpucount clock_gettime time': 'the machine and the time: of libc alone',
    'open read close': '/dev/urandom and maps, where getrandom is not there',
    'write raise signal sigaction snprintf strerror strtol fwrite backtrace backtrace_symbols': 'a report, before the end',
    'vfprintf vsnprintf': "what Debian 13's and later headers make of fprintf and snprintf, for a check",
    'pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_once': "GWP-ASan's lock, the first allocation",
    '__stack_chk_fail': 'the distribution builds it with -fstack-protector',
    '__scudo_default_options __gwp_asan_default_options': "the program's options, weak",
    'android_set_abort_message async_safe_write_log': 'weak, of another system',
}


def renamed(tools, archive, symbols):
    """A copy of `archive`, in the work folder, with each of `symbols` behind scudo_."""
    copy = os.path.basename(archive)
    pairs = {name: f'scudo{name}' if name.startswith('_Z') else f'scudo_{name}' for name in symbols}
    # Our runtime has a memcpy without the check, gives the options, and locks for a fork.
    pairs.update({'__memcpy_chk': 'memcpy', '__scudo_default_options': 'cxa_scudo_options', 'pthread_atfork': 'cxa_scudo_atfork'})
    with open('renamed.txt', 'w') as stream:
        stream.writelines(f'{name} {new}\n' for name, new in sorted(pairs.items()))
    run(tools.options.objcopy + ['--redefine-syms=renamed.txt', archive, copy])
    return copy


def public_names(tools, archive):
    """What others see of it: the names of C, and the operators."""
    return [name for name in tools.defined(archive) if not name.startswith('_Z') or re.match(r'_Z(n|d)[wal]', name)]


def build_check(tools, executable, output):
    """The program that judges --allocator-conf. The keys are the strings of the library that it knows as one."""
    with open(tools.options.archive, 'rb') as stream:
        candidates = sorted(set(re.findall(rb'\0((?:GWP_ASAN_)?[A-Za-z]\w{5,40})(?=\0)', stream.read())))

    def build(keys):
        with open(os.path.join('source', 'conf_keys.inc'), 'w') as stream:
            stream.writelines(f'"{key}",\n' for key in keys)
        tools.compile(os.path.join(HERE, 'conf_check.c'), 'conf-check.o', '-Isource')
        run(tools.options.cc + ['-static', '-Wl,--build-id=none', '-s', '-o', output, executable, 'conf-check.o', '-lpthread'])

    build([])

    def said(words):
        return subprocess.run([os.path.abspath(output), words], stdout=subprocess.PIPE, text=True).stdout

    keys = [key.decode() for key in candidates
            if re.fullmatch(rb'[a-z]+(_[a-z]+)+|GWP_ASAN_\w+', key) and not said(f'{key.decode()}=1').startswith('unknown')]
    if 'quarantine_size_kb' not in keys or 'GWP_ASAN_Enabled' not in keys:
        fail(f'{tools.options.archive}: its options are not found')
    build(keys)


def main():
    parser = arguments(__doc__)
    for name in ['archive', 'archive-cxx']:
        parser.add_argument(f'--{name}', required=True, type=os.path.abspath, help='of compiler-rt')
    options = parser.parse_args()
    os.chdir(fresh(options.work))
    output = fresh(options.output)
    tools = Toolchain(options)

    archives = [options.archive, options.archive_cxx]
    symbols = {name for archive in archives for name in public_names(tools, archive)}
    copies = [renamed(tools, archive, symbols) for archive in archives]
    # Whole, for it refers to its checksums weakly.
    executable = build_executable(tools, 'scudo', HERE, ['-Wl,--whole-archive', *copies, '-Wl,--no-whole-archive'],
                                  ' '.join(FROM_LIBC).split(), ['getenv'])

    conf = fresh(os.path.join(output, 'conf'))
    build_bytes(tools, conf)
    if not options.host:
        build_check(tools, executable, os.path.join(conf, 'check'))
    finish(output)


main()
