# SPDX-License-Identifier: Apache-2.0
# What the tests of an installed cxx-alloc share: $prefix is an installed tree that was moved elsewhere, with a space in it.
. "$(dirname "${BASH_SOURCE[0]}")/../link/common.sh"
meson install -C "$build" --no-rebuild --quiet --destdir "$t/staged" >/dev/null
prefix=$t/'moved, with space'
mv "$(dirname "$(dirname "$(find staged -path '*/bin/cxx-alloc')")")" "$prefix"
rm -rf staged
cxx=$prefix/bin/cxx-alloc cc=$prefix/bin/cc-alloc

# Every option of ours, each value as a word of its own; and every environment variable. The help is the measure.
own_options() {
  "$cxx" --allocator-help | grep -oE '^  --[a-z-]+(=[a-z-]*)?' | tr -d ' '
  echo --allocator-help
}
own_variables() { "$cxx" --allocator-help | grep -oE '^  CXX_ALLOC[A-Z_]*' | tr -d ' '; }
