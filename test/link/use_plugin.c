// SPDX-License-Identifier: Apache-2.0
// Opens a plug-in; each side frees what the other allocated, so both must have one heap.
#include <dlfcn.h>
#include <stdlib.h>

int use_plugin(const char *file) {
  void *plugin = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!plugin) return 1;
  char *(*exchange)(char *) = (char *(*)(char *))dlsym(plugin, "exchange");
  if (!exchange) return 1;
  free(exchange(malloc(300)));
  return 0;
}
