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
