// SPDX-License-Identifier: Apache-2.0
// What does this artifact say about its allocator? One ELF note, read with `readelf -n`: section .note.cxx-alloc, owner
// "cxx-alloc", one JSON object with sorted keys, no paths and no times, so that equal inputs give equal bytes.
//
// The build defines CXX_ALLOC_NOTE, the JSON text as a string literal. Alignment 4, because 8 is what readers expect of
// GNU properties only.
#pragma once

#include <stdint.h>

#include "include/cxx_alloc/private/note_types.h"

// `retain` keeps the section under --gc-sections where a linker does not keep notes by itself; GCC before 11 lacks it.
#if defined(__has_attribute)
#if __has_attribute(retain)
#define CXX_ALLOC_RETAIN retain,
#endif
#endif
#ifndef CXX_ALLOC_RETAIN
#define CXX_ALLOC_RETAIN
#endif

__attribute__((used, CXX_ALLOC_RETAIN section(".note.cxx-alloc"), aligned(4))) static const struct {
  uint32_t owner_size;
  uint32_t text_size;
  uint32_t type;
  char owner[12];  // "cxx-alloc" and its NUL are 10 bytes, padded to a multiple of 4
  char text[(sizeof(CXX_ALLOC_NOTE) + 3) / 4 * 4];
} cxx_alloc_note = {sizeof "cxx-alloc", sizeof(CXX_ALLOC_NOTE), CXX_ALLOC_PRIVATE_NOTE_ARTIFACT, "cxx-alloc",
                    CXX_ALLOC_NOTE};
