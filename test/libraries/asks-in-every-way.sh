#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The two examples that this project began with. A program that asks for the system's malloc gets it; a shared library that
# asks for jemalloc has it, opened by whomever, and its host's malloc is untouched. Whose a block is, is asked of libc and
# of jemalloc (proof.h).
flags=(-O1 -D_GNU_SOURCE -I"$include" -I"$here")

printf '#include <cxx_alloc/use_system.h>\nint main() { delete new int; }\n' >program.cc
silently "$cxx" "${flags[@]}" program.cc -o program
has_system program
silently "$cxx" "${flags[@]}" -c program.cc
silently "$cxx" program.o -o program
has_system program
[[ $(decision program.o) == 'executable system source-marker' ]]

# By header, flag, environment and library; and the control: without a wish it is no guest, and its proof fails.
silently "$cxx" "${flags[@]}" -fPIC -c "$here/guest.cc"
silently "$cxx" "${flags[@]}" -fPIC -DASKS -c "$here/guest.cc" -o asks.o
silently "$cxx" -shared asks.o -o by-object.so
silently "$cxx" "${flags[@]}" -fPIC -DASKS -shared "$here/guest.cc" -o by-source.so
silently "$cxx" -shared guest.o --allocator=jemalloc -o by-flag.so
CXX_ALLOC=jemalloc silently "$cxx" -shared guest.o -o by-environment.so
silently "$cxx" -shared guest.o -lalloc_jemalloc -o by-library.so
silently "$cxx" -shared guest.o -o unasked.so
silently "$cc" "${flags[@]}" -fPIC -DASKS -shared "$here/guest.c" -o of-c.so
guests=("$t"/by-{object,source,flag,environment,library}.so "$t/of-c.so")
for guest in "${guests[@]}"; do is_guest "$guest"; done
is_no_guest unasked.so
[[ $(decision -shared asks.o) == 'shared-library jemalloc source-marker' ]]
[[ $(decision -shared guest.o --allocator=jemalloc) == 'shared-library jemalloc flag' ]]
[[ $(decision -shared guest.o -lalloc_jemalloc) == 'shared-library jemalloc linked-library' ]]

# A plain C program; one that exports a PLT entry called malloc; one of ours that was linked with system.
gcc "${flags[@]}" "$here/host.c" -o plain
gcc "${flags[@]}" -DTAKES_ADDRESS -fno-pic -no-pie "$here/host.c" -o exports-plt
readelf -W --dyn-syms exports-plt | grep -E '0*[1-9a-f][0-9a-f]* +0 FUNC +GLOBAL +DEFAULT +UND malloc(@|$)' >/dev/null
silently "$cc" "${flags[@]}" --allocator=system "$here/host.c" -o of-ours
for host in plain exports-plt of-ours; do
  ./$host "${guests[@]}"
  for guest in "${guests[@]}"; do ./$host "$guest"; done
  exits 1 ./$host "$t/unasked.so"
done

# Debian's python3, and ctypes.
cat >open.py <<'PY'
import ctypes, sys
for name in sys.argv[1:]:
    library = ctypes.CDLL(name)
    library.prove.restype = ctypes.c_char_p
    wrong = library.prove()
    if wrong:
        sys.exit(f'{name}: {wrong.decode()}')
PY
/usr/bin/python3 open.py "${guests[@]}"
exits 1 /usr/bin/python3 open.py "$t/unasked.so"

# Needed by the program instead of opened by it; a program of C++, whose operators stay libstdc++'s.
cat >linked.cc <<'END'
#include "proof.h"
#include <dlfcn.h>
extern "C" const char *prove();
int main() {
  if (const char *wrong = prove()) return puts(wrong), 1;
  if (const char *wrong = prove_malloc_is_libcs()) return puts(wrong), 1;
  char *block = new char[1000];
  bool is_libcs = in_heap_of_libc(block);
  delete[] block;
  Dl_info info;
  return !is_libcs || !dladdr(dlsym(RTLD_DEFAULT, "_Znwm"), &info) || !strstr(info.dli_fname, "libstdc++");
}
END
g++ "${flags[@]}" linked.cc by-object.so -Wl,-rpath,"$t" -o linked
./linked
