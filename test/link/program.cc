// SPDX-License-Identifier: Apache-2.0
// The program of the matrix: memory goes between an object, an archive, libstdc++, libc, threads and plug-ins.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

std::string *text_of_archive();
extern "C" [[gnu::weak]] int use_plugin(const char *file);  // absent from static programs

int main(int argc, char **argv) {
  std::thread thread([] { delete new std::string(300, 't'); });
  thread.join();
  try {
    throw std::runtime_error(std::string(300, 'e'));
  } catch (const std::exception &error) {
    if (std::strlen(error.what()) != 300) return 1;
  }
  delete text_of_archive();
  std::free(strdup(argv[0]));
  for (int i = 1; i < argc; i++)
    if (!use_plugin || use_plugin(argv[i]) != 0) return 2;
}
