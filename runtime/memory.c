// SPDX-License-Identifier: Apache-2.0
// Copying, filling and comparing without libc. build.py links the allocator with --wrap for these names, so that
// compilers, which call some of them by themselves, call ours too. A program or a preloaded library may define any of
// them over malloc, and while the allocator starts nobody can serve it. Afterwards libc's are used for what is long:
// they are faster. Only for the blocks of users, though: memmove() and cxx_alloc_fill() are for the allocator's own
// tables, which it may hold a lock for. A preloaded ThreadSanitizer, which does not see such locks, would report races.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "startup.h"

void *__real_memcpy(void *to, const void *from, size_t size);
void *__real_memset(void *to, int byte, size_t size);

#pragma GCC visibility push(hidden)
void *cxx_alloc_fill(void *to, int byte, size_t size);

typedef uint8_t Block __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t Word __attribute__((aligned(1), may_alias));
typedef uint32_t Half __attribute__((aligned(1), may_alias));

enum { long_enough = 512 };

static inline bool is_for_libc(size_t size) { return __builtin_expect(size >= long_enough, 0) && cxx_alloc_serves; }

// Fewer than 16 bytes, read before they are written: `to` may overlap `from`.
static inline void move_few(char *to, const char *from, size_t size) {
  if (size >= 8) {
    Word first = *(const Word *)from, last = *(const Word *)(from + size - 8);
    *(Word *)to = first;
    *(Word *)(to + size - 8) = last;
  } else if (size >= 4) {
    Half first = *(const Half *)from, last = *(const Half *)(from + size - 4);
    *(Half *)to = first;
    *(Half *)(to + size - 4) = last;
  } else if (size != 0) {
    char first = from[0], middle = from[size / 2], last = from[size - 1];
    to[0] = first;
    to[size / 2] = middle;
    to[size - 1] = last;
  }
}

static inline void move_up(char *to, const char *from, size_t size) {
  Block last = *(const Block *)(from + size - 16);
  for (size_t done = 0; done + 16 < size; done += 16) *(Block *)(to + done) = *(const Block *)(from + done);
  *(Block *)(to + size - 16) = last;
}

static inline void move_down(char *to, const char *from, size_t size) {
  Block first = *(const Block *)from;
  for (size_t left = size; left > 16; left -= 16) *(Block *)(to + left - 16) = *(const Block *)(from + left - 16);
  *(Block *)to = first;
}

void *__wrap_memcpy(void *to, const void *from, size_t size) {
  if (is_for_libc(size)) return __real_memcpy(to, from, size);
  if (size < 16)
    move_few(to, from, size);
  else
    move_up(to, from, size);
  return to;
}

void *__wrap_memmove(void *to, const void *from, size_t size) {
  if (size < 16)
    move_few(to, from, size);
  else if ((uintptr_t)to - (uintptr_t)from >= size)
    move_up(to, from, size);
  else
    move_down(to, from, size);
  return to;
}

void *cxx_alloc_fill(void *to, int byte, size_t size) {
  char *at = to;
  if (size < 16) {
    Word pattern = 0x0101010101010101u * (uint8_t)byte;
    if (size >= 8)
      *(Word *)at = *(Word *)(at + size - 8) = pattern;
    else if (size >= 4)
      *(Half *)at = *(Half *)(at + size - 4) = (Half)pattern;
    else if (size != 0)
      at[0] = at[size / 2] = at[size - 1] = (char)byte;
    return to;
  }
  Block pattern = (Block){} + (uint8_t)byte;
  for (size_t done = 0; done + 16 < size; done += 16) *(Block *)(at + done) = pattern;
  *(Block *)(at + size - 16) = pattern;
  return to;
}

void *__wrap_memset(void *to, int byte, size_t size) {
  return is_for_libc(size) ? __real_memset(to, byte, size) : cxx_alloc_fill(to, byte, size);
}

void *__wrap_memchr(const void *in, int byte, size_t size) {
  for (const unsigned char *at = in; size != 0; at++, size--)
    if (*at == (unsigned char)byte) return (void *)at;
  return NULL;
}

size_t __wrap_strlen(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  return length;
}

int __wrap_strncmp(const char *one, const char *other, size_t size) {
  for (; size != 0; one++, other++, size--)
    if (*one != *other || *one == '\0') return (unsigned char)*one - (unsigned char)*other;
  return 0;
}

int __wrap_strcmp(const char *one, const char *other) { return __wrap_strncmp(one, other, SIZE_MAX); }

char *__wrap_strchr(const char *text, int byte) {
  for (; *text != (char)byte; text++)
    if (*text == '\0') return NULL;
  return (char *)text;
}

char *__wrap_strncpy(char *to, const char *from, size_t size) {
  size_t done = 0;
  for (; done < size && from[done] != '\0'; done++) to[done] = from[done];
  for (; done < size; done++) to[done] = '\0';
  return to;
}
#pragma GCC visibility pop
