#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# libtool 2.4.7 hands the compiler of a library only the flags that it knows. --allocator= in LDFLAGS reaches programs, and
# a library when -XCClinker stands before it; nothing of ours ends in the .la file.
needs autoconf libtoolize
cat >configure.ac <<'CODE'
AC_INIT([flags], [1.0])
AC_CONFIG_AUX_DIR([build-aux])
AC_PROG_CXX
LT_INIT([disable-static])
AC_OUTPUT
CODE
mkdir build-aux
quietly libtoolize --install
cp -f "$(automake --print-libdir)/install-sh" build-aux
quietly aclocal
quietly autoconf
CC=$cc CXX=$cxx quietly ./configure

echo 'int *f() { return new int; }' >f.cc
echo 'int *f(); int main() { delete f(); }' >main.cc
compile() { quietly ./libtool --tag=CXX --mode=compile "$cxx" -c "$1.cc" -o "$1.lo"; }
link() { rm -f links.jsonl; CXX_ALLOC_LOG=$t/links.jsonl quietly ./libtool --tag=CXX --mode=link "$cxx" "$@"; }
compile f
compile main
LDFLAGS='-g --allocator=system -Wl,--as-needed'

link $LDFLAGS f.lo -rpath /usr/lib -o libf.la
[[ $(<links.jsonl) == *'"output":"shared-library"'*'"reason":"output-default"'* && $(<links.jsonl) == *--as-needed* ]]
link $LDFLAGS main.lo libf.la -o main
[[ $(<links.jsonl) == *'"reason":"flag"'* ]]
LD_LIBRARY_PATH=$t/.libs has_system .libs/main
link -g -XCClinker --allocator=system f.lo -rpath /usr/lib -o libf.la
[[ $(<links.jsonl) == *'"output":"shared-library"'*'"reason":"flag"'* ]]
not grep allocator libf.la
