#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# valgrind puts its own malloc in the place of ours, because it sees ours: it finds a leak, a read after the end and a
# wrong delete. In a static program it has nothing to replace, and the program still runs.
. "$(dirname "$0")/common.sh"
command -v valgrind >/dev/null || skip "valgrind is not installed"
cat >faulty.cc <<'END'
#include <stdlib.h>
#include <string.h>
int main(int count, char **words) {
  volatile char *block = new char[10];
  char *copy = strdup(words[0]);
  int wrong = 0;
  if (count > 1 && !strcmp(words[1], "read")) wrong = block[10];
  if (count > 1 && !strcmp(words[1], "mismatch")) { free((void *)new int[4]); }
  if (count > 1 && !strcmp(words[1], "leak")) copy = strdup("lost");
  delete[] block;
  free(copy);
  return wrong & 0;
}
END
"$cxx" -g -O0 faulty.cc -o faulty 2>/dev/null
[[ $(allocator_at_run_time ./faulty) == jemalloc ]]
check() { valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite ./faulty "$@"; }
exits 0 check
[[ $said == *'total heap usage: '[3-9]* ]]    # the two blocks of main, and those of the C++ runtime
exits 9 check read
[[ $said == *'Invalid read of size 1'* ]]
exits 9 check mismatch
[[ $said == *'Mismatched free'* ]]
exits 9 check leak
[[ $said == *'definitely lost'* ]]
"$cxx" -static faulty.cc -o faulty
exits 0 valgrind ./faulty

# With -flto and -g, parts of malloc are frames of their own: a suppression has dots for them.
cat >leak.cc <<'END'
#include <stdlib.h>
__attribute__((noinline)) void leak(int size) { *(char *volatile *)malloc(8) = (char *)malloc(size); }
int main(int count, char **) { leak(count * 100); }
END
printf '{\n  known\n  Memcheck:Leak\n  fun:malloc\n  ...\n  fun:*leak*\n  fun:main\n}\n' >suppressions
for words in -O2 '-O2 -flto'; do
  "$cxx" -g $words leak.cc -o leaky
  exits 9 valgrind --error-exitcode=9 --leak-check=full ./leaky
  exits 0 valgrind --error-exitcode=9 --leak-check=full --suppressions=suppressions ./leaky
done
