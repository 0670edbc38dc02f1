#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Ctrl-C (to the whole group) or TERM (to us alone) in the middle of --emit-static-lib over g++: we die of that signal, the
# old archive stands, and nothing is left over.
export TMPDIR=$t/tmp
mkdir tmp out
echo 'int f() { return 0; }' >f.cc
CXX_ALLOC_CXX=g++ silently "$cxx" --emit-static-lib f.cc -o out/lib.a
cp out/lib.a old.a
cat >slow-g++ <<'SH'
#!/bin/sh
touch "$STARTED"
sleep 1
exec g++ "$@"
SH
chmod +x slow-g++

cat >interrupt.py <<'PY'
import os, signal, subprocess, sys, time
how, number, ignored, command = sys.argv[1], getattr(signal, sys.argv[2]), sys.argv[3] == 'ignored', sys.argv[4:]
def prepare():
    os.setsid()
    signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
started = os.environ['STARTED']
process = subprocess.Popen(command, preexec_fn=prepare)
while not os.path.exists(started): time.sleep(0.01)
(os.killpg if how == 'group' else os.kill)(process.pid, number)
status = process.wait(20)
os.remove(started)
sys.exit(0 if status == (0 if ignored else -number) else f'{how} {number} {ignored}: {status}')
PY
export CXX_ALLOC_CXX=$t/slow-g++ STARTED=$t/started
for signal in SIGINT SIGTERM SIGHUP; do
  for how in group us; do
    python3 interrupt.py $how $signal default "$cxx" --emit-static-lib f.cc f.cc -o out/lib.a
    cmp out/lib.a old.a
    [[ $(ls out) == lib.a && -z $(ls tmp) ]]
  done
done
# What the caller ignores (nohup) is ignored: the build goes on.
rm out/lib.a
python3 interrupt.py group SIGHUP ignored "$cxx" --emit-static-lib f.cc -o out/lib.a
cmp out/lib.a old.a
[[ -z $(ls tmp) ]]
# Where no compiler runs: an input that is a pipe blocks us, before the first source is compiled or behind the last.
mkfifo pipe
cat >outside.py <<'PY'
import os, signal, subprocess, sys, time
number, command = getattr(signal, sys.argv[1]), sys.argv[2:]
signal.signal(number, signal.SIG_DFL)
process = subprocess.Popen(command)
def blocks():
    state = open(f'/proc/{process.pid}/stat').read().rsplit(')', 1)[1].split()[0]
    return os.listdir('tmp') and state == 'S' and not open(f'/proc/{process.pid}/task/{process.pid}/children').read()
while not blocks(): time.sleep(0.01)
process.send_signal(number)
status = process.wait(20)
sys.exit(0 if status == -number else f'{number}: {status}')
PY
export CXX_ALLOC_CXX=g++
for signal in SIGINT SIGTERM SIGHUP; do
  for words in pipe 'f.cc pipe'; do
    python3 outside.py $signal "$cxx" --emit-static-lib $words -o out/lib.a
    cmp out/lib.a old.a
    [[ $(ls out) == lib.a && -z $(ls tmp) ]]
  done
done
