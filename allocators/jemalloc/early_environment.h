// SPDX-License-Identifier: Apache-2.0
// Where is MALLOC_CONF before libc knows the environment? Functions of .preinit_array run before libc.so has set
// `environ`, and may allocate: those of clang 22's -fsanitize=undefined do. The kernel knows it already.
#pragma once

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The value of MALLOC_CONF, or NULL. By system calls only: nothing else works yet, and a sanitizer may stand in front of
/// libc's functions.
static const char *cxa_early_malloc_conf(void) {
  static const char wanted[] = "MALLOC_CONF=";
  static char value[2049];
  if (getauxval(AT_SECURE) != 0) return NULL;
  int saved = errno;
  long file = syscall(SYS_openat, AT_FDCWD, "/proc/self/environ", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    errno = saved;
    return NULL;
  }
  enum { in_name, in_value, in_another, at_end } state = in_name;
  size_t length = 0; // of the name or the value so far
  char bytes[1024];
  for (long count; state != at_end && (count = syscall(SYS_read, file, bytes, sizeof bytes)) > 0;) {
    for (long i = 0; i < count && state != at_end; i++) {
      char byte = bytes[i];
      if (state == in_value) {
        value[length++] = byte;
        if (byte == '\0' || length == sizeof value) state = at_end;
      } else if (byte == '\0') {
        state = in_name;
        length = 0;
      } else if (state == in_name) {
        if (byte != wanted[length++]) state = in_another;
        else if (length == sizeof wanted - 1) state = in_value, length = 0;
      }
    }
  }
  syscall(SYS_close, file);
  errno = saved;
  // A longer one than fits makes no sense.
  return state == at_end && value[length - 1] == '\0' ? value : NULL;
}
