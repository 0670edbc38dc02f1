#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A link that fails is explained, once, after the linker's own words; and whoever ends us ends the link.

note='cxx-alloc: note: '
one_note() {
  [[ $said == *"$note"* ]] || { echo "no note: $said" >&2; return 1; }
  [[ $(grep -c cxx-alloc <<<"$(grep -v 'executable\.o:' <<<"$said")") == 1 ]] || { echo "more than one: $said" >&2; return 1; }
  [[ $(tail -n 1 <<<"$said") == "$note"* ]] || { echo "not the last: $said" >&2; return 1; }
  [[ $(tail -n 1 <<<"$said") == *jemalloc*executable.o*--allocator=system* ]]
}
no_note() { [[ $said != *cxx-alloc:* ]] || { echo "a note: $said" >&2; return 1; }; }

# A linker that refuses what has our object in it, and links all else.
fussy_linker() {
  mkdir -p fussy
  cat >fussy/ld <<END
#!/bin/sh
for word; do case \$word in */jemalloc/*/executable.o) echo 'fussy linker' >&2; cat "\$word" >/dev/null; exit 3 ;; esac; done
exec $(command -v ld.bfd) "\$@"
END
  chmod +x fussy/ld
}
F1-note-after-the-linkers-words() {
  fussy_linker
  for input in main.o main.cc; do
    local status=0
    "$compiler" -B "$PWD/fussy" $input -o a
    rm -f b
    exits $(if is_gnu; then echo 1; else echo 3; fi) "$cxx" -B "$PWD/fussy" $input -o b
    [[ $said == *'fussy linker'* ]]
    one_note
    [[ ! -e b ]]
    silently "$cxx" -B "$PWD/fussy" $input -o b --allocator=system
  done
  no_note_for_the_users_own_mistake
}
no_note_for_the_users_own_mistake() {
  echo 'void missing_function(); int main() { missing_function(); }' >bad.cc
  "$compiler" -c bad.cc
  for linker in $(if is_gnu; then echo bfd gold mold; else echo lld; fi); do
    with_linker $linker
    for input in bad.o bad.cc; do
      local status=0
      "$compiler" "${with[@]}" $input -o a 2>bare.txt || status=$?
      exits $status "$cxx" "${with[@]}" $input -o a
      [[ $said == *missing_function* ]]
      no_note
      [[ $(wc -l <<<"$said") == "$(wc -l <bare.txt)" ]]
    done
  done
  echo 'int main() {}' >again.cc
  "$compiler" -c again.cc
  exits 1 "$cxx" main.o again.o -o a
  no_note
  exits 1 "$cxx" main.o -Wl,--no-such-word -o a
  no_note
}
F2-no-note-after-a-compile-error() {
  echo 'int main() { return nonsense; }' >bad.cc
  exits 1 "$cxx" bad.cc -o a
  no_note
  exits 1 "$cxx" bad.cc f.o -o a
  no_note
  exits 1 "$cxx" bad.cc main.cc -o a
  no_note
  exits 1 "$cxx" -include missing.h main.cc -o a
  no_note
  echo 'nonsense' >bad.s
  # That an assembler refused a file is not asked again: a link of somebody else's at this moment would bring the note.
  exits 1 "$cxx" bad.s -o a
  exits 1 "$cxx" --no-such-option-at-all main.o -o a
  no_note
  exits 1 "$cxx" missing.o -o a
  no_note
  exits 1 "$cxx" main.cc -lno_such_library -o a
  no_note
}
F3-no-note-where-ours-was-not-in() {
  echo 'void missing_function(); int g() { missing_function(); return 0; }' >bad.cc
  "$compiler" -fPIC -c bad.cc
  exits 1 "$cxx" -shared -Wl,-z,defs bad.o -o a.so
  no_note
  exits 1 "$cxx" bad.o main.o -fsanitize=address -o a
  no_note
  exits 1 "$cxx" bad.o heap.o own.o -o a
  no_note
  exits 1 "$cxx" -nostdlib bad.o main.o -o a
  no_note
}
F4-linkers-status() {
  # A linker that fails in its own way.
  mkdir tools
  for status in 1 2 42; do
    printf '#!/bin/sh\ncat "$@" >/dev/null 2>&1\necho "strange linker" >&2\nexit %s\n' $status >tools/ld
    chmod +x tools/ld
    local bare=0
    "$compiler" -B "$PWD/tools" main.o -o a 2>bare.txt || bare=$?
    exits $bare "$cxx" -B "$PWD/tools" main.o -o a
    [[ $said == *'strange linker'* ]]
    [[ ! -e a ]]
  done
}

# A linker that takes its time, and says who it is.
slow_linker() {
  mkdir -p tools
  printf '#!/bin/sh\necho $$ >%s/pid\nexec sleep 30\n' "$PWD" >tools/ld
  chmod +x tools/ld
}
wait_for() { local i; for ((i = 0; i < 200; i++)); do if [[ -s $1 ]]; then return 0; fi; sleep 0.05; done; echo "$1 never came" >&2; return 1; }
# In a container nobody may wait for a process whose parent has ended: a zombie has ended, too.
ended() { ! kill -0 "$1" 2>/dev/null || [[ $(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) == [ZX] ]]; }
gone() { local i; for ((i = 0; i < 100; i++)); do if ended "$1"; then return 0; fi; sleep 0.05; done; return 1; }
# Ends `who` with a signal in the middle of a link; prints how it ended and whether the linker was ended too.
ended_by() {
  local number=$1 whom=$2 who=$3 status=0 linker
  rm -f pid leader
  mkdir -p temporary
  # A session of its own, so that Ctrl-C, which is for a whole group, reaches nobody else. Python, for a shell in the background ignores SIGINT.
  TMPDIR=$PWD/temporary python3 -c '
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
child = subprocess.Popen(sys.argv[2:], start_new_session=True, stderr=subprocess.DEVNULL)
open("leader", "w").write(str(child.pid))
print(child.wait())' "$number" "$who" -B "$PWD/tools" main.o -o slow >status.txt &
  wait_for pid
  wait_for leader
  local leader
  leader=$(<leader)
  linker=$(<pid)
  if [[ $whom == group ]]; then kill -s "$number" -- "-$leader"; else kill -s "$number" "$leader"; fi
  wait $! || status=$?
  local linker_ended=yes
  if ! gone "$linker"; then linker_ended=no; kill "$linker" 2>/dev/null || true; fi
  # collect2 ends after the linker, and takes its files with it.
  local tries
  for ((tries = 0; tries < 100; tries++)); do if [[ ! $(find temporary -type f) ]]; then break; fi; sleep 0.05; done
  echo "$(<status.txt) linker-ended=$linker_ended output=$(if [[ -e slow ]]; then echo yes; else echo no; fi) temporary=$(find temporary -type f | wc -l)"
}
F5-signals-to-us() {
  slow_linker
  for number in TERM INT HUP; do
    for whom in group process; do
      bare=$(ended_by $number $whom "$compiler")
      ours=$(ended_by $number $whom "$cxx")
      [[ $bare == "$ours" ]] || { echo "SIG$number to the $whom: $ours; the compiler alone: $bare" >&2; return 1; }
      [[ $ours == *output=no* ]]
    done
  done
}
F6-killed() {
  # Without a warning to us, the compiler is ended too.
  slow_linker
  ours=$(ended_by KILL process "$cxx")
  [[ $ours == -9* ]]
}
F7-signals-with-sources() {
  slow_linker
  cp main.cc main.o.cc
  bare=$(ended_by TERM group "$compiler")
  ours=$(ended_by TERM group "$cxx")
  [[ $bare == "$ours" ]]
  # A compiler that dies of a signal is told like a shell would see it.
  for number in 6 11 15; do exits $((128 + number)) env CXX_ALLOC_CXX="$fake" SIGNAL=$number "$cxx" main.cc -o a; no_note; done
}
run_checks
