#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# rustc's rule for the graph of what is linked: an executable that links a shared library which carries an allocator for the
# process, or needs one that does, at any depth, gets none of ours, and the reason names that library. (Whether that
# allocator then serves the process is up to the dynamic linker, which looks through libc before it looks deeper.)
gcc -O1 -fPIC -shared "$here/../link/own_malloc.c" -o libown.so
printf 'int own_bytes(void); int middle(void) { return own_bytes(); }\n' >middle.c
printf 'int middle(void); int outer(void) { return middle(); }\n' >outer.c
printf 'int middle(void) { return 0; }\n' >empty.c
printf 'extern "C" int outer(); int main() { delete new int; outer(); }\n' >main.cc
printf 'extern "C" int middle(); int main() { delete new int; middle(); }\n' >nearer.cc
g++ -c main.cc nearer.cc
gcc -fPIC -shared middle.c ./libown.so -o libmiddle.so
gcc -fPIC -shared outer.c ./libmiddle.so -o libouter.so
mkdir lib
gcc -fPIC -shared middle.c -L. -lown -Wl,-rpath,'$ORIGIN/..' -o lib/libmiddle.so
gcc -fPIC -shared outer.c -Llib -lmiddle -Wl,-rpath,'$ORIGIN' -o lib/libouter.so
tcmalloc=$(library libtcmalloc_minimal.so.4)
gcc -fPIC -shared empty.c -Wl,--no-as-needed "$tcmalloc" -o libneeds-tcmalloc.so

for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  for linker in "${linkers[@]}"; do
    use_linker "$linker"
    for words in 'nearer.o ./libmiddle.so' 'main.o ./libouter.so' 'main.o -Llib -louter -Wl,-rpath-link,lib:. -Wl,-rpath,lib'; do
      [[ $(decision $words) == 'executable user user-symbols' ]]
      said=$("$cxx" --print-allocator $words)
      [[ $said == *'needs'*'libown.so, which defines malloc'* ]]
      silently "$cxx" "${with[@]}" $words -Wl,--allow-shlib-undefined -o program
      not defines_jemalloc program
      ./program
    done
  done
  # Asked for all the same, it is one allocator too many.
  exits 1 "$cxx" main.o ./libouter.so -o never --allocator=jemalloc
  [[ $said == 'cxx-alloc: error: cannot link two allocators: '*libown.so* && ! -e never ]]
done
[[ $(decision nearer.o ./libneeds-tcmalloc.so) == 'executable user '* ]]
[[ $("$cxx" --print-allocator nearer.o ./libneeds-tcmalloc.so) == *'libneeds-tcmalloc.so needs '*tcmalloc* ]]

# A library with a jemalloc of its own is nobody else's allocator, and neither is one that needs it.
silently "$cc" -fPIC -shared -I"$include" empty.c --allocator=jemalloc -o libguest.so
is_guest libguest.so
gcc -fPIC -shared outer.c ./libguest.so -o libneeds-guest.so
printf 'extern "C" int outer(); int main() { delete new int; return outer(); }\n' >main.cc
g++ -c main.cc
[[ $(decision main.o ./libneeds-guest.so ./libguest.so) == 'executable jemalloc output-default' ]]
silently "$cxx" main.o ./libneeds-guest.so ./libguest.so -o program
has_jemalloc program
# Nor is a dependency that cannot be found: the linker says what is wrong with it, if anything.
gcc -fPIC -shared outer.c ./libguest.so -o libneeds-lost.so
mv libguest.so lost.so
[[ $(decision main.o ./libneeds-lost.so) == 'executable jemalloc output-default' ]]
