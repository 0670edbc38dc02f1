#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# -Djemalloc=system: a runtime made of Debian's own libjemalloc_pic.a. Executables get that one, whole and weak; what it
# cannot do is an error that says so. The objects are kept in the build folder.
. "$(dirname "$0")/common.sh"
top=$here/../..
library=$(gcc -print-file-name=libjemalloc_pic.a)
[[ $library == /* ]] || skip "no libjemalloc_pic.a; install libjemalloc-dev"
target=$(uname -m)-linux-gnu
kept=$build/runtime-of-distribution
if [[ ! -e $kept/made || $(find "$top/allocators" "$top/runtime" -type f -newer "$kept/made" -not -name '*.pyc') ]]; then
  version=$(pkg-config --modversion jemalloc)
  python3 "$top/allocators/jemalloc/build.py" --cc=gcc --cxx=g++ --objcopy=objcopy --nm=nm --ar=ar --readelf=readelf \
    --project-version=0.1.0 --triple="$target" --host= --runtime="$top/runtime" --work="$t/objects" \
    --output="$kept/jemalloc/$target" --allocator-version="${version%%[_-]*}" --installed="$library"
  ln -sfn "$build/allocators/system" "$kept/system"
  touch "$kept/made"
fi

export RUNTIME_UNDER_TEST=$kept CXX_ALLOC_RUNTIME_DIR=$kept
echo 'int main() { delete new int; }' >main.cc
for kind in -pie -no-pie -static; do
  silently "$cxx" $kind main.cc -o main
  [[ $(MALLOC_CONF=stats_print:true ./main 2>&1) == *'Begin jemalloc statistics'*'Version: "5.3.'* ]]
done
# Its own names are nobody's: mallctl would change what configure finds, and je_ would meet another jemalloc's.
[[ -z $(nm -g --defined-only "$kept/jemalloc/$target/executable.o" | awk '$3 ~ /^(je_|mallctl|mallocx|sdallocx)/') ]]
# A malloc_conf of the program's is read.
silently "$cxx" -x c++ - -o conf <<<'extern "C" { extern const char *malloc_conf; const char *malloc_conf = "stats_print:true"; } int main() { delete new int; }'
[[ $(./conf 2>&1) == *'Begin jemalloc statistics'* ]]

exits 1 "$cxx" -shared -fPIC main.cc -o main.so --allocator=jemalloc
[[ $said == 'cxx-alloc: error: --allocator=jemalloc: there is no jemalloc runtime for a shared library on '* ]]
[[ ! -e main.so ]]
exits 1 "$cxx" main.cc -o profile --allocator-profile
[[ $said == 'cxx-alloc: error: --allocator-profile: no heap profiling '* ]]
exits 1 "$cxx" main.cc -o baked --allocator-conf=narenas:1
[[ $said == 'cxx-alloc: error: '* ]]
for name in entry-points glibc-extras jemalloc-defects 'operators libstdc++'; do
  echo "== $name"
  read -r script words <<<"$name"
  bash "$here/$script.sh" $words
done
