#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: every-kind.sh COMPILER LINKER. Every kind of output that the two make, of C++ and of C: executables get jemalloc,
# libraries nothing, relocatable objects not a byte.
compiler=$1 linker=$2
case $compiler in clang*) c_compiler=${compiler/++/} ;; *) c_compiler=${compiler/g++/gcc} ;; esac
export CXX_ALLOC_CXX=$compiler CXX_ALLOC_CC=$c_compiler
with=(-fuse-ld="$linker")
if [[ $linker == lld ]]; then
  mkdir tools
  ln -s "$(command -v ld.lld-22 || command -v ld.lld)" tools/ld.lld
  with+=(-B "$t/tools")
fi
declare -A banner=([bfd]='GNU ld' [gold]='GNU gold' [lld]=LLD [mold]=mold)
[[ $("$cxx" "${with[@]}" -Wl,--version 2>&1) == *"${banner[$linker]}"* ]]

"$compiler" -O1 -fPIC -c "$here/program.cc" "$here/archive.cc" "$here/plugin.cc"
mkdir c
(cd c && "$c_compiler" -O1 -fPIC -c "$here/program.c" "$here/archive.c" "$here/use_plugin.c")
ar rcs libtext.a archive.o
ar rcs c/libtext.a c/archive.o

# A library gets nothing: the plug-in lives with the malloc of whoever opens it.
for kind in '' -Wl,-z,defs; do
  silently "$cxx" "${with[@]}" -shared $kind plugin.o -o plugin.so
  is_shared_library plugin.so
  not defines_jemalloc plugin.so
  not defines_operators plugin.so
  [[ $(note_of plugin.so) != *jemalloc* ]]
done

for kind in -pie -no-pie -static -static-pie; do
  dynamic=(c/use_plugin.o) plugin=("$t/plugin.so")
  if [[ $kind == -static* ]]; then dynamic=() plugin=(); fi
  if [[ $linker == gold && $kind == -static-pie ]]; then
    exits 1 "$compiler" "${with[@]}" $kind program.o libtext.a -o program    # gold 2.40 has no --no-dynamic-linker
    same_as "$compiler" "${with[@]}" $kind program.o libtext.a -o program
    continue
  fi
  if [[ $kind == -static-pie ]] && ! makes_static_pie $linker; then continue; fi
  silently "$cxx" "${with[@]}" $kind program.o "${dynamic[@]}" libtext.a -o program
  has_jemalloc program "${plugin[@]}"
  defines_operators program
  silently "$cxx" "${with[@]}" $kind program.o "${dynamic[@]}" libtext.a -o program --allocator=system
  has_system program "${plugin[@]}"

  silently "$cc" "${with[@]}" $kind c/program.o "${dynamic[@]}" c/libtext.a -o program
  has_jemalloc program "${plugin[@]}"
  not defines_operators program
  [[ $(readelf -d program) != *libstdc++* ]]
done

# Relocatable output is what the compiler alone makes, and the link that takes it in still gets jemalloc.
silently "$cxx" "${with[@]}" -r program.o archive.o -o ours.o
"$compiler" "${with[@]}" -r program.o archive.o -o bare.o
cmp ours.o bare.o
silently "$cxx" "${with[@]}" ours.o -o program
has_jemalloc program
