#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Inputs that are cut off, lie about themselves or are no objects at all: the scan passes them on, and the linker speaks
# as it does without us.
cat >main.cc <<'CC'
#include <string>
int main() { delete new std::string("x"); }
CC
g++ -c main.cc
ar rcs lib.a main.o
g++ -shared -fPIC main.cc -o lib.so
mkdir folder
: >empty.o
: >empty.a
printf '!<arch>\n' >bare.a
printf '!<arch>\nmain.o/         0           0     0     644     99999999999`\n' >beyond.a
printf '!<arch>\n/               0           0     0     644     8         `\n\xff\xff\xff\xff\xff\xff\xff\xff' >index.a
printf '!<thin>\nmissing.o/      0           0     0     644     100       `\n' >thin.a
printf '\177ELF\2\1\1%064d' 0 >header.o
head -c 65536 /dev/urandom >random.o
printf 'INPUT(script.ld)\n' >script.ld
printf 'GROUP ( AS_NEEDED ( nothing\n' >open.ld
printf 'BC\xc0\xde%0100d' 0 >bitcode.o
python3 - <<'PY'
import struct
data = bytearray(open('main.o', 'rb').read())
def variant(name, offset, form, value):
    copy = bytearray(data)
    struct.pack_into(form, copy, offset, value)
    open(name, 'wb').write(copy)
variant('shoff.o', 40, '<Q', 2**63)          # e_shoff
variant('shnum.o', 60, '<H', 0xfffe)         # e_shnum
variant('shentsize.o', 58, '<H', 1)          # e_shentsize
variant('shstrndx.o', 62, '<H', 0xfff0)      # e_shstrndx
shoff, = struct.unpack_from('<Q', data, 40)
for i in range(struct.unpack_from('<H', data, 60)[0]):
    if struct.unpack_from('<I', data, shoff + 64 * i + 4)[0] == 2:                  # the symbol table
        variant('symsize.o', shoff + 64 * i + 32, '<Q', 2**62)
        variant('symoffset.o', shoff + 64 * i + 24, '<Q', 2**64 - 8)
        variant('symlink.o', shoff + 64 * i + 40, '<I', 0xffffff)
        variant('symentry.o', shoff + 64 * i + 56, '<Q', 0)
PY
for size in 1 4 16 63 64 200 1000; do
  head -c $size main.o >cut$size.o
  head -c $size lib.a >cut$size.a
  head -c $size lib.so >cut$size.so
done
# Where the link itself fails we may add what of ours was in it, after all that the linker says.
same_link() {
  local compiler=$1 bare=0 ours=0
  shift
  "$compiler" "$@" >bare.txt 2>&1 || bare=$?
  CXX_ALLOC_CXX=$compiler "$cxx" "$@" >ours.txt 2>&1 || ours=$?
  ((ours == bare))
  # mold 1.10 reads the headers where a damaged file says, beyond its end too: what lies there decides if it crashes.
  ! grep -q 'terminated with signal' bare.txt ours.txt || return 0
  diff bare.txt <(sed '${/^cxx-alloc: note: /d}' ours.txt)
}
for file in cut*.o cut*.a cut*.so {empty,header,random,bitcode,shoff,shnum,shentsize,shstrndx,symsize,symoffset,symlink,symentry}.o \
            {empty,bare,beyond,index,thin}.a open.ld folder /dev/null; do
  same_link g++ "$file" main.o -o main
done
for file in cut200.o shoff.o symsize.o beyond.a cut200.so; do
  same_link clang++-22 main.o "$file" -o main
  same_link g++ -fuse-ld=mold main.o "$file" -o main
done

# Many more, for the scan alone.
fake_compiler fake-g++
export CXX_ALLOC_CXX=$t/fake-g++
python3 - "$cxx" <<'PY'
import random, subprocess, sys
random.seed(1)
for source in ['main.o', 'lib.a', 'lib.so']:
    data = open(source, 'rb').read()
    for i in range(60):
        copy = bytearray(data)
        for _ in range(random.choice([1, 4, 32])):
            at = random.randrange(min(len(copy), 400) if i % 2 else len(copy))
            copy[at] = random.choice([0, 1, 0x7f, 0x80, 0xff, random.randrange(256)])
        if i % 5 == 0: copy = copy[:random.randrange(len(copy))]
        open('mutant' + source, 'wb').write(copy)
        done = subprocess.run([sys.argv[1], 'mutant' + source, '-o', 'x'], capture_output=True, timeout=10)
        if (done.returncode, done.stdout, done.stderr) != (0, b'', b''):
            sys.exit(f'{source} {i}: {done}')
PY
# Nothing that never ends, or never answers, is read to its end: bfd itself hangs on a script that includes itself.
mkfifo fifo.o
for file in script.ld fifo.o /dev/zero /dev/tty /proc/self/mem; do timeout 10 "$cxx" main.o "$file" -o main; done
