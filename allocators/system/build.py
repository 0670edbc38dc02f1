#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the runtime objects of the process's own malloc for one target: a note, and the table over libc."""
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from object_tools import Toolchain, arguments, finish, fresh  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    options = arguments(__doc__).parse_args()
    os.chdir(fresh(options.work))
    output = fresh(options.output)
    tools = Toolchain(options)

    executable = os.path.join(output, 'executable.o')
    tools.compile(os.path.join(HERE, 'executable.c'), 'executable-system.o', tools.note('system', 'executable'))
    tools.merge(['executable-system.o'], executable, ['cxx_alloc_provider'])
    tools.check_visible(executable, ['cxx_alloc_provider'])
    tools.check_links_with_libc_alone(executable)

    # Not "shared-library.o": libtool's configure takes every word ending in .o on the verbose link line of -shared for an
    # object of the C++ runtime, and links it into each library again (m4/libtool.m4, postdep_objects; libtool 2.4.7).
    tools.compile(os.path.join(options.runtime, 'note.c'), 'note.o', tools.note('process', 'shared-library'))
    tools.strip('note.o', os.path.join(output, 'shared-library.note'))

    tools.archive(os.path.join(output, 'liballoc_system.a'), [executable])
    tools.archive(os.path.join(fresh(os.path.join(output, 'marker')), 'liballoc_system.a'), [])
    finish(output)


main()
