// SPDX-License-Identifier: Apache-2.0
#include "compare/print.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Format.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <array>

namespace cxx_alloc::compare {
namespace {

std::string formatted(const char *format, double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(format, value);
  return text;
}

/// Three digits, of whatever unit has them.
std::string three_digits(double value, const char *unit) {
  return formatted(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value) + " " + unit;
}
std::string spoken_seconds(double seconds) {
  return seconds >= 1 ? three_digits(seconds, "s") : three_digits(seconds * 1e3, "ms");
}
std::string spoken_bytes(double bytes) {
  return bytes >= 1e9 ? three_digits(bytes / 1e9, "GB") : three_digits(bytes / 1e6, "MB");
}
std::string spoken_noise(const Summary &summary) {
  return summary.median > 0 ? formatted(" ± %4.1f %%", 100 * summary.noise() / summary.median) : "";
}

std::string name_and_version(const Row &row) { return row.version.empty() ? row.name : row.name + " " + row.version; }

/// Of a run that is shorter, most is the start of a process, which is the same with each allocator.
constexpr double short_run = 0.02;

/// "jemalloc and system take as long, as far as can be told"
std::string verdict(llvm::ArrayRef<Row> rows) {
  std::vector<std::string> groups;
  bool all_are_short = llvm::all_of(rows, [](const Row &row) { return row.figures.seconds.median < short_run; });
  for (size_t i = 0; i < rows.size();) {
    std::vector<std::string> names;
    size_t place = rows[i].place;
    for (; i < rows.size() && rows[i].place == place; ++i) names.push_back(rows[i].name);
    if (names.size() > 1) groups.push_back(llvm::join(names, " and ") + " take as long, as far as can be told");
  }
  if (groups.empty()) return "their times are told apart";
  return llvm::join(groups, "; ") +
         (all_are_short ? ";\nthe runs are so short that most is the start: give them more to do" : "");
}

}  // namespace

std::string to_text(llvm::ArrayRef<Row> rows, size_t turns) {
  std::vector<std::array<std::string, 4>> lines{{"", "time", "CPU", "peak memory"}};
  for (const Row &row : rows) {
    const auto &[seconds, cpu, peak] = row.figures;
    lines.push_back({name_and_version(row), spoken_seconds(seconds.median) + spoken_noise(seconds),
                     spoken_seconds(cpu.median) + spoken_noise(cpu), spoken_bytes(peak.median) + spoken_noise(peak)});
  }
  // "±" is two bytes and one column.
  auto width = [](llvm::StringRef cell) { return cell.size() - cell.count("±"); };
  std::string text;
  llvm::raw_string_ostream out(text);
  for (const auto &line : lines) {
    for (size_t column = 0; column < line.size(); ++column) {
      size_t widest = 0;
      for (const auto &other : lines) widest = std::max(widest, width(other[column]));
      std::string padding(widest - width(line[column]), ' ');
      out << (column ? "   " : "") << (column ? padding + line[column] : line[column] + padding);
    }
    out << '\n';
  }
  out << '\n' << turns << " turns: " << verdict(rows) << '\n';
  return text;
}

std::string to_json(llvm::ArrayRef<Row> rows, llvm::StringRef program, size_t turns) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  // To the microsecond; a double of LLVM's has 17 digits.
  auto number = [&](llvm::StringRef key, double value) {
    json.attributeBegin(key);
    json.rawValue(formatted("%.6f", value));
    json.attributeEnd();
  };
  json.object([&] {
    json.attribute("schema", 1);
    json.attribute("program", llvm::json::fixUTF8(program));
    json.attribute("turns", std::int64_t(turns));
    json.attributeArray("allocators", [&] {
      for (const Row &row : rows)
        json.object([&] {
          const auto &[seconds, cpu, peak] = row.figures;
          json.attribute("name", row.name);
          json.attribute("version", row.version.empty() ? llvm::json::Value(nullptr) : llvm::json::Value(row.version));
          json.attribute("place", std::int64_t(row.place));
          number("seconds", seconds.median);
          number("seconds_noise", seconds.noise());
          number("cpu", cpu.median);
          number("cpu_noise", cpu.noise());
          json.attribute("peak", std::int64_t(peak.median));
          json.attribute("peak_noise", std::int64_t(peak.noise()));
        });
    });
  });
  out << '\n';
  return text;
}

}  // namespace cxx_alloc::compare
