// SPDX-License-Identifier: Apache-2.0
// libstats.a: counts words.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stats {

using Counts = std::map<std::string, std::size_t>;

/// Adds `from` to `into`.
void merge(Counts &into, const Counts &from);

/// The `n` most frequent words, the most frequent first.
std::vector<std::pair<std::string, std::size_t>> most_frequent(const Counts &counts, std::size_t n);

/// Who serves malloc, asked from inside this library (see malloc_owner.h).
std::string malloc_owner();

}  // namespace stats
