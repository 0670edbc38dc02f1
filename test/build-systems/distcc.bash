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
    env PATH="$t/server$number:$PATH" TMPDIR="$t/server$number.tmp" "${list[@]}" setsid distccd --daemon --no-detach --listen 127.0.0.1 \
      --allow 127.0.0.1 --port $port --jobs 2 --log-level info --log-file "$t/server$number.log" </dev/null &
    servers+=($!)
    for ((wait = 0; wait < 300; wait++)); do
      if ! kill -0 "${servers[-1]}" 2>>"$t/killed"; then continue 2; fi    # the port was taken
      if (: <>"/dev/tcp/127.0.0.1/$port") 2>>"$t/killed" && kill -0 "${servers[-1]}"; then return; fi
      sleep 0.1
    done
  done
  cat "$t/server$number.log"
  echo "no distccd came up"
  return 1
}
done_by() { grep -c 'COMPILE_OK' "$t/server$1.log" || true; }
