#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mimalloc as the malloc of a program: what holds for jemalloc holds for it, as far as the tests of that can take another
# allocator; its own options count; nothing but malloc's family is seen of it.
. "$(dirname "$0")/common.sh"
"$cxx" --allocator-version | grep '^mimalloc ' >/dev/null || skip 'built without mimalloc'
export ALLOCATOR_UNDER_TEST=mimalloc CXX_ALLOC=mimalloc
# plug-ins, fork, entry-points and operators hold too, at 20 s each: ALLOCATOR_UNDER_TEST=mimalloc bash test/runtime/fork.sh
for name in threads process glibc-extras; do
  bash "$here/$name.sh" >said 2>&1 || { cat said; exit 1; }
done

cat >program.c <<'C'
#include <cxx_alloc/allocator.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void *handed_over[1000];
static void *free_them(void *unused) {
  for (int i = 0; i < 1000; i++) free(handed_over[i]);
  return malloc(100);
}
int main(void) {
  if (strcmp(cxx_alloc_name(), "mimalloc") != 0) return 2;
  char *block = calloc(1, 100 << 20);
  errno = 7;
  free(block);
  if (errno != 7) return 3;
  errno = 0;
  if (malloc((size_t)-1 / 2) != NULL || errno != ENOMEM) return 4;
  errno = 0;
  if (calloc((size_t)-1 / 4, 8) != NULL || errno != ENOMEM) return 5;
  if (posix_memalign((void **)&block, 1 << 26, 3) != 0 || (size_t)block % (1 << 26) != 0) return 6;
  free(block);
  for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 2)
    for (size_t size = alignment / 2; size <= 3 * alignment; size += alignment / 2) {
      void *first = aligned_alloc(alignment, size), *second = aligned_alloc(alignment, size);
      if ((size_t)first % alignment != 0 || (size_t)second % alignment != 0) return 10;
      free(first);
      free(second);
    }
  // Blocks of this thread, freed by another one while a child begins.
  for (int i = 0; i < 1000; i++) handed_over[i] = malloc(64);
  pthread_t thread;
  if (pthread_create(&thread, NULL, free_them, NULL) != 0) return 7;
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 10000; i++) free(malloc(64 + i));
    _exit(0);
  }
  int status;
  void *last;
  if (waitpid(child, &status, 0) != child || status != 0) return 8;
  if (pthread_join(thread, &last) != 0 || !last) return 9;
  free(last);
  return 0;
}
C
cat >program.cc <<'C'
#include <cstdint>
#include <new>
static int asked;
int main() {
  delete new int;
  delete[] new char[100];
  struct alignas(256) Wide { char bytes[256]; } *wide = new Wide;
  if (reinterpret_cast<std::uintptr_t>(wide) % 256 != 0) return 2;
  delete wide;
  std::set_new_handler([] { if (++asked == 3) std::set_new_handler(nullptr); });
  volatile std::size_t most = PTRDIFF_MAX;
  try {
    ::operator delete(::operator new(most));
    return 3;
  } catch (const std::bad_alloc &) {
  }
  return asked != 3 || ::operator new(most, std::nothrow) != nullptr;
}
C
for words in 'gcc bfd -pie' 'gcc gold -static' 'clang-22 lld -static-pie' 'clang-22 mold -no-pie'; do
  read -r compiler linker kind <<<"$words"
  CXX_ALLOC_CC=$compiler silently "$cc" -fno-builtin -w -I"$build/runtime/include" "$kind" -fuse-ld="$linker" program.c -o c-program -pthread
  timeout 20 ./c-program
  [[ $(note_of c-program) == *'"allocator":"mimalloc"'*'"version":"2.'* ]]
done
for words in 'clang++-22 gold -pie' 'clang++-22 bfd -static-pie' 'g++ mold -static' 'g++ lld -pie'; do
  read -r compiler linker kind <<<"$words"
  CXX_ALLOC_CXX=$compiler silently "$cxx" -fno-builtin -w "$kind" -fuse-ld="$linker" program.cc -o cxx-program
  defines_operators cxx-program
  timeout 20 ./cxx-program
done
# valgrind sees the functions, and has its own in their place.
if command -v valgrind >/dev/null; then
  echo 'int main() { volatile char *block = new char[10]; int read = block[10]; delete[] block; return read & 0; }' >faulty.cc
  "$cxx" -g -O0 faulty.cc -o faulty 2>/dev/null
  exits 9 valgrind --error-exitcode=9 ./faulty
  [[ $said == *'Invalid read of size 1'* ]]
  # One live block at a time, of more sizes than 2.0.9 keeps empty pages for: 2,000 instructions for each as it is released.
  cat >sizes.c <<'C'
#include <stdlib.h>
int main(void) {
  for (size_t i = 0; i < 20000; i++) free(malloc(16 + i % 40 * 200));
}
C
  "$cc" -O2 -fno-builtin sizes.c -o sizes
  count=$(instructions ./sizes)
  ((count > 0 && count < 20000 * 400)) || { echo "$count instructions"; exit 1; }
fi
# docs/mimalloc.md says what a filter that kills must allow.
compile -pthread "$here/sandbox.c" -o sandbox.o
"$cc" sandbox.o -o sandbox -pthread
calls=(mmap munmap mremap mprotect madvise futex prlimit64)
silently ./sandbox kill "${calls[@]}" getrandom -- work
# The test can fail, but where glibc asks for random bytes itself.
glibc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
if [[ $(printf '%s\n' 2.43 "$glibc" | sort -V | head -n 1) != 2.43 ]]; then exits 159 ./sandbox kill "${calls[@]}" -- work; fi
# A C program stays one; others see malloc's family and ours.
"$cc" -w -rdynamic -I"$build/runtime/include" program.c -o c-program -pthread
not grep -q 'libstdc++\|libgcc_s' <(readelf -d c-program)
nm -D --defined-only c-program | cut -d' ' -f3 | not grep -E '^_?mi_|strn?dup|realpath|^cxa_'
strip cxx-program
exits 0 "$cxx" --allocator-audit --allocator-expect=mimalloc c-program cxx-program

# Options: baked, and of the environment, which beats them.
shows() { "$@" 2>&1 | sed -n "s/.*option 'decommit_delay': //p"; }
"$cxx" program.cc -o baked --allocator-conf=verbose:1,decommit_delay:7
[[ $(shows ./baked) == 7 && $(shows env MIMALLOC_DECOMMIT_DELAY=9 ./baked) == 9 && $(shows env mimalloc_decommit_delay=8 ./baked) == 8 ]]
[[ $(shows env MIMALLOC_VERBOSE=1 ./cxx-program) == 25 && ! $(shows ./cxx-program) ]]

# What cannot be.
error() {
  local wanted=$1
  shift
  exits 1 "$cc" "$@" program.c -o error
  [[ $said == "cxx-alloc: error: "$wanted && ! -e error ]] || { printf '%s\n' "$said" >&2; return 1; }
}
error "--allocator-conf=verbos:1: unknown key 'verbos'; did you mean 'verbose'?" --allocator-conf=verbos:1
error "--allocator-conf=verbose: 'verbose' has no value; *" --allocator-conf=verbose
error "--allocator-conf=verbose:x: bad value 'x' of 'verbose'; *" --allocator-conf=verbose:x
error '*no mimalloc runtime for a shared library*' --allocator=mimalloc -shared -fPIC
error '--allocator-profile: *' --allocator-profile
error 'cannot link two allocators: *' --allocator=mimalloc -ltcmalloc
