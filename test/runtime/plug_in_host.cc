// SPDX-License-Identifier: Apache-2.0
// The host: everything that the plug-in makes is freed here, and the other way round.
#include "plug_in.h"

#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

#include <thread>

#include "check.h"

int main(int argc, char **argv) {
  CHECK(argc == 2);
  void *handle = dlopen(argv[1], RTLD_NOW);
  if (handle == nullptr) fprintf(stderr, "%s\n", dlerror());
  CHECK(handle != nullptr);
  auto *guest = static_cast<const PlugIn *>(dlsym(handle, "plug_in"));
  CHECK(guest != nullptr);
  for (int way = 0; way < ways; way++) {
    void *block = guest->made(way);
    CHECK(block != nullptr && malloc_usable_size(block) == guest->usable(block) && malloc_usable_size(block) >= 100);
    if (way % 2)
      free(block);
    else
      free(realloc(block, 10000));
    guest->release(malloc(100));
    guest->delete_block(::operator new(100));
    ::operator delete(guest->new_block(), std::size_t(100));
    std::thread([&] { free(guest->made(way)); }).join();
  }
  std::string *text = guest->text();
  text->append(5000, 'h');
  delete text;
  std::vector<std::string> list(3, std::string(50, 'h'));
  guest->grow(&list);
  list.clear();
  list.shrink_to_fit();
  // One heap: the figures of the host count what the plug-in takes.
  std::size_t before = mallinfo2().uordblks;
  std::vector<std::string> many(30000);
  guest->grow(&many);
  CHECK(mallinfo2().uordblks > before + 6000000);
  void *kept = guest->made(0);
  CHECK(dlclose(handle) == 0);
  free(kept);
}
