#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 77-90: what build systems ask, and what it means to stand between them and the compiler. Compact: whole
# projects are built elsewhere.

77-cmake() {
  needs cmake ninja
  mkdir source
  cat >source/CMakeLists.txt <<'CM'
cmake_minimum_required(VERSION 3.13)
project(p CXX)
include(CheckIPOSupported)
check_ipo_supported(RESULT ipo OUTPUT why LANGUAGES CXX)
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-Wall has_wall)
check_cxx_compiler_flag(-Wno-such-flag-at-all has_nonsense)
try_compile(compiled ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/main.cc)
get_filename_component(ar "${CMAKE_CXX_COMPILER_AR}" NAME)
message("FOUND ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} abi=${CMAKE_CXX_ABI_COMPILED} ipo=${ipo} try=${compiled} wall=${has_wall} nonsense=${has_nonsense} ar=${CMAKE_AR} ranlib=${CMAKE_RANLIB} cxx_ar=${CMAKE_CXX_COMPILER_AR} cxx_ranlib=${CMAKE_CXX_COMPILER_RANLIB} linker=${CMAKE_LINKER}")
message("FOUND libraries ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES} directories ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES} include ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES} standard ${CMAKE_CXX_STANDARD_COMPUTED_DEFAULT} features ${CMAKE_CXX_COMPILE_FEATURES}")
add_executable(app main.cc)
CM
  cp main.cc source
  cmake -G Ninja -S source -B bare -DCMAKE_CXX_COMPILER="$compiler" >bare.txt 2>&1
  cmake -G Ninja -S source -B ours -DCMAKE_CXX_COMPILER="$cxx" >ours.txt 2>&1
  grep FOUND bare.txt | grep 'try=TRUE' >/dev/null
  # CMake takes the version in clang++-22 for a suffix of ar and the linker too. Only the link by that name has it.
  without_tools() { grep FOUND "$1" | sed -E 's# (ar|ranlib|linker)=[^ ]*##g'; }
  diff <(without_tools bare.txt) <(without_tools ours.txt)
  ln -s "$cxx" "$compiler-alloc"
  cmake -G Ninja -S source -B named -DCMAKE_CXX_COMPILER="$PWD/$compiler-alloc" >named.txt 2>&1
  diff <(grep FOUND bare.txt) <(grep FOUND named.txt)
  cmake --build ours >build.txt
  has_jemalloc "$PWD/ours/app"
}
78-autoconf() {
  needs autoconf make
  cat >configure.ac <<'AC'
AC_INIT([p], [1])
AC_PROG_CXX
AC_PROG_CC
AC_LANG([C++])
AC_CHECK_FUNCS([mallctl sdallocx rallocx mallocx malloc_usable_size posix_memalign malloc_conf je_malloc pthread_create dlopen])
AC_CHECK_LIB([jemalloc_no_such], [mallctl])
AC_CHECK_LIB([c], [mallctl])
AC_OUTPUT
AC
  autoconf 2>said.txt
  local who
  for who in bare ours; do
    mkdir $who
    if [[ $who == bare ]]; then words=(CXX="$compiler" CC="$c_compiler"); else words=(CXX="$cxx" CC="$cc"); fi
    (cd $who && ../configure "${words[@]}") >$who.txt 2>&1
    # The names of the compilers are not answers.
    grep -E '^checking' $who.txt | grep -v '^checking for gcc\.\.\.' | sed -E 's#^checking (whether|for) [^ ]*(clang|g\+\+|gcc|-alloc)[^ ]* #checking it #' >$who.answers
  done
  grep -E 'whether the C\+\+ compiler works\.\.\. yes' ours.answers >/dev/null
  diff bare.answers ours.answers
  diff <(grep '^#define' bare/config.log) <(grep '^#define' ours/config.log)
}
79-werror-probes() {
  # Not a word on stderr, so that no probe for warnings fails.
  silently "$cxx" -Werror -Wall -Wextra main.cc -o a
  silently "$cxx" -Werror -c main.cc
  silently "$cxx" -Werror main.o -o a
  CXX_ALLOC_LOG=$PWD/log silently "$cxx" -Werror main.cc -o a
  [[ -s log ]]
}
80-libtool-postdeps() {
  "$compiler" -shared -v f.o -o bare.so 2>bare.txt
  "$cxx" -shared -v f.o -o ours.so 2>ours.txt
  # Libtool keeps words like these of the linker's line.
  postdeps() { grep -E '(collect2|/ld[^ ]*"?|mold"?) ' "$1" | tail -n 1 | xargs -n 1 | grep -E '^-[lL]|\.[oa]$' | sed -E 's,/tmp/[^ ]*,TEMPORARY,' | grep -v '\.note$'; }
  diff <(postdeps bare.txt) <(postdeps ours.txt)
  not grep -E 'jemalloc' ours.txt
  grep '^cxx-alloc: shared library: system$' ours.txt
}
81-meson-probes() {
  passes --version
  passes -Wl,--version
  printf '#define A\n' >stdin
  passes -E -dM -
  rm stdin
  passes --print-search-dirs
  needs meson ninja
  mkdir source
  echo "project('p', 'cpp', default_options: 'b_ndebug=true')
executable('app', 'main.cc')
cpp = meson.get_compiler('cpp')
message('FOUND', cpp.get_id(), cpp.version(), cpp.get_linker_id(), cpp.has_function('mallctl'), cpp.has_function('malloc_usable_size'), cpp.has_argument('-Wall'), cpp.has_link_argument('-Wl,-z,now'), cpp.has_argument('-Wno-such'))" >source/meson.build
  cp main.cc source
  CXX=$compiler meson setup bare source >bare.txt 2>&1
  CXX=$cxx meson setup ours source >ours.txt 2>&1
  diff <(grep FOUND bare.txt) <(grep FOUND ours.txt)
  ninja -C ours >build.txt
  has_jemalloc "$PWD/ours/app"
}
82-launchers() {
  # A launcher stands in front of us and behind us. (A script in the place of ccache, which is not always installed.)
  mkdir bin
  printf '#!/bin/sh\nexec "$@"\n' >bin/ccache
  chmod +x bin/ccache
  export PATH=$PWD/bin:$PATH
  silently ccache "$cxx" main.o -o a
  has_jemalloc "$PWD/a"
  CXX_ALLOC_CXX="ccache $compiler" links_jemalloc main.o
  # Words of the launcher's own stay in front of the compiler.
  [[ $(CXX_ALLOC_CXX="ccache env A=1 $compiler" "$cxx" --print-allocator=json main.o) == *'"command":["ccache","env","A=1","'"$compiler"'",'* ]]
  CXX_ALLOC_CXX="ccache env A=1 $compiler" links_jemalloc main.o
  # We are first in PATH under the compiler's own name: no loop.
  ln -s "$cxx" "bin/$compiler"
  CXX_ALLOC_CXX='' silently "$compiler" main.o -o b
  has_jemalloc "$PWD/b"
  CXX_ALLOC_CXX="ccache $cxx" exits 1 "$cxx" main.o -o c
  [[ $said == *recursive* ]]
}
83-nested() {
  # Ours under ours, and a script of somebody's between them: injected once.
  printf '#!/bin/sh\nCXX_ALLOC_CXX=%s exec %s "$@"\n' "$compiler" "$cxx" >"outer-$compiler"
  chmod +x "outer-$compiler"
  CXX_ALLOC_CXX=$PWD/outer-$compiler links_jemalloc main.o
  CXX_ALLOC_CXX=$PWD/outer-$compiler linker_words_of "$cxx" main.o >words.txt
  [[ $(grep -c '/executable\.o$' words.txt) == 1 ]]
  # A compiler that adds words of its own at the end.
  printf '#!/bin/sh\nexec %s "$@" -lm\n' "$compiler" >"adds-$compiler"
  chmod +x "adds-$compiler"
  CXX_ALLOC_CXX=$PWD/adds-$compiler links_jemalloc main.o
}
84-names-for-clang-tools() {
  # Tools infer the mode from the name in compile_commands.json.
  ln -s "$cxx" "$compiler-alloc"
  silently "./$compiler-alloc" main.o -o a
  has_jemalloc "$PWD/a"
  [[ $("./$compiler-alloc" --version) == "$("$compiler" --version)" ]]
  is_clang || return 0
  needs clang-tidy
  echo "[{\"directory\": \"$PWD\", \"file\": \"main.cc\", \"arguments\": [\"$PWD/$compiler-alloc\", \"-std=c++17\", \"-c\", \"main.cc\"]}]" >compile_commands.json
  clang-tidy --quiet --checks=-*,bugprone-infinite-loop -p . main.cc >said.txt 2>&1
}
85-other-languages-link() {
  # cgo: a relocatable link, a probe, a program from objects only.
  same_everything -x c - -c -o cgo.o
  is_relocatable() { readelf -h "$1" | grep 'REL ' >/dev/null; }
  silently "$cxx" -no-pie -nostdlib -Wl,-r f.o -o _all.o
  is_relocatable _all.o
  # rustc 1.63 with -C linker=cc-alloc: objects of Rust's, rlibs, no default libraries but libc by hand.
  "$c_compiler" -c main.c -o p.p.1234-cgu.0.rcgu.o
  "$c_compiler" -c -x c /dev/null -o lib.o
  ar rcs libstd-1234.rlib lib.o
  CXX_ALLOC_CXX='' silently "$cc" -m64 p.p.1234-cgu.0.rcgu.o -Wl,--as-needed -L . -Wl,-Bstatic "$PWD/libstd-1234.rlib" -Wl,-Bdynamic \
    -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -Wl,--eh-frame-hdr -Wl,-z,noexecstack -o p -Wl,--gc-sections -pie -Wl,-zrelro,-znow -nodefaultlibs
  has_jemalloc "$PWD/p"
  # Go 1.19 with CC=cc-alloc.
  CXX_ALLOC_CXX='' silently "$cc" -m64 -Wl,-z,relro -pie -o go main.o -rdynamic -Wl,-z,now -Wl,--build-id=0x1234 -lpthread -ldl -lstdc++
  has_jemalloc "$PWD/go"
}
86-nothing-is-written() {
  # The source tree is read-only, TMPDIR does not exist, and several run at once.
  mkdir source out temporary
  cp main.o f.o source
  chmod a-w source
  for i in 1 2 3 4; do (cd source && TMPDIR=/nonexistent "$cxx" main.o f.o -o "../out/$i") & done
  wait
  for i in 1 2 3 4; do has_jemalloc "$PWD/out/$i"; done
  [[ $(find source | wc -l) == 3 ]]
  chmod u+w source
  # Whoever creates or removes a name in a folder changes its time; whoever writes dies of ulimit -f.
  for words in '-c main.cc' 'main.o f.o -o never' 'main.cc -o never' '-shared f.o -o never' @words.txt; do
    echo 'main.o -o never' >words.txt
    touch -d 2001-01-01 . temporary
    (ulimit -f 0 && HOME=$PWD/temporary TMPDIR=$PWD/temporary CXX_ALLOC_CXX=$fake exec "$cxx" $words)
    [[ $(stat -c %Y . temporary | sort -u) == "$(date -d 2001-01-01 +%s)" ]]
  done
}
87-status-and-streams() {
  local status
  for status in 0 1 4 77 255; do exits $status env CXX_ALLOC_CXX="$fake" STATUS=$status "$cxx" main.o -o x; done
  for status in 1 255; do exits $status env CXX_ALLOC_CXX="$fake" STATUS=$status "$cxx" -c main.cc; done
  for words in '-c main.cc' 'main.o -o x'; do
    for number in 1 2 9 11 13 15; do
      exits $((128 + number)) env CXX_ALLOC_CXX="$fake" SIGNAL=$number "$cxx" $words
      [[ ! $said || $said == *' '$number* || $said != *cxx-alloc* ]]
    done
    # What the compiler sees of the world is what we see: files, limits, mask, signals that are ignored.
    printf '#!/bin/sh\numask; ulimit -s; ulimit -n; ls /proc/self/fd; grep -E "^Sig(Blk|Ign)|^Cpus" /proc/self/status; readlink /proc/self/fd/0; ps -o tty= -p $$ 2>/dev/null; pwd; exit 3\n' >world-g++
    chmod +x world-g++
    (umask 027; ulimit -s 4096; trap '' HUP PIPE; exec 7</dev/null; ./world-g++ >bare.txt || true)
    (umask 027; ulimit -s 4096; trap '' HUP PIPE; exec 7</dev/null; CXX_ALLOC_CXX=$PWD/world-g++ "$cxx" $words >ours.txt || true)
    diff bare.txt ours.txt
  done
  # The name that the compiler is called by is the one that was asked for.
  ln -s "$fake" fake-g++
  CXX_ALLOC_CXX=./fake-g++ WORDS=$PWD/words "$cxx" -c main.cc
  printf '%s\0' ./fake-g++ -c main.cc | cmp - words
}
88-reproducible() {
  local i
  mkdir 1 2
  for i in 1 2; do
    cp main.cc f.cc $i
    (cd $i && silently "$cxx" -g -Wl,--build-id main.cc f.cc -o program -ffile-prefix-map="$PWD"=.)
  done
  cmp 1/program 2/program
}
# The compiler's record of its command line has no word of ours.
recorded=(-frecord-gcc-switches '-g -grecord-gcc-switches -frecord-gcc-switches' '-frecord-gcc-switches --allocator=jemalloc')
has_no_word_of_ours() {
  not says 'executable\.o|allocator=' readelf -p .GCC.command.line "$1"
  not says 'executable\.o|allocator=' readelf --debug-dump=info "$1"
}
88-recorded-command-line() {
  local words
  for words in "${recorded[@]}"; do
    rm -f main.o
    silently "$cxx" $words -c main.cc
    has_no_word_of_ours main.o
    links_jemalloc $words main.o
    has_no_word_of_ours program
  done
}
88-recorded-command-line-of-sources-and-link() {
  if is_clang; then not_applicable 'clang records every word of a command that compiles and links, those for the linker too; g++ leaves these out'; fi
  local words
  for words in "${recorded[@]}"; do
    links_jemalloc $words main.cc
    has_no_word_of_ours program
  done
}
89-print-allocator() {
  local json
  json=$(CXX_ALLOC_CXX=$fake WORDS=$PWD/words "$cxx" --print-allocator=json main.o -o x)
  [[ ! -e words && ! -e x ]]
  python3 -c 'import json, sys
answer = json.load(sys.stdin)
assert answer["schema"] == 1 and answer["command"][0].endswith(sys.argv[1]) and answer["command"][-3:] == ["main.o", "-o", "x"], answer
assert set(answer) == {"schema", "output", "allocator", "reason", "detail", "target", "provider", "command", "artifact", "directory",
                       "version", "certain", "again", "inlined"}, answer' "$compiler" <<<"$json"
  # Neither compiler has an option of that name.
  not "$compiler" --print-allocator main.o -o x 2>said.txt
  not "$compiler" --allocator=system main.o -o x 2>said.txt
}
90-installed-and-linked-to() {
  mkdir -p prefix/bin prefix/lib elsewhere/bin
  cp "$cxx" prefix/bin/cxx-alloc
  ln -s "$(runtime_dir)" prefix/lib/cxx-alloc
  ln -s "$PWD/prefix/bin/cxx-alloc" elsewhere/bin/cxx-alloc
  ln -s elsewhere/bin bin
  local command
  for command in "$PWD/prefix/bin/cxx-alloc" "$PWD/elsewhere/bin/cxx-alloc" ./bin/cxx-alloc; do
    [[ $($command --allocator-version) == *"$PWD/prefix/lib/cxx-alloc"* ]]
    rm -f a
    silently "$command" main.o -o a
    has_jemalloc "$PWD/a"
  done
  PATH=$PWD/bin:$PATH silently cxx-alloc main.o -o b -no-canonical-prefixes
  has_jemalloc "$PWD/b"
}
run_checks
