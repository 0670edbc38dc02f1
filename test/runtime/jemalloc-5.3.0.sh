#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The runtime supports jemalloc 5.3.1 and 5.3.0: builds its objects from Debian's source of 5.3.0, and runs with them
# the tests in which the version matters. The objects are kept in the build folder.
. "$(dirname "$0")/common.sh"
top=$here/../..
built=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
[[ $built != 5.3.0 ]] || { echo "the build itself has 5.3.0"; exit 0; }

kept=$build/runtime-5.3.0
target=$(uname -m)-linux-gnu
newer() { find "$top/allocators" "$top/runtime" "$top/subprojects/packagefiles" -type f -newer "$kept/made" -not -name '*.pyc'; }
if [[ ! -e $kept/made || $(newer) ]]; then
  tarball=$(ls "$top"/subprojects/packagecache/jemalloc_5.3.0.orig.tar.bz2 2>/dev/null || true)
  if [[ -z $tarball ]]; then
    # dev knows where Debian's sources are, and which of them are accepted.
    bash -c '. "$1"; set -uo pipefail; fetch_jemalloc bookworm' - "$top/dev" >fetch.log 2>&1 </dev/null || true
    tarball=$(ls "$top"/subprojects/packagecache/jemalloc_5.3.0.orig.tar.bz2 2>/dev/null || true)
  fi
  [[ $tarball ]] || skip "no source of jemalloc 5.3.0: $(tail -n 1 fetch.log)"
  [[ $(sha256sum <"$tarball") == 2db82d1e7119df3e71b7640219b6dfe84789bc0537983c3b7ac4f7189aecfeaa* ]]
  mkdir source
  tar -xf "$tarball" -C source --strip-components=1 --no-same-owner
  # --host makes the ordinary objects alone: the profiling ones would double the time.
  python3 "$top/allocators/jemalloc/build.py" --cc=gcc --cxx=g++ --objcopy=objcopy --nm=nm --ar=ar --readelf=readelf \
    --project-version=0.1.0 --triple="$target" --host="$target" --runtime="$top/runtime" --work="$t/objects" \
    --output="$kept/jemalloc/$target" --allocator-version=5.3.0 --source="$t/source"
  ln -sfn "$build/allocators/system" "$kept/system"
  touch "$kept/made"
fi

export RUNTIME_UNDER_TEST=$kept
echo 'int main(void) { return 0; }' >main.c
CXX_ALLOC_RUNTIME_DIR=$kept "$cc" main.c -o main
[[ $(MALLOC_CONF=stats_print:true ./main 2>&1) == *'Version: "5.3.0'* ]]
for name in aligned early-environment entry-points glibc-extras jemalloc-defects 'operators libstdc++' fork partial-operators threads; do
  echo "== $name"
  read -r script words <<<"$name"
  bash "$here/$script.sh" $words
done
