#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# realloc of large blocks moves pages, not bytes: page faults, instructions and peak are those of glibc, which does it too. Where
# the kernel or a sandbox refuses to, bytes are copied.
. "$(dirname "$0")/common.sh"
unset MALLOC_PERTURB_    # Meson sets it, and glibc's malloc then writes all that it hands out
compile "$here/memory.c" -o memory.o
compile_cxx "$here/moved_pages.cc" -o moved_pages.cc.o
gcc memory.o -o plain -pthread
"$cc" memory.o -o ours -pthread
"$cc" -static memory.o -o ours-static -pthread

figure() { [[ $2 =~ (^|\ )$1=([0-9]+) ]] && echo "${BASH_REMATCH[2]}"; }
for words in 'growing 64 2' 'growing 64 1' 'growing 16 8'; do
  plain=$(./plain $words)
  for program in ./ours ./ours-static; do
    said=$($program $words)
    for name in faults VmHWM; do
      ours=$(figure $name "$said") theirs=$(figure $name "$plain")
      echo "$program $words: $name $ours, plain $theirs"
      ((ours <= theirs * 5 / 4 + 4096))
    done
    ((ours_maps = $(figure maps "$said"), ours_maps <= $(figure maps "$plain") + 64))
  done
done
# What a block leaves that doubled serves other sizes, unless it has become large enough to be a mapping of its own.
plain=$(figure VmHWM "$(./plain doubling 3600 8)") ours=$(figure VmHWM "$(./ours doubling 3600 8)")
echo "doubling: VmHWM $ours, plain $plain"
((ours <= plain * 5 / 4 + 4096))

plain=$(instructions ./plain growing 16 2)
ours=$(instructions ./ours growing 16 2)
echo "instructions: $ours, plain $plain"
((ours <= plain * 3 / 2))

# The maps of a process that moves blocks for long are no more than its blocks.
for kind in -pie -static; do
  "$cxx" $kind moved_pages.cc.o -o moved -pthread
  ./moved
  MALLOC_CONF=narenas:1 ./moved
  MALLOC_CONF=dirty_decay_ms:0 ./moved
  MALLOC_CONF=retain:false ./moved
done

# A sandbox without mremap.
cat >refuse.c <<'C'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mremap, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(argv[1])),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (argc < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 3;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 77;
  execv(argv[2], argv + 2);
  return 3;
}
C
gcc refuse.c -o refuse
for error in 1 38; do    # EPERM, ENOSYS
  ./refuse $error ./ours growing 8 2    # no more: glibc, too, would copy all of it at each step
  ./refuse $error ./moved
done
