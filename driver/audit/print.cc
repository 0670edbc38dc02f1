// SPDX-License-Identifier: Apache-2.0
// The report for people: a line for each file, then what is wrong, then how many there are. And for programs: one
// object.
#include "audit/report.h"

#include "audit/json_text.h"
#include "message.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/JSON.h>

#include <map>

namespace cxx_alloc::audit {
namespace {

struct Row {
  std::string subject, kind, allocator, by;
};

std::string spoken(Kind kind) {
  std::string text = to_string(kind).str();
  std::replace(text.begin(), text.end(), '-', ' ');
  return text;
}

std::string name_and_version(const Verdict &verdict) {
  return verdict.version.empty() ? verdict.allocator : verdict.allocator + " " + verdict.version;
}

std::string origin(const Verdict &verdict) {
  return verdict.provider.empty() ? verdict.by : verdict.by + " (" + verdict.provider + ")";
}

std::string process_subject(const ProcessReport &process) { return std::to_string(process.pid) + " " + process.path; }

void print_rows(llvm::raw_ostream &out, const std::vector<Row> &rows) {
  constexpr size_t widest = 72;  // a longer path pushes its own line only
  size_t subject = 0, kind = 0, allocator = 0;
  for (const Row &row : rows) {
    subject = std::max(subject, std::min(row.subject.size(), widest));
    kind = std::max(kind, row.kind.size());
    allocator = std::max(allocator, row.allocator.size());
  }
  for (const Row &row : rows)
    out << llvm::left_justify(row.subject, subject) << "  " << llvm::left_justify(row.kind, kind) << "  "
        << llvm::left_justify(row.allocator, allocator) << "  " << row.by << '\n';
}

std::string counted(size_t count, const char *one, const char *many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// "4 executables: 3 jemalloc, 1 system"
std::string summary_of(const std::vector<const Verdict *> &verdicts, const char *one, const char *many) {
  std::map<std::string, size_t> counts;
  for (const Verdict *verdict : verdicts) ++counts[verdict->allocator];
  std::vector<std::pair<size_t, std::string>> sorted;
  sorted.reserve(counts.size());
  for (auto &[name, count] : counts) sorted.emplace_back(count, name);
  llvm::stable_sort(sorted, [](auto &a, auto &b) { return a.first > b.first; });
  std::string text = counted(verdicts.size(), one, many);
  const char *separator = " (";
  for (auto &[count, name] : sorted)
    text += separator + std::to_string(count) + " " + printable(name), separator = ", ";
  return verdicts.empty() ? text : text + ")";
}

template <class Take> void each_fault(const Report &report, Take take) {
  for (const FileReport &file : report.files)
    for (const Fault &fault : file.verdict.faults) take(file.path, fault);
  for (const ProcessReport &process : report.processes)
    for (const Fault &fault : process.verdict.faults) take(process_subject(process), fault);
}

llvm::json::Value text_or_null(llvm::StringRef text) {
  return text.empty() ? llvm::json::Value(nullptr) : json_text(text);
}

void write_verdict(llvm::json::OStream &json, const Verdict &verdict, llvm::StringRef target) {
  json.attribute("allocator", json_text(verdict.allocator));
  json.attribute("version", text_or_null(verdict.version));
  json.attribute("by", json_text(verdict.by));
  json.attribute("provider", text_or_null(verdict.provider));
  json.attribute("target", json_text(target));
  json.attributeArray("faults", [&] {
    for (const Fault &fault : verdict.faults)
      json.object([&] {
        json.attribute("id", fault.id);
        json.attribute("sentence", json_text(fault.sentence));
      });
  });
}

}  // namespace

void print_text(llvm::raw_ostream &out, const Report &report) {
  std::vector<Row> rows;
  rows.reserve(report.files.size() + report.processes.size());
  for (const FileReport &file : report.files)
    rows.push_back({printable(file.path), spoken(file.facts->kind), printable(name_and_version(file.verdict)),
                    printable(origin(file.verdict))});
  for (const ProcessReport &process : report.processes)
    rows.push_back({printable(process_subject(process)), "process", printable(name_and_version(process.verdict)),
                    printable(origin(process.verdict))});
  print_rows(out, rows);

  size_t faults = 0;
  each_fault(report, [&](const std::string &subject, const Fault &fault) {
    out << (faults++ ? "" : "\n") << printable(subject) << ": " << fault.id << ": " << printable(fault.sentence)
        << '\n';
  });
  size_t missing = 0;
  for (const FileReport &file : report.files) {
    if (file.missing.empty()) continue;
    out << (missing++ || faults ? "" : "\n") << printable(file.path) << ": the loader does not find "
        << printable(llvm::join(file.missing, ", ")) << " here\n";
  }

  std::vector<const Verdict *> executables, libraries, processes;
  for (const FileReport &file : report.files) {
    if (file.facts->kind == Kind::executable) executables.push_back(&file.verdict);
    if (file.facts->kind == Kind::shared_library) libraries.push_back(&file.verdict);
  }
  for (const ProcessReport &process : report.processes) processes.push_back(&process.verdict);
  out << (rows.empty() ? "" : "\n");
  if (report.processes.empty() || !report.files.empty())
    out << summary_of(executables, "executable", "executables") << ", "
        << summary_of(libraries, "shared library", "shared libraries") << (processes.empty() ? "" : ", ");
  if (!processes.empty()) out << summary_of(processes, "process", "processes");
  const char *none = report.unreadable.empty() ? "no fault" : "no fault in what was read";
  out << ": " << (faults ? counted(faults, "fault", "faults") : none);
  if (!report.unreadable.empty()) out << ", " << report.unreadable.size() << " unreadable";
  out << '\n';
}

void print_json(llvm::raw_ostream &out, const Report &report) {
  llvm::json::OStream json(out);
  json.object([&] {
    json.attribute("schema", 1);
    json.attributeArray("files", [&] {
      for (const FileReport &file : report.files)
        json.object([&] {
          json.attribute("path", json_text(file.path));
          json.attribute("kind", to_string(file.facts->kind));
          write_verdict(json, file.verdict, file.facts->target);
          json.attributeArray("missing", [&] {
            for (const std::string &name : file.missing) json.value(json_text(name));
          });
        });
    });
    json.attributeArray("processes", [&] {
      for (const ProcessReport &process : report.processes)
        json.object([&] {
          json.attribute("pid", static_cast<std::int64_t>(process.pid));
          json.attribute("path", json_text(process.path));
          json.attribute("kind", "process");
          write_verdict(json, process.verdict, process.target);
        });
    });
    json.attributeArray("unreadable", [&] {
      for (const Unreadable &file : report.unreadable)
        json.object([&] {
          json.attribute("path", json_text(file.path));
          json.attribute("problem", json_text(file.problem));
        });
    });
  });
  out << '\n';
}

}  // namespace cxx_alloc::audit
