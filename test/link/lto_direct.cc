// SPDX-License-Identifier: Apache-2.0
// Direct calls of the operators are calls: no compiler may take one away as it takes a new-expression away. Each of
// these asks for more than there is.
#include <cstddef>
#include <cstdio>
#include <new>

namespace {

constexpr std::size_t too_much = static_cast<std::size_t>(-1) / 4;
constexpr std::align_val_t line{64};

template <class Probe> void probe(const char *name, Probe one) {
  try {
    one();
    std::printf("%s: there is that much\n", name);
  } catch (const std::bad_alloc &) {
    std::printf("%s: bad_alloc\n", name);
  }
}

void handler() {
  std::puts("handler");
  throw std::bad_alloc();
}

}  // namespace

int main(int argc, char **) {
  std::size_t size = too_much + static_cast<std::size_t>(argc);
  for (int round = 0; round < 2; ++round) {
    probe("new", [&] { ::operator delete(::operator new(size)); });
    probe("constant", [] { ::operator delete(::operator new(too_much)); });
#ifdef __cpp_sized_deallocation
    probe("sized", [&] { ::operator delete(::operator new(size), size); });
#endif
    probe("array", [&] { ::operator delete[](::operator new[](size)); });
    probe("aligned", [&] { ::operator delete(::operator new(size, line), line); });
    probe("unused", [&] { static_cast<void>(::operator new(size)); });
    probe("unused, aligned", [&] { static_cast<void>(::operator new[](size, line)); });
    probe("expression", [&] { delete[] new char[size]; });
    std::set_new_handler(handler);
  }
  std::set_new_handler(nullptr);
  void *block = ::operator new(size, std::nothrow);
  std::puts(block != nullptr ? "there is that much" : "nullptr");
  ::operator delete(block, std::nothrow);
}
