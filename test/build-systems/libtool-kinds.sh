#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
. "$suite/autotools.sh"
# autoconf, automake and libtool: programs get jemalloc, whichever library they take, static or shared; modules nothing.
autotools_project
mkdir tree
cd tree
CC=$cc CXX=$cxx quietly ../configure --cache-file="$t/cache" --prefix="$t/installed"
quietly make
LD_LIBRARY_PATH=$t/tree/.libs has_jemalloc .libs/program "$t/tree/.libs/plugin.so"    # ./program is a script of libtool's
has_jemalloc c_program
defines_operators .libs/program
not defines_operators c_program
for library in .libs/libtext.so .libs/libtext.a .libs/plugin.so; do
  [[ -e $library ]]
  not defines_jemalloc $library
  not defines_operators $library
done
# make install links what lies in .libs anew, for the place where it will stand.
quietly make install
has_jemalloc "$t/installed/bin/program" "$t/installed/lib/kinds/plugin.so"
not defines_jemalloc "$t/installed/lib/libtext.so"
not grep -E 'alloc' "$t/installed/lib/libtext.la"

rm -rf "$t/installed" "$t/tree"/*
CC=$cc CXX=$cxx quietly ../configure --cache-file="$t/cache" --prefix="$t/installed" --disable-shared
quietly make install
has_jemalloc "$t/installed/bin/program"
not defines_jemalloc "$t/installed/lib/libtext.a"
[[ $(readelf -d "$t/installed/bin/program") != *libtext* ]]

rm -rf "$t/tree"/*
CC=$cc CXX=$cxx quietly ../configure --cache-file="$t/cache" --disable-shared
quietly make c_program LDFLAGS=-all-static
[[ $(readelf -l c_program) != *INTERP* ]]
has_jemalloc c_program
