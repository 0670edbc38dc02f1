// SPDX-License-Identifier: Apache-2.0
// A table of our own in place of the runtime's: which sizes and alignments reach it, and when is it not believed?
// Compiled once as it is, and once for each way to be unbelievable, with -DSCHEMA, -DSIZE or -DMALLOC.
#include <cxx_alloc/allocator.hpp>

#include "check.h"

#include <cstdio>
#include <cstring>
#include <vector>

#define cxx_alloc_provider contract_provider  // the public header declares that name with a type of its own
#include "contract.h"
#undef cxx_alloc_provider
using Contract = struct contract_provider;

#ifndef SCHEMA
#define SCHEMA 1
#endif
#ifndef SIZE
#define SIZE sizeof(cxx_alloc_private_table)
#endif
#ifndef MALLOC
#define MALLOC malloc
#define BELIEVED (SCHEMA == 1 && SIZE >= sizeof(cxx_alloc_private_table))
#else
#define BELIEVED false
#endif

// The header repeats the layout, so that it needs no other file.
#define SAME_PLACE(field)                                                                                              \
  static_assert(offsetof(Contract, field) == offsetof(cxx_alloc_private_table, field));                                \
  static_assert(sizeof(Contract::field) == sizeof(cxx_alloc_private_table::field))
SAME_PLACE(schema);
SAME_PLACE(size);
SAME_PLACE(name);
SAME_PLACE(version);
SAME_PLACE(allocate);
SAME_PLACE(deallocate);
SAME_PLACE(reallocate);
SAME_PLACE(reallocate_in_place);
SAME_PLACE(usable_size);
SAME_PLACE(figures);
SAME_PLACE(purge);
SAME_PLACE(dump_profile);
SAME_PLACE(process_malloc);
#define SAME_FIGURE(field) static_assert(offsetof(cxx_alloc_figures, field) == offsetof(cxx_alloc_statistics, field))
SAME_FIGURE(allocated);
SAME_FIGURE(active);
SAME_FIGURE(metadata);
SAME_FIGURE(resident);
SAME_FIGURE(mapped);
SAME_FIGURE(retained);
static_assert(sizeof(cxx_alloc_figures) == sizeof(cxx_alloc_statistics));

namespace {

struct Request {
  std::size_t size, alignment;
  bool operator==(const Request &) const = default;
};
Request allocated, deallocated;

// Has taken its place.
[[maybe_unused]] void *another_malloc(std::size_t) { return nullptr; }

}  // namespace

const cxx_alloc_private_table cxx_alloc_provider = {
    .schema = SCHEMA,
    .size = SIZE,
    .name = "counted",
    .version = "7",
    .allocate = [](std::size_t size, std::size_t alignment) -> void * {
      allocated = {size, alignment};
      return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    },
    .deallocate =
        [](void *block, std::size_t size, std::size_t alignment) {
          deallocated = {size, alignment};
          std::free(block);
        },
    .reallocate = [](void *, std::size_t, std::size_t, std::size_t) -> void * { return nullptr; },
    .reallocate_in_place = [](void *, std::size_t, std::size_t, std::size_t) -> std::size_t { return 48; },
    .usable_size = [](std::size_t size, std::size_t) -> std::size_t { return (size + 15) / 16 * 16; },
    .figures = [](cxx_alloc_statistics *out) { return out->allocated = 5, out->retained = 6, 0; },
    .purge = [] { return 1; },
    .dump_profile = [](const char *) { return EFAULT; },
    .process_malloc = MALLOC,
};

struct alignas(256) Wide {
  char bytes[512];
};

static int check_unbelievable() {
  CHECK(!std::strcmp(cxx_alloc_name(), "system"));
  CHECK(SCHEMA != 1 ? cxx_alloc_linked() == nullptr : !std::strcmp(cxx_alloc_linked(), "counted"));
  CHECK(cxx_alloc_usable_size(1, 1) == 1 && cxx_alloc_dump_profile("x") == ENOTSUP);
  cxx_alloc_deallocate(cxx_alloc_allocate(10, 8), 10, 8);
  CHECK(allocated == Request() && deallocated == Request());
  return 0;
}

int main() {
  if (!BELIEVED) return check_unbelievable();
  CHECK(!std::strcmp(cxx_alloc_name(), "counted") && !std::strcmp(cxx_alloc_identify().version, "7"));
  {
    cxx_alloc::allocator<Wide> wide;
    wide.deallocate(wide.allocate(3), 3);
    CHECK((allocated == Request{3 * 512, 256} && deallocated == allocated));
    std::pmr::memory_resource *heap = cxx_alloc::resource();
    heap->deallocate(heap->allocate(100, 32), 100, 32);
    CHECK((allocated == Request{100, 32} && deallocated == allocated));
    std::vector<int, cxx_alloc::allocator<int>> numbers;
    numbers.reserve(10);
    numbers.reserve(20);
    CHECK((allocated == Request{80, 4} && deallocated == Request{40, 4}));
  }
  CHECK((deallocated == Request{80, 4}));

  // A block that stayed larger than asked for must not go back under the smaller size.
  char *block = static_cast<char *>(cxx_alloc_allocate(48, 16));
  CHECK(cxx_alloc_reallocate_in_place(block, 48, 40, 16) == 1);
  CHECK(cxx_alloc_reallocate_in_place(block, 48, 10, 16) == 0);
  CHECK(cxx_alloc_reallocate_in_place(block, 48, 60, 16) == 0);
  cxx_alloc_deallocate(block, 40, 16);

  cxx_alloc_statistics now;
  CHECK(cxx_alloc_read_statistics(&now) == 0 && now.allocated == 5 && now.retained == 6);
  CHECK(now.mapped == CXX_ALLOC_UNKNOWN);
  CHECK(cxx_alloc_purge() == 0 && cxx_alloc_dump_profile("x") == EFAULT);
}
