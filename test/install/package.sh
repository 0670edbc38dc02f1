#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../link/common.sh"
# The Debian package: made twice it is the same, lintian finds no error, everything in it is found where tools look by
# themselves, and nothing stays when it is removed. It is installed in a copy of this machine (an overlay); a fresh system
# of each release is what `./dev test-release` is for.
[[ $EUID == 0 ]] || skip "only root can install a package into a copy of the machine"
command -v lintian >/dev/null || skip "lintian is not installed"
mkdir first second upper work root
unshare --mount mount -t overlay overlay -o "lowerdir=/,upperdir=$t/upper,workdir=$t/work" "$t/root" 2>/dev/null || skip "no overlay file system"
package=$here/../release/package
export SOURCE_DATE_EPOCH=1700000000    # the commit's time otherwise
"$package" --build="$build" --output="$t"/first
sleep 1
"$package" --build="$build" --output="$t"/second
deb=$(ls first/*.deb)
cmp "$deb" second/*.deb
cmp first/*.tar.xz second/*.tar.xz
tar -tf first/*.tar.xz | grep -qx 'cxx-alloc-[0-9.]*/dev'
[[ $(dpkg-deb -f "$deb" Version) == "$("$cxx" --allocator-version | sed -n 's/^cxx-alloc //p')" ]]

lintian --allow-root --no-cfg --fail-on error "$deb"
# It knows an error when it sees one.
dpkg-deb -R "$deb" wrong && echo 'Depends: nothing, nothing' >>wrong/DEBIAN/control && rm wrong/usr/share/doc/cxx-alloc/copyright
dpkg-deb --root-owner-group -b wrong wrong.deb >/dev/null 2>&1 && exits 2 lintian --allow-root --no-cfg --fail-on error wrong.deb

cp -r "$here/../../docs/demo" "$here/../../LICENSE" .
cp "$deb" package.deb
cat >steps <<'END'
set -ex
unset CPATH CPLUS_INCLUDE_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR
cd "$1"
[[ ! $(command -v cxx-alloc) ]]
dpkg -i package.deb
# The commands, and what they need.
cmake -S demo -B built -G Ninja -DCMAKE_C_COMPILER=cc-alloc -DCMAKE_CXX_COMPILER=cxx-alloc
CXX_ALLOC_LOG=$1/built/links.jsonl cmake --build built
built/wordcount --plug-in built/libreverse.so LICENSE
python3 demo/table.py built | grep -E '^wordcount +executable +jemalloc'
# Headers, for every compiler.
printf '#include <cxx_alloc/use_system.h>\nint main() {}\n' >asks.cc
cxx-alloc asks.cc -o asks
readelf -p .note.cxx-alloc asks | grep '"allocator":"system"'
g++ -c asks.cc
clang++ -c asks.cc
# .pc files, the manual, the licences.
pkg-config --exists cxx-alloc alloc_jemalloc alloc_system
man -w cxx-alloc
man -w cc-alloc
cmp /usr/share/doc/cxx-alloc/LICENSE LICENSE
grep 'Redistributions in binary form' /usr/share/doc/cxx-alloc/LICENSE.* /usr/share/doc/cxx-alloc/copyright
[[ -s /usr/share/doc/cxx-alloc/shipping.md ]]
dpkg --verify cxx-alloc
dpkg -i package.deb    # an upgrade is this
dpkg --purge cxx-alloc
[[ ! $(command -v cxx-alloc) && ! $(dpkg-query -W -f '${Status}' cxx-alloc 2>/dev/null) ]]
built/wordcount LICENSE    # needs nothing of it
END
unshare --mount --pid --fork --kill-child bash -c '
  mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
  mount -t proc proc "$1/root/proc" && mount --rbind /dev "$1/root/dev" && mount --bind "$1" "$1/root/$1"
  exec chroot "$1/root" bash "$1/steps" "$1"' - "$t" >said 2>&1 </dev/null || { tail -n 40 said; exit 1; }

# What differs from the machine afterwards is dpkg's own bookkeeping and caches of others.
find upper -type f | grep -vE '^upper/(var/lib/dpkg|var/log|var/cache|tmp)/' >left || true
[[ ! -s left ]] || { echo 'left behind:'; cat left; exit 1; }
