#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 43-51: the user chose an allocator, in one of many ways.

library_called() { "$c_compiler" -shared own.o -o "lib$1.so"; }
43-allocator-libraries() {
  local name
  for name in jemalloc tcmalloc tcmalloc_minimal tcmalloc_and_profiler mimalloc tbbmalloc_proxy hoard snmallocshim rpmalloc; do
    library_called $name
    decides 'executable user linked-library' main.o -L. -l$name
  done
  ar rcs libjemalloc.a own.o
  for words in '-L. -l:libjemalloc.a' '-L. -Wl,-ljemalloc' '-L. -Xlinker -ljemalloc' '-Wl,-L.,-ljemalloc' "$PWD/libjemalloc.so" ./libjemalloc.a; do
    decides 'executable user linked-library' main.o $words
  done
  cp libjemalloc.so libjemalloc.so.2
  decides 'executable user linked-library' main.o ./libjemalloc.so.2
  keeps_users_own heap.o -L. -ltcmalloc -Wl,-rpath,.
}
44-own-malloc-in-a-file() {
  keeps_users_own heap.o own.o
  decides 'executable user user-symbols' heap.o own.o
  ar rcs libx.a own.o
  decides 'executable user user-symbols' heap.o libx.a
  keeps_users_own heap.o libx.a
  "$c_compiler" -shared own.o -o libown.so
  decides 'executable user user-symbols' heap.o libown.so
  keeps_users_own heap.o libown.so -Wl,-rpath,.
  # Whatever kind of symbol it is.
  objcopy --weaken own.o weak.o
  decides 'executable user user-symbols' heap.o weak.o
  echo '__asm__(".data; .globl malloc; malloc: .quad 0");' >data.c
  echo 'static void *mine(unsigned long n) { return 0; } static void *pick(void) { return mine; }
void *malloc(unsigned long) __attribute__((ifunc("pick")));' >ifunc.c
  "$c_compiler" -w -c data.c ifunc.c
  decides 'executable user user-symbols' heap.o data.o
  decides 'executable user user-symbols' heap.o ifunc.o
  # A local one is nobody else's.
  objcopy --localize-symbol=malloc --localize-symbol=free --localize-symbol=calloc --localize-symbol=realloc \
    --localize-symbol=memalign --localize-symbol=aligned_alloc --localize-symbol=posix_memalign own.o local.o
  injects heap.o local.o
}
45-own-operators-only() {
  cat >operators.cc <<'CC'
#include <cstdlib>
#include <new>
int calls;
void *operator new(std::size_t n) { calls++; if (void *p = std::malloc(n)) return p; throw std::bad_alloc(); }
void operator delete(void *p) noexcept { std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::free(p); }
CC
  echo 'extern int calls; int main() { delete new int; delete[] new char[9]; return calls < 1; }' >use.cc
  "$compiler" -c operators.cc use.cc
  injects operators.o use.o
  [[ $("$cxx" --print-allocator=json operators.o use.o) != */operators.o\"* ]]
  links_jemalloc operators.o use.o
  links_jemalloc use.cc operators.cc
}
46-lto-inputs() {
  # lto.sh tests all kinds of them.
  local words=(-flto) with=()
  if is_clang; then with_linker lld; fi
  "$c_compiler" "${words[@]}" -c own.c -o own-lto.o
  decides 'executable user user-symbols' "${words[@]}" "${with[@]}" heap.o own-lto.o
  keeps_users_own "${words[@]}" "${with[@]}" heap.o own-lto.o
}
47-wrap-and-defsym() {
  echo '#include <stdlib.h>
void *__real_malloc(size_t); int wrapped;
void *__wrap_malloc(size_t n) { wrapped++; return __real_malloc(n); }
int main(void) { free(malloc(1)); return wrapped != 1; }' >wrap.c
  "$c_compiler" -O0 -fno-builtin -c wrap.c
  links_jemalloc -Wl,--wrap=malloc wrap.o
  links_jemalloc -Wl,--wrap,malloc wrap.o
  for words in -Wl,--defsym,malloc=my -Wl,--defsym=malloc=my '-Xlinker --defsym=malloc=my'; do
    decides 'executable user user-symbols' $words main.o
  done
}
48-sanitizers() {
  local words
  for words in -fsanitize=address -fsanitize=thread -fsanitize=leak -fsanitize=undefined,address \
               '-fsanitize=address -fno-sanitize=undefined' '-fno-sanitize=address -fsanitize=address'; do
    decides 'executable user sanitizer' $words main.o
  done
  if is_clang; then
    for words in -fsanitize=memory -fsanitize=scudo -fsanitize=fuzzer -fsanitize=hwaddress; do decides 'executable user sanitizer' $words main.o; done
  fi
  for words in '-fsanitize=address -fno-sanitize=address' '-fsanitize=address,undefined -fno-sanitize=all' -fsanitize=undefined -fsanitize=bounds \
               '-fsanitize=leak -fno-sanitize=leak,address'; do
    injects $words main.o
  done
  if is_clang; then injects -fsanitize=cfi -flto -fvisibility=hidden main.o; fi
  silently "$cxx" -fsanitize=undefined main.cc -o program
  defines_jemalloc program
  ./program
  needs_link -fsanitize=address main.cc
  silently "$cxx" -fsanitize=address main.cc -o program
  not defines_jemalloc program
  ./program
  if is_gnu; then
    [[ $(decision main.o -static-libasan -fsanitize=address) == 'executable user sanitizer' ]]
    [[ $(decision main.o -lasan) == 'executable user '* ]]
  else
    links_jemalloc -fsanitize=safe-stack main.cc
  fi
}
48-ubsan-reads-malloc-conf() {
  needs_link -fsanitize=undefined main.cc
  silently "$cxx" -fsanitize=undefined main.cc -o program
  defines_jemalloc program
  if is_clang && [[ $(allocator_at_run_time ./program) == system ]]; then
    # It is jemalloc nevertheless, and reads what is baked in.
    silently "$cxx" -fsanitize=undefined --allocator-conf=stats_print:true main.cc -o program
    ./program 2>&1 | grep 'Begin jemalloc statistics'
    not_applicable "the runtime of clang's -fsanitize=undefined allocates before libc has set environ: MALLOC_CONF is not read"
  fi
  has_jemalloc "$PWD/program"
}
49-debug-allocators() {
  # The list need not be set by anybody: who defines malloc is an allocator, whatever it is called; who does not is none.
  for name in efence dmalloc duma c_malloc_debug; do
    library_called $name
    decides 'executable user linked-library' main.o -L. -l$name
  done
  library_called unheard_of
  decides 'executable user user-symbols' main.o -L. -lunheard_of
  "$compiler" -shared f.o -o libgc.so
  cp libgc.so libpmem.so
  injects main.o -L. -lgc -lpmem
}
50-allocator-flag() {
  decides 'executable jemalloc flag' --allocator=system --allocator=jemalloc main.o
  decides 'executable system flag' --allocator=jemalloc --allocator=system main.o
  echo --allocator=system >words.txt
  decides 'executable system flag' main.o @words.txt
  links_system main.o @words.txt
  CXX_ALLOC=system links_system main.o
  CXX_ALLOC=system links_jemalloc main.o --allocator=jemalloc
  # The compiler never sees the word.
  CXX_ALLOC_CXX=$fake WORDS=$PWD/words "$cxx" --allocator=jemalloc -c main.cc --allocator=system @words.txt
  printf '%s\0' "$fake" -c main.cc | cmp - words
  # Behind -- it is a file, as any word is.
  gets_untouched -c main.cc -- --allocator=system
  exits 1 env CXX_ALLOC_CXX="$fake" WORDS="$PWD/none" "$cxx" main.o --allocator=hoard
  [[ $said == 'cxx-alloc: error: '*hoard* && ! -e none ]]
  exits 1 env CXX_ALLOC=hoard "$cxx" main.o -o never
  [[ ! -e never ]]
}
51-own-malloc-in-a-source() {
  keeps_users_own heap.o -x c own.c
  CXX_ALLOC_CXX=$c_compiler keeps_users_own heap.c own.c
  # By hand it is an error, and nothing is left.
  rm -f program
  exits 1 "$cxx" heap.o -x c own.c -o program --allocator=jemalloc
  [[ $said == *'cannot link two allocators'* && ! -e program ]]
}
run_checks
