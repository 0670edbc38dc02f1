#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A thread's cache holds 128 KiB of each size, 32 blocks at least and 2,000 at most (21-caches.patch): what fits in is not given
# back again and again, what does not is. Options of the user's own win.
. "$(dirname "$0")/common.sh"
compile_cxx "$here/medium_sizes.cc" -o medium_sizes.cc.o
"$cxx" -pthread medium_sizes.cc.o -o program

# How often blocks of $1 bytes went back while $2 of them were allocated and freed a hundred times; $3: more options.
flushes() {
  # Without what the clock starts: the collection in caches empties them too.
  MALLOC_CONF=stats_print:true,stats_print_opts:J,tcache_gc_incr_bytes:1073741824${3:+,$3} ./program "$1" "$2" 2>stats.json
  counter "$1" nflushes
}

for words in '16 2000' '64 2000' '112 1170' '256 512' '1024 128' '4096 32' '8192 32' '14336 32' '16384 32' '32768 20'; do
  read -r size fits <<<"$words"
  # What a fill brings beyond the need is in the cache too.
  inside=$(flushes $size $((fits * 3 / 5)))
  beyond=$(flushes $size $((fits + fits / 4)))
  printf '%s\n' "$size bytes, $fits fit: $inside flushes of three fifths, $beyond of five quarters"
  [[ $inside -le 10 && $beyond -ge 90 ]]
done
[[ $(flushes 256 100 tcache_nslots_small_max:50) -ge 90 ]]
[[ $(flushes 16384 20 tcache_nslots_large:10) -ge 90 ]]
[[ $(flushes 64 400 lg_tcache_nslots_mul:0) -ge 90 ]]
[[ $(flushes 256 600 tcache_ncached_max:256-256:1000) -le 10 ]]
