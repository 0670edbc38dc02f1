#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 52-64: words for the linker, in all the ways that carry them there.

52-comma-lists() {
  "$compiler" -shared f.o -o libfoo.so
  links_jemalloc main.o -L. -Wl,-rpath,.,--no-as-needed,-lfoo
  says 'NEEDED.*libfoo' readelf -d program
  CXX_ALLOC_CXX=$fake WORDS=$PWD/words "$cxx" main.o -Wl,-rpath,/a,--as-needed,-lfoo
  tr '\0' '\n' <words | grep -x -e -Wl,-rpath,/a,--as-needed,-lfoo
}
53-values-are-no-options() {
  links_jemalloc main.o -Wl,-rpath -Wl,/a
  says 'R(UN)?PATH.*\[/a\]' readelf -d program
  links_jemalloc main.o -Xlinker -rpath -Xlinker /a
  for words in '-Wl,-soname -Wl,-r' '-Wl,-soname,-shared' '-Xlinker -soname -Xlinker -shared' '-Wl,-rpath -Xlinker -r' '-Wl,-Map -Wl,-shared' \
               '-Wl,-e -Wl,main' '-u -shared' '-T -r' '-Wl,-z -Wl,now'; do
    injects $words main.o
  done
}
54-names-that-look-alike() {
  for words in -Wl,-soname,libjemalloc.so -Wl,-Map,x-shared.map -Wl,-rpath,-ljemalloc -Wl,--defsym,jemalloc=0 -DLIB=-ljemalloc -I-shared; do
    injects $words main.o
  done
  links_jemalloc main.o -Wl,-soname,libjemalloc.so -Wl,-Map,x-shared.map
}
55-as-needed-left-open() {
  links_jemalloc -Wl,--as-needed main.o
  links_jemalloc main.o -Wl,--as-needed
  "$c_compiler" -c main.c -o c.o
  links_jemalloc -Wl,--as-needed c.o
}
56-states-left-open() {
  for words in '-Wl,--whole-archive main.o -Wl,--no-whole-archive' '-Wl,--push-state main.o' 'main.o -Wl,-Bdynamic' \
               '-Wl,--push-state,--as-needed main.o -Wl,--pop-state'; do
    links_jemalloc $words
  done
  # Open to the end they meet libc in the same state as without us.
  for words in 'main.o -Wl,-Bstatic' 'main.o -Wl,--whole-archive' '-Wl,--start-group main.o'; do
    local bare=0 ours=0
    "$compiler" $words -o bare 2>said.txt || bare=$?
    "$cxx" $words -o ours 2>said.txt || ours=$?
    [[ $bare == "$ours" ]]
    if ((!ours)); then has_jemalloc "$PWD/ours"; fi
  done
}
57-undefined-symbols-stay-errors() {
  for words in -Wl,-z,defs -Wl,--no-undefined '-z defs'; do
    links_jemalloc $words main.o
    silently "$cxx" $words -shared f.o -o f.so
    not defines_jemalloc f.so
  done
  echo 'void missing(); void g() { missing(); }' >g.cc
  "$compiler" -fPIC -c g.cc
  exits 1 "$cxx" -shared -Wl,-z,defs g.o -o g.so
  [[ $said == *missing* ]]
}
58-ordinary-flags() {
  for words in -Wl,--gc-sections -s -Wl,-s -Wl,--emit-relocs -Wl,-Bsymbolic -Wl,--no-export-dynamic -Wl,--exclude-libs,ALL -Wl,-z,now,-z,relro; do
    rm -f program
    silently "$cxx" $words main.o -o program
    [[ $(allocator_at_run_time "$PWD/program") == jemalloc ]]
  done
  for linker in gold lld; do
    with_linker $linker
    links_jemalloc "${with[@]}" -Wl,--icf=all -Wl,--gc-sections main.o
  done
}
59-version-script-on-a-program() {
  echo '{ global: main; local: *; };' >hides.map
  echo '{ local: internal_*; };' >other.map
  for words in -Wl,--version-script=hides.map -Wl,-version-script,hides.map '-Xlinker --version-script -Xlinker hides.map'; do
    decides 'executable system hidden-by-version-script' $words main.o
  done
  exits 0 "$cxx" -Wl,--version-script=hides.map main.o -o program
  [[ $said == 'cxx-alloc: warning: '* && $said != *$'\n'* ]]
  has_system "$PWD/program"
  links_jemalloc -Wl,--version-script=other.map main.o
  # Symbols that ld --retain-symbols-file drops go from the static table only: it hides nothing.
  echo main >retain.txt
  rm -f program
  silently "$cxx" -Wl,--retain-symbols-file=retain.txt main.o -o program
  [[ $(allocator_at_run_time "$PWD/program") == jemalloc ]]
}
60-export-lists() {
  echo '{ _Z1fv; };' >list.txt
  for words in -Wl,--dynamic-list=list.txt -Wl,--export-dynamic-symbol=main -rdynamic -Wl,-E; do
    for linker in bfd gold lld mold; do
      with_linker $linker
      links_jemalloc "${with[@]}" $words main.o f.o
      exports=$(nm -D --defined-only program)
      for name in malloc free calloc realloc memalign posix_memalign aligned_alloc; do [[ $exports == *" $name"* ]]; done
    done
  done
}
61-fatal-warnings() {
  for linker in bfd gold lld mold; do
    with_linker $linker
    links_jemalloc "${with[@]}" -Wl,--fatal-warnings main.o
    links_jemalloc "${with[@]}" -Wl,--fatal-warnings main.cc
  done
  links_jemalloc -Wl,--fatal-warnings -Wl,--warn-common -Wl,-z,noexecstack main.o
}
62-linker-reports() {
  local word
  # Of what the linker prints nothing is lost, and ours are the only additions.
  for word in -Wl,--trace -Wl,-t; do
    "$compiler" $word main.o -o bare >bare.txt
    "$cxx" $word main.o -o program >ours.txt
    [[ $(grep -vE '/(executable|operators)\.o$' ours.txt | sort) == "$(sort bare.txt)" ]]
  done
  for word in -Wl,--print-map -Wl,--cref -Wl,--stats; do
    "$cxx" $word main.o -o program >ours.txt 2>&1
    [[ -s ours.txt ]]
    has_jemalloc "$PWD/program"
  done
  silently "$cxx" -Wl,--dependency-file=link.d main.o -o program
  grep -q main.o link.d
  links_jemalloc -Wl,-Map=map.txt main.o
  [[ -s map.txt ]]
}
63-linker-is-chosen() {
  declare -A mark=([bfd]='GNU ld' [gold]='GNU gold' [lld]=LLD [mold]=mold)
  local linker
  for linker in bfd gold lld mold; do
    with_linker $linker
    [[ $("$cxx" "${with[@]}" -Wl,--version 2>&1) == *"${mark[$linker]}"* ]]
    links_jemalloc "${with[@]}" main.o
  done
  links_jemalloc -fuse-ld=gold -fuse-ld=bfd main.o                  # the last one wins
  mkdir dir
  ln -s "$(command -v ld.gold)" dir/ld
  [[ $("$cxx" -B "$PWD/dir" -Wl,--version 2>&1) == *gold* ]]
  links_jemalloc -B "$PWD/dir" main.o
  links_jemalloc -B dir main.o
  if is_clang; then
    links_jemalloc --ld-path="$(command -v ld.gold)" main.o
  else
    links_jemalloc -fuse-linker-plugin main.o
    links_jemalloc -fno-use-linker-plugin main.o
  fi
  gets_untouched -fplugin=none.so -c main.cc
  for words in -Wl,-plugin,none.so '-Wl,-plugin -Wl,none.so' -Wl,-plugin-opt=-shared -Wl,-plugin-opt,-r; do injects $words main.o; done
}
64-words-that-hide-words() {
  if is_gnu; then
    printf '%s\n' '%rename link old_link' '*link:' '%(old_link) --as-needed' >plain.specs
    links_jemalloc -specs=plain.specs main.o
    printf '%s\n' '*self_spec:' '+ -shared' >shared.specs
    [[ $(decision -specs=shared.specs f.o) == 'shared-library '* ]]
    silently "$cxx" -specs=shared.specs f.o -o f.so
    not defines_jemalloc f.so
    # Another libc is another target: nothing of ours in it.
    sed -n '/^\*/,$p' <<'S' >musl.specs
*link:
-dynamic-linker /lib/ld-musl-x86_64.so.1 -nostdlib

*startfile:
/usr/lib/x86_64-linux-musl/Scrt1.o

S
    decides 'executable system unavailable-for-target' -specs=musl.specs main.o
    gets_untouched -wrapper env,A=1 -c main.cc
    rm -f program
    silently "$cxx" -wrapper env,A=1 main.o -o program
    has_jemalloc "$PWD/program"
  else
    echo -shared >shared.cfg
    [[ $(decision --config "$PWD/shared.cfg" f.o) == 'shared-library '* ]]
    [[ $(CCC_OVERRIDE_OPTIONS='+-shared' decision f.o) == 'shared-library '* ]]
    echo -fsanitize=address >sanitizer.cfg
    [[ $(decision --config "$PWD/sanitizer.cfg" main.o) != *jemalloc* ]]
    echo '-O2' >plain.cfg
    links_jemalloc --config "$PWD/plain.cfg" main.o
    # Folders of default configuration files, on the line and behind CXX_ALLOC_CXX. clang 14 reads none for this name.
    if [[ $compiler == clang++-22 ]]; then
      mkdir configurations
      echo -shared >configurations/clang++.cfg
      local word
      for word in --config-user-dir --config-system-dir; do
        [[ $(decision "$word=$PWD/configurations" f.o) == 'shared-library '* ]]
        [[ $(CXX_ALLOC_CXX="$compiler $word=$PWD/configurations" decision f.o) == 'shared-library '* ]]
        rm -f made
        silently "$cxx" "$word=$PWD/configurations" f.o -o made
        nm -D made | not grep -q cxx_alloc_provider
        [[ $(decision --no-default-config "$word=$PWD/configurations" main.o) == 'executable jemalloc '* ]]
      done
    fi
  fi
  links_jemalloc -no-canonical-prefixes main.o
  # g++ looks there for its own programs and files, before the usual places.
  GCC_EXEC_PREFIX=/usr/lib/gcc/ links_jemalloc main.o
}
run_checks
