// SPDX-License-Identifier: Apache-2.0
// libtext.so: splits text into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace text {

/// The words of `text`, in lower case.
std::vector<std::string> words(std::string_view text);

/// Who serves malloc, asked from inside this library (see malloc_owner.h).
std::string malloc_owner();

}  // namespace text
