#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A tree in which others work: folders that are gone when they are opened, or are a link or a file by then, are no fault of
# the tree. What stays unreadable is named once.
gcc -xc - -o plain <<<'int main(void) { return 0; }'
cat >mover.c <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  for (int turn = 0;; turn++)
    for (int i = 0; i < 40; i++) {
      char here[32], away[32];
      sprintf(here, "tree/%d", i);
      sprintf(away, "away/%d", i);
      if (rename(here, away)) return 1;
      if (turn % 3 == 1 && symlink(i % 2 ? "nowhere" : "../away", here)) return 2;
      if (turn % 3 == 2) close(creat(here, 0600));
      usleep(50);
      if (turn % 3) unlink(here);
      if (rename(away, here)) return 3;
    }
}
END
gcc mover.c -o mover
mkdir away
# More files than a thread takes at a time: the folder is opened again for the others.
for number in {0..39}; do
  mkdir -p "tree/$number"
  for file in {0..199}; do ln plain "tree/$number/$file"; done
done
mkdir tree/stays && ln plain tree/stays/plain
exits 0 "$cxx" --allocator-audit tree
[[ $said == *'8001 executables (8001 system)'* ]]
./mover & mover=$!
at_exit() { kill $mover 2>/dev/null || true; }
for turn in {1..12}; do
  exits 0 timeout 60 "$cxx" --allocator-audit tree
  [[ $said == *'tree/stays/plain  '* && $said != *error* ]]
done
kill $mover    # fails if it has ended by itself
