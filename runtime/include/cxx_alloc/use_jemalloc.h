// SPDX-License-Identifier: Apache-2.0
/// Including this asks for jemalloc: in a program for all of it, in a shared library for what its C++ code allocates
/// and for <cxx_alloc/allocator.h>. One file of the program or library is enough. Heeded when cxx-alloc links; a plain
/// compiler passes over it, and links jemalloc where it is given -lalloc_jemalloc. --allocator= and CXX_ALLOC overrule
/// it.
#ifndef CXX_ALLOC_USE_JEMALLOC_H
#define CXX_ALLOC_USE_JEMALLOC_H

#include <cxx_alloc/private/request.h>

CXX_ALLOC_PRIVATE_REQUEST(jemalloc);

#endif
