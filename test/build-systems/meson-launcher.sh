#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Meson 1.7 has no launcher for links. The launcher form as a compiler of several words comes next to it: Meson sees g++, and
# all but links is handed on as it is; ccache may stand between.
cp "$here"/{archive,program}.cc .
cat >meson.build <<'CODE'
project('launched', 'cpp', default_options: 'werror=true')
shared = shared_library('text', 'archive.cc')
executable('program', 'program.cc', link_with: shared, dependencies: dependency('threads'))
CODE
export CXX_ALLOC_LOG=$t/links.jsonl
CXX="$cxx --allocator-launch g++" quietly meson setup tree
grep -q '^C++ compiler for the host machine: .* --allocator-launch g++ (gcc ' output
rm -f links.jsonl
quietly meson compile -C tree
(($(wc -l <links.jsonl) == 2))
has_jemalloc tree/program
not defines_jemalloc tree/libtext.so
g++ --version | head -n 1 >bare.txt
"$cxx" --allocator-launch g++ --version | head -n 1 | cmp - bare.txt
