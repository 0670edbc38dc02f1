// SPDX-License-Identifier: Apache-2.0
// One byte of the options that are baked into an executable; jemalloc/conf.h says how. Compiled once: conf_bytes.py
// sets the byte.

// lld drops a section that is named by its __start_ symbol only, unless it is marked to be retained.
#if defined(__has_attribute)
#if __has_attribute(retain)
__attribute__((retain))
#endif
#endif
__attribute__((used, section("cxx_alloc_conf"))) static const char byte = '?';
