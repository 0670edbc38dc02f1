#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../link/common.sh"
# One section of docs/recipes.md, $1: its files are written into a small project, its commands are run there by their own
# text, with ours in PATH; what comes out is looked at. A fence that names a second word is that file, ```sh is commands.
page=$here/../../docs/recipes.md
section=$1
export PATH=$(dirname "$cxx"):$PATH HOME=$t/home
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL DESTDIR RUSTFLAGS
mkdir home project
cd project

# --- A project for each --------------------------------------------------------------------------------------------

sources() {
  echo 'int *number();' >number.h
  printf '#include "number.h"\nint *number() { return new int(3); }\n' >number.cc
  printf '#include "number.h"\nint main() { delete number(); }\n' >app.cc
  echo 'int main(void) { int class = 0; return class; }' >tool.c
}

make_project() {
  cat >Makefile <<'END'
all: app tool libplug.so
app: app.o number.o
	$(CXX) $(LDFLAGS) $^ -o $@
tool: tool.o
libplug.so: number.cc
	$(CXX) $(CXXFLAGS) -shared -fPIC $^ -o $@
install: all
	install -D -t $(DESTDIR)/usr/bin app tool
	install -D -t $(DESTDIR)/usr/lib libplug.so
clean:
	rm -f *.o app tool libplug.so
END
}

cmake_project() {
  cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(recipe C CXX)
add_library(number STATIC number.cc)
add_executable(app app.cc)
target_link_libraries(app number)
add_executable(tool tool.c)
add_library(plug SHARED number.cc)
END
}

meson_project() {
  cat >meson.build <<'END'
project('recipe', 'c', 'cpp')
number = static_library('number', 'number.cc')
executable('app', 'app.cc', link_with: number)
executable('tool', 'tool.c')
shared_library('plug', 'number.cc')
END
}

