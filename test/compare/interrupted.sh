#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A signal ends the comparison, while it links or runs, and the program with it; nothing is left behind.
cat >slow-cc <<'SH'
#!/bin/sh
case $* in *cxx-alloc-*) touch "$STARTED"; exec sleep 30 ;; esac
exec gcc "$@"
SH
chmod +x slow-cc
cat >main.c <<'C'
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
int main(void) { close(open(getenv("STARTED"), O_CREAT | O_WRONLY, 0600)); sleep(30); }
C
export STARTED=$t/started CXX_ALLOC_LOG=$t/log
gcc -c main.c
CXX_ALLOC_CC=$t/slow-cc silently "$cc" main.o -o slow-link
silently "$cc" main.o -o program
unset CXX_ALLOC_LOG
cat >interrupt.py <<'PY'
import os, signal, subprocess, sys, time
number, command = getattr(signal, sys.argv[1]), sys.argv[2:]
started = os.environ['STARTED']
signal.signal(number, signal.SIG_DFL)    # shells ignore some for their children
process = subprocess.Popen(command, start_new_session=True)
deadline = time.time() + 20
while not os.path.exists(started) and time.time() < deadline: time.sleep(0.01)
os.remove(started)
(os.kill if number == signal.SIGTERM else os.killpg)(process.pid, number)
status = process.wait(20)
assert status == -number, f'{number}: {status}'
time.sleep(0.1)
try: os.killpg(process.pid, 0)
except ProcessLookupError: sys.exit()
sys.exit(f'{number}: something goes on')
PY
for program in slow-link program; do
  for signal in SIGINT SIGTERM; do
    python3 interrupt.py $signal "$cxx" --allocator-compare log $program
    nothing_is_left
  done
done
