#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A tree that holds a program's loader is its root: the libraries are those of the tree, and links lead where they would lead
# in it, never to this machine.
loader=/lib64/ld-linux-x86-64.so.2 libraries=/lib/x86_64-linux-gnu
[[ -e $loader && -e $libraries/libc.so.6 ]] || skip 'this is for x86-64 with Debian'\''s folders'
libjemalloc=$(realpath "$(gcc -print-file-name=libjemalloc.so.2)")
mimalloc=$(realpath "$(gcc -print-file-name=libmimalloc.so)")
libc=$(realpath "$libraries/libc.so.6")
echo 'int main(void) { return 0; }' >c.c
echo 'int f(void) { return 0; }' >f.c
gcc c.c -o plain
gcc c.c -o with-jemalloc -Wl,--no-as-needed "$libjemalloc"

# image NAME: the loader, libc and two programs; no /etc, and jemalloc is yet to come.
image() {
  mkdir -p "$1$(dirname $loader)" "$1$libraries" "$1/usr/bin"
  cp $loader "$1$loader"
  cp "$libc" "$1$libraries/libc.so.6"
  cp plain with-jemalloc "$1/usr/bin"
}
provider() { key_of provider "$1/usr/bin/with-jemalloc"; }
image whole && cp "$libjemalloc" whole$libraries/libjemalloc.so.2
[[ $(key_of provider whole/usr/bin/plain) == "$t/whole$libraries/libc.so.6" ]]
[[ $(provider whole) == "$t/whole$libraries/libjemalloc.so.2" ]]
is whole/usr/bin/with-jemalloc 'jemalloc executable'
# This machine's library is none of an image that has none.
image bare
[[ $(key_of missing bare/usr/bin/with-jemalloc) == *libjemalloc.so.2* ]]

# An absolute link: here jemalloc is at its end, in the image mimalloc.
is with-jemalloc 'jemalloc executable'
image linked && mkdir -p "linked$(dirname "$libjemalloc")" && rm -f "linked$libjemalloc"
cp "$mimalloc" "linked$libjemalloc.real"
ln -s "$libjemalloc" libjemalloc.so.2 && mkdir -p linked/opt/lib && mv libjemalloc.so.2 linked/opt/lib
ln -s "$libjemalloc.real" "linked$libjemalloc"
gcc c.c -o linked/usr/bin/with-jemalloc -Wl,--no-as-needed "$libjemalloc" -Wl,-rpath,/opt/lib
is linked/usr/bin/with-jemalloc 'mimalloc executable'
[[ $(provider linked) == "$t/linked/opt/lib/libjemalloc.so.2" ]]
# Above the root there is nothing.
ln -sf "../../../../../../../../../../../../..$libjemalloc" linked/opt/lib/libjemalloc.so.2
is linked/usr/bin/with-jemalloc 'mimalloc executable'
ln -sf libjemalloc.so.2 linked/opt/lib/libjemalloc.so.2    # leads nowhere, so that the search goes on
is linked/usr/bin/with-jemalloc 'mimalloc executable'
[[ $(provider linked) != */opt/lib/* ]]
# In the middle of a path, and on the way to the loader.
mkdir merged merged/usr && image merged/usr && mv merged/usr/usr/bin merged/usr && rmdir merged/usr/usr
ln -s /usr/lib merged/lib && ln -s /usr/lib64 merged/lib64
cp "$mimalloc" merged/usr$libraries/libjemalloc.so.2
is merged/usr/bin/with-jemalloc 'mimalloc executable'
[[ $(provider merged) == "$t/merged$libraries/libjemalloc.so.2" ]]
# The same with links copied as files: /usr is no root of its own.
cp -rL merged/usr copied-usr && mkdir copied && mv copied-usr copied/usr && cp -r copied/usr/lib copied/usr/lib64 copied
[[ $(provider copied) == "$t/copied$libraries/libjemalloc.so.2" ]]
# An image in another's folder.
mkdir -p merged/var/images && cp -r whole merged/var/images/inner
[[ $(provider merged/var/images/inner) == "$t/merged/var/images/inner$libraries/libjemalloc.so.2" ]]

# Absolute names of libraries, RUNPATH, $ORIGIN and LD_LIBRARY_PATH mean the image's folders.
gcc -shared -fPIC f.c -o libslash.so
gcc c.c -o bare/usr/bin/slash -Wl,--no-as-needed "$t/libslash.so"
[[ $(key_of missing "$t/plain") == '' && $(key_of missing bare/usr/bin/slash) == *"$t/libslash.so"* ]]
mkdir -p "bare$t" && cp libslash.so "bare$t"
[[ $(key_of missing bare/usr/bin/slash) == '' ]]
mkdir bare/usr/own && cp "$mimalloc" bare/usr/own/libjemalloc.so.2
for path in /usr/own '$ORIGIN/../own' '$ORIGIN/../../../../../usr/own'; do
  gcc c.c -o bare/usr/bin/with-jemalloc -Wl,--no-as-needed "$libjemalloc" -Wl,-rpath,"$path"
  is bare/usr/bin/with-jemalloc 'mimalloc executable'
done
cp with-jemalloc bare/usr/bin
for path in "/usr/own" "$t/bare/usr/own"; do
  LD_LIBRARY_PATH=$path "$cxx" --allocator-audit=json,library-path bare/usr/bin/with-jemalloc >json
  grep -q '"allocator":"mimalloc"' json
done

# /usr of this machine holds its loader, too, and is no root.
[[ $(key_of provider /usr/bin/env) == "$(key_of provider plain)" ]]
