#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Our patches get into a jemalloc from wherever it came: as released, with the patches that Meson's wrap applies, or with them
# and the stamp. A tree with other patches is refused, and Meson's list is the folder's.
. "$(dirname "$0")/../link/common.sh"
top=$here/../..
patches=$top/subprojects/packagefiles/jemalloc
patch_in() { python3 "$top/allocators/jemalloc/patches.py" "$1"; }

listed=$(sed -n 's/^diff_files = //p' "$top/subprojects/jemalloc.wrap")
[[ $listed == "$(cd "$patches/.." && ls jemalloc/*.patch | paste -sd, | sed 's/,/, /g')" ]]
for patch in "$patches"/*.patch "$patches"/*/*.patch; do
  for said in '^Upstream: ' '^Can go: '; do
    sed '/^--- /q' "$patch" | grep "$said" >/dev/null || { echo "$patch: its head does not say $said" >&2; exit 1; }
  done
done

tarballs=$(ls "$top"/subprojects/packagecache/jemalloc[-_]5.3.*.tar.* 2>/dev/null || true)
[[ $tarballs ]] || skip "no source of jemalloc in subprojects/packagecache/"
for tarball in $tarballs; do
  echo "== ${tarball##*/}"
  mkdir released
  tar -xf "$tarball" -C released --strip-components=1 --no-same-owner
  cp -r released patched
  silently patch_in patched
  grep -r 'include "kernel_calls.h"' patched/include >/dev/null
  cp -r patched again
  silently patch_in again
  diff -r patched again
  rm again/cxx-alloc-patches
  silently patch_in again
  diff -r patched again

  # Half of them, as an earlier version of this project may have had.
  half=$(grep -q 5.3.0 <<<"$tarball" && ls "$patches"/5.3.0/*.patch || ls "$patches"/*.patch)
  cp -r released half
  patch -d half -p1 -s -i "$(head -n 1 <<<"$half")"
  exits 1 patch_in half
  [[ $said == 'cxx-alloc: error: '*'remove it, and unpack or set up again' ]]
  echo 0 >patched/cxx-alloc-patches
  exits 1 patch_in patched
  [[ $said == 'cxx-alloc: error: '*' has patches of another version of cxx-alloc in it; '* ]]
  rm -r released patched again half
done
