# SPDX-License-Identifier: Apache-2.0
# What the link tests share. Each starts with `. "$(dirname "$0")/common.sh"` and then works in an empty folder, $t, which
# stays behind when the test fails. Meson names the commands under test; by hand they are those of build/. (The
# variable cannot be called CXX_ALLOC: that one is the product's own.)
set -eEuo pipefail
shopt -s inherit_errexit
trap 'echo "${BASH_SOURCE[0]}:$LINENO: exit status $?: $BASH_COMMAND" >&2' ERR

link_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
here=$link_tests
build=${BUILD_UNDER_TEST:-$(cd "$here/../../build" && pwd)}
cxx=${CXX_UNDER_TEST:-$build/driver/cxx-alloc}
cc=${CC_UNDER_TEST:-$build/driver/cc-alloc}

unset "${!CXX_ALLOC@}" MALLOC_CONF LD_PRELOAD CCC_OVERRIDE_OPTIONS ASAN_OPTIONS UBSAN_OPTIONS    # Meson sets the last two
export LC_ALL=C
# The allocator that is expected; under test it may be another than jemalloc, and the default of the commands under test
# (test/allocators/run).
expected=${ALLOCATOR_UNDER_TEST:-jemalloc}
if [[ ${ALLOCATOR_UNDER_TEST:-} && ! ${ALLOCATOR_IS_DEFAULT:-} ]]; then export CXX_ALLOC=$ALLOCATOR_UNDER_TEST; fi

# A test that starts something which goes on by itself ends it here.
at_exit() { :; }

t=$(mktemp -d)
cd "$t"
trap 'status=$?; at_exit; if ((status == 0 || status == 77)); then rm -rf "$t"; else echo "left behind: $t" >&2; fi' EXIT

skip() { echo "skipped: $*"; exit 77; }

# `! command` never ends a script, whatever set -e says; nor does `command && …`, which is why that is not written here.
not() { if "$@"; then return 1; fi; }

# Succeeds, and says nothing.
silently() {
  local said
  if ! said=$("$@" 2>&1) || [[ $said ]]; then
    printf '%s\n' "not silent: $*" "$said" >&2
    return 1
  fi
}

# Exits with `status`; what it says is in $said afterwards.
exits() {
  local wanted=$1 status=0
  shift
  said=$("$@" 2>&1) || status=$?
  if ((status != wanted)); then
    printf '%s\n' "exit status $status, not $wanted: $*" "$said" >&2
    return 1
  fi
}

# Ours, in front of the compiler, says what the compiler alone says, on both streams, and exits alike.
same_as() {
  local compiler=$1 bare=0 ours=0
  shift
  "$compiler" "$@" >"$t/bare.out" 2>"$t/bare.err" || bare=$?
  CXX_ALLOC_CXX=$compiler "$cxx" "$@" >"$t/ours.out" 2>"$t/ours.err" || ours=$?
  sed -E -i 's|/cc[A-Za-z0-9]{6}\.|/cc.|g' "$t/bare.err" "$t/ours.err"    # g++'s temporary files
  if ((ours != bare)) || ! diff "$t/bare.out" "$t/ours.out" || ! diff "$t/bare.err" "$t/ours.err"; then
    echo "exit status $ours, the compiler's $bare: $compiler $*" >&2
    return 1
  fi
}

# gold 2.40 has no --no-dynamic-linker. Of mold 2.37's links with a bare g++ 14, no two are alike, and one in twelve makes a
# program that crashes before main.
makes_static_pie() {
  case $1 in
    gold) return 1 ;;
    mold) [[ $(mold --version) != 'mold 2.3'* ]] ;;
  esac
}

# Debian's LLVM puts its plug-in where GNU nm and ar 2.40 look for one, and to load it takes 0.13 s, each time: only objects
# for LTO need one.
nm() { command nm --plugin=/dev/null "$@"; }
ar() { command ar --plugin=/dev/null "$@"; }

