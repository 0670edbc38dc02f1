// SPDX-License-Identifier: Apache-2.0
// What a forked child finds half done. mimalloc has no locks, so nothing is taken before a fork; but threads that the
// child does not have may have been counted as readers of abandoned segments, or been about to hand a block to the
// forking thread. It would wait for them for ever.
#pragma once

int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *handle);
extern void *__dso_handle;

static bool end_handing_over(mi_heap_t *heap, mi_page_queue_t *queue, mi_page_t *page, void *one, void *other) {
  (void)heap;
  (void)queue;
  (void)one;
  (void)other;
  mi_thread_free_t free = mi_atomic_load_relaxed(&page->xthread_free);
  if (mi_tf_delayed(free) == MI_DELAYED_FREEING)
    mi_atomic_store_release(&page->xthread_free, mi_tf_set_delayed(free, MI_USE_DELAYED_FREE));
  return true;
}

static void after_fork_in_child(void) {
  mi_atomic_store_release(&abandoned_readers, (size_t)0);
  mi_heap_t *heap = mi_get_default_heap();
  if (mi_heap_is_initialized(heap)) mi_heap_visit_pages(heap, end_handing_over, NULL, NULL);
}

static void register_fork(void) { __register_atfork(NULL, NULL, after_fork_in_child, &__dso_handle); }
