#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The note says who allocates, and survives strip, --gc-sections and LTO with every linker and both compilers; libraries
# say "process"; relocatable objects and static libraries say nothing.
. "$(dirname "$0")/common.sh"
cat >main.cc <<'END'
int *shared();
int main() { delete shared(); }
END
echo 'int *shared() { return new int(1); }' >library.cc
notes() { readelf -nW "$1" | grep -c '^  cxx-alloc ' || true; }
says() { [[ $(note_of "$1") == *"\"allocator\":\"$2\""*"\"output\":\"$3\""* ]] && [[ $(notes "$1") == 1 ]]; }

# Each linker meets each of the words, with one compiler or the other.
turn=0
for compiler in g++ clang++-22; do
  turn=$((turn + 1))
  export CXX_ALLOC_CXX=$compiler
  lto=-flto
  for linker in "${linkers[@]}"; do
    # A linker without a plug-in for the compiler's bitcode cannot do LTO; that is between those two.
    echo 'int main() {}' >plain.cc
    if ! $compiler -O2 $lto -fuse-ld=$linker plain.cc -o plain 2>/dev/null; then
      echo "no LTO: $compiler with $linker"
      lto_here=
    else
      lto_here=$lto
    fi
    for words in '' '-ffunction-sections -Wl,--gc-sections' -s -static "-O2 $lto_here -Wl,--gc-sections -s"; do
      turn=$((turn + 1))
      if ((turn % 2)); then continue; fi
      "$cxx" $words -fuse-ld=$linker main.cc library.cc -o program
      says program jemalloc executable
      ./program
      "$cxx" $words --allocator=system -fuse-ld=$linker main.cc library.cc -o program
      says program system executable
      if [[ $words == -static ]]; then continue; fi
      "$cxx" $words -fPIC -shared -fuse-ld=$linker library.cc -o library.so
      says library.so process shared-library
    done
    strip library.so program
    says program system executable
    says library.so process shared-library
  done
done
unset CXX_ALLOC_CXX

# Loaded with the program, so that a core dump has it.
readelf -lW program | awk '/^ +[0-9]+ / && /\.note\.cxx-alloc/ { found = 1 } END { exit !found }'

# No paths, no times: two links of the same words make the same note.
note_of program | grep -E '^\{"allocator":"system","cxx-alloc":"[0-9.]+","output":"executable","schema":1\}$' >/dev/null

"$cxx" -c library.cc
"$cxx" -r library.o -o relocatable.o
clang++-22 --version >/dev/null && CXX_ALLOC_CXX=clang++-22 "$cxx" --emit-static-lib library.cc -o library.a
for file in library.o relocatable.o library.a; do
  [[ $(notes $file) == 0 ]]
done
"$cxx" --allocator=none main.cc library.cc -o program
[[ -z $(note_of program) ]]
