#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Scudo as the malloc of a program: what holds for jemalloc holds for it, as far as the tests of that can take another allocator;
# its own options count; and nothing but malloc's family is seen of it.
. "$(dirname "$0")/common.sh"
"$cxx" --allocator-version | grep -q '^scudo ' || skip 'built without scudo'
export ALLOCATOR_UNDER_TEST=scudo
for words in entry-points fork threads process plug-ins glibc-extras 'operators libstdc++'; do
  read -ra test <<<"$words"
  bash "$here/${test[0]}.sh" "${test[@]:1}" >said 2>&1 || { cat said; exit 1; }
done

export CXX_ALLOC=scudo
cat >program.c <<'C'
#include <cxx_alloc/allocator.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  if (strcmp(cxx_alloc_name(), "scudo") != 0) return 2;
  char *block = calloc(1, 1 << 20);
  errno = 7;
  free(block);
  if (errno != 7) return 3;
  errno = 0;
  if (malloc((size_t)-1 / 2) != NULL || errno != ENOMEM) return 4;
  return posix_memalign((void **)&block, 1 << 21, 3) != 0 || (size_t)block % (1 << 21) != 0;
}
C
echo 'int main() { delete new int; delete[] new char[100]; }' >program.cc
for compiler in gcc clang-22; do
  for kind in -pie -static; do
    CXX_ALLOC_CC=$compiler silently "$cc" -fno-builtin -I"$build/runtime/include" $kind program.c -o c-program
    ./c-program
    [[ $(note_of c-program) == *'"allocator":"scudo"'*'"version":"'* ]]
  done
done
for compiler in g++ clang++-22; do
  CXX_ALLOC_CXX=$compiler silently "$cxx" program.cc -o cxx-program
  defines_operators cxx-program
  SCUDO_OPTIONS=dealloc_type_mismatch=1 ./cxx-program
done
# A C program stays one; others see malloc's family and ours.
"$cc" -rdynamic -I"$build/runtime/include" program.c -o c-program
not grep -q 'libstdc++\|libgcc_s' <(readelf -d c-program)
nm -D --defined-only c-program | cut -d' ' -f3 | not grep -iE 'scudo|gwp|^malloc_(iterate|enable|disable)|^Allocator'
# The audit is content with it, in a stripped program too.
strip cxx-program
exits 0 "$cxx" --allocator-audit --allocator-expect=scudo c-program cxx-program

# Options: of the variable, of the program, baked; the last word counts. In a set-user-ID program none of the environment.
cat >filled.c <<'C'
#include <stdlib.h>
#ifdef OPTIONS
const char *__scudo_default_options(void) { return OPTIONS; }
#endif
int main(void) {
  unsigned char *block = malloc(4000);
  return block[0] << 1 | (block[1] != block[0]);
}
C
filled() { local status=0; "$@" || status=$?; echo $status; }
"$cc" -fno-builtin -Wno-uninitialized filled.c -o filled
zero=$(filled ./filled)
pattern=$(filled env SCUDO_OPTIONS=pattern_fill_contents=1 ./filled)
((zero != pattern))
"$cc" -fno-builtin filled.c --allocator-conf=pattern_fill_contents=1 -o baked
[[ $(filled ./baked) == "$pattern" && $(filled env SCUDO_OPTIONS=pattern_fill_contents=0 ./baked) == "$zero" ]]
"$cc" -fno-builtin filled.c -DOPTIONS='"pattern_fill_contents=1"' -o its-own
[[ $(filled ./its-own) == "$pattern" ]]
"$cc" -fno-builtin filled.c -DOPTIONS='"pattern_fill_contents=0"' --allocator-conf=pattern_fill_contents=1 -o both
[[ $(filled ./both) == "$zero" ]]

# What cannot be.
error() {
  local wanted=$1
  shift
  exits 1 "$cc" "$@" filled.c -o error
  [[ $said == "cxx-alloc: error: "$wanted && ! -e error ]] || { printf '%s\n' "$said" >&2; return 1; }
}
error "--allocator-conf=zero_content=1: unknown key 'zero_content'; did you mean 'zero_contents'?" --allocator-conf=zero_content=1
error "--allocator-conf=zero_contents: not taken (expected '='); *" --allocator-conf=zero_contents
error "--allocator-conf=narenas:1: *" --allocator-conf=narenas:1
error '*no scudo runtime for a shared library*' --allocator=scudo -shared -fPIC
error '--allocator-profile: *' --allocator-profile
error 'cannot link two allocators: *' --allocator=scudo -ltcmalloc
