// SPDX-License-Identifier: Apache-2.0
// What stands in the objects for LTO: bodies of functions that the linker takes from executable.o and operators.o all
// the same. A gnu_inline function is for the compiler alone (LLVM: available_externally), so that nothing here is ever
// chosen, exported or verified; where a body does not fit, the call stays what it was. That malloc is ours at all is
// for the driver to see: else no object of these is linked.
//
// What a body leaves to the ordinary function goes to the second name of that, which valgrind knows too.
#pragma once

#include <cstddef>

// GCC fails where it cannot do what `always_inline` says (a function for another machine); clang leaves the call.
#ifdef CXX_ALLOC_OUTLINED
#define CXX_ALLOC_INLINED_OPERATOR __attribute__((used))  // for the build to see what the bodies refer to
#elif defined __clang__
#define CXX_ALLOC_INLINED_OPERATOR inline __attribute__((gnu_inline, always_inline))
#else
#define CXX_ALLOC_INLINED_OPERATOR inline __attribute__((gnu_inline))
#endif
#define CXX_ALLOC_INLINED extern "C" CXX_ALLOC_INLINED_OPERATOR

// Compilers drop what nothing refers to, before the linker sees it. Nothing refers to this one: the linker drops it.
#define CXX_ALLOC_KEEP(...)                                                                                            \
  extern "C" __attribute__((weak, visibility("hidden"))) const void *const CXX_ALLOC_KEPT[] = {__VA_ARGS__}
