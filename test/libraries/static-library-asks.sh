#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: static-library-asks.sh COMPILER. A static library that asks for jemalloc, by flag, library or header, carries it: a
# compiler without us and cxx-alloc both make a program on jemalloc from it, on every linker, from two of them too.
use_compiler "$1"
flags=(-O1 -I"$include" -fPIC -D_GNU_SOURCE)
printf 'int *first() { return new int; }\n' >first.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nint *second() { return new int; }\n' >second.cc
printf 'int *first(); int main() { delete first(); }\n' >main.cc
printf 'int *first(); int *second(); int main() { delete first(); delete second(); }\n' >both.cc
"$compiler" -O1 -c main.cc both.cc
silently "$cxx" "${flags[@]}" --emit-static-lib first.cc --allocator=jemalloc -o libby-flag.a
silently "$cxx" "${flags[@]}" --emit-static-lib first.cc -lalloc_jemalloc -o libby-library.a
CXX_ALLOC=jemalloc silently "$cxx" "${flags[@]}" --emit-static-lib first.cc -o libby-environment.a
silently "$cxx" "${flags[@]}" --emit-static-lib second.cc -o libby-header.a
silently "$cxx" "${flags[@]}" --emit-static-lib first.cc -o libunasked.a
"$compiler" "${flags[@]}" -c second.cc
silently "$cxx" --emit-static-lib second.o -o libby-object.a
for name in by-flag by-library by-environment by-header by-object; do defines_jemalloc lib$name.a; done
not defines_jemalloc libunasked.a

# What a plain compiler's link needs: mold 3 takes libc's malloc before a weak one of an archive (docs/libraries.md).
pulls_for() {
  pull=()
  if [[ $1 == mold ]]; then pull=(-Wl,-u,cxx_alloc_provider); fi
}
for linker in "${linkers[@]}"; do
  use_linker "$linker"
  for words in 'main.o libby-flag.a' 'main.o libby-library.a' 'main.o libby-environment.a' 'both.o libby-flag.a libby-header.a' \
    'both.o libby-header.a libby-flag.a' 'both.o libunasked.a libby-object.a' 'main.o libby-flag.a -static'; do
    for command in "$compiler" "$cxx"; do
      pull=()
      if [[ $command == "$compiler" ]]; then pulls_for "$linker"; fi
      silently "$command" "${with[@]}" "${pull[@]}" $words -o program
      has_jemalloc program
    done
  done
done
[[ $(decision main.o libby-flag.a) == 'executable jemalloc source-marker' ]]

# In a shared library that we link, it is the library's own, and malloc is not shown.
"$compiler" "${flags[@]}" -I"$here" -c "$here/guest.cc"
sed -i 's/int \*first()/extern "C" int *first()/' first.cc
printf 'extern "C" int *first(); extern "C" void use() { delete first(); }\n' >use.cc
"$compiler" "${flags[@]}" -c use.cc
silently "$cxx" "${flags[@]}" --emit-static-lib first.cc --allocator=jemalloc -o libasks.a
gcc -O1 -D_GNU_SOURCE -I"$include" -I"$here" "$here/host.c" -o host
for linker in "${linkers[@]}"; do
  use_linker "$linker"
  silently "$cxx" "${with[@]}" -shared guest.o use.o libasks.a -o guest.so
  is_guest guest.so
  ./host ./guest.so
  # Without us nobody hides it, but it links.
  pulls_for "$linker"
  silently "$compiler" "${with[@]}" "${pull[@]}" -shared use.o libasks.a -o plain.so
  defines_jemalloc plain.so
done

# --allocator=system at the final link does not take out what a member brings, and says so; it is an error in a library.
[[ $(decision main.o libby-flag.a --allocator=system) == 'executable user linked-library' ]]
[[ $("$cxx" --print-allocator main.o libby-flag.a --allocator=system) == *'libby-flag.a carries a jemalloc of its own'* ]]
silently "$cxx" main.o libby-flag.a --allocator=system -o program
defines_jemalloc program
./program
exits 1 "$cxx" -shared use.o libasks.a --allocator=system -o never.so
[[ $said == 'cxx-alloc: error: cannot link two allocators: --allocator=system and libasks.a; '* && ! -e never.so ]]

# Of C, in a program of C.
printf '#include <cxx_alloc/use_jemalloc.h>\n#include <stdlib.h>\nvoid *third(void) { return malloc(1); }\n' >third.c
printf '#include <stdlib.h>\nvoid *third(void); int main(void) { free(third()); return 0; }\n' >main.c
silently "$cc" "${flags[@]}" --emit-static-lib third.c -o libthird.a
for command in "$c_compiler" "$cc"; do
  silently "$command" main.c libthird.a -o program
  has_jemalloc program
  not grep 'stdc++' <(needed program)
done
