#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
. "$suite/distcc.bash"
# distcc in front of us sends our name to the servers. One that has not heard of it refuses, and the step is done here; one that
# was told of it runs the cxx-alloc that it has.
echo 'int main() { delete new int; }' >main.cc
start_server 1
export DISTCC_HOSTS=127.0.0.1:$port
exits 116 env DISTCC_FALLBACK=0 distcc "$cxx" -c main.cc -o main.o    # "failed to distribute"
[[ ! -e main.o ]]
quietly distcc "$cxx" -c main.cc -o main.o
g++ -c main.cc -o bare.o
cmp bare.o main.o
rm main.o

start_server 2 "$cxx"
export DISTCC_HOSTS=127.0.0.1:$port DISTCC_FALLBACK=0
quietly distcc "$cxx" -c main.cc -o main.o
wait_for 1 main.cc
[[ $(done_by 1 main.cc) == 0 && $(done_by 2 main.cc) == 1 ]]
cmp bare.o main.o
silently distcc "$cxx" main.o -o main
has_jemalloc main
