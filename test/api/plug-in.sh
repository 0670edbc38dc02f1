#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A shared library asks about the process that it is in, and allocates from it: linked, and loaded with dlopen.
. "$(dirname "$0")/common.sh"
cat >plug-in.c <<'END'
#include <cxx_alloc/allocator.h>
#define EXPORTED __attribute__((visibility("default")))
EXPORTED void *give(void);
void *give(void) { return cxx_alloc_allocate(1000, 64); }
EXPORTED const char *who(void);
const char *who(void) { return cxx_alloc_name(); }
END
cat >host.c <<'END'
#include <cxx_alloc/allocator.h>
#include <dlfcn.h>
#ifdef LINKED
void *give(void);
const char *who(void);
#endif
int main(void) {
#ifndef LINKED
  void *plug_in = dlopen("./libplug-in.so", RTLD_NOW | RTLD_LOCAL);
  if (plug_in == NULL) return 1;
  void *(*give)(void) = (void *(*)(void))dlsym(plug_in, "give");
  const char *(*who)(void) = (const char *(*)(void))dlsym(plug_in, "who");
#endif
  void *block = give();  // from there, and back from here
  if (block == NULL || (uintptr_t)block % 64) return 1;
  cxx_alloc_deallocate(block, 1000, 64);
  return printf("%s %s\n", cxx_alloc_name(), who()) < 0;
}
END
for compiler in gcc clang-22 "$cc"; do
  silently $compiler -shared -fPIC -fvisibility=hidden -I"$include" plug-in.c -o libplug-in.so
  # The library needs nothing of ours and defines nothing of ours.
  [[ $(readelf --dyn-syms -W libplug-in.so | awk '/cxx_alloc/ { print $5, $7, $8 }') == 'WEAK UND cxx_alloc_provider' ]]
  for use in '-I.' '-DLINKED ./libplug-in.so'; do
    for linker in bfd gold lld mold; do
      silently "$cc" -fuse-ld=$linker -I"$include" host.c $use -o host
      [[ $(./host) == 'jemalloc jemalloc' ]]
    done
    silently "$cc" --allocator=system -I"$include" host.c $use -o host
    [[ $(./host) == 'system system' ]]
    [[ $(LD_PRELOAD=$(library libjemalloc.so) ./host) == 'jemalloc jemalloc' ]]
    silently gcc -I"$include" host.c $use -o host
    [[ $(./host) == 'system system' ]]
    silently gcc -I"$include" host.c $use -Wl,--no-as-needed -ljemalloc -o host
    [[ $(./host) == 'jemalloc jemalloc' ]]
    silently gcc -I"$include" host.c $use -Wl,--no-as-needed -ltcmalloc_minimal -o host
    [[ $(./host) == 'tcmalloc tcmalloc' ]]
  done
done
