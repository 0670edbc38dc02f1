#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/profile_common.sh"
# usage: profile.sh COMPILER LINKER. A heap profile names who allocated: before main, in threads, in a forked child, in
# a plug-in; by each entry point; without frame pointers, in every kind of executable.
use "$1" "$2"
"$CXX_ALLOC_CXX" -O2 -fno-optimize-sibling-calls -shared -fPIC "$conf/plug_in.cc" -o plug_in.so
for kind in -pie -no-pie -static -static-pie -Wl,--gc-sections; do
  if [[ $kind == -static-pie ]] && ! makes_static_pie "$2"; then continue; fi
  plug_in=("$t/plug_in.so")
  if [[ $kind == -static* ]]; then plug_in=(); fi
  "$cxx" "${with[@]}" -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -fPIE $kind "$conf/program.cc" -o program \
    --allocator-profile 2>said
  sed -i '/dlopen.*statically linked\|^\/.*: in function\|warning: Using/d' said
  [[ ! -s said ]]
  has_jemalloc program
  sampled ./program "${plug_in[@]}"
  profiles=(profile.*.heap)
  ((${#profiles[@]} == 2))
  for profile in "${profiles[@]}"; do
    read_profile program "$profile"
    allocates "$profile" before_main 300000
    allocates "$profile" by_new 400000
    allocates "$profile" by_malloc 200000
    allocates "$profile" by_aligned 409600
    allocates "$profile" by_realloc 300000
    if [[ ${plug_in[*]} ]]; then allocates "$profile" in_plug_in 700000; fi
  done
  # The child's profile has what the parent's has, and its own.
  if [[ $kind != -static* ]]; then
    in_child=($(for profile in "${profiles[@]}"; do allocated "$profile" in_child; done | sort -n))
    ((in_child[0] == 0 && in_child[1] >= 900000))
  fi

  # A stack begins where malloc was called: nothing of ours is in it, and the caller's caller is.
  jeprof --collapsed program "${profiles[0]}" 2>/dev/null | sed -E 's/(\(int\))?<[0-9a-f]+>//g' >stacks
  grep 'caller_of_new;by_new ' stacks >/dev/null
  grep 'main;by_malloc ' stacks >/dev/null
  not grep -E 'cxa_|prof_|imalloc|operator new' stacks

  # Nothing is written unless it is asked for.
  rm profile.*
  silently ./program "${plug_in[@]}"
  not compgen -G './*.heap'
done
