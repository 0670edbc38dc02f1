// SPDX-License-Identifier: Apache-2.0
/// Including this header anywhere in an executable asks cxx-alloc to link it with the process's own malloc.
/// Without cxx-alloc it does nothing.
#ifndef CXX_ALLOC_USE_SYSTEM_H
#define CXX_ALLOC_USE_SYSTEM_H

// A symbol rather than a section: it is also in the index of an archive, and in the symbol table of LTO objects. Weak, so
// that any number of files may include this; hidden, so that no artifact shows it to another.
#ifdef __cplusplus
extern "C" {
#endif
extern const char cxx_alloc_use_system;
__attribute__((weak, used, visibility("hidden"))) const char cxx_alloc_use_system = 1;
#ifdef __cplusplus
}
#endif

#endif
