# SPDX-License-Identifier: Apache-2.0
# A project of autoconf, automake and libtool, for the tests that source this after common.sh: a library (static and shared)
# with a part that is a library of its own, a module that is opened at run time, programs of C++ and of C. `autotools_project` makes it in the current folder.
autotools_project() {
  needs autoconf automake libtoolize
  cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
  cp "$here"/program.c c_program.c
  cp "$here"/archive.c c_archive.c
  cat >configure.ac <<'CODE'
AC_INIT([kinds], [1.0])
AC_CONFIG_AUX_DIR([build-aux])
AM_INIT_AUTOMAKE([foreign -Wall -Wno-portability])
AC_CONFIG_MACRO_DIRS([m4])
AC_CONFIG_HEADERS([config.h])
AM_PROG_AR
LT_INIT([dlopen])
AC_PROG_CC
AC_PROG_CXX
AC_LANG([C++])
AC_OPENMP
AC_CHECK_FUNCS([mallctl mallocx sdallocx je_malloc malloc_usable_size reallocarray])
AC_SEARCH_LIBS([pthread_create], [pthread])
AC_LANG([C])
AC_OPENMP
AC_CHECK_FUNCS([mallocx rallocx])
AC_FUNC_MALLOC
AC_FUNC_REALLOC
AC_CHECK_LIB([m], [floor])
AC_CHECK_HEADERS([dlfcn.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
CODE
  cat >Makefile.am <<'CODE'
ACLOCAL_AMFLAGS = -I m4
lib_LTLIBRARIES = libtext.la
libtext_la_SOURCES = archive.cc
libtext_la_LIBADD = libpart.la
noinst_LTLIBRARIES = libpart.la
libpart_la_SOURCES = use_plugin.c
pkglib_LTLIBRARIES = plugin.la
plugin_la_SOURCES = plugin.cc
plugin_la_LDFLAGS = -module -avoid-version
bin_PROGRAMS = program c_program
program_SOURCES = program.cc
program_LDADD = libtext.la
c_program_SOURCES = c_program.c c_archive.c use_plugin.c
c_program_CFLAGS =
CODE
  mkdir -p m4 build-aux
  quietly autoreconf --install
}
