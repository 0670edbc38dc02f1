#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# MALLOC_CONF counts in a program that allocates before libc has set environ, as clang 22's -fsanitize=undefined makes
# it; but not in a set-user-ID one, and a long environment does no harm.
. "$(dirname "$0")/common.sh"
cat >early.c <<'END_OF_C'
#include <stdlib.h>
#include <unistd.h>
extern char **environ;
static int was_null;
static void *block;
static void allocate(void) { was_null = environ == NULL, block = malloc(100); }
__attribute__((section(".preinit_array"), used)) static void (*const early)(void) = allocate;
int main(void) { return block == NULL || (getenv("EXPECT_NULL") && !was_null); }
END_OF_C
"$cc" -fno-builtin -O1 -fPIE early.c -o early
EXPECT_NULL=1 ./early    # otherwise this test is about nothing
"$cc" -fno-builtin -O1 -static early.c -o early-static
for program in ./early ./early-static; do
  [[ $(option narenas $program) != 3 ]]
  [[ $(option narenas $program narenas:3) == 3 ]]
  long=$(printf '%5000s' '')
  [[ $(A="MALLOC_CONF=narenas:7$long" B="$long" MALLOC_CON=narenas:7 MALLOC_CONFX=narenas:7 XMALLOC_CONF=narenas:7 \
    option narenas $program narenas:3) == 3 ]]
  silently $program
done
# However long it is.
[[ $(option narenas ./early "$(printf 'narenas:5,%.0s' {1..300})narenas:3") == 3 ]]

# The case from which this comes.
if command -v clang++-22 >/dev/null; then
  echo 'int main() {}' >sanitized.cc
  CXX_ALLOC_CXX=clang++-22 "$cxx" -fsanitize=undefined sanitized.cc -o sanitized
  [[ $(option narenas ./sanitized narenas:3) == 3 ]]
fi

if [[ $EUID == 0 && $(findmnt -no OPTIONS -T .) != *nosuid* ]]; then
  cp early early-setuid
  chown nobody early-setuid
  chmod 4755 early-setuid
  chmod 755 .
  silently env MALLOC_CONF=stats_print:true "$t/early-setuid"
fi
