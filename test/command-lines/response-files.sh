#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 72-76: words in files.

72-quoting-and-nesting() {
  local said
  printf '%s\n' "-o 'a b'" '"main.o"' '@inner' >words.txt
  printf '%s\n' '-DX="x\"y" \\' >inner
  rm -f 'a b'
  printf '%s\n' '-lm' >inner
  silently "$cxx" @words.txt
  has_jemalloc "$PWD/a b"
  # Relative to where we are, not to the file that includes.
  mkdir folder
  echo '@inner' >folder/outer
  echo '-shared' >folder/inner
  injects main.o @folder/outer
  links_jemalloc main.o @folder/outer
  # Every kind of quoting the compilers agree on: the words are read alike, and the file is handed on as it is.
  printf '%s\n' "-Wl,-rpath,'/a b'" '"-DA=\"q\""' "-DB='s'" 'back\\slash' '-Wl,-soname,-sh\ared' "''" '""' $'tab\tseparated' >quoted.txt
  decides 'executable jemalloc output-default' main.o @quoted.txt
  gets_untouched -c main.cc @quoted.txt
  same_everything -c main.cc @quoted.txt
  echo "-sha'red'" >kind.txt
  [[ $(decision f.o @kind.txt) == 'shared-library system output-default' ]]
  echo '"-shared"' >kind.txt
  [[ $(decision f.o @kind.txt) == 'shared-library system output-default' ]]
}
73-missing-file() {
  gets_untouched -c main.cc @missing
  same_everything -c main.cc @missing
  same_everything main.o @missing -o a
  same_everything @missing
  mkdir folder
  same_everything -c main.cc @folder
}
74-forwarded-as-they-are() {
  local i
  for ((i = 0; i < 1000; i++)); do echo "-DNUMBER_$i=\"a rather long value that takes some room $i\""; done >long.txt
  echo 'main.o' >>long.txt
  CXX_ALLOC_CXX=$fake WORDS=$PWD/words "$cxx" @long.txt -o x
  tr '\0' '\n' <words | grep -x '@long.txt'
  links_jemalloc @long.txt
  gets_untouched -c @long.txt
  # A hundred thousand words, too many for one execve (and for g++ itself, which puts them into the environment).
  for ((i = 0; i < 100000; i++)); do echo "-DNUMBER_$i=some-longer-value-here"; done >huge.txt
  echo main.o >>huge.txt
  gets_untouched -c @huge.txt
  rm -f words
  CXX_ALLOC_CXX=$fake WORDS=$PWD/words "$cxx" @huge.txt -o x
  tr '\0' '\n' <words | grep -x '@huge.txt'
  if is_clang; then links_jemalloc @huge.txt; fi
}
75-files-that-the-linker-reads() {
  echo '-shared' >shared.txt
  echo '--relocatable' >relocatable.txt
  echo '-ljemalloc' >library.txt
  echo 'own.o' >own.txt
  for words in -Wl,@shared.txt '-Xlinker @shared.txt' '-Wl,-z,now,@shared.txt'; do
    [[ $(decision f.o $words) == 'shared-library system output-default' ]]
  done
  [[ $(decision -nostdlib f.o -Wl,@relocatable.txt) == 'relocatable system output-default' ]]
  decides 'executable user linked-library' main.o -Wl,@library.txt
  decides 'executable user user-symbols' main.o -Wl,@own.txt
  links_jemalloc main.o -Wl,@missing.txt -L. || same_everything main.o -Wl,@missing.txt -o a
  if is_clang; then
    echo "-c main.cc" >words.txt
    passes --rsp-quoting=posix @words.txt -o a.o
    passes --rsp-quoting=windows @words.txt -o a.o
    # With the Windows rules a backslash stays.
    echo 'main.o' >words.txt
    links_jemalloc --rsp-quoting=windows @words.txt
  fi
}
76-files-of-build-systems() {
  mkdir -p 'CMakeFiles/app.dir'
  cp main.o CMakeFiles/app.dir/main.cc.o
  cp f.o CMakeFiles/app.dir/f.cc.o
  # CMake with Ninja, rustc, Go's cgo.
  echo 'CMakeFiles/app.dir/main.cc.o CMakeFiles/app.dir/f.cc.o  -Wl,-rpath,/usr/lib ' >CMakeFiles/app.rsp
  links_jemalloc @CMakeFiles/app.rsp
  printf '%s\n' -m64 main.o f.o -Wl,--as-needed '-Wl,-Bdynamic' -lgcc_s -lc -Wl,--eh-frame-hdr -Wl,-z,noexecstack -pie -Wl,-z,relro,-z,now -nodefaultlibs -lstdc++ >rustc
  links_jemalloc @rustc
  printf '%s\n' '"-m64"' '"-o"' '"program"' '"main.o"' '"-g"' '"-O2"' >go.txt
  rm -f program
  silently "$cxx" @go.txt
  has_jemalloc "$PWD/program"
  echo '-shared f.o' >library.rsp
  silently "$cxx" @library.rsp -o f.so
  not defines_jemalloc f.so
}
run_checks
