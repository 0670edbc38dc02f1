// SPDX-License-Identifier: Apache-2.0
// The command line of an audit; and names and paths of files as it tells them.
#include "audit/json_text.h"
#include "audit/root.h"
#include "audit/words.h"
#include "threads.h"

#include <catch2/catch_test_macros.hpp>

#include <llvm/ADT/StringExtras.h>

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace cxx_alloc;
using namespace cxx_alloc::audit;

namespace {

/// The paths and processes that are named, or the error.
std::string read(const std::vector<const char *> &command) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  auto split = split_command(command, saver);
  if (!split) return llvm::toString(split.takeError());
  auto named = read_words(split->own, split->expanded);
  return named ? llvm::join(*named, "|") : llvm::toString(named.takeError());
}

}  // namespace

TEST_CASE("the words of an audit", "[audit]") {
  CHECK(read({"--allocator-audit", "a", "12", "--allocator-expect=system", "--", "-x"}) == "a|12|-x");
  CHECK(read({"--allocator-audit", "a", "-x"}).starts_with("-x: not a path; "));
  CHECK(read({"--allocator-audit", "--"}).starts_with("--allocator-audit: nothing to look at; "));
  CHECK(read({"--allocator-audit", "a", "--allocator=tcmalloc"}) ==
        "--allocator=tcmalloc: an audit compiles and links nothing; write --allocator-expect=tcmalloc if every "
        "executable must have it");
  CHECK(read({"--print-allocator=json", "--allocator-audit", "a"})
            .ends_with("; write --allocator-audit=json for the audit as JSON"));
  CHECK(read({"--allocator-audit=html", "a", "--allocator-audit=library-path,json"}) ==
        "--allocator-audit=json: contradicts --allocator-audit=html; write one of them for each audit");
  CHECK(read({"--allocator-audit", "a", "--allocator-audit=json,json"}) == "a");
  CHECK(read({"--allocator-audit", "--allocator-expect=none", "--allocator-expect=user", "a"})
            .starts_with("--allocator-expect=user: contradicts --allocator-expect=none; "));
  CHECK(process_number("12") == 12);
  for (const char *word : {"", "-1", "+1", "1x", "0x1", "./1", "99999999999999999999"}) CHECK(!process_number(word));
}

TEST_CASE("names in JSON stay apart", "[audit]") {
  CHECK(json_text("caf\xc3\xa9 \xf0\x9f\x98\x80") == "caf\xc3\xa9 \xf0\x9f\x98\x80");
  CHECK(json_text("caf\xe9") == "caf\xef\xbf\xbd"
                                "e9");
  CHECK(json_text("\xe2\x82") == "\xef\xbf\xbd"
                                 "e2\xef\xbf\xbd"
                                 "82");  // cut off
  CHECK(json_text("\xc0\xaf") == "\xef\xbf\xbd"
                                 "c0\xef\xbf\xbd"
                                 "af");           // longer than it need be
  CHECK(json_text("\xed\xa0\x80").size() == 15);  // half of a pair of UTF-16
  CHECK(json_text("\xef\xbf\xbd"
                  "e9") == "\xef\xbf\xbd"
                           "ef\xef\xbf\xbd"
                           "bf\xef\xbf\xbd"
                           "bde9");
  CHECK(json_text("").empty());
}

TEST_CASE("paths in a root", "[audit]") {
  std::string root = (std::filesystem::temp_directory_path() / "cxx-alloc-unit-XXXXXX").string();
  REQUIRE(mkdtemp(root.data()));
  std::filesystem::create_directories(root + "/usr/lib/deep");
  std::ofstream(root + "/usr/lib/x") << "x";
  auto link = [&](const char *target, const char *name) { std::filesystem::create_symlink(target, root + name); };
  link("/usr/lib", "/lib");
  link("../../../../usr/lib/x", "/usr/lib/up");
  link("/etc/passwd", "/usr/lib/passwd");
  link("round", "/usr/lib/round");
  link("/", "/top");
  CHECK(resolve_in_root(root, "/lib/x") == root + "/usr/lib/x");
  CHECK(resolve_in_root(root, "lib//./deep/../up") == root + "/usr/lib/x");
  CHECK(resolve_in_root(root, "/../../top/lib/x") == root + "/usr/lib/x");
  CHECK(resolve_in_root(root, "/top/..") == root);
  for (const char *path : {"/lib/passwd", "/lib/round", "/none", "/usr/lib/x/y"})
    CHECK(resolve_in_root(root, path).empty());
  CHECK(resolve_in_root("", "/") == "/");
  CHECK(resolve_in_root("", root + "/usr/lib/../lib/x") == resolve_in_root("", root + "/usr/lib/x"));

  // Who holds the loader.
  std::filesystem::create_directories(root + "/opt/app/lib");
  CHECK(root_of_program(root + "/opt/app/bin", "/lib/x") == root);
  CHECK(root_of_program(root + "/usr/bin", "/lib/x") == root);
  std::ofstream(root + "/opt/app/lib/x") << "x";
  CHECK(root_of_program(root + "/opt/app/bin", "/lib/x") == root + "/opt/app");
  CHECK(root_of_program(root + "/opt/app/bin", "/lib/nobody-has-this").empty());
  CHECK(root_of_program("/", "/lib/x").empty());
  std::filesystem::remove_all(root);
}

TEST_CASE("helpers call the work, and are waited for", "[audit]") {
  std::atomic<int> calls = 0;
  {
    Helpers helpers(3, [&] { ++calls; });
  }
  CHECK(calls == 3);
  {
    Helpers none(0, [&] { ++calls; });
  }
  CHECK(calls == 3);
}
