# SPDX-License-Identifier: Apache-2.0
"""What does it take to bake an allocator's options into an executable? A folder conf/ beside its runtime objects: an object for
each byte that may stand in the string (jemalloc/conf.h says how), and a program `check` that judges a string, its own."""
import os
import re

from object_tools import run

HERE = os.path.dirname(os.path.abspath(__file__))

# The string's end, and printable ASCII.
BYTES = [0, *range(0x20, 0x7f)]


def build_bytes(tools, folder):
    """<folder>/<byte in hexadecimal>.o for each byte."""
    tools.compile(os.path.join(HERE, 'conf_byte.c'), 'conf-byte.o')
    tools.strip('conf-byte.o', 'conf-byte-stripped.o')
    sections = run(tools.options.readelf + ['-SW', 'conf-byte-stripped.o'])
    offset = int(re.search(r'cxx_alloc_conf +PROGBITS +\w+ +(\w+) +0*1 ', sections)[1], 16)
    with open('conf-byte-stripped.o', 'rb') as stream:
        image = bytearray(stream.read())
    for byte in BYTES:
        image[offset] = byte
        with open(os.path.join(folder, f'{byte:02x}.o'), 'wb') as stream:
            stream.write(image)
