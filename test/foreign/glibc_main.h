// SPDX-License-Identifier: Apache-2.0
// glibc's test driver, as far as needed: call the test in this process, and tell how it went. `run` keeps the time.
#include "glibc.h"
int *foreign_failures;
#ifdef TEST_FUNCTION_ARGV
#define FOREIGN_TEST TEST_FUNCTION_ARGV(argc, argv)
#elif defined OLD_TEST_SKELETON  // it has the parentheses
#ifndef TEST_FUNCTION
#define TEST_FUNCTION do_test()
#endif
#define FOREIGN_TEST TEST_FUNCTION
#elif defined TEST_FUNCTION
#define FOREIGN_TEST TEST_FUNCTION()
#else
#define FOREIGN_TEST do_test()
#endif
int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  foreign_failures = xmmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
  int status = FOREIGN_TEST;
  return status ? status : *foreign_failures != 0;
}
