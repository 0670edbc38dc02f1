// SPDX-License-Identifier: Apache-2.0
#include "compare/repetition.h"

#include "message.h"
#include "paths.h"
#include "words/command_line.h"

#include <clang/Options/Options.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc::compare {
namespace {

using llvm::StringRef;

/// Words that write further files, where the compiler or the program chooses.
bool writes_by_itself(StringRef word, bool has_sources) {
  // The program, too: where its objects lie.
  static constexpr StringRef instrumented[] = {"--coverage", "-coverage", "-ftest-coverage", "-fprofile-arcs"};
  static constexpr StringRef of_any_link[] = {"-fprofile-generate", "-fprofile-instr-generate", "-fcs-profile-generate",
                                              "-save-temps", "--save-temps"};
  static constexpr StringRef of_sources[] = {"-fdump-",
                                             "-fstack-usage",
                                             "-fcallgraph-info",
                                             "-ftime-trace",
                                             "-fsave-optimization-record",
                                             "-foptimization-record-file",
                                             "-fopt-info",
                                             "-aux-info",
                                             "-MJ",
                                             "-dumpdir",
                                             "--dumpdir",
                                             "-Wp,-M"};
  auto begins = [&](StringRef beginning) { return word.starts_with(beginning); };
  return llvm::is_contained(instrumented, word) || llvm::any_of(of_any_link, begins) ||
         (has_sources && llvm::any_of(of_sources, begins));
}

llvm::Error gone(StringRef program, StringRef file) {
  return make_error(program, "cannot be linked again, for " + file + " is gone", "build it anew, and keep that file");
}

/// `words` without -o and -MF. Of two, GCC 12 names both outputs to its compiler proper, beside -MMD.
std::vector<std::string> without_outputs(const Words &words) {
  unsigned missing_index, missing_count;
  llvm::opt::InputArgList args = clang::getDriverOptTable().ParseArgs(
      words, missing_index, missing_count, llvm::opt::Visibility(clang::options::ClangOption));
  std::vector<bool> is_left_out(words.size() + 1);
  for (const auto *arg : args.filtered(clang::options::OPT_o, clang::options::OPT_MF)) {
    is_left_out[arg->getIndex()] = true;
    // The value is a word of its own.
    if (arg->getSpelling() == words[arg->getIndex()]) is_left_out[arg->getIndex() + 1] = true;
  }
  std::vector<std::string> kept;
  for (size_t i = 0; i < words.size(); ++i)
    if (!is_left_out[i]) kept.emplace_back(words[i]);
  return kept;
}

}  // namespace

llvm::Expected<std::vector<std::string>> repeat_link(const Record &record, StringRef program, StringRef folder) {
  Words words;
  for (const std::string &word : record.words) words.push_back(word.c_str());
  CommandLine line = parse_command_line(words);
  for (StringRef word : words) {
    if (writes_by_itself(word, line.has_sources))
      return make_error(program, "cannot be linked again, for '" + word + "' writes beside the files of the first link",
                        "link it without that word to compare");
    if (word == "-")
      return make_error(program, "cannot be linked again, for its source came through a pipe", "name a file");
  }
  if (!llvm::sys::fs::is_directory(record.directory)) return gone(program, record.directory);
  for (const std::string &file : line.files) {
    llvm::SmallString<256> path(file);
    llvm::sys::path::make_absolute(record.directory, path);
    if (!llvm::sys::fs::exists(path)) return gone(program, file);
  }

  std::vector<std::string> added{"-o", (folder + "/" + file_name(record.artifact)).str()};
  auto add_linker_word = [&](const std::string &word) { added.insert(added.end(), {"-Xlinker", word}); };
  if (!line.linker.output.empty()) add_linker_word("--output=" + added[1]);
  for (const auto &[number, option] : llvm::enumerate(line.linker.side_outputs))
    add_linker_word(("--" + option + "=" + folder + "/side-" + llvm::Twine(number)).str());
  bool writes_dependencies = llvm::any_of(words, [](StringRef word) { return word == "-MD" || word == "-MMD"; });
  if (writes_dependencies) added.insert(added.end(), {"-MF", (folder + "/depfile").str()});

  // The linker takes its last word. Behind `--` none would be an option.
  std::vector<std::string> all = without_outputs(words);
  all.insert(line.only_files_follow ? llvm::find(all, "--") : all.end(), added.begin(), added.end());
  return all;
}

}  // namespace cxx_alloc::compare
