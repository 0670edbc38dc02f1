#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who allocates, in every way that a malloc gets into a program; and the routines and figures with each of them.
# Usage: who-allocates.sh c|c++
. "$(dirname "$0")/common.sh"
libc=$(getconf GNU_LIBC_VERSION) libc=${libc#glibc }

# expect NAME VERSION LINKED [VARIABLE=VALUE…]: what ./check must find. The C++ program looks at the name only.
expect() {
  if [[ $language == c ]]; then env "${@:4}" ./check "$1" "$2" "$3"; else env "${@:4}" ./check "$1"; fi
}

# link DRIVER FLAGS… makes ./check from the object that the flags call for.
link() {
  local object=pie.o
  if [[ " $* " == *' -no-pie '* ]]; then object=no-pie.o; fi
  silently "$1" $object "${@:2}" -o check
}

language=$1
if [[ $language == c ]]; then
  plain=gcc other=clang-22 ours=$cc compile=(gcc -std=c11 -r "$api"/check.c "$api"/elsewhere.c)
else
  plain=g++ other=clang++-22 ours=$cxx compile=(g++ -std=c++20 -c "$api"/check.cc)
fi
silently "${compile[@]}" "${strict[@]}" -O2 -fPIE -o pie.o
silently "${compile[@]}" "${strict[@]}" -O0 -fno-pie -o no-pie.o
version=$(readelf -p .note.cxx-alloc "$build"/allocators/jemalloc/*/executable.o 2>/dev/null | grep -o '"version":"[0-9.]*"')
version=${version//[!0-9.]/}

# Not linked by cxx-alloc.
for compiler in $plain $other; do
  command -v "$compiler" >/dev/null || continue
  for flags in '' -static -static-pie -no-pie; do
    link $compiler $flags
    expect system "$libc" -
  done
done
for flags in '-Wl,--no-as-needed -ljemalloc' '-no-pie -Wl,--no-as-needed -ljemalloc' '-l:libjemalloc.a -lstdc++ -lm'; do
  link $plain $flags
  expect jemalloc 5.3 -
done
for name in tcmalloc_minimal tcmalloc; do
  link $plain -Wl,--no-as-needed -l$name
  expect tcmalloc 2. -
done
link $plain -Wl,--no-as-needed -lmimalloc
mimalloc=$(readlink -f "$($plain -print-file-name=libmimalloc.so)")    # libmimalloc.so.2.0, or .so.3
expect mimalloc "$(sed -E 's/.*\.so\.([0-9]+).*/\1/' <<<"$mimalloc")." -

# Linked by cxx-alloc.
for linker in bfd gold lld mold; do
  for flags in '' -static -no-pie -Wl,--gc-sections; do
    link $ours -fuse-ld=$linker $flags
    expect jemalloc "$version" jemalloc
  done
done
link $ours -static-pie
expect jemalloc "$version" jemalloc
for flags in '' -static -no-pie; do
  link $ours --allocator=system $flags
  expect system "$libc" system
done
link $ours --allocator=none
expect system "$libc" -
link $ours -Wl,--no-as-needed -ltcmalloc_minimal
expect tcmalloc 2. -

# A preload over each. An executable's own malloc comes before a preload; libc's does not.
for flags in '' -no-pie; do
  for preload in libjemalloc.so:jemalloc:5.3 libtcmalloc_minimal.so:tcmalloc:2. libtcmalloc.so:tcmalloc:2.; do
    IFS=: read -r file name its_version <<<"$preload"
    file=$(library "$file")
    link $ours $flags
    expect jemalloc "$version" jemalloc LD_PRELOAD="$file"
    link $ours $flags --allocator=system
    expect $name $its_version system LD_PRELOAD="$file"
    link $plain $flags
    expect $name $its_version - LD_PRELOAD="$file"
  done
done
