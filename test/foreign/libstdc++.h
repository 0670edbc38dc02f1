// SPDX-License-Identifier: Apache-2.0
// GCC 12's helpers throw by a function of libstdc++ that the headers of GCC 16 no longer declare.
#pragma once
#include <bits/c++config.h>

namespace std {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
void __throw_runtime_error(const char *) __attribute__((noreturn));
_GLIBCXX_END_NAMESPACE_VERSION
}  // namespace std
