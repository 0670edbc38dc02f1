// SPDX-License-Identifier: Apache-2.0
// Memory runs out, the new-handler gives some back, and the retried allocation has the alignment that was asked for.
// $1: "retry" or "terminate".
#include <string.h>
#include <sys/resource.h>

#include <exception>
#include <initializer_list>
#include <new>

#include "check.h"

namespace {

constexpr std::size_t block_size = 96 << 20;
constexpr std::size_t alignments[] = {16, 64, 4096, 1 << 16, 1 << 21};
void *reserve;
int handler_calls;

void give_reserve_back() {
  ++handler_calls;
  CHECK(reserve != nullptr);
  free(reserve);
  reserve = nullptr;
}

void limit_address_space_to_what_is_used() {
  FILE *statm = fopen("/proc/self/statm", "r");
  unsigned long pages = 0;
  CHECK(statm != nullptr && fscanf(statm, "%lu", &pages) == 1);
  fclose(statm);
  rlim_t limit = pages * static_cast<unsigned long>(sysconf(_SC_PAGESIZE)) + (16 << 20);
  const rlimit limits = {limit, RLIM_INFINITY};
  CHECK(setrlimit(RLIMIT_AS, &limits) == 0);
}

void lift_limit() {
  const rlimit limits = {RLIM_INFINITY, RLIM_INFINITY};
  CHECK(setrlimit(RLIMIT_AS, &limits) == 0);
}

void retry() {
  for (int array = 0; array < 2; array++) {
    for (std::size_t alignment : alignments) {
      std::align_val_t value{alignment};
      reserve = malloc(2 * block_size + alignment);
      CHECK(reserve != nullptr);
      limit_address_space_to_what_is_used();
      handler_calls = 0;
      std::set_new_handler(give_reserve_back);
      void *block = array ? ::operator new[](block_size, value) : ::operator new(block_size, value);
      CHECK(handler_calls == 1);
      CHECK(is_aligned(block, alignment));
      ::operator delete(block, block_size, value);
      lift_limit();
    }
  }
}

}  // namespace

int main(int argc, char **argv) {
  CHECK(argc == 2);
  if (!strcmp(argv[1], "retry")) {
    retry();
    return 0;
  }
  // [new.delete.single]: a handler may end the program. nothrow forms are noexcept: a handler's exception stays inside.
  std::set_terminate([] { _Exit(42); });
  std::set_new_handler([] { std::terminate(); });
  return ::operator new(std::size_t(1) << 62, std::nothrow) != nullptr;
}
