// SPDX-License-Identifier: Apache-2.0
// Are these options of scudo? A program that the driver asks at a link: `check key=value:key=value`. The judge is
// scudo, which this program is linked with: it runs itself with the words in SCUDO_OPTIONS, and reads what scudo says
// of them.
//
// docs/allocators.md has the form of the answer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const keys[] = {
#include "conf_keys.inc"
    NULL};
static const char *const advice = "write key=value:key=value, as in SCUDO_OPTIONS (docs/hardening.md)";

static void parse(const char *words, int output) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  dup2(output, STDERR_FILENO);
  setenv("SCUDO_OPTIONS", words, 1);
  execl("/proc/self/exe", "check", (char *)NULL);
  _exit(127);
}

/// What scudo says while it starts with `words`; false if it cannot be asked.
static int ask(const char *words, char *said, size_t room) {
  int ends[2], status;
  if (pipe(ends) != 0) return 0;
  pid_t child = fork();
  if (child == 0) parse(words, ends[1]);
  close(ends[1]);
  size_t length = 0;
  for (ssize_t size; length + 1 < room && (size = read(ends[0], said + length, room - 1 - length)) > 0;)
    length += (size_t)size;
  said[length] = 0;
  return child > 0 && waitpid(child, &status, 0) == child && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

static int report_unknown(char *key) {
  key += strspn(key, " ");
  key[strcspn(key, "=\n")] = 0;
  printf("unknown\t%s\t%s", key, advice);
  for (const char *const *known = keys; *known; ++known) printf("\t%s", *known);
  return puts("") < 0;
}

/// The pair of `words` that has the value in "…: 'VALUE'"; scudo does not say which.
static int report_bad(char *words, char *message) {
  char *value = strchr(message, '\'');
  char *end = value ? strrchr(value + 1, '\'') : NULL;
  if (end) {
    *end = 0;
    for (char *pair = strtok(words, " ,:\n\t\r"); pair; pair = strtok(NULL, " ,:\n\t\r")) {
      char *its = strchr(pair, '=');
      if (!its || strcmp(its + 1, value + 1) != 0) continue;
      *its = 0;
      *value = 0;
      size_t length = strlen(message);
      while (length && strchr(": ", message[length - 1])) message[--length] = 0;
      return printf("wrong\tbad value '%s' of '%s' (%s)\t%s\n", its + 1, pair, message, advice) < 0;
    }
    *end = '\'';
  }
  return printf("wrong\tnot taken (%s)\t%s\n", message, advice) < 0;
}

int main(int argc, char **argv) {
  if (argc < 2) return 0;  // scudo has read the words by now, for the start of this program allocates
  static char said[1 << 16];
  if (!ask(argv[1], said, sizeof said)) return 1;
  char *unknown = strstr(said, "unrecognized flag(s):\n");
  char *error = strstr(said, "ERROR: ");
  if (unknown && !error) return report_unknown(unknown + strlen("unrecognized flag(s):\n"));
  if (!*said) return printf("good\t%s\n", argv[1]) < 0;
  char *message = error ? error + strlen("ERROR: ") : said;
  message[strcspn(message, "\n")] = 0;
  return report_bad(argv[1], message);
}
