# SPDX-License-Identifier: Apache-2.0
# distcc servers on this machine, for the tests that source this after common.sh. Server N listens on the loopback address only,
# on a port that nobody else has, and finds its compilers in $t/serverN first; its log is $t/serverN.log. They end with the test.
needs distcc distccd
servers=()
at_exit() {
  local server
  for server in "${servers[@]}"; do
    kill -- -"$server" 2>>"$t/killed" || continue
    wait "$server" || true
  done
}
export DISTCC_DIR=$t/distcc DISTCC_IO_TIMEOUT=240
mkdir "$DISTCC_DIR"
chmod 755 "$t"    # root's server becomes the user distccd

start_server() {    # start_server N [PROGRAM…]: which it runs besides Debian's list; sets $port
  local number=$1 try wait list=()
  shift
  if (($#)); then
    printf '%s\n' "$@" >"$t/server$number.programs"
    list=(DISTCC_CMDLIST="$t/server$number.programs")
  fi
  mkdir -p "$t/server$number" "$t/server$number.tmp"
  chmod 1777 "$t/server$number.tmp"
  touch "$t/server$number.log"
  chmod 666 "$t/server$number.log"
  for try in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))    # below those that the kernel gives away
    set -m    # a process group of its own, by which it is ended
    env PATH="$t/server$number:$PATH" TMPDIR="$t/server$number.tmp" "${list[@]}" distccd --daemon --no-detach --listen 127.0.0.1 \
      --allow 127.0.0.1 --port $port --jobs 2 --log-level info --log-file "$t/server$number.log" </dev/null &
    servers+=($!)
    set +m
    for ((wait = 0; wait < 300; wait++)); do
      if ! kill -0 "${servers[-1]}" 2>>"$t/killed"; then continue 2; fi    # the port was taken
      # Its own word, for somebody else's server may answer there.
      if grep -q "listening on 127.0.0.1:$port" "$t/server$number.log"; then return; fi
      sleep 0.1
    done
  done
  cat "$t/server$number.log"
  echo "no distccd came up"
  return 1
}

# How many files whose names match the expression the server has compiled, by its log.
done_by() { grep -cE "COMPILE_OK .*[ /]($2)\$" "$t/server$1.log" || true; }
# A server answers first and writes into its log then.
wait_for() {    # wait_for COUNT EXPRESSION: until both have done so many
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if (($(cat "$t"/server?.log | grep -cE "COMPILE_OK .*[ /]($2)\$" || true) >= $1)); then return; fi
    sleep 0.1
  done
  tail -n 30 "$t"/server?.log
  echo "the servers have not compiled $1 of $2"
  return 1
}
