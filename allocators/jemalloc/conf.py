# SPDX-License-Identifier: Apache-2.0
"""The program that judges jemalloc's options, before they are baked into an executable (conf_check.c)."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))
from object_tools import fail, run  # noqa: E402


def write_keys(folder, file):
    """All options that the source knows, in the order of the alphabet."""
    keys = set()
    for name in ['jemalloc.c', 'conf.c']:
        path = os.path.join(folder, 'src', name)
        if os.path.exists(path):
            with open(path) as stream:
                for found in re.findall(r'CONF_HANDLE_\w+\(\s*[\w.\->]+,\s*"(\w+)"|CONF_MATCH\("(\w+)"\)|'
                                        r'strncmp\("(\w+)", k, klen\)', stream.read()):
                    keys.update(filter(None, found))
    if len(keys) < 50:
        fail(f'{folder}: only {len(keys)} options found in the source of jemalloc; it has over 70')
    with open(file, 'w') as stream:
        stream.writelines(f'"{key}",\n' for key in sorted(keys))


def build_check(tools, folder, output, *flags):
    """The program that judges a string, from the jemalloc in `folder`."""
    write_keys(folder, os.path.join(folder, 'conf_keys.inc'))
    tools.compile(os.path.join(HERE, 'conf_check.c'), 'conf-check.o', f'-I{folder}', f'-I{folder}/include', *flags)
    replaced = ['jemalloc.pic.o'] if '-DCXX_ALLOC_JEMALLOC_5_3_0' in flags else ['conf.pic.o']
    objects = ['startup.o', 'clock.o']
    objects += sorted(f'{folder}/src/{name}' for name in os.listdir(f'{folder}/src')
                      if name.endswith('.pic.o') and name not in replaced)
    run(tools.options.cc + ['-static', '-Wl,--gc-sections', '-Wl,--build-id=none', '-s', '-o', output, 'conf-check.o',
                            *objects, '-lpthread', '-lm'])
    try:
        said = subprocess.run([output], stdout=subprocess.PIPE, text=True).stdout
    except OSError:
        return  # built for another machine
    if not said.startswith('good\t'):
        fail(f'CXX_ALLOC_DEFAULT_CONF in allocators/jemalloc/conf.h: {said.strip()}')
