#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Libraries that do not look for malloc in the executable reach ours: by RTLD_DEEPBIND, in libc's handle, RTLD_NEXT, libc's
# own names. What is not as expected is left as it is, and nothing is said.
. "$(dirname "$0")/common.sh"

make_plug_ins() {
  local shared=(gcc "${flags[@]}" -fPIC -shared -Wl,-z,lazy)
  mkdir -p apart
  "${shared[@]}" "$here/around_plug_in.c" -o plug_in.so
  "${shared[@]}" "$here/around_plug_in.c" -DCFREE_VERSION='"GLIBC_2.2.5"' -o old.so
  "${shared[@]}" "$here/around_plug_in.c" -DLOADS -Wl,-rpath,'$ORIGIN' -o apart/loader.so
  cp plug_in.so apart/beside.so
}
make_plug_ins
compile "$here/around.c" -DCFREE_VERSION='"GLIBC_2.2.5"' -o around.o

# runs [VARIABLE=VALUE…] WAY: that way alone, and silently.
runs() { silently env "${@:1:$#-1}" ./program "${@: -1}"; }

for linker in "${linkers[@]}"; do
  for words in '-pie -Wl,-z,now' '-no-pie -Wl,-z,lazy' '-pie -Wl,--hash-style=sysv'; do
    "$cc" $words -fuse-ld="$linker" around.o -o program
    for way in $(./program | grep -v untouched); do runs "$way"; done
  done
done
gcc around.o -o bare
ways=$(./bare | grep -v 'untouched\|names')

# The tests can fail: with libc left alone libc frees what is ours.
for way in deepbind deepbind_lazily next_of_plug_in handle_of_libc cfree_of_old origin; do
  not env CXX_ALLOC_LIBC_SYMBOLS=keep ./program "$way" 2>/dev/null
done
runs CXX_ALLOC_LIBC_SYMBOLS=keep libc_is_untouched
runs CXX_ALLOC_LIBC_SYMBOLS=other handle_of_libc

# A libc that is not as expected. Copies of this one, each changed in one place.
cat >change.py <<'END_OF_SCRIPT'
import struct, sys
libc, how = sys.argv[1:]
data = bytearray(open(libc, 'rb').read())
phoff, = struct.unpack_from('<Q', data, 32)
count, = struct.unpack_from('<H', data, 56)
headers = [phoff + 56 * i for i in range(count)]
kind = {at: struct.unpack_from('<IIQQ', data, at) for at in headers}    # type, flags, offset, address
dynamic = next(offset for type, flags, offset, address in kind.values() if type == 2)
tags = {}
while True:
    tag, value = struct.unpack_from('<QQ', data, dynamic + 16 * len(tags))
    if tag == 0:
        break
    tags[tag] = (dynamic + 16 * len(tags), value)
strings, symbols = tags[5][1], tags[6][1]    # in the first segment, where offsets are addresses
def name(at):
    return data[strings + struct.unpack_from('<I', data, at)[0]:].split(b'\0', 1)[0]
if how == 'no-gnu-hash':
    struct.pack_into('<Q', data, tags[0x6ffffef5][0], 0x60000abc)
elif how == 'indirect':
    for at in range(symbols + 24, strings - 24, 24):
        if name(at) == b'pvalloc':
            data[at + 4] = data[at + 4] & 0xf0 | 10
elif how == 'writable':
    first = next(at for at in headers if kind[at][0] == 1)
    struct.pack_into('<I', data, first + 4, kind[first][1] | 2)
open(how + '/libc.so.6', 'wb').write(data)
END_OF_SCRIPT
libc=$(ldd ./program | awk '$1 == "libc.so.6" { print $3 }')
for how in no-gnu-hash indirect writable; do
  mkdir $how
  python3 change.py "$libc" $how
done
for way in $ways; do runs LD_LIBRARY_PATH=no-gnu-hash "$way"; done
runs LD_LIBRARY_PATH=indirect handle_of_libc
runs LD_LIBRARY_PATH=writable libc_is_untouched