autotools_project() {
  cat >configure.ac <<'END'
AC_INIT([recipe], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_PROG_CXX
AC_PROG_RANLIB
AM_PROG_AR
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
  cat >Makefile.am <<'END'
noinst_LIBRARIES = libnumber.a
libnumber_a_SOURCES = number.cc number.h
bin_PROGRAMS = app tool
app_SOURCES = app.cc
app_LDADD = libnumber.a
tool_SOURCES = tool.c
END
  autoreconf -i >autoreconf.log 2>&1 || { cat autoreconf.log; return 1; }
}

bazel_project() {
  touch WORKSPACE
  cat >BUILD <<'END'
cc_library(name = "number", srcs = ["number.cc"], hdrs = ["number.h"])
cc_binary(name = "app", srcs = ["app.cc"], deps = [":number"])
cc_binary(name = "tool", srcs = ["tool.c"])
cc_binary(name = "libplug.so", srcs = ["number.cc", "number.h"], linkshared = True)
END
  # Bazel fetches its rules. Debian packages those for Java and protocol buffers; its rules for C++ (0.0.5) are newer than its
  # Bazel (4.2.3) can read, and all that they do is call the built-in ones.
  local rules=$t/rules rule
  mkdir -p "$rules/cc"
  touch "$rules/WORKSPACE" "$rules/cc/BUILD"
  for rule in cc_binary cc_library cc_import cc_toolchain cc_toolchain_suite; do
    echo "def $rule(**words): native.$rule(**words)"
  done >"$rules/cc/defs.bzl"
  for rule in cc_flags_supplier compiler_flag; do
    echo "def $rule(name, **words): native.filegroup(name = name)"
  done >>"$rules/cc/defs.bzl"
  cat >"$HOME/.bazelrc" <<END
startup --batch --output_user_root=$t/bazel
build --jobs=2
build --override_repository=rules_cc=$rules
build --override_repository=rules_java=/usr/share/bazel/rules/java
build --override_repository=rules_proto=/usr/share/bazel/rules/proto
END
}

debian_project() {
  make_project
  mkdir -p debian/source
  echo '3.0 (native)' >debian/source/format
  cat >debian/control <<'END'
Source: recipe
Maintainer: Nobody <nobody@example.org>
Build-Depends: debhelper-compat (= 13)
Rules-Requires-Root: no

Package: recipe
Architecture: any
Description: a recipe
END
  cat >debian/changelog <<'END'
recipe (1) unstable; urgency=low

  * First.

 -- Nobody <nobody@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
END
}

rust_project() {
  mkdir -p "$1"
  cat >"$1/main.rs" <<'END'
fn main() { let words: Vec<String> = std::env::args().collect(); println!("{}", words.len()); }
END
}

go_project() {
  printf 'module recipe\n\ngo 1.19\n' >go.mod
  cat >main.go <<'END'
package main

// #include <stdlib.h>
import "C"

// Go's own exit runs nothing of C's.
func main() { C.free(C.malloc(10)); C.exit(0) }
END
}

# --- The recipe ----------------------------------------------------------------------------------------------------

# The blocks of the section become files: those with a name here, in the project, the commands beside it.
write_files() {
  local line file=''
  while IFS= read -r line; do
    if [[ $file && $line == '```' ]]; then
      file=
    elif [[ $file ]]; then
      printf '%s\n' "$line" >>"$file"
    elif [[ $line =~ ^'```'([a-z]+)( (.+))?$ ]]; then
      file=${BASH_REMATCH[3]:-../commands}
      [[ $file != ../commands || ${BASH_REMATCH[1]} == sh ]]
      mkdir -p "$(dirname "$file")"
      [[ $file == ../commands ]] || rm -f "$file"
    fi
  done < <(awk -v heading="## $section" '/^## / { inside = $0 == heading } inside' "$page")
  [[ -s ../commands ]]
}
run_commands() { bash -ex ../commands >../log 2>&1 </dev/null || { tail -n 50 ../log; return 1; }; }
follow() { write_files; run_commands; }

is_guest() { not defines_jemalloc "$1" && [[ $(note_of "$1") == *'"allocator":"process"'* ]]; }

sources
case $section in
  Make) make_project; follow; has_jemalloc app; has_jemalloc tool; is_guest libplug.so ;;
  CMake*)
    cmake_project
    follow
    has_jemalloc build/app
    has_jemalloc build/tool
    is_guest build/libplug.so
    if [[ $section == *launcher ]]; then not grep '^CMAKE_C.*_COMPILER:.*alloc' build/CMakeCache.txt; fi ;;
  Meson*) meson_project; follow; has_jemalloc build/app; has_jemalloc build/tool; is_guest build/libplug.so ;;
  Autotools) autotools_project; follow; has_jemalloc app; has_jemalloc tool ;;
  Bazel)
    if [[ $(bazel --version 2>/dev/null) =~ ^bazel\ ([6-9]|[1-9][0-9])\. ]]; then
      skip 'Bazel 6 and later fetches its rules from the network; Debian does not package all of them'
    fi
    bazel_project
    follow
    has_jemalloc bazel-bin/app
    defines_operators bazel-bin/app
    has_jemalloc bazel-bin/tool
    is_guest bazel-bin/libplug.so ;;
  'Debian packages')
    debian_project
    built() {
      rm -rf ../root
      dpkg-deb -x ../recipe_1_*.deb ../root
      # It is stripped, so the note and the behaviour tell.
      for program in app tool; do
        [[ $(note_of "../root/usr/bin/$program") == *'"allocator":"jemalloc"'* ]]
        [[ $(allocator_at_run_time "../root/usr/bin/$program") == jemalloc ]]
      done
      [[ $(note_of ../root/usr/lib/libplug.so) == *'"allocator":"process"'* ]]
    }
    # By the environment, for a debian/rules that knows nothing of us; then by debian/rules alone.
    write_files
    chmod +x debian/rules
    sed -i.ours '/^export C/d' debian/rules
    not cmp -s debian/rules debian/rules.ours
    run_commands
    built
    mv debian/rules.ours debian/rules
    rm ../*.deb
    sed -i 's/^CC=[^ ]* CXX=[^ ]* dpkg-/dpkg-/' ../commands
    not grep alloc ../commands
    run_commands
    built ;;
  # Debian's, not what a user's home holds.
  Rust) PATH=$(dirname "$cxx"):/usr/bin:/bin; rust_project .; follow; has_jemalloc main ;;
  Cargo)
    PATH=$(dirname "$cxx"):/usr/bin:/bin
    rust_project src
    printf '[package]\nname = "recipe"\nversion = "1.0.0"\n' >Cargo.toml
    export CARGO_NET_OFFLINE=true
    write_files
    sed -i "s/x86_64/$(uname -m)/" .cargo/config.toml
    run_commands
    has_jemalloc target/debug/recipe ;;
  Fortran)
    printf 'program p\n  real, allocatable :: a(:)\n  allocate(a(1000))\n  print *, size(a)\nend program\n' >program.f90
    follow
    has_jemalloc program
    [[ $(./program) == *1000 ]] ;;
  Go)
    go_project
    rm -f ./*.cc ./*.c ./*.h
    export GOFLAGS=-mod=mod GOCACHE=$t/go-cache GOPATH=$t/go GOTOOLCHAIN=local
    follow
    has_jemalloc recipe ;;
  *) echo "no project for '$section'"; exit 1 ;;
esac
