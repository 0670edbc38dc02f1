#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
. "$suite/autotools.sh"
# usage: autoconf-probes.sh C C++. configure finds the same with us as with the compiler alone: config.h, what it cached, and
# the libtool script, which holds the objects and libraries that libtool saw the compiler link (predep_objects, postdeps).
c=$1 cplusplus=$2
autotools_project
# libtool takes names for what they begin with, so ours has the compiler's here (libtool-takes-us-for-compaq.sh).
mkdir bin tree
for name in "$c" "$cplusplus"; do ln -s "$cxx" "bin/$name-alloc"; done
PATH=$t/bin:$PATH
cd tree
for suffix in '' -alloc; do
  CC=$c$suffix CXX=$cplusplus$suffix quietly ../configure
  grep -q 'whether the compiler supports GNU C++... yes' "$t/output"
  for file in config.h libtool Makefile; do
    sed "s#$cplusplus-alloc#$cplusplus#g; s#$c-alloc#$c#g" $file >"$t/$file$suffix"
  done
  # Less what it was told.
  sed -n '/^## Cache variables/,/^## Output variables/p' config.log |
    sed "s#$cplusplus-alloc#$cplusplus#g; s#$c-alloc#$c#g" | grep -v '^ac_cv_env_' >"$t/cache$suffix"
  rm -rf ./*
done
cd ..
for file in config.h libtool Makefile cache; do diff $file $file-alloc; done
grep -q '^ac_cv_func_mallctl=no' cache-alloc
[[ $(grep -c '^postdeps=' libtool-alloc) == 2 ]]
grep -q '^postdeps=.*-lstdc++' libtool-alloc
not grep -E 'alloc/|jemalloc' libtool-alloc
