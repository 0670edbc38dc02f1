// SPDX-License-Identifier: Apache-2.0
// Are these options of mimalloc? A program that the driver asks at a link: `check key:value,key:value`. The keys are
// those of the sources that were built; values are what mi_option_init() takes. docs/allocators.md has the answers.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const keys[] = {
#include "conf_keys.inc"
    NULL};
static const char *const advice = "write key:value,key:value, the MIMALLOC_ variables in lower case (docs/mimalloc.md)";
enum { longest_value = 31 };

static int is_key(const char *word) {
  for (const char *const *key = keys; *key; ++key)
    if (strcmp(*key, word) == 0) return 1;
  return 0;
}

static int is_value(const char *key, const char *value) {
  static const char *const words[] = {"true", "yes", "on", "false", "no", "off", NULL};
  for (const char *const *word = words; *word; ++word)
    if (strcasecmp(*word, value) == 0) return 1;
  char *end;
  errno = 0;
  strtol(value, &end, 10);
  if (end == value || errno || strlen(value) > longest_value) return 0;
  if (strcmp(key, "reserve_os_memory") == 0) {
    if (*end && strchr("KMGkmg", *end)) end++;
    if (strcasecmp(end, "ib") == 0 || strcasecmp(end, "b") == 0) return 1;
  }
  return *end == 0;
}

int main(int argc, char **argv) {
  if (argc < 2) return 1;
  char *words = strdup(argv[1]);
  for (char *pair = words, *next; pair; pair = next) {
    next = strchr(pair, ',');
    if (next) *next++ = 0;
    char *value = strchr(pair, ':');
    if (!value) return printf("wrong\t'%s' has no value\t%s\n", pair, advice) < 0;
    *value++ = 0;
    if (!is_key(pair)) {
      printf("unknown\t%s\t%s", pair, advice);
      for (const char *const *key = keys; *key; ++key) printf("\t%s", *key);
      return puts("") < 0;
    }
    if (!is_value(pair, value))
      return printf("wrong\tbad value '%s' of '%s'\twrite a number, on or off\n", value, pair) < 0;
  }
  return printf("good\t%s\n", argv[1]) < 0;
}
