// SPDX-License-Identifier: Apache-2.0
// What exercise.cc shows to host.cc.
#pragma once

#include <memory>
#include <string>

struct Shape {
  std::string name{"a name that is too long to be kept inside the string"};
  virtual std::size_t corners() const { return 0; }
  virtual ~Shape() = default;
};

extern "C" {
const char *exercise();                      ///< NULL, or what is wrong
Shape *make_shape();                         ///< the caller deletes it
void share_shape(std::shared_ptr<Shape> &);  ///< the caller may hold it longest
void throw_out();
bool catch_inside(void (*thrower)());  ///< true if a std::runtime_error came out of `thrower`
void pass_through(void (*thrower)());
}
