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
# What has no effect in an audit is an error, wherever it stands: a check that checks nothing would succeed for ever.
exits 2 "$cxx" --allocator-audit --allocator=jemalloc plain
[[ $said == 'cxx-alloc: error: --allocator=jemalloc: an audit '*'; write --allocator-expect=jemalloc'* ]]
exits 2 "$cxx" --allocator=tcmalloc --allocator-audit plain    # which is none of ours
[[ $said == *'; write --allocator-expect=tcmalloc'* ]]
exits 2 "$cxx" --allocator=auto plain --allocator-audit
[[ $said == 'cxx-alloc: error: --allocator=auto: '*'; write --allocator-expect=NAME'* ]]
for word in --print-allocator --print-allocator=json --allocator-profile --allocator-conf=a:b --allocator-conf=; do
  exits 2 "$cxx" --allocator-audit ours "$word"
  [[ $said == "cxx-alloc: error: $word: an audit compiles and links nothing; "* ]]
done
for word in --emit-static-lib -c -o --help --allocator-launch --allocator-compare --allocator-compare=json; do
  exits 2 "$cxx" --allocator-audit ours "$word"
  [[ $said == "cxx-alloc: error: $word: "* ]]
done
exits 2 "$cxx" --allocator-audit --allocator-expect=jemalloc ours --allocator-expect=system
[[ $said == 'cxx-alloc: error: --allocator-expect=system: contradicts --allocator-expect=jemalloc; '* ]]
exits 2 "$cxx" --allocator-audit=json --allocator-audit=html ours
[[ $said == 'cxx-alloc: error: --allocator-audit=html: contradicts --allocator-audit=json; '* ]]
exits 2 "$cxx" --allocator-audit=text,json ours
exits 0 "$cxx" --allocator-audit=json --allocator-audit --allocator-audit=library-path,json ours
[[ $said == '{"schema":1,'* ]]
exits 0 "$cxx" --allocator-audit --allocator-expect=jemalloc --allocator-expect=jemalloc ours
CXX_ALLOC=system exits 0 "$cxx" --allocator-audit --allocator-expect=jemalloc ours    # a default for builds
# Comparisons are as strict.
for words in '--allocator=jemalloc log ours' 'log ours --allocator=jemalloc' 'log ours --allocator-audit' 'log --print-allocator ours'; do
  exits 1 "$cxx" --allocator-compare $words
  [[ $said == 'cxx-alloc: error: --allocator-compare: '*'; write '* ]]
done
# All words are judged before anything is read; what is said on a terminal does not stand behind the progress.
export NO_COLOR=1
exits 2 script -qec "'$cxx' --allocator-audit /usr -x" /dev/null </dev/null
[[ $said == 'cxx-alloc: error: -x: not a path; '* ]]
exits 2 script -qec "'$cxx' --allocator-audit /usr/lib nowhere >listed" /dev/null </dev/null
[[ $said == *'cxx-alloc: error: nowhere: No such file'* ]]
before=${said%%cxx-alloc: error:*}
[[ ! $before || $before == *$'\r\033[K' || $before == *$'\n' ]]
unset NO_COLOR
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
# Words that overlap: each file is told once, under the first name that leads to it.
mkdir overlap overlap/deep && cp plain ours overlap && cp plain overlap/deep && head -c 100 ours >overlap/cut
told() { "$cxx" --allocator-audit "$@" 2>errors >text || true; tail -n 1 text; }
[[ $(told plain plain ./plain "$t/plain") == '1 executable (1 system), '* ]]
[[ $(grep -c '^plain ' text) == 1 ]]
ln -s overlap shortcut && ln overlap/plain overlap/other-name
whole=$(told overlap)
for words in 'overlap overlap' 'overlap overlap/plain' 'overlap overlap/deep overlap/cut' 'overlap/deep overlap' 'overlap shortcut' \
  'shortcut overlap/' 'overlap/cut overlap//'; do
  [[ $(told $words) == "$whole" && $(wc -l <errors) == 1 ]]
done
[[ $whole == '4 executables ('*', 1 unreadable' ]]
[[ $(told nowhere nowhere) == *'1 unreadable' ]]
[[ $(told overlap/plain overlap && head -n 1 text) == *'overlap/plain '* ]]
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
# What the kernel only pretends to have is passed over, and if it is named, there is an answer.
for folder in /proc /proc/self /proc/ /sys/kernel; do
  exits 2 timeout 20 "$cxx" --allocator-audit "$folder"
  [[ $said == *"error: $folder: a file system of the kernel"* ]]
done
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
[[ $(audit $plain $plain) == 'system process' ]]
rm sleeper && is $ours 'jemalloc process'    # its file is gone, it runs on
exits 2 "$cxx" --allocator-audit 99999999
[[ $said == *'process 99999999: there is none'* ]]
