// SPDX-License-Identifier: Apache-2.0
// How does --emit-static-lib work over g++? Like clang's: compile, then archive; linker words are left aside.
#include "run/build_static_library.h"

#include "message.h"
#include "run/process.h"
#include "inputs/scan.h"
#include "run/static_library.h"

#include <clang/Options/Options.h>
#include <llvm/ADT/ScopeExit.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>

namespace cxx_alloc {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using namespace clang::options;

struct Unit {
  std::string source;
  std::string language;  ///< the -x in force, or empty
};

/// The compile words (no inputs, no -o, nothing for the linker, no --emit-static-lib), and the sources with their -x.
struct CompileWords {
  Words flags;
  std::vector<Unit> units;
  std::vector<std::string> objects;
};

CompileWords split_words(llvm::ArrayRef<const char *> words, const CommandLine &line, llvm::StringSaver &saver) {
  CompileWords split;
  unsigned missing_index, missing_count;
  llvm::opt::InputArgList args = clang::getDriverOptTable().ParseArgs(words, missing_index, missing_count,
                                                                      llvm::opt::Visibility(ClangOption));
  llvm::StringSet<> sources;
  for (const std::string &source : line.sources) sources.insert(source);
  std::string language;
  auto add_input = [&](llvm::StringRef file) {
    if (sources.contains(file))
      split.units.push_back({file.str(), language});
    else
      split.objects.push_back(file.str());
  };
  for (const auto *arg : args) {
    const auto &option = arg->getOption();
    if (option.matches(OPT_INPUT)) {
      add_input(arg->getValue());
    } else if (option.matches(OPT_x)) {
      language = arg->getValue() == llvm::StringRef("none") ? "" : arg->getValue();
    } else if (!option.matches(OPT_o) && !option.matches(OPT_emit_static_lib) && !option.matches(OPT_l) &&
               !option.matches(OPT_L) && !option.matches(OPT_Wl_COMMA) && !option.matches(OPT_Xlinker)) {
      llvm::opt::ArgStringList rendered;
      arg->render(args, rendered);
      for (const char *word : rendered) split.flags.push_back(saver.save(word).data());
    }
  }
  return split;
}

/// What the sources ask for is known when they are compiled.
llvm::Error heed_members(Plan &plan, llvm::ArrayRef<std::pair<std::string, std::string>> members,
                         llvm::StringSaver &saver) {
  std::vector<LinkInput> inputs;
  for (const auto &[name, file] : members) inputs.push_back({LinkInput::Kind::file, file});
  std::vector<std::string> requests;
  for (const Marker &marker : scan_link_inputs(inputs, {}).markers) requests.push_back(marker.allocator);
  auto changed = heed_requests(plan, requests, saver);
  return changed ? llvm::Error::success() : changed.takeError();
}

}  // namespace

llvm::Expected<int> build_static_library(Plan plan) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  CompileWords split = split_words(plan.expanded, plan.line, saver);

  if (plan.line.dry_run) {
    // What would be run, in the form of the drivers' own -###, and nothing more.
    for (const Unit &unit : split.units) llvm::errs() << " compile " << unit.source << "\n";
    llvm::errs() << " archive " << (plan.line.output.empty() ? "a.out" : plan.line.output) << "\n";
    return 0;
  }

  llvm::SmallString<128> folder;
  if (auto error = fs::createUniqueDirectory("cxx-alloc", folder))
    return make_error("a temporary folder", "cannot be made: " + error.message(), "set TMPDIR to a folder with room");
  llvm::scope_exit remove_folder([&] { fs::remove_directories(folder); });

  std::vector<std::pair<std::string, std::string>> members;
  for (const auto &[number, unit] : llvm::enumerate(split.units)) {
    std::string name = unit.source == "-" ? "stdin.o" : (path::stem(unit.source) + ".o").str();
    std::string object = (folder + "/" + llvm::Twine(number) + ".o").str();
    Words command = plan.compiler_words;
    command.append(split.flags.begin(), split.flags.end());
    command.append({"-c", "-o", saver.save(object).data()});
    if (!unit.language.empty()) command.append({"-x", saver.save(unit.language).data()});
    command.push_back(saver.save(unit.source).data());
    auto ending = run_and_wait(plan.file, command);
    if (!ending) return ending.takeError();
    if (!ending->success()) {
      fs::remove_directories(folder);
      end_like(*ending);
    }
    members.emplace_back(std::move(name), std::move(object));
  }
  for (const std::string &object : split.objects) members.emplace_back(path::filename(object).str(), object);
  if (auto error = heed_members(plan, members, saver)) return error;
  auto carried = carried_objects(plan);
  if (!carried) return carried.takeError();
  members.insert(members.end(), carried->begin(), carried->end());

  if (auto error = write_static_library(plan.line.output.empty() ? "a.out" : plan.line.output, members))
    return make_error("static library", llvm::toString(std::move(error)), "check the inputs and the output's folder");
  return 0;
}

}  // namespace cxx_alloc
