// SPDX-License-Identifier: Apache-2.0
// What gperftools' tests expect of its configure script and of tcmalloc: config.h, tcmalloc.h, malloc_extension.h.
#pragma once
#define HAVE_INTTYPES_H 1
#define HAVE_MALLOC_H 1
#define HAVE_MEMALIGN 1
#define HAVE_POSIX_MEMALIGN 1
#define HAVE_PTHREAD 1
#define HAVE_STDINT_H 1
#define HAVE_SYS_RESOURCE_H 1
#define HAVE_UNISTD_H 1
#define HAVE_MMAP 1
#define HAVE___ATTRIBUTE__ 1
#define HAVE_STRUCT_MALLINFO 1
#define PRIdS "zd"
#define PRIuS "zu"
#define PRIxS "zx"
#include <malloc.h>
#include <stdio.h>

// Defined in gperftools' base/logging.cc, which needs much more.
namespace FLAG__namespace_do_not_use_directly_use_DECLARE_int32_instead {
inline int FLAGS_verbose = 0;
}

// What thread_dealloc_unittest.cc prints as it goes: the figures of the process's allocator.
struct MallocExtension {
  static MallocExtension *instance() {
    static MallocExtension only;
    return &only;
  }
  void GetStats(char *text, int size) { snprintf(text, size, "in use: %zu bytes", mallinfo2().uordblks); }
};
