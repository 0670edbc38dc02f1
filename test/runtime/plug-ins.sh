#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A plug-in allocates and the host frees, and the other way round, whoever linked the plug-in.
. "$(dirname "$0")/common.sh"
compile_cxx "$here/plug_in.cc" -fPIC -o plug_in.o
compile_cxx "$here/plug_in_host.cc" -o host.o
"$cxx" -shared plug_in.o -o ours.so
g++ -shared plug_in.o -o theirs.so
for linker in "${linkers[@]}"; do
  for words in -pie -no-pie '-static-libstdc++ -static-libgcc'; do
    "$cxx" $words -fuse-ld="$linker" host.o -o host -pthread
    ./host ./ours.so
    ./host ./theirs.so
  done
done

# A host in C is given libstdc++ by the plug-in.
cat >c_host.c <<'END'
#include <dlfcn.h>
#include <stdlib.h>
int main(void) {
  void *(**made)(int) = dlsym(dlopen("./ours.so", RTLD_NOW), "plug_in");
  free((*made)(0));
  return 0;
}
END
"$cc" c_host.c -o c_host
./c_host

# With a sanitizer's runtime, which has a malloc of its own: as in a host of the plain compiler. ASan must be asked to come late.
g++ host.o -o bare -pthread
"$cxx" host.o -o host -pthread
served=
for words in 'g++ address' 'g++ undefined' 'g++ thread' 'g++ leak' 'clang++-22 address -shared-libsan' 'clang++-22 leak'; do
  read -r compiler sanitizer more <<<"$words"
  $compiler -std=c++17 -fPIC -shared -fsanitize="$sanitizer" $more "$here/plug_in.cc" -o sanitized.so
  bare=0 ours=0
  export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 LSAN_OPTIONS=detect_leaks=0
  ./bare ./sanitized.so >bare.txt 2>&1 || bare=$?
  ./host ./sanitized.so >ours.txt 2>&1 || ours=$?
  ((ours == bare)) || { echo "$words: exit status $ours, the bare host's $bare" >&2; cat ours.txt >&2; exit 1; }
  if ((!bare)); then served+="$sanitizer "; fi
done
[[ $served == *address* && $served == *undefined* && $served == *leak* ]]
