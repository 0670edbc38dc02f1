// SPDX-License-Identifier: Apache-2.0
// A library that says, from inside, whose memory its C++ code has. NULL: jemalloc's own, and malloc is still libc's.
#ifdef ASKS
#include <cxx_alloc/use_jemalloc.h>
#endif
#include "proof.h"

#include <string>

extern "C" const char *prove() {
  if (const char *wrong = prove_malloc_is_libcs()) return wrong;
  if (const char *wrong = prove_jemalloc([](size_t size) { return ::operator new(size); },
                                         [](void *block) { ::operator delete(block); }))
    return wrong;
  // What the standard library allocates for this code is no different.
  size_t before = given_by_libc();
  std::string *text = new std::string(100'000, 'x');
  bool in_libc = given_by_libc() != before || in_heap_of_libc(text) || in_heap_of_libc(text->data());
  delete text;
  return in_libc ? "a std::string is libc's" : nullptr;
}

extern "C" void *guest_new(size_t size) { return ::operator new(size); }
extern "C" void guest_delete(void *block) { ::operator delete(block); }
extern "C" const char *guest_allocator() { return cxx_alloc_name(); }
