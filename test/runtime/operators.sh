#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The twenty operators, over libstdc++ and libc++, in every kind of executable. $1: libstdc++ or libc++.
. "$(dirname "$0")/common.sh"
if [[ $1 == libc++ ]]; then
  echo '#include <new>' >probe.cc
  clang++-22 -stdlib=libc++ -fsyntax-only probe.cc || skip "libc++-22-dev is not installed"
  export CXX_ALLOC_CXX='clang++-22 -stdlib=libc++ -Wno-unused-command-line-argument'
  linkers=(lld)
  kinds=(-pie -static)
fi
for name in operators new_handler; do
  compile_cxx -fsized-deallocation "$here/$name.cc" -o $name.cc.o
done
in_every_kind operators.cc.o PROGRAM
in_every_kind new_handler.cc.o PROGRAM retry
exits 42 ./program terminate
"$cxx" operators.cc.o -o dynamic
nm dynamic | grep ' W _ZdlPvmSt11align_val_t$' >/dev/null
if [[ $1 == libc++ ]]; then readelf -d dynamic | grep 'NEEDED.*libc++' >/dev/null; fi

# The test can fail: on the system allocator nothing is jemalloc's.
"$cxx" --allocator=system operators.cc.o -o system
exits 1 ./system
