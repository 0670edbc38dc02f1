#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program takes what it uses: as the kernel counts it, beside the bare compiler's program, and upstream's jemalloc.
. "$(dirname "$0")/common.sh"
unset MALLOC_PERTURB_    # Meson sets it, and glibc's malloc then writes all that it hands out
compile "$here/memory.c" -o memory.o
gcc memory.o -o plain -pthread
gcc memory.o -o upstream -pthread -ljemalloc
"$cc" memory.o -o ours -pthread
"$cc" -static memory.o -o ours-static -pthread

# figure NAME COMMAND…
figure() {
  local said
  said=$("${@:2}") || { echo "$said" >&2; return 1; }
  [[ $said =~ (^|\ )$1=([0-9]+) ]]
  echo "${BASH_REMATCH[2]}"
}

# at_most LIMIT FIGURE WHAT
at_most() {
  echo "$3: $2, at most $1"
  (($2 <= $1)) || { echo "$3: $2 is more than $1" >&2; return 1; }
}

# What jemalloc itself takes beside a program's blocks: its code, its tables.
readonly itself=2048

# No block costs memory that was not touched.
mib=$((1 << 20))
for words in "malloc $((5 * mib)) 200" "calloc $((5 * mib)) 200" "aligned $((5 * mib)) 200" "malloc $mib 200" \
  "malloc $((2 * mib)) 200" "malloc $((3 * mib)) 200" "malloc $((4 * mib)) 200" "malloc $((8 * mib)) 200" \
  "malloc $((33 * mib)) 100" "calloc $((33 * mib)) 100" "aligned $((4 * mib)) 200" 'strided 1024' 'dense 4200000 60'; do
  plain=$(figure VmHWM ./plain $words)
  upstream=$(figure VmHWM ./upstream $words)
  for program in ./ours ./ours-static; do
    peak=$(figure VmHWM $program $words)
    at_most $((plain * 5 / 4 + itself)) $peak "$program $words, against glibc"
    at_most $((upstream * 11 / 10)) $peak "$program $words, against jemalloc"
  done
done

# What was freed stays with an idle process up to a limit, whatever the size of the blocks. Beside it stays what jemalloc wrote
# down of slabs, 128 bytes for each, which it keeps for the next ones: blocks of 1,000 bytes come four to a slab of 4 KiB.
for words in "freed $mib 500" 'freed 100000 5000' "freed $((6 * mib)) 80" 'freed 1000 500000' 'freed 20000 25000'; do
  written_down=0
  if [[ $words == 'freed 1000 '* ]]; then written_down=$((500000 / 4 * 128 >> 10)); fi
  at_most $(((36 << 10) + itself + written_down)) "$(figure VmRSS ./ours $words)" "resident after $words"
done

# Threads.
for words in 'threads 0 5000' 'threads 64 5000' 'threads 1000 5000'; do
  plain=$(figure VmHWM ./plain $words)
  # glibc 2.43 takes 3 MB less for 5,000 threads than 2.36.
  at_most $((plain * 2 + 1024)) "$(figure VmHWM ./ours $words)" "./ours $words"
done
