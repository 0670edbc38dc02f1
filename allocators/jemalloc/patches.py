#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Put our patches into a source tree of jemalloc, wherever it came from: `patches.py FOLDER`.

Meson's wrap applies them to what it unpacks, and ./dev runs this; a tree unpacked by hand is as released. A tree with other
patches in it, of an earlier version of this project, is an error: what they were is not known any more.
"""
import hashlib
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))
from object_tools import fail, patching, run, succeeds  # noqa: E402

PATCHES = os.path.normpath(os.path.join(HERE, '../../subprojects/packagefiles/jemalloc'))
STAMP = 'cxx-alloc-patches'


def version_of(folder):
    """A release carries VERSION; the snapshot of a tag does not, but its ChangeLog is complete."""
    for name, pattern in {'VERSION': r'([\d.]+)', 'ChangeLog': r'\n\* ([\d.]+) '}.items():
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path) as stream:
                found = re.search(pattern, stream.read())
            if found:
                return found[1]
    fail(f'{folder}: neither VERSION nor ChangeLog tells the version of jemalloc')


def patches_for(version):
    """In the order in which they are applied."""
    folder = os.path.join(PATCHES, version) if version == '5.3.0' else PATCHES
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith('.patch')]


def hash_of(files):
    digest = hashlib.sha256()
    for file in files:
        with open(file, 'rb') as stream:
            digest.update(stream.read())
    return digest.hexdigest() + '\n'


def ensure_patches(folder):
    """Afterwards `folder` has our patches in it, all of them, and a stamp that says which."""
    patches = patches_for(version_of(folder))
    stamp = os.path.join(folder, STAMP)
    wanted = hash_of(patches)
    if os.path.exists(stamp):
        with open(stamp) as stream:
            if stream.read() == wanted:
                return
        fail(f'{folder}: has patches of another version of cxx-alloc in it; remove it, and unpack or set up again')
    undone = 0
    for patch in reversed(patches):
        if succeeds(patching(patch, folder, '--reverse', '--dry-run')):
            run(patching(patch, folder, '--reverse'))
            undone += 1
    for patch in patches:
        command = patching(patch, folder)
        if undone not in (0, len(patches)) or not succeeds(command + ['--dry-run']):
            fail(f'{folder}: is not jemalloc as released, {os.path.relpath(patch, PATCHES)} does not apply; '
                 'remove it, and unpack or set up again')
        run(command)
    with open(stamp, 'w') as stream:
        stream.write(wanted)


if __name__ == '__main__':
    ensure_patches(sys.argv[1])
