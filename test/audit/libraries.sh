#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The libraries are those that the loader finds: at any depth, by RUNPATH, RPATH and $ORIGIN, for another machine (roots.sh has
# unpacked images). Where the loader fails, what is missing is named.
libjemalloc=$(realpath "$(gcc -print-file-name=libjemalloc.so.2)")
echo 'int f(void) { return 0; }' >f.c
echo 'int f(void); int main(void) { return f(); }' >main.c
mkdir -p lib/deep
cp "$libjemalloc" lib/deep/libmine.so
patched() { gcc -shared -fPIC f.c -o "$@"; }

# An allocator two libraries down, under a name that says nothing; nobody's libc before it.
gcc -shared -fPIC -nostdlib f.c -o lib/libinner.so -Wl,--no-as-needed -L lib/deep -l:libjemalloc.so.2 -Wl,-rpath,'$ORIGIN/deep' 2>/dev/null ||
  gcc -shared -fPIC -nostdlib f.c -o lib/libinner.so -Wl,--no-as-needed lib/deep/libmine.so -Wl,-rpath,'$ORIGIN/deep'
mv lib/deep/libmine.so lib/deep/libjemalloc.so.2
gcc -shared -fPIC -nostdlib f.c -o lib/libouter.so -Wl,--no-as-needed -L lib -linner -Wl,-rpath,'${ORIGIN}' -Wl,-rpath-link,lib/deep
gcc -nostdlib -shared -fPIC f.c -o lib/libnone.so
for tags in --enable-new-dtags --disable-new-dtags; do
  gcc main.c -o program -Wl,$tags -L lib -Wl,--no-as-needed -louter -Wl,-rpath,'$ORIGIN/lib' -Wl,-rpath-link,lib/deep:lib
  # libc comes at the first level, so it is libc's malloc; and there are two in the process.
  is program 'system executable two-allocators'
  LD_DEBUG=bindings ./program 2>&1 | grep "binding file .*libouter.*malloc\|ld.so" >/dev/null || true
done
gcc main.c -o direct -L lib -Wl,--no-as-needed -louter lib/deep/libjemalloc.so.2 -Wl,-rpath,'$ORIGIN/lib:$ORIGIN/lib/deep'
is direct 'jemalloc executable'
[[ $(key_of provider direct) == "$t/lib/deep/libjemalloc.so.2" ]]
[[ $(allocator_at_run_time ./direct) == jemalloc ]]
mkdir elsewhere && ln -s ../direct elsewhere/link    # $ORIGIN is where the program is, not the link
is elsewhere/link 'jemalloc executable'

# Not found; found with LD_LIBRARY_PATH, if it is to count.
gcc main.c -o lost -L lib -Wl,--no-as-needed -louter lib/deep/libjemalloc.so.2 -Wl,-rpath-link,lib/deep:lib
mv lib moved
[[ $(key_of missing lost) == *libouter.so* ]]
export LD_LIBRARY_PATH=$t/moved:$t/moved/deep
[[ $(key_of missing lost) == *libouter.so* ]]
"$cxx" --allocator-audit=json,library-path lost >json
grep -q '"missing":\[\]' json
grep -q '"allocator":"jemalloc"' json
# glibc's loader parts it at a semicolon, too.
LD_LIBRARY_PATH="$t/moved;$t/moved/deep" "$cxx" --allocator-audit=json,library-path lost >json
grep -q '"missing":\[\]' json
[[ $(LD_LIBRARY_PATH="$t/moved;$t/moved/deep" allocator_at_run_time ./lost) == jemalloc ]]
unset LD_LIBRARY_PATH
mv moved lib

# Other machines and libcs.
aarch64-linux-gnu-gcc main.c f.c -o foreign
is foreign 'system executable'
[[ $(key_of target foreign) == aarch64-linux-gnu && $(key_of provider foreign) == /usr/aarch64-linux-gnu/lib/libc.so.6 ]]
i686-linux-gnu-gcc main.c f.c -o narrow
[[ $(audit narrow) == 'system executable' && $(key_of target narrow) == i386-linux-gnu ]]
aarch64-linux-gnu-gcc -static main.c f.c -o foreign-static && aarch64-linux-gnu-strip foreign-static
is foreign-static 'system executable'
if command -v musl-gcc >/dev/null; then
  echo '#include <stdlib.h>
int f(void) { return !malloc(1); }' >f.c
  musl-gcc main.c f.c -o musl
  [[ $(audit musl) == 'system executable' && $(key_of target musl) == *-linux-musl ]]
  musl-gcc -static main.c f.c -o musl-static
  is musl-static 'system executable'
fi
