// SPDX-License-Identifier: Apache-2.0
// How do the words of --allocator-conf get into an executable, and are they right? The allocator's own parser judges
// them, in a small program beside the runtime objects; then one object for each byte stands on the link line, as
// allocators/jemalloc/conf.h explains. No file is written.
#include "link/conf.h"

#include "compiler/capture.h"
#include "link/runtime_objects.h"
#include "message.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc {
namespace {

using llvm::StringRef;
using llvm::Twine;

/// Each byte costs a word of the linker's command line, which the kernel limits.
constexpr size_t longest = 2048;

std::string subject(StringRef conf) {
  bool is_long = conf.size() > 200;
  return ("--allocator-conf=" + conf.take_front(200) + (is_long ? "..." : "")).str();
}

llvm::Error too_long(StringRef conf, size_t size) {
  return make_error(subject(conf), Twine(size) + " bytes, and " + Twine(longest) + " fit into an executable",
                    "leave the others to the environment");
}

/// The judge runs on this machine, whatever the target.
llvm::Expected<std::string> check(StringRef conf, const ConfTarget &target) {
  llvm::SmallString<256> program(target.runtime_root);
  llvm::sys::path::append(program, target.allocator, host_target(), "conf", target.profile ? "check-profile" : "check");
  std::string argument = conf.str();
  std::optional<std::string> answer;
  if (llvm::sys::fs::can_execute(program)) {
    auto said = capture_output(program.str().str(), {program.c_str(), argument.c_str()});
    if (!said) return said.takeError();
    answer = std::move(*said);
  }
  if (!answer)
    return make_error(program, "cannot be run, and it judges --allocator-conf",
                      "reinstall cxx-alloc, or set CXX_ALLOC_RUNTIME_DIR to its lib/cxx-alloc folder");
  std::string baked;
  if (auto error = read_verdict(conf, *answer, baked)) return error;
  return baked;
}

}  // namespace

llvm::Error read_verdict(StringRef conf, StringRef answer, std::string &baked) {
  llvm::SmallVector<StringRef, 128> words;
  answer.take_until([](char c) { return c == '\n'; }).split(words, '\t');
  StringRef verdict = words[0];
  if (verdict == "good" && words.size() == 2) {
    baked = words[1].str();
    return llvm::Error::success();
  }
  if (verdict == "unknown" && words.size() > 3) {
    StringRef near = nearest_spelling(words[1], llvm::ArrayRef(words).drop_front(3));
    std::string advice = near.empty() ? words[2].str() : ("did you mean '" + near + "'?").str();
    return make_error(subject(conf), "unknown key '" + words[1] + "'", advice);
  }
  if (verdict == "profile" && words.size() == 2)
    return make_error(subject(conf), "'" + words[1] + "' is about heap profiling", "add --allocator-profile");
  if (verdict == "wrong" && words.size() == 3) return make_error(subject(conf), words[1], words[2]);
  return make_error(subject(conf), "cannot be judged, for the answer is '" + verdict + "'", "reinstall cxx-alloc");
}

llvm::Error bake_conf(StringRef conf, const ConfTarget &target, Words &words, llvm::StringSaver &saver) {
  if (conf.size() > longest) return too_long(conf, conf.size());
  if (!llvm::all_of(conf, llvm::isPrint))
    return make_error(subject(conf), "holds a byte that is not printable ASCII", "leave it out");
  auto checked = check(conf, target);
  if (!checked) return checked.takeError();

  auto end = runtime_object(target.runtime_root, target.allocator, target.target, "conf/00.o");
  if (!end) return end.takeError();
  std::string folder = llvm::sys::path::parent_path(*end).str();
  // As few words as hold them: a word may have 128 KiB, and no comma in a file's name.
  constexpr size_t bytes_in_a_word = 256;
  bool has_comma = StringRef(folder).contains(',');
  std::string word;
  for (size_t i = 0; i <= checked->size(); ++i) {
    unsigned char byte = i < checked->size() ? (*checked)[i] : 0;
    std::string file = folder + "/" + llvm::utohexstr(byte, /*LowerCase=*/true, /*Width=*/2) + ".o";
    if (has_comma) {
      words.push_back("-Xlinker");
      words.push_back(saver.save(file).data());
      continue;
    }
    word += (word.empty() ? "-Wl," : ",") + file;
    if ((i + 1) % bytes_in_a_word == 0 || i == checked->size()) {
      words.push_back(saver.save(word).data());
      word.clear();
    }
  }
  return llvm::Error::success();
}

}  // namespace cxx_alloc
