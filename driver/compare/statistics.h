// SPDX-License-Identifier: Apache-2.0
// What do a few noisy figures tell? Medians, and the interval in which the true one lies.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include <cstddef>
#include <vector>

namespace cxx_alloc::compare {

/// A median, and between what the true one lies.
struct Summary {
  double median = 0, low = 0, high = 0;

  double noise() const { return (high - low) / 2; }
  /// No value could be the median of both.
  bool differs_from(const Summary &other) const { return high < other.low || other.high < low; }
};

/// By order statistics: that [k-th smallest, k-th largest] holds the true median has a probability that does not depend
/// on how the values are distributed, and outliers cost nothing. The narrowest interval of 95 %; below six values all
/// of them (five: 94 %).
Summary summarize(std::vector<double> values);

/// One run of a program.
struct Sample {
  double seconds = 0, cpu = 0, peak = 0;
};

/// The runs with one allocator.
struct Figures {
  Summary seconds, cpu, peak;
};
Figures figures_of(llvm::ArrayRef<Sample> samples);

/// The indices of `figures`, shortest time first.
std::vector<size_t> order_by_time(llvm::ArrayRef<Figures> figures);

/// The place of each of `figures`, which are in order, from 1; as good as the one before it where their times cannot be
/// told apart.
std::vector<size_t> places(llvm::ArrayRef<Figures> ordered);

/// When to stop.
struct Limits {
  size_t least = 5, least_of_slow = 3, most = 100;
  double seconds = 60;  ///< no turn begins later, once there are `least_of_slow`
};

/// True when there is no need for another turn: `samples` holds those of each allocator, as many of one as of another,
/// and they took `seconds`. Neighbours are told apart, or are both known to a hundredth.
bool is_enough(llvm::ArrayRef<std::vector<Sample>> samples, double seconds, const Limits &limits);

}  // namespace cxx_alloc::compare
