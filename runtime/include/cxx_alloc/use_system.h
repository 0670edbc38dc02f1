// SPDX-License-Identifier: Apache-2.0
/// Including this asks for the process's own malloc: a program that cxx-alloc links gets no jemalloc. One file of the
/// program is enough. A plain compiler links that malloc anyway. --allocator= and CXX_ALLOC overrule it.
#ifndef CXX_ALLOC_USE_SYSTEM_H
#define CXX_ALLOC_USE_SYSTEM_H

#include <cxx_alloc/private/request.h>

CXX_ALLOC_PRIVATE_REQUEST(system);

#endif
