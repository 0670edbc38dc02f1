// SPDX-License-Identifier: Apache-2.0
// The cheapest wrapper there can be: a static program that runs another with the same words.
// The program is named at compile time, so not even PATH is searched.
#include <unistd.h>

int main(int argc, char **argv) {
  (void)argc;
  argv[0] = (char *)REAL;
  execv(REAL, argv);
  return 127;
}
