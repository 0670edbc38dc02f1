#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A library with a jemalloc of its own leaves it alone in a process that has chosen an allocator: preloaded, linked by
# cxx-alloc, a malloc or an operator new of the program's own, a sanitizer's. Each is asked whether the block is its own.
jemalloc=$(library libjemalloc.so.2)
tcmalloc=$(library libtcmalloc_minimal.so.4)
flags=(-O1 -D_GNU_SOURCE -I"$include" -I"$here")
for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  silently "$cxx" "${flags[@]}" -std=c++20 -fPIC -shared "$here/guest.cc" --allocator=jemalloc -o $compiler.so
  silently "$cxx" "${flags[@]}" -std=c++20 -w -D_GNU_SOURCE -fPIC -shared "$here/exercise.cc" -pthread --allocator=jemalloc \
    -o exercise-$compiler.so
done

# Opens each library; counts what its blocks add to the figures of the process's allocator.
cat >preloaded.c <<'END'
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static size_t allocated(void) {
  size_t figure = 0;
  int (*property)(const char *, size_t *) = (int (*)(const char *, size_t *))dlsym(RTLD_DEFAULT, "MallocExtension_GetNumericProperty");
  if (property) return property("generic.current_allocated_bytes", &figure), figure;
  int (*mallctl)(const char *, void *, size_t *, void *, size_t) =
      (int (*)(const char *, void *, size_t *, void *, size_t))dlsym(RTLD_DEFAULT, "mallctl");
  uint64_t counter = 0;
  size_t size = sizeof counter;
  return mallctl && mallctl("thread.allocated", &counter, &size, NULL, 0) == 0 ? counter : 0;
}
int main(int argc, char **argv) {
  for (int i = 2; i < argc; ++i) {
    void *library = dlopen(argv[i], RTLD_NOW);
    if (!library) return puts(dlerror()), 2;
    void *(*make)(size_t) = (void *(*)(size_t))dlsym(library, "guest_new");
    void (*take)(void *) = (void (*)(void *))dlsym(library, "guest_delete");
    const char *(*name)(void) = (const char *(*)(void))dlsym(library, "guest_allocator");
    size_t before = allocated();
    void *blocks[100];
    for (int k = 0; k < 100; ++k) blocks[k] = make(100000);
    if (allocated() < before + 90 * 100000) return printf("%s: not the process's\n", argv[i]), 1;
    // One heap: what it made is freed here, and the other way round.
    for (int k = 0; k < 50; ++k) free(blocks[k]);
    for (int k = 50; k < 100; ++k) take(blocks[k]);
    take(malloc(10));
    if (strcmp(name(), argv[1]) != 0) return printf("%s: says %s\n", argv[i], name()), 1;
  }
  return 0;
}
END
gcc preloaded.c -o preloaded
exits 1 ./preloaded system ./g++.so                                # the control: nothing to join
LD_PRELOAD=$jemalloc ./preloaded jemalloc ./g++.so ./clang++-22.so
LD_PRELOAD=$tcmalloc ./preloaded tcmalloc ./g++.so ./clang++-22.so

# A program of ours, and its own figures.
cat >ours.c <<'END'
#include <cxx_alloc/allocator.h>
#include <dlfcn.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    void *library = dlopen(argv[i], RTLD_NOW);
    if (!library) return puts(dlerror()), 2;
    void *(*make)(size_t) = (void *(*)(size_t))dlsym(library, "guest_new");
    void (*take)(void *) = (void (*)(void *))dlsym(library, "guest_delete");
    struct cxx_alloc_statistics before, after;
    if (cxx_alloc_read_statistics(&before)) return 3;
    void *blocks[100];
    for (int k = 0; k < 100; ++k) blocks[k] = make(100000);
    if (cxx_alloc_read_statistics(&after) || after.allocated < before.allocated + 90 * 100000) return 4;
    for (int k = 0; k < 50; ++k) free(blocks[k]);
    for (int k = 50; k < 100; ++k) take(blocks[k]);
    take(malloc(10));
  }
  return 0;
}
END
silently "$cc" -D_GNU_SOURCE -I"$include" ours.c -o ours
has_jemalloc ours ./g++.so ./clang++-22.so
silently "$cc" -D_GNU_SOURCE -I"$include" ours.c --allocator-profile -o profiled
./profiled ./g++.so ./clang++-22.so

