# SPDX-License-Identifier: Apache-2.0
"""What goes into programs that are linked with LTO, lto/ in the folder of an allocator: bodies of malloc and the operators for
each compiler, as its intermediate code, and one object that is the same for all of them.

The sources are inlined_malloc.cc and inlined_operators.cc of runtime/, which include the folder's inlined_path.h, and the
folder's inlined_start.c. A compiler can read what the very same version has written, and nothing else is promised.
"""
import os
import re
import shutil
import subprocess

from object_tools import fresh, succeeds

# Neither what protects branches nor -fPIC: the user's words are what counts for the user's code, and GCC ends a link in which
# objects differ there. Of a body that fits everywhere no more is asked than the oldest machine has. The map is for GCC, which
# writes the folder of the build beside a relative name of a source; by the folder that it gives instead the driver recognizes what a
# compiler says of these sources (run/execute.cc).
FLAGS = ['-std=c++17', '-O2', '-g0', '-fPIE', '-fno-rtti', '-fno-stack-protector', '-U_FORTIFY_SOURCE', '-D_GNU_SOURCE',
         '-D_REENTRANT', '-w', '-ffile-prefix-map=source/=/cxx-alloc-lto/']
# GCC's hold ordinary code too, for linkers that load no plug-in. For -flto=full clang 22 forgets too early what it will know
# of constants when all is linked (llvm.is.constant), for -flto=thin it does not: so its objects of the first kind are made of the
# second's, which then must have the flag of the first that all objects of a link share.
STEPS = {'clang': {'thin': [['-flto=thin']],
                   'full': [['-flto=thin', '-fsplit-lto-unit'], ['-flto=full', '-Xclang', '-disable-llvm-passes']]},
         'gcc': {'full': [['-flto', '-ffat-lto-objects', '-frandom-seed=cxx-alloc']]}}
# malloc throws nothing, and is called by C programs, which have no runtime for it; operator new throws.
PARTS = {'malloc': '-fno-exceptions', 'operators': '-fexceptions'}


def asked(words, *options):
    """What a compiler answers, or nothing."""
    try:
        done = subprocess.run([*words, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return ''
    return done.stdout.strip() if done.returncode == 0 else ''


def identify(words):
    """"clang-22.1.8", as the driver calls a compiler, or nothing."""
    version = asked(words, '-dumpfullversion', '-dumpversion')
    family = 'clang' if re.search(r'\bclang version\b', asked(words, '--version')) else 'gcc'
    return f'{family}-{version}' if re.fullmatch(r'\d+(\.\d+)+', version) else ''


def compile_for(tools, words, target, *flags):
    """The objects of one compiler, in the folder `target`; false where it cannot make them all, or one that a package may have in it:
    none tells the folder of the build."""
    os.makedirs(target)
    for part, exceptions in PARTS.items():
        for kind, steps in STEPS[os.path.basename(target).split('-')[0]].items():
            file = os.path.join('source', f'runtime-inlined_{part}.cc')
            for number, step in enumerate(steps, 1):
                made = os.path.join(target, f'{part}-{kind}.o') if number == len(steps) else f'inlined-{part}-{kind}.bc'
                if not succeeds([*words, *FLAGS, exceptions, *flags, *step, '-c', file, '-o', made]):
                    return False
                file = made
            with open(file, 'rb') as stream:
                if os.getcwd().encode() in stream.read():
                    return False
    return True


def compile_inlined(tools, folder, output, *flags):
    """Fills `output`/lto with what the compilers of the build make of the path in `folder`. Gives the names of the allocator that
    the objects refer to."""
    shutil.copyfile(os.path.join(folder, 'inlined_path.h'), 'source/runtime/inlined_path.h')
    lto = fresh(os.path.join(output, 'lto'))
    start = os.path.join(lto, 'start.o')
    tools.compile(os.path.join(folder, 'inlined_start.c'), 'inlined-start.o', *flags)
    tools.strip('inlined-start.o', start)
    needed = set(tools.undefined(start))
    for part, exceptions in PARTS.items():
        source = os.path.join(tools.options.runtime, f'inlined_{part}.cc')
        tools.compile(source, 'outlined.o', f'-Isource/{os.path.basename(folder)}', exceptions, '-DCXX_ALLOC_OUTLINED', *flags)
        needed |= set(tools.undefined('outlined.o'))
    for words in tools.options.lto_cxx:
        name = identify(words)
        target = os.path.join(lto, name)
        include = ['-I', f'source/{os.path.basename(folder)}', '-I', 'source/runtime']
        # A compiler that is too old for the headers is no reason to have no build.
        if name and not os.path.exists(target) and not compile_for(tools, words, target, *include, *flags):
            shutil.rmtree(target)
            print(f'{words[-1]}: cannot compile what is inlined by LTO; its links leave the calls of malloc where they are')
    return sorted(name for name in needed if name.startswith('cxa_'))
