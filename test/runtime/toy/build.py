#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the toy's runtime objects for one target."""
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))
from interface import build_executable  # noqa: E402
from object_tools import Toolchain, arguments, finish, fresh  # noqa: E402


def main():
    options = arguments(__doc__).parse_args()
    os.chdir(fresh(options.work))
    fresh(options.output)
    build_executable(Toolchain(options), 'toy', HERE)
    finish(options.output)


main()
