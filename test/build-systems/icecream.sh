#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: icecream.sh SECTION of docs/distributed.md. Two servers do all that is compiled, as the scheduler's log says; the links
# are done here, and get their allocators. Then one server dies with a job in its hands, and nothing is lost.
#
# icecream's daemons call out to the whole network, and want root; so each has a network namespace of its own, and the processes
# one that ends with the test.
if [[ ! ${IN_NAMESPACES-} ]]; then
  as_root=()
  ((EUID == 0)) || as_root=(sudo -n)
  command -v unshare >/dev/null && "${as_root[@]}" unshare --net --pid --fork true || { echo "skipped: no namespaces without root"; exit 77; }
  exec "${as_root[@]}" unshare --net --mount --pid --mount-proc --fork --kill-child env IN_NAMESPACES=1 PATH="$PATH" \
    CXX_UNDER_TEST="$CXX_UNDER_TEST" CC_UNDER_TEST="$CC_UNDER_TEST" BUILD_UNDER_TEST="$BUILD_UNDER_TEST" bash "$0" "$@"
fi
. "$(dirname "$0")/common.sh"
section=$1
unpacked=$build/unpacked/icecc
[[ -d $unpacked ]] || skip "there is no icecc"
export PATH=$unpacked/usr/bin:$unpacked/usr/sbin:$PATH LD_LIBRARY_PATH=$unpacked/lib/$(gcc -print-multiarch)
chmod 755 "$t"

# server N ADDRESS [WORD…]: the scheduler's, as that server sees it; words of the daemon.
server() {
  local number=$1 address=$2
  shift 2
  mkdir -p "$t/server$number"
  chown nobody "$t/server$number"
  touch "$t/server$number.log"
  chmod 666 "$t/server$number.log"
  ICECC_TEST_SOCKET=$t/run/socket$number exec iceccd "$@" -n test -s "$address:8767" -N "host$number" -b "$t/server$number" \
    -l "$t/server$number.log" -vvv -u nobody </dev/null
}
# Waits for a line of the scheduler's log; fails after 60 seconds.
scheduler_says() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if grep -qE "$1" "$t/scheduler.log"; then return; fi
    sleep 0.1
  done
  cat "$t/scheduler.log"
  echo "the scheduler did not say: $1"
  return 1
}
# By whom the small project's files were compiled: "host1 6".
compiled_by() {
  awk -v names="/($small_project_sources) " '
    match($0, / NEW [0-9]+/) && $0 ~ names { wanted[substr($0, RSTART + 5, RLENGTH - 5) + 0] = 1 }
    match($0, / BEGIN: [0-9]+/) {
      job = substr($0, RSTART + 8, RLENGTH - 8) + 0
      if (job in wanted && match($0, /server=host[0-9]/)) count[substr($0, RSTART + 7, RLENGTH - 7)]++
    }
    END { for (host in count) print host, count[host] }' "$t/scheduler.log" | sort
}

ip link set lo up
touch scheduler.log
chmod 666 scheduler.log
mkdir -m 777 run
icecc-scheduler -n test -p 8767 -l "$t/scheduler.log" -vvv -u nobody </dev/null &
scheduler_says 'scheduler ready'
for number in 1 2; do
  unshare --net sleep 3600 &
  space=$!
  until [[ $(readlink /proc/$space/ns/net) != "$(readlink /proc/self/ns/net)" ]]; do sleep 0.05; done
  ip link add outer$number type veth peer name inner netns $space
  ip addr add 10.9.$number.1/24 dev outer$number
  ip link set outer$number up
  nsenter -t $space --net sh -ec "ip link set lo up; ip addr add 10.9.$number.2/24 dev inner; ip link set inner up"
  export -f server
  nsenter -t $space --net env t="$t" bash -c "server $number 10.9.$number.1 -m 2" &
  daemons[number]=$!
done
(server 0 10.9.1.1 --no-remote -m 0) &
for number in 0 1 2; do scheduler_says "login host$number "; done

(cd run && icecc-create-env --gcc "$(command -v gcc)" "$(command -v g++)") >created 2>&1
export ICECC_TEST_SOCKET=$t/run/socket0 ICECC_TEST_REMOTEBUILD=1 ICECC_VERSION=$(ls "$t"/run/*.tar.*)
# A server that was sent the compiler is one that the scheduler knows.
echo 'int main() {}' >first.cc
for number in 1 2; do ICECC_PREFERRED_HOST=host$number quietly icecc g++ -c first.cc -o first.o; done

small_project
follow "$section"
compiled_by >hosts
[[ $(grep -v host0 hosts | awk '{ sum += $2 } END { print sum }') == 6 && $(<hosts) != *host0* ]] || { cat hosts scheduler.log; exit 1; }
has_jemalloc build/program
not defines_jemalloc build/libparts.so
build/program

# The second server takes a job, does nothing, and is killed.
cmake --build build --target clean >cleaned
kill -STOP "${daemons[2]}"
given() { grep -c 'in joblist of host2' scheduler.log; }
before=$(given)
case $section in *behind*) export CXX_ALLOC_CC='icecc gcc' CXX_ALLOC_CXX='icecc g++' ;; esac
PATH=$(dirname "$cxx"):$PATH ICECC_PREFERRED_HOST=host2 cmake --build build --parallel 2 >built 2>&1 </dev/null &
building=$!
for ((tries = 0; tries < 600; tries++)); do
  if (($(given) > before)); then break; fi
  sleep 0.1
done
((tries < 600)) || { cat built scheduler.log; exit 1; }
sleep 1
kill -KILL "${daemons[2]}"
wait $building || { cat built; exit 1; }
has_jemalloc build/program
not defines_jemalloc build/libparts.so
build/program
