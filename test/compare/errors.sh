#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What cannot be compared is an error that says why, and nothing of the user's is touched.
include=-I$build/runtime/include
cp "$here/program.c" main.c
"$cc" -c $include main.c
export CXX_ALLOC_LOG=$t/log
"$cc" main.o -o program
"$cc" main.o -o gone
echo '{' >broken.log
echo 'void *malloc(unsigned long n) { static char m[9999]; return m; } void free(void *p) {} void *calloc(unsigned long a, unsigned long b) { return malloc(1); } void *realloc(void *p, unsigned long n) { return p; }' >own.c
"$cc" -w main.o own.c -o own
"$cc" -shared -fPIC main.c $include -o library.so
"$cc" --allocator=none main.o -o untouched
"$cc" --coverage main.c $include -o covered && rm -f ./*.gcno
echo '{ global: main; local: *; };' >hiding
"$cc" -w main.o -Wl,--version-script=hiding -rdynamic -o hidden 2>/dev/null
cp main.o removed.o && "$cc" removed.o -o of-removed && rm removed.o
mkdir away && (cd away && "$cc" ../main.o -o program) && rm -r away
unset CXX_ALLOC_LOG
sed -E 's/"again":\{.*\},"allocator":"jemalloc"/"allocator":"jemalloc"/' log >old.log
before=$(files .)

# error MESSAGE WORDS: the one line that is said.
error() {
  local wanted=$1
  shift
  exits 1 "$cxx" "$@"
  [[ $said == "cxx-alloc: error: "$wanted ]] || { printf '%s\n' "$said" "not: $wanted" >&2; return 1; }
  nothing_is_left
}
error '--allocator-compare: wants the log of a link and the program that it made; write cxx-alloc *' --allocator-compare
error '--allocator-compare: wants the log *' --allocator-compare log
error "--allocator-compare: 'word' stands before --; write *" --allocator-compare log program word
error '--allocator-compare: must be the first word; write *' -O2 --allocator-compare log program
error "--allocator-compare=xml: unknown option; did you mean '--allocator-compare*" --allocator-compare=xml log program
error 'no-log: cannot be read: No such file or directory; name the file that CXX_ALLOC_LOG wrote' --allocator-compare no-log program
error 'broken.log: line 1 is none of a CXX_ALLOC_LOG; *' --allocator-compare broken.log program
error "prograx: log has no link of it; did you mean '$t/program'?" --allocator-compare log prograx
error "sub/program: log has no link of it; did you mean '$t/program'?" --allocator-compare log sub/program
error 'old.log: does not say how program is linked again; link it anew with CXX_ALLOC_LOG=old.log' --allocator-compare old.log program
error 'library.so: its link in log made no executable, but: shared-library; name an executable' --allocator-compare log library.so
error 'own: its link leaves no choice (* defines *); link it without that to compare' --allocator-compare log own
error 'untouched: its link leaves no choice (*); link it without that word to compare' --allocator-compare log untouched
error "covered: cannot be linked again, for '--coverage' writes beside the files of the first link; *" --allocator-compare log covered
error 'of-removed: cannot be linked again, for removed.o is gone; *' --allocator-compare log of-removed
error "away/program: cannot be linked again, for $t/away is gone; *" --allocator-compare log away/program
error 'program: fails with jemalloc (exit status 5)*; *' --allocator-compare log program -- none fails
error 'program: fails with jemalloc (Aborted), with *: with all of them; name words with which it succeeds' \
  --allocator-compare=json log program -- none crashes
# What the link says is shown, and then whose it is.
error $'*hidden*cxx-alloc: error: hidden: cannot be linked again with jemalloc (exit status 1); see what is said above' \
  --allocator-compare log hidden
(TMPDIR=$t/nowhere exits 1 "$cxx" --allocator-compare log program; [[ $said == *'a temporary folder: cannot be made: No such file or directory; '* ]])
[[ $(files .) == "$before" ]]
