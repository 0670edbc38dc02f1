#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: meson-kinds.sh C C++. Every kind of target that Meson knows, and its built-in options for LTO and sanitizers.
c=$1 cplusplus=$2
cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
cp "$here"/program.c c_program.c
cp "$here"/archive.c c_archive.c
cat >meson.build <<'CODE'
project('kinds', 'c', 'cpp', default_options: ['warning_level=0', 'werror=true'])
deps = [dependency('threads'), dependency('dl')]
both = both_libraries('both', 'archive.cc')
module = shared_module('plugin', 'plugin.cc', name_prefix: '')
use_plugin = static_library('use_plugin', 'use_plugin.c')
executable('of_archive', 'program.cc', link_with: both.get_static_lib(), link_whole: use_plugin, dependencies: deps)
executable('of_shared', 'program.cc', link_with: both.get_shared_lib(), link_whole: use_plugin, dependencies: deps)
executable('of_c', 'c_program.c', 'c_archive.c', link_whole: use_plugin, dependencies: deps)
executable('opted_out', 'program.cc', link_with: both, dependencies: deps, link_args: '--allocator=system')
CODE
check() {    # check has_jemalloc|has_system
  "$1" tree/of_archive "$t/tree/plugin.so"
  "$1" tree/of_shared "$t/tree/plugin.so"
  "$1" tree/of_c
  has_system tree/opted_out
  not defines_jemalloc tree/libboth.so
  not defines_jemalloc tree/libboth.a
  not defines_jemalloc tree/plugin.so
}
as ours "$c" "$cplusplus" quietly meson setup tree
as ours "$c" "$cplusplus" quietly meson compile -C tree
check has_jemalloc
defines_operators tree/of_archive
not defines_operators tree/of_c

# Meson knows of us what it knows of the compiler alone: family, version, linker. Its probes pass -Werror=… flags.
as bare "$c" "$cplusplus" quietly meson setup bare
sed -E "s#\"/[^\"]*/(cxx|cc)-alloc\"#\"$cplusplus\"#g; s#\"$c\"#\"$cplusplus\"#g" tree/meson-info/intro-compilers.json |
  diff - <(sed "s#\"$c\"#\"$cplusplus\"#g" bare/meson-info/intro-compilers.json)
linker() { grep -E '^C(\+\+)? (linker|compiler) for the host machine' "$1"/meson-logs/meson-log.txt | sed -E 's/^(C\S*) (\S+) for the host machine: \S+ /\1 \2 /'; }
[[ $(linker tree) == *'C++ linker'* ]]
diff <(linker bare) <(linker tree)

lto=(-Db_lto=true)
if [[ $cplusplus == clang* ]]; then lto+=(-Dc_link_args=-fuse-ld=lld -Dcpp_link_args=-fuse-ld=lld); fi
as ours "$c" "$cplusplus" quietly meson setup --wipe tree "${lto[@]}"
as ours "$c" "$cplusplus" quietly meson compile -C tree
check has_jemalloc

# The runtime of address defines malloc; the one of undefined does not. clang's runs before libc knows its environment, and
# jemalloc with it, so there no MALLOC_CONF tells who allocates.
as ours "$c" "$cplusplus" quietly meson setup --wipe tree -Db_sanitize=address -Db_lundef=false
as ours "$c" "$cplusplus" quietly meson compile -C tree
[[ $(readelf -s tree/of_archive) == *__asan_init* ]]
check has_system
as ours "$c" "$cplusplus" quietly meson configure tree -Db_sanitize=undefined
as ours "$c" "$cplusplus" quietly meson compile -C tree
if [[ $cplusplus == g++ ]]; then
  check has_jemalloc
else
  for program in of_archive of_shared of_c; do
    defines_jemalloc tree/$program
    tree/$program
  done
fi
