#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build mimalloc's runtime objects for one target from its sources."""
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))
from conf_bytes import build_bytes  # noqa: E402
from interface import build_executable  # noqa: E402
from object_tools import Toolchain, arguments, fail, finish, fresh, patching, run  # noqa: E402

# What mimalloc takes from libc besides what every runtime may (interface.py), and why that does no harm.
FROM_LIBC = {
    'strtol strstr': "options: they read what they are given, and libc's allocate nothing",
    'snprintf vsnprintf': 'a message, of MIMALLOC_VERBOSE and the like',
}


def keys_of(source):
    """The options by their names in the sources, but for those that are named deprecated."""
    with open(os.path.join(source, 'src/options.c')) as stream:
        pairs = re.findall(r'MI_OPTION(?:_LEGACY)?\((\w+)(?:, *\w+)?\) *\}', stream.read())
    keys = list(dict.fromkeys(key for key in pairs if not key.startswith('deprecated_')))
    if 'verbose' not in keys or 'show_stats' not in keys:
        fail(f'{source}: its options are not found')
    return keys


def main():
    parser = arguments(__doc__)
    parser.add_argument('--source', required=True, type=os.path.abspath, help="mimalloc's source tree")
    options = parser.parse_args()
    os.chdir(fresh(options.work))
    output = fresh(options.output)
    tools = Toolchain(options)

    for name in ['src', 'include']:
        shutil.copytree(os.path.join(options.source, name), os.path.join('source/upstream', name))
    for patch in ['retire.patch', 'too-large.patch']:
        run(patching(os.path.join(HERE, patch), 'source/upstream'))
    upstream = ['-Isource/upstream/src', '-Isource/upstream/include', '-DNDEBUG', '-DMI_STATIC_LIB', '-ftls-model=initial-exec',
                '-fno-builtin']
    build_executable(tools, 'mimalloc', HERE, from_libc=' '.join(FROM_LIBC).split(), more_flags=upstream)

    conf = fresh(os.path.join(output, 'conf'))
    build_bytes(tools, conf)
    if not options.host:
        with open('source/conf_keys.inc', 'w') as stream:
            stream.writelines(f'"{key}",\n' for key in keys_of(options.source))
        tools.compile(os.path.join(HERE, 'conf_check.c'), 'conf-check.o', '-Isource')
        run(tools.options.cc + ['-static', '-Wl,--build-id=none', '-s', '-o', os.path.join(conf, 'check'), 'conf-check.o'])
    finish(output)


main()
