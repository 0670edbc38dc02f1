#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian package of the build tree: made twice it is the same, byte for byte, and lintian has no error. What it overrides has a
# reason in test/release/debian/lintian-overrides.
. "$(dirname "$0")/../link/common.sh"
command -v lintian >/dev/null || skip 'lintian is not installed'
export SOURCE_DATE_EPOCH=1700000000
for copy in first second; do
  mkdir $copy
  "$here"/../release/package --build="$build" --output="$t/$copy" --no-source
done
cmp first/*.deb second/*.deb
# Each allocator has its licence in it.
dpkg-deb -x first/*.deb content
for folder in content/usr/lib/cxx-alloc/*/; do
  allocator=$(basename "$folder")
  [[ $allocator == system ]] || grep -qF "usr/lib/cxx-alloc/$allocator/" content/usr/share/doc/cxx-alloc/copyright
done
lintian --allow-root --fail-on error first/*.deb
