#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The words of the audit, its exit status, what cannot be read, processes.
"$cxx" main.cc -o ours
g++ main.cc -o plain
exits 0 "$cxx" --allocator-audit ours plain
exits 0 "$cc" ours --allocator-audit plain
exits 0 "$cxx" --allocator-audit --allocator-expect=jemalloc ours
exits 1 "$cxx" --allocator-audit --allocator-expect=jemalloc ours plain
[[ $said == *'error: plain: its allocator is system'* && $said != *'error: ours'* ]]
mkdir empty
exits 1 "$cxx" --allocator-audit --allocator-expect=jemalloc empty
exits 0 "$cxx" --allocator-audit empty
exits 2 "$cxx" --allocator-audit --allocator-expect=jemaloc ours
[[ $said == *"did you mean 'jemalloc'?" ]]
exits 2 "$cxx" --allocator-audit
exits 2 "$cxx" --allocator-audit -O2 ours
exits 2 "$cxx" --allocator-audit=xml ours
[[ $said == *"unknown form of the audit"* ]]
exits 2 "$cxx" --allocator-audit --allocator=nobody ours
exits 2 "$cxx" --allocator-audit --allocator-expect= ours
[[ $said == *"the names are jemalloc, "* && $said != *"did you mean"* ]]
for form in text json html; do
  exits 2 bash -c '"$0" --allocator-audit='$form' ours >/dev/full' "$cxx"
  [[ $said == 'cxx-alloc: error: standard output: cannot be written: '* ]]
  exits 2 bash -c '"$0" --allocator-audit='$form' ours >&-' "$cxx"
  [[ $said == 'cxx-alloc: error: standard output: cannot be written: '* ]]
done
# No word acts upon a terminal.
exits 2 "$cxx" --allocator-audit $'-\033[31m' ours
[[ $said == *'-?[31m'* && $said != *$'\033'* ]]
exits 2 "$cxx" --allocator-audit --allocator-expect=$'\xc2\x9b31m' ours
[[ $said == *'=?31m'* ]]
exits 1 "$cxx" --allocator-expect=jemalloc main.cc
exits 2 "$cxx" --allocator-audit nowhere ours
[[ $said == *'error: nowhere: No such file'* && $said == *'ours '*jemalloc* ]]
cp plain ./-x && exits 0 "$cxx" --allocator-audit -- -x

# Nothing that is read is trusted: cut off, twisted, no file at all.
mkdir odd && cd odd
head -c 100 ../ours >cut
head -c 5000 ../ours >cut-later
mkfifo pipe
ln -s . loop && ln -s ../ours link
truncate -s 8E sparse 2>/dev/null || truncate -s 1T sparse
printf '\177ELF' | dd of=sparse conv=notrunc status=none
# Sound headers, and tables of a terabyte that are a hole: symbols and names, those of the loader, what is loaded.
python3 - <<'END'
import struct
huge = 1 << 40
dynamic = b''.join(struct.pack('<QQ', *entry) for entry in [(5, 1 << 20), (10, huge), (6, 1 << 20), (0x6ffffef5, 1 << 19), (0, 0)])
segments = [(1, 5, 0, 0, huge), (2, 4, 1024, 1024, len(dynamic))]
sections = [(2, 1, 1 << 21, huge), (3, 0, 1 << 21, huge)]
with open('terabyte', 'wb') as file:
    file.write(b'\x7fELF\2\1\1' + bytes(9) + struct.pack('<HHIQQQIHHHHHH', 2, 62, 1, 0, 64, 2048, 0, 64, 56, 2, 64, 2, 0))
    for kind, flags, offset, address, size in segments:
        file.write(struct.pack('<IIQQQQQQ', kind, flags, offset, address, address, size, size, 8))
    file.seek(1024); file.write(dynamic)
    file.seek(2048)
    for kind, link, offset, size in sections:
        file.write(struct.pack('<IIQQQQIIQQ', 0, kind, 0, 0, offset, size, link, 0, 8, 24))
    file.seek(1 << 19); file.write(struct.pack('<IIII', 0xffffffff, 1, 0, 0))
    file.truncate(huge)
END
head -c 100 ../ours >$'cut\033[31m'
: >empty && echo text >text
cp ../ours fine
for fake in '<script>' $'new\nline' $'\033[31mred'; do cp ../plain "$fake"; done
cd ..
exits 2 timeout 60 "$cxx" --allocator-audit odd
[[ $said == *'odd/fine '*jemalloc* && $said == *'odd/cut: '*'cut off'* && $said == *'odd/sparse: '* && $said == *'odd/terabyte  '* && $said == *'odd/cut?[31m: '*'cut off'* && $said != *'odd/link'* && $said != *$'\033'* ]]
[[ $(audit odd | wc -l) -ge 4 ]]
"$cxx" --allocator-audit=html odd >page.html 2>/dev/null || true
[[ $(grep -c '<script>' page.html) == 1 ]]
exits 2 timeout 20 "$cxx" --allocator-audit odd/pipe /dev/null odd/text
exits 2 "$cxx" --allocator-audit /proc/self/mem
exits 0 timeout 20 "$cxx" --allocator-audit /proc
if ((EUID == 0)); then
  mkdir locked && cp ours locked && chmod 700 locked && cp ours secret && chmod 600 secret && chmod 755 .
  # As nobody, who has to reach the command.
  cp "$cxx" command && chmod 755 command "$t"
  exits 2 setpriv --reuid=65534 --clear-groups ./command --allocator-audit locked secret ours
  [[ $said == *'error: locked: Permission denied'* && $said == *'error: secret: Permission denied'* ]]
  sleep 60 & other=$!
  exits 2 setpriv --reuid=65534 --clear-groups ./command --allocator-audit $other
  [[ $said == *"process $other: it is another user's"* ]]
  kill $other
fi

# Processes: by what is mapped in them.
sleep 60 & plain=$!
LD_PRELOAD=$(realpath "$(gcc -print-file-name=libjemalloc.so.2)") sleep 60 & preloaded=$!
echo '#include <unistd.h>
int main() { delete new int; return sleep(60); }' >sleeper.cc
"$cxx" sleeper.cc -o sleeper
./sleeper & ours=$!
"$cxx" -static sleeper.cc -o static-sleeper
./static-sleeper & static=$!
at_exit() { kill $plain $preloaded $static $ours 2>/dev/null || true; }
sleep 2    # until all of them have loaded what they need
is $plain 'system process'
is $preloaded 'jemalloc process'
[[ $(key_of by $preloaded) == 'preload libjemalloc.so.2' ]]
is $static 'jemalloc process'
is $ours 'jemalloc process'
[[ $(key_of by $ours) == 'note of cxx-alloc '* && $(key_of pid $ours) == $ours ]]
rm sleeper && is $ours 'jemalloc process'    # its file is gone, it runs on
exits 2 "$cxx" --allocator-audit 99999999
[[ $said == *'process 99999999: there is none'* ]]
