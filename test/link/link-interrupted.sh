#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# We wait for a link that has jemalloc in it, but who signals us means the compiler: it gets the signal, we die as it does,
# and nothing goes on behind our back.
cat >slow-g++ <<'SH'
#!/bin/sh
echo $$ >"$STARTED.new"
mv "$STARTED.new" "$STARTED"
exec sleep 30
SH
chmod +x slow-g++
echo 'int main() {}' >main.cc
g++ -c main.cc
cat >interrupt.py <<'PY'
import os, signal, subprocess, sys, time
how, number, command = sys.argv[1], getattr(signal, sys.argv[2]), sys.argv[3:]
started = os.environ['STARTED']
if number != signal.SIGKILL: signal.signal(number, signal.SIG_DFL)    # shells ignore some for their children
process = subprocess.Popen(command, start_new_session=True)
while not os.path.exists(started): time.sleep(0.01)
compiler = int(open(started).read())
(os.killpg if how == 'group' else os.kill)(process.pid, number)
status = process.wait(20)
assert status == -number, f'{how} {number}: {status}'
for _ in range(200):
    # In a container nobody may wait for a process whose parent has ended: a zombie has ended, too.
    try: state = open(f'/proc/{compiler}/stat').read().rpartition(')')[2].split()[0]
    except (FileNotFoundError, ProcessLookupError): break
    if state in 'ZX': break
    time.sleep(0.01)
else: sys.exit(f'{how} {number}: the compiler goes on')
os.remove(started)
PY
export CXX_ALLOC_CXX=$t/slow-g++ STARTED=$t/started
for words in main.o main.cc '-shared main.o' '-c main.cc'; do
  for signal in SIGINT SIGTERM SIGHUP SIGQUIT SIGKILL; do
    for how in group us; do python3 interrupt.py $how $signal "$cxx" $words; done
  done
done
# What the caller ignores, the compiler ignores: nohup.
printf '#!/bin/sh\nkill -HUP $$\nexec g++ "$@"\n' >hup-g++
chmod +x hup-g++
(trap '' HUP; CXX_ALLOC_CXX=$t/hup-g++ silently "$cxx" main.o -o main)
has_jemalloc main
