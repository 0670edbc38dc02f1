#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Plain make, with its built-in rules and variables: CXX and CC are one word each, and link with $(CC) or $(CXX).
needs make
cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
cp "$here"/program.c c_program.c
cp "$here"/archive.c c_archive.c
cat >Makefile <<'CODE'
CFLAGS = -O2 -fPIC
CXXFLAGS = -O2 -fPIC
LDLIBS = -lpthread
LINK.o = $(CXX) $(LDFLAGS)
all: program c_program static plugin.so
program: program.o use_plugin.o libtext.a
static: program.o libtext.a
static: LDFLAGS = -static
static:
	$(LINK.o) $^ $(LDLIBS) -o $@
libtext.a: libtext.a(archive.o)
c_program: c_program.c c_archive.c use_plugin.c
plugin.so: plugin.o
	$(LINK.o) -shared $^ -o $@
CODE
quietly make CC="$cc" CXX="$cxx"
has_jemalloc program "$t/plugin.so"
has_jemalloc static
has_jemalloc c_program
not defines_operators c_program
not defines_jemalloc plugin.so
not defines_jemalloc libtext.a
rm program c_program
quietly make CC="$cc" CXX="$cxx" LDFLAGS=--allocator=system
has_system program "$t/plugin.so"
has_system c_program
