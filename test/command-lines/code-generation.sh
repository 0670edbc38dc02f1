#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 65-71: how the code is made, and for which machine.

# Of two commands, the same names of files in the folder.
same_file_names() {
  run_in_copy bare "$compiler" "$@"
  run_in_copy ours "$cxx" "$@"
  diff <(cd "$t/bare.tree" && find . | sort) <(cd "$t/ours.tree" && find . | sort)
  diff "$t/bare.status" "$t/ours.status"
}

65-lto() {
  local words with=()
  if is_clang; then with_linker lld; fi
  for words in -flto -fno-lto '-flto -ffat-lto-objects' $([[ $compiler == g++* ]] && echo -flto=auto || echo -flto=thin -flto=full); do
    if is_clang_before 17 && [[ $words == *fat* ]]; then continue; fi
    links_jemalloc "${with[@]}" $words main.cc
    "$compiler" $words -c main.cc -o lto.o
    links_jemalloc "${with[@]}" $words lto.o
  done
  with_linker mold
  links_jemalloc "${with[@]}" -flto main.cc
  is_gnu || return 0
  # lld reads no slim objects of GCC's: it fails as it does alone, and reads the machine code of fat ones.
  with_linker lld
  local bare=0
  "$compiler" "${with[@]}" -flto main.cc -o bare 2>said.txt || bare=$?
  exits $bare "$cxx" "${with[@]}" -flto main.cc -o program
  links_jemalloc "${with[@]}" -flto -ffat-lto-objects main.cc
}
66-profiles() {
  local words
  links_jemalloc -pg main.cc
  links_jemalloc --coverage main.cc
  ls ./*.gcno >/dev/null
  [[ $(ls ./*.gcda) ]]
  links_jemalloc -fprofile-generate main.cc
  if is_clang; then links_jemalloc -fprofile-instr-generate main.cc; fi
  for words in '--coverage main.cc -o a' '-save-temps main.cc -o a' '-save-temps main.cc f.cc' '-MD main.cc -o a' '-gsplit-dwarf -g main.cc -o a' \
               '-fstack-usage main.cc -o a' '-MD main.cc' '--coverage main.cc'; do
    if is_clang_before 16 && [[ $words == -fstack* ]]; then continue; fi
    same_file_names $words
  done
}
67-debug-information() {
  for words in -g -gz -gsplit-dwarf '-g -gdwarf-4' -g3; do links_jemalloc $words main.cc; done
  with_linker gold
  links_jemalloc "${with[@]}" -g -Wl,--gdb-index main.cc
  # Ours brings none.
  links_jemalloc main.o
  not says '\.debug_info' readelf -SW program
}
68-language-runtimes() {
  local words
  links_jemalloc -pthread main.cc
  is_clang || return 0
  for words in --rtlib=compiler-rt --unwindlib=libgcc -stdlib=libc++ '-stdlib=libc++ --rtlib=compiler-rt'; do
    # Where the library is not installed the decision is all there is.
    if "$compiler" $words main.cc -o bare 2>said.txt; then links_jemalloc $words main.cc; else injects $words main.cc; fi
  done
}
68-openmp() {
  echo 'int main() { int n = 0;
#pragma omp parallel reduction(+ : n)
  { int *p = new int(1); n += *p; delete p; }
  return n < 1; }' >omp.cc
  injects -fopenmp omp.cc
  # Debian installs the libomp of one LLVM version only, the release's own; the newer compilers get along with the old one.
  local words=(-fopenmp) own
  own=$(clang++ -dumpversion)
  if is_clang; then words+=(-L"/usr/lib/llvm-${own%%.*}/lib"); fi
  needs_link "${words[@]}" omp.cc
  links_jemalloc "${words[@]}" omp.cc
  if "$compiler" -fopenmp -static-openmp omp.cc -o omp 2>said.txt; then links_jemalloc -fopenmp -static-openmp omp.cc; fi
}
69-other-targets() {
  [[ $(decision -m32 main.cc) == 'executable system unavailable-for-target' ]]
  [[ $("$cxx" --print-allocator=json -m32 main.cc) == *'"target":"i'*86-linux-gnu* ]]
  [[ $(decision -mx32 main.cc) == 'executable system unavailable-for-target' ]]
  if is_clang; then
    for target in wasm32 wasm32-wasi x86_64-w64-mingw32 x86_64-apple-macosx11 riscv64-linux-gnu armv7-linux-gnueabihf; do
      [[ $(decision --target=$target main.cc) == 'executable system unavailable-for-target' ]]
      [[ $(decision -target $target main.cc) == 'executable system unavailable-for-target' ]]
    done
    [[ $(decision --target=x86_64-apple-macosx11 -dynamiclib main.cc) == 'shared-library '* ]]
    [[ $(decision --target=x86_64-apple-macosx11 -bundle main.cc) == 'shared-library '* ]]
    same_everything --target=wasm32 -c main.cc -o wasm.o
    # The machine's own, spelled otherwise.
    for target in x86_64-linux-gnu x86_64-pc-linux-gnu x86_64-unknown-linux-gnu; do injects --target=$target main.cc; done
  fi
  injects -m64 main.cc
  local cross=aarch64-linux-gnu-g++
  # Either a runtime was built for it, or it is left alone.
  [[ $(CXX_ALLOC_CXX=$cross decision main.cc) =~ ^executable\ (system\ unavailable-for-target|jemalloc\ output-default)$ ]] || ! command -v $cross
}
70-device-code() {
  # Nothing here compiles for devices: only that the words do no harm.
  if is_gnu; then
    same_everything -x cuda main.cc -o a
    same_everything -fsycl main.cc -o a
    same_everything --offload-arch=sm_35 main.cc -o a
    return
  fi
  cp main.cc main.cu
  passes -x cuda -c main.cc --cuda-gpu-arch=sm_35 -nocudainc -nocudalib --cuda-host-only -o cuda.o
  injects -x cuda main.cc -nocudainc -nocudalib --cuda-host-only -o a
  injects -x hip main.cc -o a
  injects main.cu -o a
  injects --offload-arch=sm_35 main.cc -o a
}
71-other-languages() {
  # The program's own language is nobody's business: what counts is the link.
  echo 'program p
print *, 1
end program' >p.f90
  if is_gnu; then
    needs gfortran
    gfortran -c p.f90
    links_jemalloc p.o -lgfortran
    injects p.f90
    same_everything -x objective-c++ main.cc -o a                  # g++ without its Objective-C++ says so
  else
    cp main.cc main.mm
    links_jemalloc main.mm
    links_jemalloc -x objective-c++ main.cc
  fi
  echo '.globl main
main: xorl %eax, %eax
ret
.section .note.GNU-stack,"",@progbits' >main.s
  links_jemalloc main.s
  links_jemalloc -x assembler main.s
  links_jemalloc -x c main.c
}
run_checks
