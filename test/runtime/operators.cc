// SPDX-License-Identifier: Apache-2.0
// The twenty forms of operator new and delete do what [new.delete] says, with jemalloc's memory. Over libstdc++ and
// libc++.
#include <malloc.h>
#include <string.h>

#include <initializer_list>
#include <new>

#include "check.h"

namespace {

using std::align_val_t;
using std::nothrow;
using std::size_t;

constexpr size_t huge = size_t(1) << 62;  // no address space holds it
void *volatile sink;                      // so that no pair of new and delete is optimized away

// How each form of new is called, and a form of delete that fits. The alignment is 0 for the forms without one.
struct Form {
  const char *name;
  bool throws;
  bool aligned;
  void *(*allocate)(size_t size, align_val_t alignment);
};

const Form forms[] = {
    {"new", true, false, [](size_t n, align_val_t) { return ::operator new(n); }},
    {"new[]", true, false, [](size_t n, align_val_t) { return ::operator new[](n); }},
    {"new nothrow", false, false, [](size_t n, align_val_t) { return ::operator new(n, nothrow); }},
    {"new[] nothrow", false, false, [](size_t n, align_val_t) { return ::operator new[](n, nothrow); }},
    {"new aligned", true, true, [](size_t n, align_val_t a) { return ::operator new(n, a); }},
    {"new[] aligned", true, true, [](size_t n, align_val_t a) { return ::operator new[](n, a); }},
    {"new aligned nothrow", false, true, [](size_t n, align_val_t a) { return ::operator new(n, a, nothrow); }},
    {"new[] aligned nothrow", false, true, [](size_t n, align_val_t a) { return ::operator new[](n, a, nothrow); }},
};

struct Release {
  bool aligned;
  void (*release)(void *block, size_t size, align_val_t alignment);
};

const Release releases[] = {
    {false, [](void *p, size_t, align_val_t) { ::operator delete(p); }},
    {false, [](void *p, size_t, align_val_t) { ::operator delete[](p); }},
    {false, [](void *p, size_t, align_val_t) { ::operator delete(p, nothrow); }},
    {false, [](void *p, size_t, align_val_t) { ::operator delete[](p, nothrow); }},
    {false, [](void *p, size_t n, align_val_t) { ::operator delete(p, n); }},
    {false, [](void *p, size_t n, align_val_t) { ::operator delete[](p, n); }},
    {true, [](void *p, size_t, align_val_t a) { ::operator delete(p, a); }},
    {true, [](void *p, size_t, align_val_t a) { ::operator delete[](p, a); }},
    {true, [](void *p, size_t, align_val_t a) { ::operator delete(p, a, nothrow); }},
    {true, [](void *p, size_t, align_val_t a) { ::operator delete[](p, a, nothrow); }},
    {true, [](void *p, size_t n, align_val_t a) { ::operator delete(p, n, a); }},
    {true, [](void *p, size_t n, align_val_t a) { ::operator delete[](p, n, a); }},
};

size_t allocated() { return mallinfo2().uordblks; }

void every_form_serves_and_aligns() {
  for (const Form &form : forms) {
    for (const Release &release : releases) {
      if (form.aligned != release.aligned) continue;
      for (size_t alignment = 1; alignment <= (form.aligned ? size_t(1) << 16 : 1); alignment *= 2) {
        for (size_t size : {0, 1, 8, 24, 100, 1000, 4096, 5000, 20000}) {
          void *blocks[3];
          for (void *&block : blocks) {
            sink = block = form.allocate(size, align_val_t(alignment));
            CHECK(block != nullptr && is_aligned(block, alignment));
            CHECK(is_aligned(block, size < 16 || form.aligned ? 8 : __STDCPP_DEFAULT_NEW_ALIGNMENT__) || alignment < 8);
            memset(block, 0x5a, size);
          }
          CHECK(blocks[0] != blocks[1] && blocks[1] != blocks[2]);
          for (void *block : blocks) release.release(block, size, align_val_t(alignment));
        }
      }
      const size_t large = 3 << 20;
      size_t before = allocated();
      void *block = form.allocate(large, align_val_t(64));
      CHECK(allocated() > before + large / 2);
      release.release(block, large, align_val_t(64));
      CHECK(allocated() < before + large / 2);
    }
  }
  for (const Release &release : releases) release.release(nullptr, 64, align_val_t(64));
  void *after = malloc(64);  // a NULL that was cached would come back here
  CHECK(after != nullptr);
  free(after);
}

int handler_calls;

struct Unusual : std::bad_alloc {
  int value = 7;
};

bool give_back;  // what the handler does at its third call
void handler_that_gives_back() {
  if (++handler_calls == 3) give_back = true;
  if (give_back) std::set_new_handler(nullptr);
}
void handler_that_throws() {
  ++handler_calls;
  throw Unusual();
}

void without_a_handler() {
  std::set_new_handler(nullptr);
  for (const Form &form : forms) {
    bool caught = false;
    void *block = &caught;
    try {
      block = form.allocate(huge, align_val_t(64));
    } catch (const std::bad_alloc &error) {
      caught = true;
      CHECK(error.what() != nullptr && *error.what());
    }
    CHECK(caught == form.throws);
    CHECK(caught || block == nullptr);
  }
}

void handler_is_called_until_it_goes() {
  for (const Form &form : forms) {
    handler_calls = 0;
    give_back = false;
    std::set_new_handler(handler_that_gives_back);
    bool caught = false;
    try {
      CHECK(form.allocate(huge, align_val_t(64)) == nullptr);
    } catch (const std::bad_alloc &) {
      caught = true;
    }
    CHECK(caught == form.throws);
    CHECK(handler_calls == 3);
  }
}

void what_the_handler_throws_arrives() {
  std::set_new_handler(handler_that_throws);
  for (const Form &form : forms) {
    handler_calls = 0;
    int value = 0;
    try {
      CHECK(form.allocate(huge, align_val_t(64)) == nullptr);
    } catch (const Unusual &error) {
      value = error.value;
    }
    CHECK(value == (form.throws ? 7 : 0));
    CHECK(handler_calls == 1);
  }
  std::set_new_handler(nullptr);
}

}  // namespace

int main() {
  every_form_serves_and_aligns();
  without_a_handler();
  handler_is_called_until_it_goes();
  what_the_handler_throws_arrives();
}
