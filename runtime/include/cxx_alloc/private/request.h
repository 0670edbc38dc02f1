// SPDX-License-Identifier: Apache-2.0
// How does an object ask for an allocator? By a symbol, which cxx-alloc reads before the link, and by a note at the
// same place, which it finds in what was linked, and only there if the object really was. Not part of the interface.
#ifndef CXX_ALLOC_PRIVATE_REQUEST_H
#define CXX_ALLOC_PRIVATE_REQUEST_H

#include <cxx_alloc/private/note_types.h>

// --gc-sections keeps notes with bfd and gold; the others keep what is marked. GCC before 11 does not know the mark.
#if defined(__has_attribute)
#if __has_attribute(retain)
#define CXX_ALLOC_PRIVATE_RETAIN retain,
#endif
#endif
#ifndef CXX_ALLOC_PRIVATE_RETAIN
#define CXX_ALLOC_PRIVATE_RETAIN
#endif

// An ELF note: the sizes of owner and text, a type, and the two, each padded to a multiple of 4.
struct cxx_alloc_private_request {
  unsigned owner_size, text_size, type;
  char owner[12], text[12];
};

#ifdef __cplusplus
#define CXX_ALLOC_PRIVATE_C extern "C"
#else
#define CXX_ALLOC_PRIVATE_C extern
#endif

// Declared first: GCC 12 drops the attributes of a const object that is only defined. Weak, for many files of a program
// ask; hidden, for it concerns this program or library alone.
#define CXX_ALLOC_PRIVATE_REQUEST(allocator)                                                                           \
  CXX_ALLOC_PRIVATE_C const struct cxx_alloc_private_request cxx_alloc_use_##allocator                                 \
      __attribute__((weak, visibility("hidden")));                                                                     \
  __attribute__((used, CXX_ALLOC_PRIVATE_RETAIN section(".note.cxx-alloc.request"), aligned(4)))                       \
  const struct cxx_alloc_private_request cxx_alloc_use_##allocator = {10, 12, CXX_ALLOC_PRIVATE_NOTE_REQUEST,          \
                                                                      "cxx-alloc", #allocator}

#endif
