# SPDX-License-Identifier: Apache-2.0
# What the sections of the checklist share. Each is a script with one function for each check, called NN-what-is-checked
# after the line of the checklist, and ends with `run_checks`. usage: SECTION.sh COMPILER; by hand, some checks only:
# SECTION.sh COMPILER 17 18. Every check prints one line (`ok`, `not ok`, `n/a` with the reason, `absent` where this machine
# lacks something, which skips the section), and the lines stay in the build tree for write-table.
. "$(dirname "${BASH_SOURCE[0]}")/../link/common.sh"
compiler=$1
shift
only=("$@")
section=$(basename "$0" .sh)
results=${RESULTS_UNDER_TEST:-$build/test/command-lines/results}
case $compiler in clang*) c_compiler=${compiler/++/} ;; *) c_compiler=${compiler/g++/gcc} ;; esac
export CXX_ALLOC_CXX=$compiler CXX_ALLOC_CC=$c_compiler
is_gnu() { [[ $compiler == g++* ]]; }
is_clang() { [[ $compiler == clang* ]]; }
is_clang_before() { is_clang && ((${compiler##*-} < $1)); }

# Ends a check for which this compiler has no such words: on any machine, since the table says so.
not_applicable() { echo "n/a $*" >"$t/reason"; exit 77; }
# Ends it on a machine that lacks what `./dev test` installs.
absent() { echo "absent $*" >"$t/reason"; exit 77; }
needs() { local tool; for tool; do command -v "$tool" >/dev/null || absent "$tool is not installed"; done; }
# Ends it where the bare compiler finds no libraries for these words.
needs_link() { "$compiler" "$@" -o needed </dev/null || absent "the libraries of $* are not installed"; }
# Words that choose a linker: LLVM's newer one also for g++, which knows no -fuse-ld=lld-22.
with_linker() {
  if [[ $1 != lld ]]; then
    with=(-fuse-ld="$1")
    return
  fi
  local lld=ld.lld-22
  if is_clang; then lld=ld.lld-${compiler##*-}; fi
  needs $lld
  mkdir -p "$t/tools"
  ln -sf "$(command -v $lld)" "$t/tools/ld.lld"
  with=(-fuse-ld=lld -B "$t/tools")
}

# Chooses the next of the section's linkers, for checks whose words meet one of them with each compiler: all pairs of linkers
# and words would take four times as long, and the drawn link lines of test/differential meet the others.
next_linker() {
  with_linker "${linkers[turn % ${#linkers[@]}]}"
  turn=$((turn + 1))
}
turn=0

# The files that every check finds in its folder.
fixtures=$t/fixtures
mkdir "$fixtures"
cd "$fixtures"
echo 'int main() { delete new int; }' >main.cc
echo 'int *f() { return new int; }' >f.cc
echo '#include <stdlib.h>
int main(void) { free(malloc(1)); }' >main.c
echo 'inline int h() { return 1; }' >header.hpp
# A malloc of the user's own, and a program that says who allocates: `own`, `other`, or `mixed`, which must never be.
cat >own.c <<'C'
#include <stddef.h>
static _Alignas(16) char heap[1 << 20];
static size_t used;
void *malloc(size_t n) { size_t *b = (size_t *)(heap + used); used += (n + 31) & ~(size_t)15; *b = n; return b + 2; }
void free(void *p) { (void)p; }
void *calloc(size_t n, size_t m) { return malloc(n * m); }
void *realloc(void *p, size_t n) { char *q = malloc(n); for (size_t i = 0; p && i < n && i < ((size_t *)p)[-2]; i++) q[i] = ((char *)p)[i]; return q; }
#ifndef PART
void *memalign(size_t a, size_t n) { char *q = malloc(n + a); return q + (a - (size_t)q % a) % a; }
void *aligned_alloc(size_t a, size_t n) { return memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { *p = memalign(a, n); return 0; }
#endif
int own_has(const void *p) { return (const char *)p >= heap && (const char *)p < heap + sizeof heap; }
C
cat >heap.c <<'C'
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int own_has(const void *) __attribute__((weak));
static int own, other;
static void *seen(void *p) {
  if (!p) exit(3);
  if (own_has && own_has(p)) own++; else other++;
  return p;
}
int main(void) {
  void *p;
  char *s;
  free(seen(malloc(10)));
  free(seen(calloc(3, 5)));
  free(seen(realloc(seen(malloc(1)), 5000)));
  free(seen(memalign(64, 100)));
  free(seen(aligned_alloc(64, 128)));
  if (posix_memalign(&p, 64, 100)) return 3;
  free(seen(p));
  free(seen(strdup("x")));
  if (asprintf(&s, "%d", 1) < 0) return 3;
  free(seen(s));
  puts(own ? other ? "mixed" : "own" : "other");
}
C
"$compiler" -fPIC -c main.cc f.cc
"$c_compiler" -fPIC -c own.c heap.c
fake=$t/fake/$compiler
fake_compiler "$fake"
cd "$t"

# The compiler is given these words and no others: a fake one writes them down. Then the real one: what it prints, how it
# exits and every file that it leaves in the folder are the bare compiler's. Neither reads our standard input by itself.
passes() { gets_untouched "$@"; same_everything "$@"; }
gets_untouched() {
  rm -f "$t/words"
  if ! CXX_ALLOC_CXX=$fake WORDS=$t/words "$cxx" "$@" </dev/null >"$t/said" 2>&1; then cat "$t/said" >&2; return 1; fi
  printf '%s\0' "$fake" "$@" | cmp - "$t/words" || { tr '\0' ' ' <"$t/words" >&2; return 1; }
}
same_everything() {
  local difference
  run_in_copy bare "$compiler" "$@"
  run_in_copy ours "$cxx" "$@"
  for difference in $(differences bare ours); do
    # Dates and addresses differ from run to run: what the bare compiler does not do alike twice cannot be asked of us.
    [[ -e $t/again.tree ]] || run_in_copy again "$compiler" "$@"
    if cmp -s "$t/bare.$difference" "$t/again.$difference"; then
      echo "$compiler $*: not the same $difference" >&2
      diff -a "$t/bare.$difference" "$t/ours.$difference" >&2
    fi
  done
  rm -rf "$t/again.tree"
}
run_in_copy() {
  local status=0 input=/dev/null
  if [[ -e stdin ]]; then input=$PWD/stdin; fi
  rm -rf "$t/same" "$t/$1.tree"
  cp -a "$PWD" "$t/same"
  (cd "$t/same" && exec "${@:2}") <"$input" >"$t/$1.out" 2>"$t/$1.err" || status=$?
  echo "$status" >"$t/$1.status"
  mv "$t/same" "$t/$1.tree"
  sed -E -i 's,/tmp/(cc|[A-Za-z0-9_.]+-)[A-Za-z0-9]{6}\b,/tmp/TEMPORARY,g' "$t/$1.out" "$t/$1.err"
}
# What differs between two runs, as the end of a path in $t: the streams, the status, any file.
differences() {
  local part
  for part in status out err; do cmp -s "$t/$1.$part" "$t/$2.$part" || echo "$part"; done
  diff -rq --no-dereference "$t/$1.tree" "$t/$2.tree" >"$t/trees" || python3 -c '
import os, sys
one, two = sys.argv[1:]
files = lambda top: {os.path.relpath(os.path.join(d, f), top) for d, _, fs in os.walk(top) for f in fs}
read = lambda top, f: open(os.path.join(top, f), "rb").read() if os.path.isfile(os.path.join(top, f)) else None
print("\n".join("tree/" + f for f in sorted(files(one) | files(two)) if read(one, f) != read(two, f)))' "$t/$1.tree" "$t/$2.tree"
}

# says PATTERN COMMAND...: some line of what it prints matches.
says() { "${@:2}" 2>&1 | grep -E -- "$1" >/dev/null; }

# decides 'executable jemalloc output-default' WORDS...
decides() {
  local wanted=$1 got
  shift
  got=$(decision "$@")
  if [[ $got != "$wanted" ]]; then
    echo "$compiler: $*: '$got', not '$wanted'" >&2
    return 1
  fi
}
injects() { decides 'executable jemalloc output-default' "$@"; }

# Words with the fixtures among them in the other form, in $form: `main.o` as `main.cc`, `main.cc` as an object. False where there
# is none. A check's own main.o is another one, and -x names the language of what follows.
other_form() {
  local word stem compile=() swapped=
  form=()
  for word; do case $word in -x* | @* | -c | -include) return 1 ;; -[fOmDg]* | -std=* | -pthread) compile+=("$word") ;; esac; done
  for word; do
    stem=${word%.*}
    if [[ ! -e $fixtures/$word || ! (-e $stem.cc || -e $stem.c) ]] || ! cmp -s "$word" "$fixtures/$word"; then
      form+=("$word")
      continue
    fi
    case $word in
      *.o)
        if [[ -e $stem.cc ]]; then form+=("$stem.cc"); else form+=(-x c "$stem.c" -x none); fi
        # clang speaks of a `-x none` that no input follows.
        if is_clang && [[ ! -e $stem.cc ]]; then form+=(-Wno-unused-command-line-argument); fi ;;
      *.cc)
        if ((!${#compile[@]})); then
          form+=("$fixtures/$stem.o")
        else
          "$compiler" "${compile[@]}" -fPIC -c "$word" -o "other-$stem.o" && form+=("other-$stem.o")
        fi ;;
      *.c) "$c_compiler" "${compile[@]}" -fPIC -c "$word" -o "other-$stem.o" && form+=("other-$stem.o") ;;
      *) form+=("$word") && continue ;;
    esac
    swapped=1
  done
  [[ $swapped ]]
}

# Links to `program` without a word, in both forms, and the program runs on jemalloc.
links_jemalloc() { links_to has_jemalloc "$@"; }
links_system() { links_to has_system "$@"; }
links_to() {
  rm -f program
  silently "$cxx" "${@:2}" -o program
  "$1" "$PWD/program"
  if other_form "${@:2}"; then
    rm -f program
    silently "$cxx" "${form[@]}" -o program
    "$1" "$PWD/program"
  fi
}

# The words that the linker itself is given, one a line, as the driver tells by -###.
linker_words_of() { "$@" -### 2>&1 | grep -E '(collect2|/ld[^ "]*|/mold)"? ' | tail -n 1 | xargs -n 1 printf '%s\n'; }

# Links to `program`, without a word and in both forms, with the malloc of own.c for every allocation, libc's included, and
# nothing of ours.
keeps_users_own() { links_to is_users_own "$@"; }
is_users_own() {
  not defines_jemalloc "$1"
  [[ $(note_of "$1") != *'"allocator":"jemalloc"'* ]]
  [[ $("$1") == own ]]
}

run_checks() {
  local check line failed=0 status
  mkdir -p "$results"
  if ((!${#only[@]})); then rm -f "$results/$section-$compiler"; fi
  : >"$t/lines"
  trap - ERR
  for check in $(compgen -A function | grep -E '^([0-9]{2}|[A-Z][0-9]+)-' | sort -V); do
    if ((${#only[@]})) && [[ " ${only[*]} " != *" ${check%%-*} "* && " ${only[*]} " != *" $check "* ]]; then continue; fi
    cp -a "$fixtures" "$t/$check"
    rm -f "$t/reason"
    set +e
    (
      trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: exit status $?: $BASH_COMMAND" >&2' ERR
      set -eE
      cd "$t/$check"
      "$check"
    ) >"$t/$check.log" 2>&1 </dev/null
    status=$?
    set -e
    line="ok ${check/-/ } $compiler"
    if ((status == 77)) && [[ -e $t/reason ]]; then
      line="$(cut -d' ' -f1 "$t/reason") ${check/-/ } $compiler: $(cut -d' ' -f2- "$t/reason")"
    elif ((status)); then
      line="not $line"
      failed=1
    fi
    echo "$line" | tee -a "$t/lines"
    if [[ $line == not* ]]; then head -n 25 "$t/$check.log" | cut -c1-300 | sed 's/^/    /'; else rm -rf "${t:?}/$check"; fi
  done
  if ((!failed)) && grep -q '^absent' "$t/lines"; then failed=77; fi
  if ((!${#only[@]})); then mv "$t/lines" "$results/$section-$compiler"; fi
  exit "$failed"
}
