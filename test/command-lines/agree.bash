# SPDX-License-Identifier: Apache-2.0
# For the sections that ask who allocates: the programs and allocators of test/differential/pool, each line in both forms, source
# on the line and `-c` then link, with each linker.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
pool=$here/../differential/pool
include=$build/runtime/include
linkers=(bfd gold lld mold)
cp "$pool"/* "$fixtures"
(cd "$fixtures" && printf '#define WHOLE\n#include "body.h"\n' >own.c && printf '#include "body.h"\n' >four.c &&
  printf '#define WHOLE\n#define LINKAGE __attribute__((weak))\n#include "body.h"\n' >weak.c && rm -f own.o main.o f.o heap.o)

# object NAME [WORDS...]: makes NAME.o of NAME.c or NAME.cc here, once for each section.
object() {
  local name=$1 key="$t/objects/$1 ${*:2}"
  key=${key//\//_}
  mkdir -p "$t/objects"
  if [[ ! -e $t/objects/$key ]]; then
    compile "$name" "$t/objects/$key" "${@:2}"
  fi
  cp "$t/objects/$key" "$name.o"
}
compile() {
  local source=$1.c driver=$c_compiler
  if [[ ! -e $source ]]; then source=$1.cc driver=$compiler; fi
  "$driver" -w -std=gnu"$([[ $source == *.cc ]] && echo ++)"17 -fPIC -fno-builtin -I "$include" "${@:3}" -c "$source" -o "$2"
}
objects() { local name; for name; do object "$name"; done; }

# Runs a program; prints its exit status, what it printed, and who answered for each function. "nothing" where there is none.
who_answers() {
  local status=0
  if [[ ! -e $1 ]]; then
    echo nothing
    return
  fi
  rm -f who
  WHO=$PWD/who timeout 20 "./$1" >ran 2>/dev/null || status=$?
  echo "status $status: $(<ran)"
  if [[ -e who ]]; then cat who; fi
}

# agree WANTED WORDS...: links with the bare driver and with ours, to `program`. Both exit alike. Both programs print the same. The
# log, the note and whoever answers for each function are one, and the allocator is WANTED (`any` where linkers may differ; `-`
# where only `agree` tells). A malloc of the user's own is called as often. Nothing is printed, but one warning where ours is kept out.
# The driver is ours for C if $language is c.
language=c
agree() {
  local wanted=$1 bare=0 ours=0 driver=$compiler command=$cxx logged note before now variable=CXX_ALLOC_CXX
  shift
  if [[ $language == c ]]; then driver=$c_compiler command=$cc variable=CXX_ALLOC_CC; fi
  if [[ ${driver_words:-} ]]; then driver="$driver_words"; fi
  rm -f bare program log
  $driver "$@" -o bare >bare.txt 2>&1 || bare=$?
  env "$variable=$driver" CXX_ALLOC_LOG="$PWD/log" "$command" "$@" -o program >ours.txt 2>&1 || ours=$?
  complain() { printf '%s\n' "$driver $*: $problem" >&2; head -c 1500 ours.txt >&2; return 1; }
  problem="exit status $ours, the bare compiler's $bare"
  ((bare == ours)) || complain "$@" || return 1
  ((bare == 0)) || return 0
  logged=$(sed -nE '$s/.*"allocator":"([a-z]*)".*/\1/p' log)
  note=$(note_text program)
  before=$(who_answers bare)
  now=$(who_answers program)
  # The bare program is what counts: one that does not run tells nothing.
  [[ $before == 'status 0'* ]] || return 0
  if [[ $logged == jemalloc ]]; then before=$(sed 's/ libc$/ other/' <<<"$before"); fi
  problem="the log says '$logged'; the program: $now; wanted: $before"
  [[ $before == "$now" ]] || complain "$@" || return 1
  problem="the log says '$logged', the note '$note'"
  case $logged in jemalloc) [[ $note == *'"jemalloc"'* ]] ;; *) [[ $note != *jemalloc* ]] ;; esac || complain "$@" || return 1
  problem="the allocator is '$logged', not '$wanted'"
  case $wanted in any) ;; *) [[ $logged == "$wanted" ]] ;; esac || complain "$@" || return 1
  problem='something was printed'
  grep -vxF -f bare.txt ours.txt >more.txt || true
  [[ ! -s more.txt || ($logged == system && $(grep -c . more.txt) == 1 && $(<more.txt) == 'cxx-alloc: warning: '*) ]] || complain "$@"
}

# The note, found by the program headers: sections may be gone.
note_text() { readelf -nW "$1" 2>/dev/null | grep cxx-alloc >/dev/null || return 0; grep -aoE '\{"allocator":"[a-z]*","cxx-alloc":[^}]*\}' "$1" | head -n 1; }

# both_forms WANTED WORDS...: as agree, for `name.c`, `name.cc` and `name.o` among the words: all of them sources, then all objects.
both_forms() {
  local wanted=$1 word sources=() compiled=() stem
  shift
  for word; do
    stem=${word%.*}
    case $word in
      [a-z]*.o | [a-z]*.c | [a-z]*.cc)
        if [[ -e $stem.cc || -e $stem.c ]]; then
          [[ -e $stem.o ]] || object "$stem"
          compiled+=("$stem.o")
          # As C++, a source of C would be another program.
          if [[ -e $stem.cc ]]; then sources+=("$stem.cc"); elif [[ $language == c ]]; then sources+=("$stem.c"); else sources+=("$stem.o"); fi
          continue
        fi ;;
    esac
    sources+=("$word")
    compiled+=("$word")
  done
  agree "$wanted" "${compiled[@]}"
  agree "$wanted" -fno-builtin -I "$include" "${sources[@]}"
}

# with_linkers WANTED WORDS...: both forms, with the linkers named in $linkers in turn: one for each call, and another for each
# compiler, so that the siblings of a case meet all of them.
if is_clang; then turn=1; fi
with_linkers() {
  next_linker
  both_forms "$1" "${with[@]}" "${@:2}"
}
