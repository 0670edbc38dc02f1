// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
extern "C" void *in_plug_in(int n);
extern "C" __attribute__((noinline)) void *in_plug_in(int n) { return std::malloc(n); }
