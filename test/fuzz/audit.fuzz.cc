// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file that is audited: an executable with its libraries, a library, ld.so.cache, the maps of a process.
#include "audit/link_map.h"
#include "audit/mappings.h"
#include "audit/process.h"
#include "audit/report.h"
#include "fuzz_file.h"

#include <llvm/ADT/STLExtras.h>

using namespace cxx_alloc::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  (void)LoaderCache::parse(text).find("libc.so.6");
  (void)code_of(parse_maps(text));
  // The memory of a process, whose program is mapped behind the first page.
  (void)read_link_map(4096, [&](std::uint64_t address, llvm::MutableArrayRef<char> bytes) {
    if (address < 4096 || address - 4096 > size || bytes.size() > size - (address - 4096)) return false;
    llvm::copy(text.substr(address - 4096, bytes.size()), bytes.begin());
    return true;
  });
  FuzzFile file(data, size);
  Store store;
  const Facts *facts = store.read(file.path());
  if (!facts || facts->state != Facts::State::sound) return 0;
  Loader loader(store, "/nonexistent");
  Report report;
  report.files.resize(2);
  for (FileReport &each : report.files) each.path = file.path(), each.facts = facts;
  report.files[0].verdict = judge_executable(loader.load(file.path(), *facts));
  report.files[1].verdict = judge_library({"library", file.path(), facts});
  (void)keeps_to_itself(*facts);
  std::string said;
  llvm::raw_string_ostream out(said);
  print_text(out, report);
  print_json(out, report);
  print_html(out, report);
  return 0;
}
