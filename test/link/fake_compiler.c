// SPDX-License-Identifier: Apache-2.0
// A compiler that compiles nothing: it writes down the words it was given, so that a test can compare them byte for
// byte. With $INPUT it copies its standard input there; with $SIGNAL it dies of it; else it exits with $STATUS.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  const char *words = getenv("WORDS"), *input = getenv("INPUT"), *number = getenv("SIGNAL"), *status = getenv("STATUS");
  FILE *file = words ? fopen(words, "w") : NULL;
  for (int i = 0; file && i < argc; i++) fwrite(argv[i], 1, strlen(argv[i]) + 1, file);
  if (file) fclose(file);
  if (input) {
    file = fopen(input, "w");
    for (int c; (c = getchar()) != EOF;) putc(c, file);
    fclose(file);
  }
  if (number) {
    signal(atoi(number), SIG_DFL);
    raise(atoi(number));
  }
  return status ? atoi(status) : 0;
}
