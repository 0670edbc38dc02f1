// SPDX-License-Identifier: Apache-2.0
// The types of our ELF notes: random numbers, for readelf prints type 1 as NT_VERSION. Not part of the interface.
#ifndef CXX_ALLOC_PRIVATE_NOTE_TYPES_H
#define CXX_ALLOC_PRIVATE_NOTE_TYPES_H

#define CXX_ALLOC_PRIVATE_NOTE_ARTIFACT 0xa110c8c5          // owner cxx-alloc: what was given to this artifact
#define CXX_ALLOC_PRIVATE_NOTE_REQUEST 0xa110c8c6           // owner cxx-alloc: what an object asks for; request.h
#define CXX_ALLOC_PRIVATE_NOTE_CHOSEN_MALLOC 0xa110c8c7     // owner cxx-alloc-chosen: whose definitions the linker took
#define CXX_ALLOC_PRIVATE_NOTE_CHOSEN_OPERATORS 0xa110c8c8  // likewise

#endif
