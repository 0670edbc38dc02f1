#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# SCons runs its compilers with an environment of its own, where no CXX_ALLOC_… is set.
needs scons
cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
cat >SConstruct <<'CODE'
env = Environment(CC=ARGUMENTS['CC'], CXX=ARGUMENTS['CXX'], CCFLAGS='-O2')
env.StaticLibrary('text', 'archive.cc')
env.LoadableModule('plugin', 'plugin.cc', LDMODULEPREFIX='')
env.Program('program', ['program.cc', 'use_plugin.c'], LIBS=['text', 'pthread'], LIBPATH='.')
env.Program('opted_out', ['program.cc', 'use_plugin.c'], LIBS=['text', 'pthread'], LIBPATH='.', LINKFLAGS='--allocator=system')
CODE
quietly scons CC="$cc" CXX="$cxx"
has_jemalloc program "$t/plugin.so"
has_system opted_out "$t/plugin.so"
not defines_jemalloc plugin.so
not defines_jemalloc libtext.a
