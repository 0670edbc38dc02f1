// SPDX-License-Identifier: Apache-2.0
#include "inputs/version_script.h"

#include <catch2/catch_test_macros.hpp>

using cxx_alloc::hides_malloc;

TEST_CASE("version scripts that hide malloc, and those that do not", "[version_script]") {
  CHECK(hides_malloc("{ global: main; local: *; };"));
  CHECK(hides_malloc("V1 {\n  global: foo*;\n  local:\n    *;\n};"));
  CHECK(hides_malloc("{ local: m*; };"));
  CHECK(hides_malloc("{ local: calloc; };"));
  CHECK(hides_malloc("{ global: extern \"C++\" { *; }; local: *; };"));
  CHECK(hides_malloc("{ global: malloc; free; local: *; };"));  // half of it
  CHECK(hides_malloc("{ /* local: x */ local: \"*\"; };"));
  CHECK(hides_malloc("V1 { global: a; };\nV2 { global: b; local: *; } V1;"));
  CHECK(!hides_malloc(""));
  CHECK(!hides_malloc("{ global: *; };"));
  CHECK(!hides_malloc("V1 { global: foo; };"));
  CHECK(!hides_malloc("{ global: *; local: secret_*; };"));
  CHECK(!hides_malloc("# { local: *; }\n{ global: x; };"));
  CHECK(!hides_malloc("{ local: extern \"C++\" { *; }; };"));
  CHECK(!hides_malloc("{ global: malloc; free; calloc; realloc; memalign; posix_memalign; aligned_alloc; "
                      "malloc_usable_size; local: *; };"));
  CHECK(!hides_malloc("{ global: *alloc*; free; *memalign; local: *; };"));
}

TEST_CASE("broken version scripts are survived", "[version_script]") {
  for (const char *text : {"{", "}", "}}}{{{", "/*", "{ local: \"", "{ extern", "{ extern \"C++\"", ":::", "{ local: [; }"})
    (void)hides_malloc(text);
  SUCCEED();
}
