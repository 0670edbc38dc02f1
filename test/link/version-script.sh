#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# An executable whose version script hides malloc would free libstdc++'s memory, which is glibc's, with jemalloc: it gets
# the system's, and one line says so. Who insists gets an error. Scripts that hide nothing of malloc change nothing.
cat >main.cc <<'CC'
#include <cstdlib>
#include <cstring>
#include <cstdio>
#include <string>
extern "C" void *aligned();
int main(int, char **argv) {
  std::free(strdup(argv[0]));
  std::free(aligned());
  delete new std::string(300, 'x');
  // libc allocates the line and makes it longer.
  char *line = nullptr;
  std::size_t size = 0;
  std::FILE *file = fmemopen(nullptr, 1000, "w+");
  for (int i = 0; i < 900; i++) std::fputc('x', file);
  std::rewind(file);
  if (getline(&line, &size, file) < 900) return 1;
  std::free(line);
  std::fclose(file);
}
CC
echo '#include <cstdlib>
extern "C" void *aligned() { void *block; return posix_memalign(&block, 64, 100) ? nullptr : block; }' >aligned.cc
g++ -c aligned.cc -fPIC
g++ -shared aligned.o -o libaligned.so
echo '{ global: main; local: *; };' >hides.map
echo 'V1 { local: *; }; ' >named.map
echo '{ local: internal_*; };' >other.map
echo '{ global: malloc; free; calloc; realloc; posix_memalign; aligned_alloc; memalign; valloc; pvalloc; malloc_usable_size; reallocarray; cfree; _Zn*; _Zd*; local: *; };' >shows.map
echo '{ local: realloc; };' >half.map
echo '{ local: posix_memalign; };' >aligned.map
c++ -c main.cc
rest=(main.o libaligned.so -Wl,-rpath,"$t" -o main)
for linker in bfd gold lld mold; do
  for script in -Wl,--version-script=hides.map -Wl,--version-script,hides.map -Wl,-version-script=named.map \
                '-Xlinker --version-script -Xlinker hides.map'; do
    rm -f main
    exits 0 "$cxx" -fuse-ld=$linker $script "${rest[@]}"
    [[ $said == 'cxx-alloc: warning: '*hidden*|| $said == 'cxx-alloc: warning: '*hides* ]]
    [[ $said != *$'\n'* ]]
    has_system main
    silently "$cxx" -fuse-ld=$linker $script "${rest[@]}" --allocator=system
    has_system main
  done
  silently "$cxx" -fuse-ld=$linker -Wl,--version-script=other.map "${rest[@]}"
  has_jemalloc main
  silently "$cxx" -fuse-ld=$linker -static -Wl,--version-script=hides.map main.o aligned.o -o main    # nobody to hide it from
  has_jemalloc main
done
# A script that names malloc as global shows it on some linkers (not on bfd); one that hides a part of the family does so
# on some. Whichever: one heap, and a word about it when it is not jemalloc's. lld 16 and later wants each name to be there.
for linker in bfd gold lld mold; do
  for script in shows half aligned; do
    plain=0 status=0
    c++ -fuse-ld=$linker -Wl,--version-script=$script.map "${rest[@]}" 2>refused || plain=1
    said=$("$cxx" -fuse-ld=$linker -Wl,--version-script=$script.map "${rest[@]}" 2>&1) || status=$?
    said=$(sed '/^mold: warning/d' <<<"$said")    # mold 3: there is no cfree
    if ((plain)); then
      grep 'symbol not defined' refused >/dev/null
      ((status == 0)) || continue    # where ours stays out as well; with jemalloc the names are there
    fi
    ((status == 0))
    if [[ $said ]]; then has_system main; else has_jemalloc main; fi
    [[ ! $said || $said == 'cxx-alloc: warning: '* ]]
    [[ $said != *$'\n'* ]]
  done
done
[[ $(decision -Wl,--version-script=hides.map main.o) == 'executable system hidden-by-version-script' ]]
silently "$cxx" -shared -fPIC main.cc -Wl,--version-script=hides.map -o main.so
rm main
exits 1 "$cxx" -Wl,--version-script=hides.map "${rest[@]}" --allocator=jemalloc
[[ $said == 'cxx-alloc: error: hides.map: '* && $said != *$'\n'* && ! -e main ]]

# A script that is a pipe can be read as often as the link is made.
for linker in bfd lld; do
  for script in '{ global: *; };' '{ local: *; };'; do
    exits 0 "$cxx" -fuse-ld=$linker "${rest[@]}" -Wl,--version-script=<(echo "$script")
    ./main
    if [[ $said ]]; then has_system main; else has_jemalloc main; fi
    exits 0 "$cxx" -fuse-ld=$linker "${rest[@]}" -Wl,--version-script=/dev/stdin < <(echo "$script")
    ./main
  done
done
