#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: markers.sh COMPILER. An allocator that is asked for in a source is linked, if that source is: through objects,
# archives, LTO, --gc-sections and --start-lib, of C and of C++, seen in the executable that comes out.
use_compiler "$1"
flags=(-O1 -I"$include")
printf '#include <cxx_alloc/use_system.h>\nint part() { return 0; }\n' >system.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nint part() { return 0; }\n' >jemalloc.cc
printf '#include <cxx_alloc/use_system.h>\nint part(void) { return 0; }\n' >system.c
printf 'int part(); int *volatile block = new int; int main() { delete block; return part(); }\n' >main.cc
printf 'int *volatile block = new int; int main() { delete block; }\n' >alone.cc
printf '#include <stdlib.h>\nint part(void); int main(void) { free(malloc(1)); return part(); }\n' >main.c
"$compiler" "${flags[@]}" -c main.cc alone.cc
"$compiler" "${flags[@]}" -ffunction-sections -fdata-sections -c system.cc -o system.o
"$compiler" "${flags[@]}" -c jemalloc.cc
mkdir c
"$c_compiler" "${flags[@]}" -c main.c -o c/main.o
"$c_compiler" "${flags[@]}" -c system.c -o c/system.o
ar rcs libsystem.a system.o
ar rcs c/libsystem.a c/system.o

linker_of() { use_linker "$1"; link=("$cxx" "${with[@]}" "${flags[@]}"); link_c=("$cc" "${with[@]}" "${flags[@]}"); }
# Links with these words; the program has, and its decision names, the system's malloc.
asks_system() { silently "${link[@]}" "$@" -o program; has_system program; }
asks_jemalloc() { silently "${link[@]}" "$@" -o program; has_jemalloc program; }

for linker in "${linkers[@]}"; do
  linker_of "$linker"
  asks_system main.o system.o
  asks_system main.o system.o -Wl,--gc-sections -s
  asks_system main.o libsystem.a
  asks_system main.o system.cc
  # In an archive, and not linked: it has no say.
  asks_jemalloc alone.o libsystem.a
  asks_system alone.o -Wl,--whole-archive libsystem.a -Wl,--no-whole-archive
  silently "${link_c[@]}" c/main.o c/system.o -o program; has_system program
  silently "${link_c[@]}" c/main.o c/libsystem.a -o program; has_system program
  if [[ $linker != bfd ]]; then                                     # GNU ld 2.40 has no --start-lib
    asks_system main.o -Wl,--start-lib system.o -Wl,--end-lib
    asks_jemalloc alone.o -Wl,--start-lib system.o -Wl,--end-lib
  fi
done
linker_of bfd
[[ $(decision main.o system.o) == 'executable system source-marker' ]]
[[ $("$cxx" --print-allocator main.o system.o) == *system.o* ]]
silently "${link_c[@]}" main.c system.c -o program; has_system program
asks_system main.cc system.cc -static
asks_jemalloc main.o jemalloc.o
asks_system main.cc -x c++ system.cc
# In two files is as in one.
"$compiler" "${flags[@]}" -Dpart=other -c system.cc -o again.o
asks_system main.o system.o again.o
# -r merges what is asked for with the rest.
silently "${link[@]}" -r system.o -o merged.o
asks_system main.o merged.o

# Objects that are no machine code yet, and archives of them.
if [[ $compiler == g++ ]]; then
  modes=(-flto '-flto -ffat-lto-objects') lto_linkers=(bfd gold mold) archiver=gcc-ar
else
  modes=(-flto=full -flto=thin) lto_linkers=(lld) archiver=llvm-ar-22
fi
for mode in "${modes[@]}"; do
  for name in main alone system; do "$compiler" "${flags[@]}" $mode -c $name.cc -o lto-$name.o; done
  rm -f liblto.a
  "$archiver" rcs liblto.a lto-system.o
  for linker in "${lto_linkers[@]}"; do
    linker_of "$linker"
    asks_system $mode lto-main.o lto-system.o
    asks_system $mode lto-main.o lto-system.o -Wl,--gc-sections
    asks_system $mode lto-main.o liblto.a
    asks_jemalloc $mode lto-alone.o liblto.a
    asks_system $mode main.cc system.cc
  done
done

# For a compiler without us the header is nothing: what the command line says is linked.
silently "$compiler" "${flags[@]}" main.cc jemalloc.cc -o program
has_system program
marker_free=$(readelf -W -s program | grep -c 'GLOBAL.*cxx_alloc_use' || true)
((marker_free == 0))
silently "$compiler" "${flags[@]}" main.cc jemalloc.cc -L"$(runtime_dir)/jemalloc/$(g++ -print-multiarch)" -lalloc_jemalloc -o program
has_jemalloc program
