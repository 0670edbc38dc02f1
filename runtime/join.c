// SPDX-License-Identifier: Apache-2.0
// Has this process an allocator of its own choice, which a guest must join? Its malloc is not libc's, or its operator
// new not the C++ runtime's: an executable of ours, a preloaded library, a sanitizer. Two heaps in such a process would
// be mixed without a word, because everybody there takes malloc and operator new to be one.
#include "join.h"

#include <cxx_alloc/allocator.h>

int cxx_alloc_bond = cxx_alloc_unsettled;
void *cxx_alloc_process_operators[cxx_alloc_operator_count];

static const char *const operator_names[] = {
#define X(form, mangled) mangled,
    CXX_ALLOC_OPERATORS(X)
#undef X
};

static void *find_in_process(const char *name) {
  return cxx_alloc_private_dlsym != NULL ? cxx_alloc_private_dlsym(NULL /* RTLD_DEFAULT */, name) : NULL;
}

/// Everybody's operator new stands beside the function that throws: in libstdc++.so, or in libc++abi.so under
/// libc++.so.
static bool operators_are_the_runtimes(const void *operator_new) {
  const void *holder = cxx_alloc_private_object_behind(operator_names[cxx_alloc_form_new], operator_new).base;
  static const char *const neighbours[] = {"__cxa_throw", "_ZSt15get_new_handlerv"};
  for (size_t i = 0; i < sizeof neighbours / sizeof *neighbours; ++i) {
    const void *neighbour = find_in_process(neighbours[i]);
    if (neighbour != NULL && cxx_alloc_private_object_behind(neighbours[i], neighbour).base == holder) return true;
  }
  return false;
}

int cxx_alloc_settle(void) {
  int bond = __atomic_load_n(&cxx_alloc_bond, __ATOMIC_ACQUIRE);
  if (bond != cxx_alloc_unsettled) return bond;
  bool own_malloc = !cxx_alloc_private_is_libc(cxx_alloc_private_malloc_object());
  void *operator_new = find_in_process(operator_names[cxx_alloc_form_new]);
  if (operator_new != NULL && (own_malloc || !operators_are_the_runtimes(operator_new))) {
    // Threads that meet here write the same.
    for (int form = 0; form < cxx_alloc_operator_count; ++form)
      __atomic_store_n(&cxx_alloc_process_operators[form], find_in_process(operator_names[form]), __ATOMIC_RELAXED);
    bond = cxx_alloc_joined_operators;
  } else {
    bond = own_malloc ? cxx_alloc_joined_malloc : cxx_alloc_private;
  }
  __atomic_store_n(&cxx_alloc_bond, bond, __ATOMIC_RELEASE);
  return bond;
}

const void *cxx_alloc_process_table(void) {
  const struct cxx_alloc_private_table *table = find_in_process("cxx_alloc_provider");
  if (table == NULL || table->schema != 1 || table->size < sizeof *table) return NULL;
  return table->process_malloc == malloc ? table : NULL;
}
