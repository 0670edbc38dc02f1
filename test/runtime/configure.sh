#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A configure script finds what libc has: Autoconf and Meson answer as with the compiler alone, and a shared library that
# goes by the answer links.
. "$(dirname "$0")/common.sh"
names=(malloc_trim reallocarray free_sized free_aligned_sized cfree mallctl sdallocx)

cat >configure.ac <<END_OF_FILE
AC_INIT([probe], [1])
AC_PROG_CC
AC_CHECK_FUNCS([${names[*]}])
AC_OUTPUT
END_OF_FILE
autoconf
answers() {
  mkdir "$1"
  (cd "$1" && CC=$2 ../configure >log 2>&1 && sed -n 's/^checking for \(.*\)\.\.\. \(yes\|no\)$/\1 \2/p' log) >"$1.answers"
}
answers autoconf-bare gcc
answers autoconf-ours "$cc"
grep -q '^malloc_trim yes' autoconf-ours.answers
grep -q '^mallctl no' autoconf-ours.answers
diff autoconf-bare.answers autoconf-ours.answers

mkdir meson
cat >meson/meson.build <<END_OF_FILE
project('probe', 'c')
foreach name : '${names[*]}'.split()
  message(name, meson.get_compiler('c').has_function(name))
endforeach
shared_library('sized', 'sized.c', link_args: '-Wl,--no-undefined',
  c_args: meson.get_compiler('c').has_function('free_sized') ? ['-DHAVE_FREE_SIZED'] : [])
END_OF_FILE
cat >meson/sized.c <<'END_OF_FILE'
#include <stdlib.h>
void free_sized(void *block, size_t size);
void release(void *block) {
#ifdef HAVE_FREE_SIZED
  free_sized(block, 10);
#else
  free(block);
#endif
}
END_OF_FILE
for compiler in gcc "$cc"; do
  rm -rf meson-build
  CC=$compiler meson setup meson-build meson >log
  sed -n 's/^Message: //p' log >"meson-${compiler##*/}.answers"
  ninja -C meson-build >log || { cat log; exit 1; }
done
grep -q '^malloc_trim true' meson-cc-alloc.answers
diff meson-gcc.answers meson-cc-alloc.answers

# Where libc has them, as glibc 2.43 does, blocks reach our free. This library stands for that libc; to
# cxx-alloc it would be one that brings a malloc.
cat >younger.c <<'END_OF_FILE'
#include <stdlib.h>
void free_sized(void *block, size_t size) { (void)size, free(block); }
END_OF_FILE
cat >user.c <<'END_OF_FILE'
#include <malloc.h>
#include <stdlib.h>
void free_sized(void *block, size_t size);
int main(void) {
  enum { size = 3 << 20 };
  void *block = malloc(size);
  size_t before = mallinfo2().uordblks;
  free_sized(block, size);
  return mallinfo2().uordblks + size > before + 4096;
}
END_OF_FILE
gcc -shared -fPIC -fno-builtin younger.c -o libyounger.so
gcc -fno-builtin user.c "$(runtime_dir)/jemalloc/$(gcc -print-multiarch)/executable.o" -L. -lyounger -Wl,-rpath,"$t" -o user
silently ./user
