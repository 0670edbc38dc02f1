#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The flag beats the environment, the environment beats the default; the last flag wins, wherever it stands.
echo 'int main() { delete new int; }' >main.cc
silently "$cxx" -c main.cc --allocator=system                     # a compile step takes the word and forgets it
c++ -c main.cc -o bare.o
cmp main.o bare.o
echo '--allocator=system' >system.txt
echo '@system.txt -o "from file"' >outer.txt

link() { silently "$cxx" main.o -o main "$@"; }
link; has_jemalloc main
link --allocator=system; has_system main
[[ $(note_of main) == *'"allocator":"system"'* ]]
link --allocator=system --allocator=$expected; has_jemalloc main
link --allocator=$expected @system.txt; has_system main
link @system.txt --allocator=$expected; has_jemalloc main
link @outer.txt; has_system 'from file'
link --allocator=none; has_system main
c++ main.o -o bare
cmp main bare                                                     # none: as if we were not there
[[ -z $(note_of main) ]]

export CXX_ALLOC=system
link; has_system main
link --allocator=$expected; has_jemalloc main
link --allocator=auto; has_jemalloc main                        # auto takes the environment back
CXX_ALLOC=none link; cmp main bare
CXX_ALLOC='' link; has_jemalloc main
CXX_ALLOC=$expected link; has_jemalloc main
CXX_ALLOC=$expected link --allocator=none; cmp main bare
unset CXX_ALLOC
[[ $(decision main.o --allocator=system) == 'executable system flag' ]]
[[ $(CXX_ALLOC=system decision main.o) == 'executable system environment' ]]
[[ $(CXX_ALLOC=system decision main.o --allocator=auto) == 'executable jemalloc output-default' ]]
[[ $(CXX_ALLOC=none decision main.o) == 'executable none environment' ]]
# Asked for by the environment for a whole build, a library still is a guest: with a jemalloc that is private to it.
CXX_ALLOC=jemalloc silently "$cxx" -fPIC -shared main.cc -o main.so
[[ $(note_of main.so) == *'"allocator":"private"'* ]]
[[ -z $(readelf --dyn-syms -W main.so | awk '$5 != "LOCAL" && $7 != "UND" && $8 ~ /^(malloc|free|_Zn|_Zd|cxa_|cxx_alloc_)/') ]]
