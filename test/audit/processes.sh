#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Processes that were started in an unusual way, or whose files are gone: what is mapped is in the audit, or is named.
libjemalloc=$(realpath "$(gcc -print-file-name=libjemalloc.so.2)")
loader=$(readelf -l "$(command -v sleep)" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
printf '%s\n' '#include <stdlib.h>' '#include <unistd.h>' 'int main(void) { free(malloc(1)); return (int)sleep(60); }' >sleeper.c
gcc sleeper.c -o sleeper
children=()
at_exit() { kill "${children[@]}" 2>/dev/null || true; }
# Starts a process, which has to be one of ours by its number, and waits until it sleeps: then all is loaded.
start() {
  "$@" & child=$!
  children+=("$child")
  local turn
  for turn in {1..200}; do
    if [[ $(cat "/proc/$child/wchan" 2>/dev/null) == *nanosleep* ]]; then return; fi
    sleep 0.05
  done
}
path_of() { "$cxx" --allocator-audit=json "$1" 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["processes"][0]["path"])'; }

# A preload by the name of a link that says nothing; a folder with a line's end in its name.
ln -s "$libjemalloc" liblink.so
start env LD_PRELOAD="$t/liblink.so" ./sleeper
is $child 'jemalloc process'
mkdir $'two\nlines' && cp "$libjemalloc" $'two\nlines/libmine.so'
start env LD_PRELOAD=$'./two\nlines/libmine.so' ./sleeper
is $child 'jemalloc process'

# Needed by the name of a link.
mkdir lib && cp "$libjemalloc" lib/libreal.so && ln -s libreal.so lib/libasked.so
echo 'void *malloc(unsigned long n) { (void)n; return 0; }' >none.c
gcc -shared -nostdlib none.c -o lib/stub.so -Wl,-soname,libasked.so
gcc -w sleeper.c -o needs -Wl,--no-as-needed lib/stub.so -Wl,-rpath,'$ORIGIN/lib'
start ./needs
is $child 'jemalloc process'

# Started through the loader.
start "$loader" ./sleeper
is $child 'system process'
[[ $(path_of $child) == "$t/sleeper" ]]
start "$loader" --preload "$libjemalloc" ./sleeper
is $child 'jemalloc process'

# What wrote a title over its environment: the loader's own list tells what was preloaded, and what came later.
if command -v perl >log; then
  start env LD_PRELOAD="$libjemalloc" perl -e '$0 = "worker: " . "idle " x 1000; sleep 60'
  not grep -q LD_PRELOAD /proc/$child/environ
  is $child 'jemalloc process'
  [[ $("$cxx" --allocator-audit=json $child) == *'"by":"preload '* ]]
fi
start env LD_PRELOAD="libm.so.6 $libjemalloc" ./sleeper
is $child 'jemalloc process'
# Loaded while it runs: an allocator is too late; what keeps a malloc to itself is named.
printf '%s\n' '#include <dlfcn.h>' '#include <unistd.h>' \
  'int main(int n, char **v) { if (!dlopen(v[n - 1], RTLD_NOW)) return 1; return (int)sleep(60); }' >loads.c
gcc loads.c -o loads
start env GLIBC_TUNABLES=glibc.rtld.optional_static_tls=65536 ./loads "$libjemalloc"
is $child 'system process two-allocators'
[[ $("$cxx" --allocator-audit $child) == *'is loaded later'*'or load it nowhere'* ]]
gcc -fPIC -c "$here/../link/own_malloc.c"
echo 'int f(void) { return 0; }' >f.c
echo '{ global: f; local: *; };' >hide.map
gcc -shared -fPIC f.c own_malloc.o -o hides.so -Wl,--version-script=hide.map
gcc -shared -fPIC f.c own_malloc.o -o keeps.so -Wl,-Bsymbolic
gcc -shared -fPIC f.c own_malloc.o -o shares.so
for row in hides:plug-in keeps:plug-in shares:two-allocators; do
  start ./loads ./${row%:*}.so
  is $child "system process ${row#*:}"
  "$cxx" --allocator-audit $child >said || true
  not grep -e "link the executable with ${row%:*}" said
done
# One of 32 bits has a list of another form.
printf '%s\n' 'void *malloc(unsigned); unsigned sleep(unsigned);' 'void _start(void) { malloc(1); for (;;) sleep(60); }' >sleeper-32.c
printf '%s\n' 'void *malloc(unsigned n) { (void)n; return 0; } void free(void *p) { (void)p; }' \
  'void *calloc(unsigned n, unsigned m) { (void)n; (void)m; return 0; }' \
  'void *realloc(void *p, unsigned n) { (void)n; return p; }' >none-32.c
if gcc -m32 -w -nostdlib -no-pie -fno-pie sleeper-32.c -o sleeper-32 /lib32/libc.so.6 -Wl,--dynamic-linker=/lib/ld-linux.so.2 2>log &&
  gcc -m32 -w -nostdlib -shared -fPIC none-32.c -o none-32.so 2>log; then
  start env LD_PRELOAD="$t/none-32.so" ./sleeper-32
  is $child 'user process'
fi
# One that has ended, and nobody asked how.
python3 -c 'import subprocess, time; child = subprocess.Popen("true"); print(child.pid, flush=True); time.sleep(60)' >ended & children+=($!)
for turn in {1..100}; do [[ ! -s ended || $(cut -d' ' -f3 "/proc/$(<ended)/stat") != Z ]] || break; sleep 0.05; done
exits 2 "$cxx" --allocator-audit "$(<ended)"
[[ $said == *': it has ended'* ]]

# Called as if it were deleted.
cp sleeper 'sleeper (deleted)'
start './sleeper (deleted)'
is $child 'system process'
[[ $(path_of $child) == "$t/sleeper (deleted)" ]]
cp "$libjemalloc" 'libx.so (deleted)' && ln -s 'libx.so (deleted)' libx.so
start env LD_PRELOAD="$t/libx.so" ./sleeper
is $child 'jemalloc process'

((EUID == 0)) || exit 0
# In another root, under paths that are not there here.
mkdir -p root/lib
for file in sleeper "$libjemalloc" $(ldd "$libjemalloc" sleeper | grep -o ' /[^ ]*'); do cp -L "$file" root/lib; done
mkdir -p "root$(dirname "$loader")" && cp -Lf "$loader" "root$loader"
start env LD_LIBRARY_PATH=/lib LD_PRELOAD=/lib/libjemalloc.so.2 chroot root /lib/sleeper 2>/dev/null
is $child 'jemalloc process'
# A link there leads where it leads there.
ln -s /lib/libjemalloc.so.2 root/lib/linked.so
start env LD_LIBRARY_PATH=/lib LD_PRELOAD=/lib/linked.so chroot root /lib/sleeper 2>/dev/null
is $child 'jemalloc process'
start env LD_LIBRARY_PATH=/lib LD_PRELOAD=./lib/linked.so chroot root /lib/sleeper 2>/dev/null
is $child 'jemalloc process'

# Its own user sees it, too, who may not follow a mapping.
cp "$cxx" command && chmod 755 command sleeper .
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
start env LD_LIBRARY_PATH=/lib LD_PRELOAD=/lib/libjemalloc.so.2 chroot --userspec=65534:65534 root /lib/sleeper 2>/dev/null
exits 0 as_nobody ./command --allocator-audit $child
[[ $said == *'  jemalloc '* ]]

# A library that was deleted: root follows the mapping, its own user cannot, and is told.
cp "$libjemalloc" libgone.so && chmod 644 libgone.so
start setpriv --reuid=65534 --regid=65534 --clear-groups env LD_PRELOAD="$t/libgone.so" ./sleeper
rm libgone.so
is $child 'jemalloc process'
exits 2 as_nobody ./command --allocator-audit $child
[[ $said == *"process $child: $t/libgone.so: it was deleted or replaced"* ]]
