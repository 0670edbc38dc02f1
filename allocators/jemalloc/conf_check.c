// SPDX-License-Identifier: Apache-2.0
// Are these options of jemalloc? A program that the driver asks at a link: `check key:value,key:value`. The judge is
// the parser of the jemalloc that was built, which this file includes; what it complains about, it would complain about
// at each start of the executable.
//
// docs/allocators.md has the form of the answer. The string to bake is the default, then the user's.
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#ifdef CXX_ALLOC_JEMALLOC_5_3_0
#include "src/jemalloc.c"
#else
#include "src/conf.c"
#endif

#include <ctype.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

#include "conf.h"

const char *config_malloc_conf = CXX_ALLOC_DEFAULT_CONF;

/// What fills jemalloc's own tables in a runtime object (runtime/memory.c).
void *cxx_alloc_fill(void *to, int byte, size_t size);
void *cxx_alloc_fill(void *to, int byte, size_t size) { return memset(to, byte, size); }

/// All keys in jemalloc's source, those that this build leaves out too.
static const char *const keys[] = {
#include "conf_keys.inc"
};
enum { key_count = sizeof keys / sizeof *keys };

static char complaint[4096];

/// jemalloc's malloc_message. The first complaint counts; others may follow from it.
static void keep_first_complaint(void *opaque, const char *message) {
  (void)opaque;
  const char *prefix = "<jemalloc>: ";
  if (strncmp(message, prefix, strlen(prefix)) == 0) message += strlen(prefix);
  if (complaint[0] || strncmp(message, "--", 2) == 0) return;  // "-- Set conf value", of confirm_conf
  snprintf(complaint, sizeof complaint, "%s", message);
  complaint[strcspn(complaint, "\n")] = '\0';
}

static sigjmp_buf parsed;
static void stop_parsing(int number) { siglongjmp(parsed, number); }

static const char *complaint_about(const char *conf) {
  static sc_data_t size_classes;
  static unsigned shards[SC_NBINS];
  const char *sources[5] = {conf};
  memset(&size_classes, 0, sizeof size_classes);
  sc_boot(&size_classes);
  bin_shard_sizes_boot(shards);
  complaint[0] = '\0';
  signal(SIGABRT, stop_parsing);  // abort_conf:true may stand in the string
  if (sigsetjmp(parsed, 1) == 0) malloc_conf_init_helper(&size_classes, shards, false, sources, NULL);
  return complaint;
}

static const char *without_prefix(const char *text, const char *prefix) {
  size_t length = strlen(prefix);
  return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/// This build has the option.
static bool has_key(const char *key) {
  char pair[100];
  snprintf(pair, sizeof pair, "%s:?", key);
  return without_prefix(complaint_about(pair), "Invalid conf pair: ") == NULL;
}

static int report_bad(const char *key, const char *value, const char *said) {
  bool is_far = without_prefix(said, "Out-of-range") != NULL;
  return printf(is_far ? "wrong\tvalue '%s' of '%s' is out of range\tsee opt.%s in jemalloc(3)\n"
                       : "wrong\tbad value '%s' of '%s'\tsee opt.%s in jemalloc(3)\n",
                value, key, key) < 0;
}

static int report_unknown(const char *key) {
  bool elsewhere = false;
  for (int i = 0; i < key_count; i++) elsewhere |= strcmp(keys[i], key) == 0;
  if (elsewhere && (without_prefix(key, "prof") || without_prefix(key, "lg_prof")))
    return printf("profile\t%s\n", key) < 0;
  printf("unknown\t%s\tsee opt.NAME in jemalloc(3)", key);
  for (int i = 0; i < key_count; i++)
    if (has_key(keys[i])) printf("\t%s", keys[i]);
  printf("\n");
  return 0;
}

/// Reports "…: KEY:VALUE", or something without a pair.
static int report(char *said) {
  char *pair = strstr(said, ": ");
  char *value = pair ? strchr(pair + 2, ':') : NULL;
  if (!value) {
    char *where = strstr(said, " -- ");
    if (where) *where = '\0';
    for (char *letter = said; *letter; letter++) *letter = (char)tolower((unsigned char)*letter);
    return printf("wrong\tnot of the form key:value,key:value (%s)\tsee TUNING in jemalloc(3)\n", said) < 0;
  }
  *pair = *value++ = '\0';
  pair += 2;
  if (strcmp(said, "Invalid conf pair") == 0) return report_unknown(pair);
  return report_bad(pair, value, said);
}

/// jemalloc takes the beginning of some keys and values for the whole ("met:a", "thp:"); that is never meant.
static int report_if_incomplete(char *conf) {
  for (char *key = conf, *next; key; key = next) {
    next = strchr(key, ',');
    if (next) *next++ = '\0';
    char *value = strchr(key, ':');
    *value++ = '\0';
    bool known = strcmp(key, "confirm_conf") == 0;
    for (int i = 0; i < key_count; i++) known |= strcmp(keys[i], key) == 0;
    if (!known) return report_unknown(key);
    size_t length = strlen(key);
    bool is_text = strcmp(key, "prof_prefix") == 0 || (length > 5 && strcmp(key + length - 5, "_opts") == 0);
    if (!*value && !is_text) return report_bad(key, "", "");
  }
  return -1;
}

int main(int argc, char **argv) {
  const char *user = argc > 1 ? argv[1] : "";
  const char *separator = *user && sizeof CXX_ALLOC_DEFAULT_CONF > 1 ? "," : "";
  size_t room = sizeof CXX_ALLOC_DEFAULT_CONF + strlen(user) + 2;
  char *conf = calloc(2, room);
  if (conf == NULL) return 1;
  snprintf(conf, room, CXX_ALLOC_DEFAULT_CONF "%s%s", separator, user);
  je_malloc_message = keep_first_complaint;
  if (*complaint_about(conf)) return report(strdup(complaint));
  memcpy(conf + room, conf, room);
  if (*conf) {
    int reported = report_if_incomplete(conf + room);
    if (reported >= 0) return reported;
  }
  return printf("good\t%s\n", conf) < 0;
}
