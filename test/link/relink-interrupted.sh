#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A program with a malloc of its own in a source is linked twice. A signal that comes when the first run has ended, and the second
# has not begun, ends us as it would have ended the compiler: there is no second run, no half program, and nobody who waits.
cp "$here/own_malloc.c" own.c
echo '#include <stdlib.h>
int main(void) { free(malloc(1)); }' >main.c
# Deaf to the signal itself, it sends it to us at the very end of the first run.
cat >deaf-gcc <<'SH'
#!/bin/sh
echo run >>"$RUNS"
trap '' TERM INT HUP QUIT
gcc "$@" || exit
if [ "$(wc -l <"$RUNS")" = 1 ]; then kill -s "$SIGNAL" $PPID; fi
exit 0
SH
chmod +x deaf-gcc
export CXX_ALLOC_CC=$t/deaf-gcc RUNS=$t/runs SIGNAL
cat >status.py <<'PY'
import signal, subprocess, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT): signal.signal(number, signal.SIG_DFL)
print(subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=lambda: __import__('resource').setrlimit(__import__('resource').RLIMIT_CORE, (0, 0))).returncode)
PY
declare -A number=([TERM]=-15 [INT]=-2 [HUP]=-1 [QUIT]=-3)
# Without a signal there are two runs: else this test shows nothing.
SIGNAL=0
printf '#!/bin/sh\necho run >>"$RUNS"\nexec gcc "$@"\n' >plain-gcc
chmod +x plain-gcc
CXX_ALLOC_CC=$t/plain-gcc "$cc" main.c own.c -o program
[[ $(wc -l <runs) == 2 ]]
not defines_jemalloc program
for SIGNAL in TERM INT HUP QUIT; do
  rm -f runs program
  status=$(python3 status.py "$cc" main.c own.c -o program)
  [[ $status == "${number[$SIGNAL]}" ]] || { echo "SIG$SIGNAL: $status" >&2; exit 1; }
  [[ $(wc -l <runs) == 1 ]]
  # What there is of it is not a program of two heaps.
  [[ ! -e program ]] || not defines_jemalloc program
done
# What the caller ignores is not ours to die of.
rm -f runs
SIGNAL=HUP
(trap '' HUP; "$cc" main.c own.c -o program)
[[ $(wc -l <runs) == 2 ]]
not defines_jemalloc program
