#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 27-37: shared, relocatable and static output.

# What a file is, by its header.
kind_of() {
  case $(readelf -h "$1" 2>/dev/null | awk '$1 == "Type:" { print $2 }') in
  REL) echo relocatable ;;
  DYN) if is_shared_library "$1"; then echo shared-library; else echo executable; fi ;;
  EXEC) echo executable ;;
  *) echo nothing ;;
  esac
}
# What we expect of these words is what the bare compiler makes of them; where it fails we fail alike. Prints the kind.
agrees() {
  agrees_in_this_form "$@"
  # With one compiler: what comes out does not hang on the form by the compiler.
  if is_gnu && other_form "$@"; then agrees_in_this_form "${form[@]}" >/dev/null; fi
}
agrees_in_this_form() {
  local bare=0 ours=0 kind said
  rm -f bare ours
  "$compiler" "$@" -o bare >bare.txt 2>&1 || bare=$?
  "$cxx" "$@" -o ours >ours.txt 2>&1 || ours=$?
  if [[ $bare != "$ours" ]]; then
    printf '%s\n' "$*: exit status $ours, the compiler's $bare" "$(<ours.txt)" >&2
    return 1
  fi
  if ((bare)); then
    echo nothing
    return
  fi
  kind=$(kind_of bare)
  said=$(decision "$@" -o ours)
  if [[ ${said%% *} != "$kind" || $(kind_of ours) != "$kind" ]]; then
    echo "$*: the compiler makes $kind, ours $(kind_of ours), and we said $said" >&2
    return 1
  fi
  if [[ $kind != executable ]]; then
    not defines_jemalloc ours
  elif "$PWD/bare" >/dev/null 2>&1; then
    has_jemalloc "$PWD/ours"
  else    # clang's -shared -static-pie: it has no start
    defines_jemalloc ours
  fi
  echo "$kind"
}
is() { local wanted=$1 kind; shift; kind=$(agrees "$@"); [[ $kind == "$wanted" ]] || { echo "$*: $kind, not $wanted" >&2; return 1; }; }

