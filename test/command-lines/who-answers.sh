#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/agree.bash"
# Whoever answers for one function of the family answers for all of them, and is the one that the log and the note name.

H1-half-of-the-family-is-a-runtimes() {
  object half
  "$c_compiler" -shared half.o -Wl,-soname,libhalf.so -o libhalf.so
  ar rcs libhalf.a half.o
  for words in 'libhalf.so -Wl,-rpath,.' 'half.o' '-Wl,--whole-archive libhalf.a -Wl,--no-whole-archive' '-L. -Wl,--no-as-needed -lhalf -Wl,-rpath,.'; do
    with_linkers any full.o $words
    with_linkers any min.o $words
  done
  # A runtime that the driver adds by itself, for a sanitizer that is on no list.
  if is_clang; then
    for words in -fsanitize=realtime -fsanitize=type -fsanitize=numerical -fsanitize=undefined -fsanitize=safe-stack -fxray-instrument; do
      both_forms any full.o $words
    done
  fi
}
H2-one-member-is-not-the-family() {
  object shim
  ar rcs libshim.a shim.o
  with_linkers any min.o shim.o
  with_linkers any full.o shim.o
  both_forms jemalloc full.o libshim.a
  # What it says names what is there.
  [[ $("$cc" --print-allocator full.o shim.o) != *'defines malloc'* ]]
}
H3-weak-definitions-of-the-users() {
  object weak
  ar rcs libweak.a weak.o
  "$c_compiler" -shared weak.o -o libweak.so
  with_linkers user full.o weak.o
  with_linkers user weak.o full.o
  with_linkers any -static full.o weak.o
  with_linkers any full.o libweak.a
  with_linkers user full.o libweak.so -Wl,-rpath,.
  # Not taken, for nothing in front of it refers to it; and ours in its place is not exported by GNU ld: a third link.
  echo '{ global: malloc; free; calloc; realloc; memalign; posix_memalign; aligned_alloc; malloc_usable_size; main; local: *; };' >family.map
  both_forms any -fuse-ld=bfd libweak.a min.o -Wl,--version-script=family.map
  language=c++
  printf '#define LINKAGE __attribute__((weak))\n#include "operators.h"\n' >weak_operators.cc
  with_linkers any cc.o weak_operators.o
}
H4-members-that-are-not-taken() {
  objects own full
  ar rcs libown.a own.o
  ar rcs libboth.a own.o full.o
  for words in 'libown.a full.o' 'full.o libown.a' 'full.o -L. -lown' '-static libown.a full.o' '-static full.o libown.a' libboth.a; do with_linkers any $words; done
  # Nor taken because our own object, which stands first, refers to what it defines.
  echo '{ global: main; local: *; };' >all.map
  with_linkers any libown.a full.o -Wl,--version-script=all.map
  CXX_ALLOC=system with_linkers any libown.a full.o
  if is_gnu; then
    object full -flto
    mv full.o full.gf.o
    for linker in bfd gold mold; do for words in 'full.gf.o libown.a' 'libown.a full.gf.o' '-flto full.gf.o libown.a' '-static full.gf.o libown.a'; do agree any -fuse-ld=$linker $words; done; done
  fi
}
H5-requests-in-members-that-are-not-taken() {
  object mark
  ar rcs libmark.a mark.o
  for words in 'full.o libmark.a' 'libmark.a full.o'; do with_linkers jemalloc $words; done
  for words in 'full.o mark.o' 'full.o -Wl,--whole-archive libmark.a -Wl,--no-whole-archive' '-u asks_for_system full.o libmark.a'; do with_linkers system $words; done
}
H6-version-nodes() {
  echo 'V1 { global: *; };' >all.map
  echo 'V1 { global: main; local: *; }; V2 { global: x; } V1;' >two.map
  echo '{ global: malloc; free; main; local: *; };' >half.map
  echo '{ global: [a-z]*; _Z*; local: *; };' >glob.map
  echo '{ local: *alloc; };' >tail.map
  echo '{ global: extern "C" { main; "malloc"; }; local: ?alloc; };' >extern.map
  for script in all two half glob tail extern; do with_linkers any full.o -Wl,--version-script=$script.map; done
  linkers=(bfd lld)
  for script in all glob; do with_linkers any full.o -Wl,--version-script=$script.map -static; done
}
H7-no-section-headers() {
  linkers=(lld)
  for words in '-Wl,-z,nosectionheader' '-Wl,-z -Wl,nosectionheader' '-Wl,-z,nosectionheader -s' '-Wl,-z,nosectionheader -no-pie'; do
    with_linkers jemalloc full.o $words
    with_linkers jemalloc full.c $words
    with_linkers user full.o own.o $words
    with_linker lld
    "$cc" "${with[@]}" $words full.c --allocator=jemalloc -o program
  done
}
H8-wrapped-and-defined() {
  # lld applies --wrap to what our note refers to; with the others the note is right.
  printf '#define ONLY_MALLOC\n#include "body.h"\n' >part.c
  objects wrap part own
  for words in 'wrap.o part.o' 'part.o wrap.o -static' 'wrap.o own.o' 'wrap.o own.o -static' wrap.o 'wrap.o -static'; do
    with_linkers any full.o -Wl,--wrap=malloc $words
  done
}
H9-inline-and-hidden-allocators() {
  printf '#define WHOLE\n#define LINKAGE __attribute__((visibility("hidden")))\n#include "body.h"\n' >hidden.c
  printf '#define WHOLE\n#define LINKAGE extern inline __attribute__((gnu_inline))\n#include "body.h"\n' >inlined.c
  printf '#define LINKAGE inline\n#include "operators.h"\n' >inline_operators.cc
  printf '#define TWO\n#include "operators.h"\n' >two_operators.cc
  with_linkers any full.o hidden.o
  with_linkers any full.o inlined.o
  language=c++
  with_linkers any cc.o inline_operators.o
  with_linkers any cc.o two_operators.o
  cat operators.h cc.cc >one_unit.cc
  with_linkers any one_unit.o
}
H10-static-programs() {
  for words in -static -static-pie '-static -s' '-static -Wl,--gc-sections' '-no-pie -static'; do
    linkers=(bfd lld mold)
    with_linkers any full.o $words
    with_linkers any full.o own.o $words
    with_linkers any full.o four.o $words
  done
  language=c++
  for words in -static -static-libstdc++; do with_linkers any cc.o $words; with_linkers any cc.o own.o $words; done
}
A11-scripts-through-pipes() {
  # Each run reads a pipe to its end, so each has its own.
  object full
  for linker in bfd gold lld mold; do
    with_linker $linker
    for form in full.o '-fno-builtin full.c'; do
      silently "$cc" "${with[@]}" -w $form -Wl,--version-script=<(echo '{ local: internal_*; };') -o program
      has_jemalloc program
      silently "$cc" "${with[@]}" -w $form -Wl,--dynamic-list=<(echo '{ main; };') -o program
      has_jemalloc program
      [[ $(who_answers program) == 'status 0'* ]]
    done
  done
  "$cc" full.o own.c -I "$include" -fno-builtin -Wl,--version-script=<(echo '{ global: *; };') -o program
  not defines_jemalloc program
}
A12-states-that-are-popped() {
  objects full own lib
  gcc -shared own.o -Wl,-soname,libmine.so -o libmine.so
  ar rcs libfoo.a lib.o
  for words in '-Wl,--push-state,-Bstatic -lfoo -Wl,--pop-state -lmine' '-Wl,--push-state -Wl,-Bstatic -Wl,--push-state -lfoo -Wl,--pop-state,--pop-state -lmine' \
               '-Wl,-Bstatic -lfoo -Wl,-Bdynamic -lmine' '-Wl,--push-state,-dn -lfoo -Wl,-pop-state -lmine'; do
    with_linkers user full.o -L. $words -Wl,-rpath,.
  done
}
A13-libraries-of-libraries() {
  objects full own lib
  mkdir la lb
  gcc -shared own.o -Wl,-soname,libmine.so -o lb/libmine.so
  gcc -shared lib.o -Wl,--no-as-needed lb/libmine.so -Wl,-soname,libff.so -o la/libff.so
  for words in "-Wl,-rpath,$PWD/la:$PWD/lb" "-Wl,-rpath,$PWD/la -Wl,-rpath,$PWD/lb" "-Wl,-rpath,$PWD/la:$PWD/lb -Wl,-rpath-link,lb" \
               "-Xlinker -rpath -Xlinker $PWD/la:$PWD/lb"; do
    linkers=(bfd gold mold)
    with_linkers any full.o -Lla -Wl,--no-as-needed -lff $words
    not defines_jemalloc program
  done
}
A28-flags-that-take-no-value() {
  objects full own
  echo '{ global: *; };' >all.map
  for linker in gold mold; do
    linkers=($linker)
    for words in '-Wl,--threads -Wl,--version-script=all.map' '-Wl,--no-threads -Wl,--version-script=all.map' '-Wl,--threads,--no-export-dynamic'; do
      with_linkers jemalloc full.o $words
    done
    with_linkers user full.o own.o -Wl,--threads -Wl,--version-script=all.map
  done
  with_linker gold
  silently "$cc" "${with[@]}" -Wl,-G -fPIC -shared own.o -o libowns.so
  is_shared_library libowns.so
}
A33-orphan-sections() {
  # GNU ld 2.40 warns of Scrt1.o's own sections too; what is more are those of ours.
  object full
  for words in -Wl,--orphan-handling=warn '-Wl,--orphan-handling -Wl,warn' '-Wl,--orphan-handling=warn -static'; do
    for form in full.o '-fno-builtin full.c'; do
      gcc $form $words -o bare 2>bare.txt
      "$cc" $form $words -o program 2>ours.txt
      grep -vxF -f bare.txt ours.txt >more.txt || true
      not grep -v 'warning: orphan section ' more.txt
      has_jemalloc program
    done
  done
  both_forms jemalloc full.o -Wl,--orphan-handling=place
}
run_checks