# A sandbox that lets no page be made writable again, and one that lets none at all be changed.
gcc "${flags[@]}" "$here/sandbox.c" -o sandbox
silently ./sandbox no-writing -- ./program libc_is_untouched

# Other allocators and tools, preloaded: the program's own malloc is ours, and so is what libraries get from libc.
for preload in libc_malloc_debug.so.0 libmemusage.so $(ls /usr/lib/*/libjemalloc.so.2 /usr/lib/*/libtcmalloc_minimal.so.4); do
  for way in deepbind next_of_plug_in handle_of_libc names_of_libc; do
    env LD_PRELOAD="$preload" ./program "$way" >/dev/null 2>log || { echo "$preload: $way: exit status $?"; cat log; exit 1; }
  done
done

# A program with a malloc of its own on top of libc's stays as it is. cxx-alloc gives it nothing; a plain link may.
cat >own.c <<'END_OF_SOURCE'
#include <dlfcn.h>
#include <stdlib.h>
void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void __libc_free(void *);
static int calls;
void *malloc(size_t size) { return calls++, __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return calls++, __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return calls++, __libc_realloc(block, size); }
void free(void *block) { calls++, __libc_free(block); }
int main(void) {
  free(realloc(malloc(10), 1000));
  void *libc = dlopen("libc.so.6", RTLD_NOW);
  return calls < 4 || dlsym(libc, "malloc") == (void *)malloc;
}
END_OF_SOURCE
"$cc" -fno-builtin own.c -o own
not defines_jemalloc own
silently ./own
object=$(runtime_dir)/jemalloc/$(gcc -print-multiarch)/executable.o
gcc -fno-builtin own.c "$object" -o own
silently ./own

# One that has a part of its own: it calls the next one, or libc's, and frees what that gives it.
cat >part.c <<'END_OF_SOURCE'
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
void *__libc_memalign(size_t, size_t);
void *memalign(size_t alignment, size_t size) { return __libc_memalign(alignment, size); }
void free(void *block) {
  static void (*next)(void *);
  if (next == NULL) next = (void (*)(void *))dlsym(RTLD_NEXT, "free");
  next(block);
}
int main(void) {
  free(memalign(64, 100));
  free(strdup("text"));
  void *libc = dlopen("libc.so.6", RTLD_NOW);
  free(((void *(*)(size_t, size_t))dlsym(libc, "memalign"))(64, 10));
  return 0;
}
END_OF_SOURCE
gcc -fno-builtin part.c "$object" -o part
silently ./part

# The same for libraries that wrap the linker's way.
cat >wrap.c <<'END_OF_SOURCE'
#include <stdlib.h>
void *__libc_malloc(size_t);
void *__wrap_malloc(size_t size) { return __libc_malloc(size); }
int main(void) { free(malloc(10)); return 0; }
END_OF_SOURCE
for linker in "${linkers[@]}"; do
  for kind in -pie -static; do
    "$cc" $kind -fuse-ld="$linker" -fno-builtin wrap.c -Wl,--wrap=malloc -o wrap
    silently ./wrap
  done
done

# oneTBB opens its libtbbbind, and with it hwloc, by RTLD_DEEPBIND.
cat >numa.cc <<'END_OF_SOURCE'
#include <vector>
namespace tbb::detail::r1 {
unsigned numa_node_count();
void fill_numa_indices(int *);
}
int main() {
  std::vector<int> nodes(tbb::detail::r1::numa_node_count());
  tbb::detail::r1::fill_numa_indices(nodes.data());
  return nodes.empty();
}
END_OF_SOURCE
"$cxx" -std=c++17 numa.cc /usr/lib/*/libtbb.so.12 -o numa
silently ./numa
LD_DEBUG=files ./numa 2>&1 | grep 'calling init.*libtbbbind' >/dev/null
not env CXX_ALLOC_LIBC_SYMBOLS=keep ./numa 2>/dev/null    # the test can fail
