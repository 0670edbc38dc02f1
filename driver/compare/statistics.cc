// SPDX-License-Identifier: Apache-2.0
#include "compare/statistics.h"

#include <llvm/ADT/STLExtras.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cxx_alloc::compare {
namespace {

/// How many of `count` values may be left out at either end, so that the rest holds the median with 95 %.
size_t left_out(size_t count) {
  // Each value lies below the true median with 1/2, so how many do is binomial.
  double below = 0, term = std::pow(0.5, double(count));
  size_t k = 0;
  while (k < count / 2) {
    below += term;
    if (2 * below > 0.05) break;
    ++k;
    term *= double(count - k + 1) / double(k);
  }
  return k ? k - 1 : 0;
}

}  // namespace

Summary summarize(std::vector<double> values) {
  if (values.empty()) return {};
  llvm::sort(values);
  size_t count = values.size(), skipped = left_out(count);
  double median = (values[(count - 1) / 2] + values[count / 2]) / 2;
  return {median, values[skipped], values[count - 1 - skipped]};
}

Figures figures_of(llvm::ArrayRef<Sample> samples) {
  auto summary_of = [&](double Sample::*member) {
    std::vector<double> values;
    for (const Sample &sample : samples) values.push_back(sample.*member);
    return summarize(std::move(values));
  };
  return {summary_of(&Sample::seconds), summary_of(&Sample::cpu), summary_of(&Sample::peak)};
}

std::vector<size_t> order_by_time(llvm::ArrayRef<Figures> figures) {
  std::vector<size_t> order(figures.size());
  std::iota(order.begin(), order.end(), size_t(0));
  llvm::stable_sort(order, [&](size_t a, size_t b) { return figures[a].seconds.median < figures[b].seconds.median; });
  return order;
}

std::vector<size_t> places(llvm::ArrayRef<Figures> ordered) {
  std::vector<size_t> places(ordered.size());
  for (size_t i = 0; i < ordered.size(); ++i)
    places[i] = i && !ordered[i].seconds.differs_from(ordered[i - 1].seconds) ? places[i - 1] : i + 1;
  return places;
}

bool is_enough(llvm::ArrayRef<std::vector<Sample>> samples, double seconds, const Limits &limits) {
  size_t turns = samples.empty() ? limits.most : samples.front().size();
  if (turns >= limits.most) return true;
  if (seconds >= limits.seconds && turns >= limits.least_of_slow) return true;
  if (turns < limits.least) return false;
  std::vector<Figures> figures;
  for (const auto &runs : samples) figures.push_back(figures_of(runs));
  std::vector<size_t> order = order_by_time(figures);
  auto is_exact = [](const Summary &time) { return time.noise() <= time.median / 100; };
  for (size_t i = 1; i < order.size(); ++i) {
    const Summary &one = figures[order[i - 1]].seconds, &other = figures[order[i]].seconds;
    if (!one.differs_from(other) && !(is_exact(one) && is_exact(other))) return false;
  }
  return true;
}

}  // namespace cxx_alloc::compare
