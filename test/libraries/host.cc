// SPDX-License-Identifier: Apache-2.0
// A program of C++ around exercise.cc: opened by its name, or with the program if no name is given. It instantiates
// what the library does, and shows it if linked with -rdynamic.
#include "exercise.h"

#include <cstdio>
#include <dlfcn.h>
#include <exception>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <vector>

#define CHECK(condition)                                                                                               \
  if (!(condition)) return std::printf("host.cc:%d: %s\n", __LINE__, #condition), 1

static void thrower() { throw std::runtime_error("from the host, with a text that is too long to be kept inside"); }

template <class Function> Function *find(void *library, const char *name, Function *) {
  return reinterpret_cast<Function *>(dlsym(library, name));
}
#define FIND(name)                                                                                                     \
  auto *name##_ = find(library, #name, &name);                                                                         \
  CHECK(name##_)

extern "C" {
#pragma weak exercise
#pragma weak make_shape
#pragma weak share_shape
#pragma weak throw_out
#pragma weak catch_inside
#pragma weak pass_through
}

int main(int argc, char **argv) {
  std::ostringstream own;
  std::string text;
  for (int i = 0; i < 100; ++i) own << text.append("own text, long enough") << i;
  std::vector<std::string> words(50, own.str());
  CHECK(std::regex_search(text, std::regex("own")));

  void *library = dlopen(argc > 1 ? argv[1] : nullptr, RTLD_NOW);
  if (!library) return std::puts(dlerror()), 2;
  FIND(exercise);
  FIND(make_shape);
  FIND(share_shape);
  FIND(throw_out);
  FIND(catch_inside);
  FIND(pass_through);
  const char *wrong = exercise_();
  if (wrong) return std::printf("exercise: %s\n", wrong), 1;

  Shape *shape = make_shape_();
  CHECK(shape->corners() == 4 && shape->name.size() > 40);
  delete shape;
  std::shared_ptr<Shape> shared;
  share_shape_(shared);
  CHECK(shared->corners() == 4);
  shared.reset();
  if (argc > 2) return std::puts("done"), 0;  // without exceptions

  int before = std::uncaught_exceptions();
  bool caught = false;
  try {
    throw_out_();
  } catch (const std::runtime_error &error) {
    caught = std::string(error.what()).size() > 50;
  }
  CHECK(caught);
  // A promise that docs/libraries.md does not make: a C++ runtime of its own counts by itself.
  std::printf("uncaught: %d\n", std::uncaught_exceptions() - before);
  CHECK(catch_inside_(thrower));
  caught = false;
  try {
    pass_through_(thrower);
  } catch (const std::exception &error) {
    caught = std::string(error.what()).size() > 50;
  }
  CHECK(caught);
  if (argc > 1) dlclose(library);
  words.clear();
  std::puts("done");
  return 0;
}