27-shared() {
  for word in -shared --shared; do
    decides 'shared-library system output-default' $word f.o
    is shared-library $word f.o
    silently "$cxx" $word f.cc -fPIC -o f.so
    not defines_operators f.so
  done
}
28-dynamiclib-on-linux() {
  same_everything -dynamiclib -c main.cc
  if is_gnu; then
    is executable -dynamiclib main.o || same_everything -dynamiclib main.o -o a
  else
    injects -dynamiclib main.o
    rm -f a
    exits 0 "$cxx" -dynamiclib main.o -o a                        # clang warns that it does not use the word
    has_jemalloc "$PWD/a"
  fi
}
29-linker-words-for-shared() {
  echo -shared >shared.txt
  for words in -Wl,-shared -Wl,--shared -Wl,-Bshareable '-Xlinker -shared' '-Xlinker --shared' -Wl,@shared.txt '-Xlinker @shared.txt' \
               -Wl,-z,now,-shared --for-linker=-shared '--for-linker -shared'; do
    if is_gnu || [[ $words != --for* ]] || "$compiler" $words f.o -o f.so 2>/dev/null; then
      is shared-library $words f.o
    fi
  done
  # gold refuses, mold 1.10 makes a PIE: as the bare compiler does, and nothing of ours in it.
  agrees -fuse-ld=gold -Wl,-shared main.o
  links_system -fuse-ld=mold -Wl,-shared main.o
}
30-relocatable() {
  local words no_pie=-no-pie
  is relocatable -r f.o
  for words in '-r -pie' '-r -no-pie'; do agrees $words f.o; done
  for words in -Wl,-r -Wl,-i -Wl,--relocatable -Wl,-Ur '-Xlinker -r' '-Xlinker --relocatable'; do
    decides 'relocatable system output-default' -nostdlib $no_pie $words f.o
    is relocatable -nostdlib $no_pie $words f.o
    cmp bare ours
  done
}
31-raw-binary() {
  [[ $(decision -nostdlib -Wl,--oformat=binary f.o) != *jemalloc* ]]
  [[ $(decision -Wl,--oformat=binary main.o) != *jemalloc* ]]
  [[ $(decision -Wl,--oformat,binary main.o) != *jemalloc* ]]
  echo text >data.txt
  for words in '-nostdlib -r -Wl,-b,binary data.txt' '-nostdlib -no-pie -Wl,-r -Wl,-b,binary data.txt'; do
    same_everything $words -o binary.o
  done
  # Beside ordinary objects data is an input like another.
  links_jemalloc -Wl,-z,noexecstack main.o -Wl,-b,binary data.txt -Wl,-b,elf64-x86-64
}
32-two-kind-words() {
  local words
  for words in '-shared -pie' '-shared -no-pie' '-shared -static-pie'; do
    if is_gnu; then is executable $words main.o; else agrees $words f.o; fi
  done
  if is_clang; then is shared-library -shared -pie f.o; is shared-library -shared -no-pie f.o; fi
  for words in '-pie -shared' '-no-pie -shared'; do is shared-library $words f.o; done
  for words in '-static-pie -shared' '-shared -static' '-static -shared' '-static-pie -no-pie' '-no-pie -static-pie' '-static -static-pie' \
               '-static-pie -static' '-pie -no-pie' '-no-pie -pie' '-static -pie' '-pie -static' '-static -no-pie' '-shared -r' '-r -shared'; do
    agrees $words main.o
  done
  passes -c main.cc -shared
}
33-static() {
  links_jemalloc -static main.o
  [[ $(kind_of program) == executable ]]
  not says INTERP readelf -l program
  # libc's own malloc stays in the library; the name __libc_malloc is ours too.
  not says ' [TtWw] _int_malloc$' nm program
  for linker in gold lld mold; do
    with_linker $linker
    links_jemalloc "${with[@]}" -static main.o
  done
}
34-pie-and-not() {
  links_jemalloc -static-pie main.o
  for word in -no-pie -pie -Wl,-pie; do links_jemalloc $word main.o; done
}
35-static-compiler-libraries() {
  links_jemalloc -static-libgcc main.o
  links_jemalloc -static-libstdc++ main.o
  not says 'libstdc\+\+' readelf -d program
  links_jemalloc -static-libgcc -static-libstdc++ main.o
}
36-emit-static-lib() {
  if is_gnu; then
    not "$compiler" --emit-static-lib f.o -o bare.a 2>/dev/null
    # design.md: an archive is what the word says; g++ itself knows none, so we make it.
    decides 'static-library system output-default' --emit-static-lib f.o -o f.a
    silently "$cxx" --emit-static-lib f.o -o f.a
    [[ $(ar t f.a) == f.o ]]
    return
  fi
  passes --emit-static-lib f.o -o f.a || gets_untouched --emit-static-lib f.o -o f.a
  decides 'static-library system output-default' --emit-static-lib f.o -o f.a
  rm -f f.a
  silently "$cxx" --emit-static-lib f.o -o f.a
  [[ $(ar t f.a) == *f.o* ]]
}
37-plug-in() {
  cat >plug.cc <<'CC'
#include <string>
extern "C" std::string *make() { return new std::string(200, 'x'); }
CC
  cat >host.cc <<'CC'
#include <dlfcn.h>
#include <string>
int main() {
  void *handle = dlopen("./plug.so", RTLD_NOW);
  if (!handle) return 1;
  delete reinterpret_cast<std::string *(*)()>(dlsym(handle, "make"))();
}
CC
  silently "$cxx" -fPIC -shared plug.cc -o plug.so
  not defines_jemalloc plug.so
  not defines_operators plug.so
  links_jemalloc host.cc
  # Asked for by hand, too, a library that got nothing of jemalloc works in a jemalloc host.
  "$cxx" -fPIC -shared plug.cc -o plug.so --allocator=jemalloc 2>said.txt
  [[ ! -s said.txt || $(<said.txt) == 'cxx-alloc: warning: '* ]]
  ./program
}
run_checks