# A malloc of the program's own, and operators of the program's own: the block is in their arena or it is not.
cat >own.cc <<'END'
#include <cstring>
#include <dlfcn.h>
#include <cerrno>
#include <new>
#include <stdio.h>
alignas(4096) static char arena[64 << 20];
static size_t used;
static void *take(size_t size, size_t alignment) {
  size_t at = (__atomic_load_n(&used, __ATOMIC_RELAXED) + 16 + alignment - 1) / alignment * alignment;
  if (at + size > sizeof arena) return nullptr;
  memcpy(arena + at - 8, &size, 8);
  used = at + size;
  return arena + at;
}
static bool is_own(const void *block) { return block >= arena && block < arena + sizeof arena; }
static void check(const void *block) { if (block && !is_own(block)) __builtin_trap(); }
#ifdef OWN_MALLOC
extern "C" {
void *malloc(size_t size) { return take(size, 16); }
void *calloc(size_t count, size_t size) { return take(count * size, 16); }
void *aligned_alloc(size_t alignment, size_t size) { return take(size, alignment); }
void *memalign(size_t alignment, size_t size) { return take(size, alignment); }
int posix_memalign(void **block, size_t alignment, size_t size) { return (*block = take(size, alignment)) ? 0 : ENOMEM; }
void *realloc(void *block, size_t size) {
  check(block);
  void *moved = take(size, 16);
  size_t old = 0;
  if (block) memcpy(&old, (char *)block - 8, 8);
  if (moved && block) memcpy(moved, block, old < size ? old : size);
  return moved;
}
void free(void *block) { check(block); }
}
#else
void *operator new(size_t size) {
  if (void *block = take(size, 16)) return block;
  throw std::bad_alloc();
}
void operator delete(void *block) noexcept { check(block); }
void operator delete(void *block, size_t) noexcept { check(block); }
#endif
int main(int argc, char **argv) {
  if (Dl_info info; !dladdr(dlsym(RTLD_DEFAULT, "_Znwm"), &info)) return puts("no operator new to be seen"), 3;
  for (int i = 1; i < argc; ++i) {
    void *library = dlopen(argv[i], RTLD_NOW);
    if (!library) return puts(dlerror()), 2;
    void *block = ((void *(*)(size_t))dlsym(library, "guest_new"))(1000);
    if (!is_own(block)) return printf("%s: not the program's\n", argv[i]), 1;
    ((void (*)(void *))dlsym(library, "guest_delete"))(block);
    ::operator delete(((void *(*)(size_t))dlsym(library, "guest_new"))(10));
    ((void (*)(void *))dlsym(library, "guest_delete"))(::operator new(10));
  }
}
END
for compiler in g++ clang++-22; do
  "$compiler" -O1 -fno-builtin -DOWN_MALLOC own.cc -o own-malloc
  "$compiler" -O1 -fno-builtin own.cc -o own-operators
  ./own-malloc ./g++.so ./clang++-22.so
  ./own-operators ./g++.so ./clang++-22.so
done

# AddressSanitizer says whose a block is, and stops the program at a free that does not match.
cat >sanitized.cc <<'END'
#include <dlfcn.h>
#include <stdio.h>
extern "C" int __sanitizer_get_ownership(const volatile void *);
int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    void *library = dlopen(argv[i], RTLD_NOW);
    if (!library) return puts(dlerror()), 2;
    void *block = ((void *(*)(size_t))dlsym(library, "guest_new"))(1000);
    if (!__sanitizer_get_ownership(block)) return printf("%s: not the sanitizer's\n", argv[i]), 1;
    ((void (*)(void *))dlsym(library, "guest_delete"))(block);
    ::operator delete(((void *(*)(size_t))dlsym(library, "guest_new"))(10));
  }
}
END
for compiler in g++ clang++-22; do
  "$compiler" -O1 -fsanitize=address sanitized.cc -o sanitized
  ./sanitized ./g++.so ./clang++-22.so
done

# And all that C++ allocates somewhere in between, in those of these hosts that free memory.
gcc -O1 "$here/use_exercise.c" -o host-c
g++ -std=c++20 -O0 -rdynamic "$here/host.cc" -o host-c++
g++ -std=c++20 -O0 -rdynamic -fsanitize=address "$here/host.cc" -o host-sanitized
export ASAN_OPTIONS=detect_leaks=0    # what a library keeps for ever
for guest in ./exercise-g++.so ./exercise-clang++-22.so; do
  for preload in "$jemalloc" "$tcmalloc"; do
    for host in ./host-c ./host-c++; do LD_PRELOAD=$preload $host $guest | grep -x done >/dev/null; done
  done
  ./host-sanitized $guest | grep -x done >/dev/null
done
