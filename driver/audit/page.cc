// SPDX-License-Identifier: Apache-2.0
// The page: page.html, with what was found put into it as data.
#include "audit/report.h"

#include "audit/json_text.h"
#include "page.inc"

#include <llvm/Support/JSON.h>

namespace cxx_alloc::audit {
namespace {

void write_verdict(llvm::json::OStream &json, const Verdict &verdict) {
  json.attribute("allocator", json_text(verdict.allocator));
  if (!verdict.version.empty()) json.attribute("version", json_text(verdict.version));
  json.attribute("by", json_text(verdict.by));
  if (!verdict.provider.empty()) json.attribute("provider", json_text(verdict.provider));
  if (verdict.faults.empty()) return;
  json.attributeArray("faults", [&] {
    for (const Fault &fault : verdict.faults)
      json.array([&] {
        json.value(fault.id);
        json.value(json_text(fault.sentence));
      });
  });
}

void write_file(llvm::json::OStream &json, const FileReport &file) {
  json.object([&] {
    json.attribute("path", json_text(file.path));
    json.attribute("kind", to_string(file.facts->kind));
    json.attribute("size", static_cast<std::int64_t>(file.facts->size));
    json.attribute("target", json_text(file.facts->target));
    write_verdict(json, file.verdict);
    if (file.loaded.empty()) return;
    json.attribute("from", file.provider_at);
    json.attributeArray("loaded", [&] {
      for (const Loaded &loaded : file.loaded) {
        json.value(loaded.library);
        json.value(loaded.parent);
      }
    });
  });
}

void write_process(llvm::json::OStream &json, const ProcessReport &process) {
  json.object([&] {
    json.attribute("path", json_text(std::to_string(process.pid) + " " + process.path));
    json.attribute("kind", "process");
    json.attribute("size",
                   static_cast<std::int64_t>(process.modules.empty() ? 0 : process.modules.front().facts->size));
    json.attribute("target", json_text(process.target));
    write_verdict(json, process.verdict);
  });
}

std::string data_of(const Report &report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.object([&] {
    json.attributeArray("files", [&] {
      for (const FileReport &file : report.files) write_file(json, file);
      for (const ProcessReport &process : report.processes) write_process(json, process);
    });
    json.attributeArray("libraries", [&] {
      for (const Library &library : report.libraries)
        json.array([&] {
          json.value(json_text(library.path));
          json.value(json_text(library.allocator));
        });
    });
    json.attributeArray("unreadable", [&] {
      for (const Unreadable &file : report.unreadable)
        json.value(json_text(file.is_message ? file.problem : file.path + ": " + file.problem));
    });
  });
  return text;
}

}  // namespace

void print_html(llvm::raw_ostream &out, const Report &report) {
  auto [before, after] = llvm::StringRef(page).split("\"DATA\"");
  out << before;
  // A path may be called </script>. In JSON "<" stands in strings alone.
  for (char c : data_of(report)) {
    if (c == '<')
      out << "\\u003c";
    else
      out << c;
  }
  out << after;
}

}  // namespace cxx_alloc::audit
