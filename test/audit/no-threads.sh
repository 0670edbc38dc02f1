#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Where no thread can be started, as in a container with a limit, all is done by the one that there is: it takes longer.
cp "$cxx" command && gcc -xc - -o plain <<<'int main(void) { return 0; }'
mkdir tree
for number in {0..299}; do ln plain "tree/$number"; done
chmod -R go+rX . && chmod 755 "$t"
alone=(prlimit --nproc=1)
if ((EUID == 0)); then alone=(setpriv --reuid=65534 --regid=65534 --clear-groups "${alone[@]}"); fi
gcc -xc - -o thread -pthread <<<'#include <pthread.h>
void *work(void *nothing) { return nothing; }
int main(void) { pthread_t thread; return pthread_create(&thread, 0, work, 0) != 0; }'
./thread
if "${alone[@]}" ./thread; then skip 'the limit of threads does not hold here'; fi

"$cxx" --allocator-audit=json tree >all
exits 0 "${alone[@]}" ./command --allocator-audit=json tree
diff all - <<<"$said"
exits 0 "${alone[@]}" ./command --allocator-audit tree/1 tree/2
# On a terminal, where the progress has a thread of its own.
exits 0 env NO_COLOR=1 script -qec "${alone[*]} ./command --allocator-audit tree" /dev/null
[[ $said == *'300 executables (300 system)'* ]]
