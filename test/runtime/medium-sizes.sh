#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sizes of 4 to 16 KiB, whose fast path is ours (20-medium.patch), are served as others are: whatever the options say, sampled or
# not, and every request is counted.
. "$(dirname "$0")/common.sh"
compile_cxx "$here/medium_sizes.cc" -o medium_sizes.cc.o
in_every_kind medium_sizes.cc.o PROGRAM
"$cxx" -pthread medium_sizes.cc.o -o program
for words in tcache:false tcache_max:4096 tcache_max:8192 tcache_max:65536 tcache_nslots_large:1 tcache_nslots_small_max:2 \
  lg_tcache_nslots_mul:-3 cache_oblivious:false disable_large_size_classes:false junk:true zero:true narenas:1 \
  background_thread:true percpu_arena:percpu stats_interval:1000000 tcache_gc_incr_bytes:1024 dirty_decay_ms:0; do
  printf '%s\n' "$words"
  MALLOC_CONF=$words,abort_conf:true ./program 2>said.txt || { tail -n 5 said.txt >&2; exit 1; }
done
"$cxx" -pthread --allocator-profile medium_sizes.cc.o -o profiled
for words in prof:false prof:true,lg_prof_sample:0 prof:true,lg_prof_sample:14; do
  printf '%s\n' "profiled, $words"
  MALLOC_CONF=$words,abort_conf:true ./profiled
done

# Fifty blocks of each size, a hundred times.
for size in 5000 8192 14336 16384; do
  MALLOC_CONF=stats_print:true,stats_print_opts:J ./program $size 50 2>stats.json
  requests=$(counter $size nrequests)
  printf '%s\n' "$size bytes: $requests requests"
  [[ $requests == 5000 ]]
done
