#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Where the bodies for LTO keep a link from being what it is with the compiler alone, it is made without them, and says nothing of it but
# in the log.
[[ $(uname -m) == x86_64 ]] || skip 'the assembler code is x86-64'
export CXX_ALLOC_LOG=$t/log
without_bodies() {
  silently "$@" -o program
  has_jemalloc program
  ./program
  [[ $(tail -n 1 log) == *'"inlined":false'* ]] || { echo "inlined: $*" >&2; return 1; }
}

echo '#include <stdlib.h>
int main(void) { char *volatile block = malloc(9); free(block); return 0; }' >main.c
silently "$cc" -O2 -flto main.c -o program
[[ $(<log) == *'"inlined":true'* ]] || skip 'the runtime has nothing for this compiler'

# The bodies have code for one assembler.
without_bodies "$cc" -O2 -flto -masm=intel main.c
gcc -O2 -flto -masm=intel -c main.c
without_bodies "$cc" -O2 -flto main.o

# GCC drops words for the assembler that not all objects have.
mkdir include
echo '.set number, 42' >include/number.inc
echo '#include <stdlib.h>
int main(void) { int x; __asm__ volatile(".include \"number.inc\"\n\tmov $number, %0" : "=r"(x)); free(malloc(x)); return x != 42; }' >numbers.c
gcc -O2 -flto -Wa,-Iinclude -c numbers.c
without_bodies "$cc" -O2 -flto numbers.o

# A prototype of the user's own, and names that jemalloc has for other types.
echo 'extern "C" { char *malloc(int); int free(char *); }
int main() { char *block = malloc(100); block[0] = 1; free(block); }' >prototypes.cc
g++ -fno-builtin -w -O2 -flto -c prototypes.cc
for words in '' -Werror; do without_bodies "$cxx" -O2 -flto $words prototypes.o; done
echo 'struct tsd_s { int a; virtual ~tsd_s() {} };
int main() { delete new tsd_s; }' >names.cc
for words in '' -Werror; do without_bodies "$cxx" -O2 -flto -Wodr $words names.cc; done

# What the user's objects share, and the link does not say.
if command -v clang++-22 ld.lld >/dev/null; then
  echo 'struct B { virtual int f() { return 1; } virtual ~B() {} };
struct C : B { int f() override { return 0; } };
int main(int argc, char **) { B *b = argc > 1 ? new B : new C; int result = b->f(); delete b; return result; }' >virtual.cc
  for kind in full thin; do
    clang++-22 -O2 -flto=$kind -fwhole-program-vtables -fvisibility=hidden -c virtual.cc
    CXX_ALLOC_CXX=clang++-22 without_bodies "$cxx" -O2 -flto=$kind -fuse-ld=lld virtual.o
  done
fi

# A link that fails without them too says so once, with the compiler's status; nothing is left.
rm program
echo 'void gone(); int main() { gone(); delete new int; }' >gone.cc
exits 1 "$cxx" -O2 -flto gone.cc -o program
[[ $(grep -c 'undefined reference' <<<"$said") == 1 && ! -e program ]]
# A warning of the user's is said once.
echo 'int main() { int unused; delete new int; }' >unused.cc
exits 0 "$cxx" -O2 -flto -Wall unused.cc -o program
[[ $(grep -c 'unused variable' <<<"$said") == 1 && $(tail -n 1 log) == *'"inlined":true'* ]]
# A source that comes through a pipe is there for the second link.
silently "$cc" -O2 -flto -masm=intel -x c - -o piped < <(cat main.c)
has_jemalloc piped