# cxa_je_ is the private namespace of our jemalloc; another jemalloc's functions are called je_. Operators are defined by a
# program that got ours, by one with its own, and by every static C++ program.
defines_jemalloc() {
  if [[ ${ALLOCATOR_UNDER_TEST:-} ]]; then
    [[ $(note_of "$1") == *'"allocator":"'$ALLOCATOR_UNDER_TEST'"'* ]]
  else
    grep -qaF cxa_je_ "$1"    # names stand in the file as they are; nm with a pipe behind it takes three times as long
  fi
}
defines_operators() { nm -p "$1" | grep ' [TtW] _Znwm$' >/dev/null; }
is_shared_library() { readelf -hd "$1" | awk '/Type: +DYN/ { dyn = 1 } /Flags:.* PIE/ { pie = 1 } END { exit !dyn || pie }'; }

# The JSON text of the note, or nothing: of what readelf prints of the section, `  [    18]  {…}`.
note_of() {
  local section
  section=$(readelf -p .note.cxx-alloc "$1" 2>/dev/null) || true
  [[ $section =~ ]\ \ (\{.*\}) ]] && printf '%s\n' "${BASH_REMATCH[1]}"
  return 0
}

# Runs a program and prints who allocated: jemalloc, whichever, prints its figures at exit; others do not know how.
allocator_at_run_time() {
  local said status=0
  said=$(MALLOC_CONF=stats_print:true,stats_print_opts:gmdablxeh "$@" 2>&1 >/dev/null) || status=$?
  if ((status)); then
    printf '%s\n' "exit status $status: $*" "${said:0:500}" >&2
    return 1
  fi
  if [[ $said == *'Begin jemalloc statistics'* ]]; then echo jemalloc; else echo system; fi
}

# The program runs on the allocator that is expected, as far as it tells: of another one than jemalloc, that it runs.
runs_on_ours() {
  if [[ ${ALLOCATOR_UNDER_TEST:-} ]]; then "$@" >/dev/null; else [[ $(allocator_at_run_time "$@") == jemalloc ]]; fi
}

# The executable was given our jemalloc, by its symbols, its note and its behaviour; or nothing of the kind. Of another
# allocator under test, its note tells.
has_jemalloc() {
  local program=$1
  if [[ $program != */* ]]; then program=./$program; fi
  defines_jemalloc "$1" && [[ $(note_of "$1") == *"\"allocator\":\"$expected\""* ]] && runs_on_ours "$program" "${@:2}"
}
has_system() {
  local program=$1
  if [[ $program != */* ]]; then program=./$program; fi
  not defines_jemalloc "$1" && [[ $(note_of "$1") != *jemalloc* ]] &&
    [[ $(allocator_at_run_time "$program" "${@:2}") == system ]]
}

# The console blocks of docs/$1: `$ command`, and what it prints.
console_blocks() { awk '/^```/ { inside = $0 == "```console"; next } inside' "$link_tests/../../docs/$1"; }
# Runs the commands of console blocks, the file $t/$1, with ours in PATH in the folder $t/work, and prints what they would show.
replay_console_blocks() (
  mkdir -p "$t"/bin "$t"/work
  ln -s "$cxx" "$t"/bin/cxx-alloc
  ln -s "$cc" "$t"/bin/cc-alloc
  PATH=$t/bin:$PATH
  cd "$t"/work
  grep '^\$ ' "$t/$1" | while read -r _ command; do
    printf '$ %s\n' "$command"
    bash -o pipefail -c "$command" 2>&1 || true
  done
)

# The folder of our runtime objects.
runtime_dir() { "$cxx" --allocator-version | sed -n 's/^runtime: //p'; }

# `output allocator reason` of a command line, from the answer for machines; an allocator under test is called jemalloc.
decision() {
  local json key words=()
  json=$("$cxx" --print-allocator=json "$@")
  for key in output allocator reason; do
    [[ $json =~ \"$key\":\"([a-z-]*)\" ]]
    words+=("${BASH_REMATCH[1]}")
  done
  if [[ ${words[1]} == "$expected" ]]; then words[1]=jemalloc; fi
  echo "${words[*]}"
}

# A program called `name` that writes its words, each ended by a NUL, into the file $WORDS and exits with $STATUS.
fake_compiler() {
  mkdir -p "$(dirname "$1")"
  gcc -O0 -o "$1" "$here/fake_compiler.c"
}

# What jemalloc in `program` says of an option, with `environment` as MALLOC_CONF: option narenas ./program [narenas:7]
option() {
  MALLOC_CONF=stats_print:true${3:+,$3} "$2" 2>&1 >/dev/null | sed -nE "s/^  opt\.$1: \"?([^ \"]*)\"?( .*)?$/\1/p"
}
