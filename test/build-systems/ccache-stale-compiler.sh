#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A compiler that is upgraded behind us, or replaced by another, must not be answered from the cache of the old one. The
# settings are those of docs/distributed.md.
needs ccache
unset CCACHE_DISABLE
export CCACHE_DIR=$t/cache CCACHE_CONFIGPATH=$t/ccache.conf
echo 'int main() { return COMPILER; }' >main.cc
install_compiler() {
  printf '#!/bin/sh\nif [ "$1" = --version ]; then echo "g++ (Upgraded) %s"; exit; fi\nexec /usr/bin/g++ -DCOMPILER=%s "$@"\n' \
    "$1" "$1" >g++.new
  chmod +x g++.new
  mkdir -p tools
  mv g++.new tools/g++
}
compiles() {    # compiles STATUS COMMAND…: what it makes returns STATUS
  local wanted=$1
  shift
  "$@" -c main.cc -o main.o
  "$cxx" main.o -o main
  exits "$wanted" ./main
}
hits() { ccache --print-stats | awk '$1 == "direct_cache_hit" { print $2 }'; }

# Behind us, ccache sees the compiler itself.
install_compiler 1
export CXX_ALLOC_CXX="ccache $t/tools/g++"
compiles 1 "$cxx"
install_compiler 20
compiles 20 "$cxx"
compiles 20 "$cxx"
[[ $(hits) == 1 ]]

# In front, it sees us: as it comes it is wrong, which is why the setting is needed.
rm -rf cache
export CXX_ALLOC_CXX=$t/tools/g++
install_compiler 1
compiles 1 ccache "$cxx"
install_compiler 20
compiles 1 ccache "$cxx"

rm -rf cache
setting=$(sed -n "s/^export \(CCACHE_COMPILERCHECK='[^']*'\).*/\1/p" "$distributed")
[[ $setting ]]
eval "export $setting"
install_compiler 1
compiles 1 ccache "$cxx"
install_compiler 20
compiles 20 ccache "$cxx"
compiles 20 ccache "$cxx"
[[ $(hits) == 1 ]]
# Another compiler behind the same command.
mkdir other
sed 's/20/30/g' tools/g++ >other/g++
chmod +x other/g++
CXX_ALLOC_CXX=$t/other/g++ compiles 30 ccache "$cxx"
unset CCACHE_COMPILERCHECK

# CCACHE_COMPILER takes our place at links.
unset CXX_ALLOC_CXX
ccache "$cxx" main.o -o main
defines_jemalloc main
CCACHE_COMPILER=g++ ccache "$cxx" main.o -o main
not defines_jemalloc main
