#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# qmake asks the compiler for its macros and folders, and links with QMAKE_LINK.
needs qmake6 make
cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
printf '%s\n' TEMPLATE=subdirs 'SUBDIRS=text.pro plugin.pro program.pro' 'program.depends=text' CONFIG+=ordered >all.pro
printf '%s\n' TEMPLATE=lib 'CONFIG-=qt' CONFIG+=staticlib TARGET=text SOURCES=archive.cc >text.pro
printf '%s\n' TEMPLATE=lib 'CONFIG-=qt' CONFIG+=plugin TARGET=plugin SOURCES=plugin.cc >plugin.pro
printf '%s\n' TEMPLATE=app 'CONFIG-=qt' CONFIG+=thread TARGET=program 'SOURCES=program.cc use_plugin.c' 'LIBS+=-L. -ltext' >program.pro
quietly qmake6 -recursive all.pro QMAKE_CC="$cc" QMAKE_CXX="$cxx" QMAKE_LINK="$cxx" QMAKE_LINK_SHLIB="$cxx" CONFIG+=release
quietly make
[[ $(<output) == *"$cxx -c "* && $(<output) == *"$cc -c "* ]]
has_jemalloc program "$t/libplugin.so"
not defines_jemalloc libplugin.so
not defines_jemalloc libtext.a
