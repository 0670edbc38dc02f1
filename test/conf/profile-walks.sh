#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/profile_common.sh"
# Sampling every allocation neither deadlocks nor crashes, whatever else the process does.
g++ -O2 -fno-optimize-sibling-calls -shared -fPIC "$conf/plug_in.cc" -o plug_in.so
for kind in -pie -static -static-libgcc; do
  plug_in=("$t/plug_in.so")
  if [[ $kind == -static ]]; then plug_in=(); fi
  "$cxx" -O2 $kind "$conf/walk.cc" -o walk --allocator-profile 2>/dev/null
  sampled timeout 100 ./walk "${plug_in[@]}"
  ls profile.*.heap >/dev/null
done
