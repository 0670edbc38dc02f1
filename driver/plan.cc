// SPDX-License-Identifier: Apache-2.0
// What will be run? Words become facts, facts a decision, and the decision one word or two on the link line.
#include "plan.h"

#include "allocators.h"
#include "known_libraries.h"
#include "link_line.h"
#include "runtime_objects.h"
#include "scan.h"
#include "version_script.h"

#include <llvm/Support/Path.h>
#include <llvm/TargetParser/Triple.h>

namespace cxx_alloc {
namespace {

std::string link_target(const CommandLine &line, llvm::StringRef driver_name) {
  llvm::StringRef named = line.target.empty() ? target_prefix(driver_name) : llvm::StringRef(line.target);
  std::string target = canonical_target(named.empty() ? host_target() : named);
  llvm::Triple triple(target);
  if (line.m32 && triple.isArch64Bit()) return canonical_target(triple.get32BitArchVariant().str());
  if (line.mx32) return canonical_target(llvm::Triple::getArchTypeName(triple.getArch()).str() + "-linux-gnux32");
  return target;
}

/// Ours on the line already: a wrapper around us, or under us, has put it there.
const LinkInput *injected_before(const CommandLine &line) {
  for (const LinkInput &input : line.linker.inputs)
    if (input.kind == LinkInput::Kind::file && is_runtime_object(input.name)) return &input;
  return nullptr;
}

/// -lalloc_<name>: a wish spelled as a library.
void find_library_asks(const CommandLine &line, Facts &facts) {
  for (const LinkInput &input : line.linker.inputs) {
    llvm::StringRef name = input.name;
    if (input.kind != LinkInput::Kind::library || !name.consume_front("alloc_") || !find_allocator(name)) continue;
    Ask ask{name.str(), "-l" + input.name};
    if (!facts.library)
      facts.library = ask;
    else if (facts.library->allocator != ask.allocator)
      facts.second_ask = ask;
  }
}

std::optional<Provider> find_provider(const CommandLine &line, const ScanResult &scan, const LibrarySearch &search) {
  if (!line.sanitizer.empty()) return Provider{Reason::sanitizer, "-fsanitize=" + line.sanitizer};
  for (const LinkInput &input : line.linker.inputs)
    if (is_allocator_library(input, search))
      return Provider{Reason::linked_library, (input.kind == LinkInput::Kind::library ? "-l" : "") + input.name};
  if (!line.linker.defines_malloc.empty()) return Provider{Reason::user_symbols, line.linker.defines_malloc};
  if (scan.malloc) return Provider{Reason::user_symbols, scan.malloc->file};
  return std::nullopt;
}

std::string find_hiding_script(const CommandLine &line) {
  if (line.is_static) return "";
  for (const std::string &script : line.linker.version_scripts)
    if (script_file_hides_malloc(script)) return script;
  return "";
}

/// A linker word: a bare path would be compiled as C++ after `-x c++`, and `-Wl,` splits at commas.
void add_linker_word(Words &words, const std::string &file, llvm::StringSaver &saver) {
  if (llvm::StringRef(file).contains(',')) {
    words.push_back("-Xlinker");
    words.push_back(saver.save(file).data());
  } else {
    words.push_back(saver.save("-Wl," + file).data());
  }
}

/// The objects of the chosen allocator, in the order of the link line.
llvm::Expected<std::vector<std::string>> objects_of(const Plan &plan, const ScanResult &scan, llvm::StringRef root,
                                                    bool links_cxx_runtime) {
  std::vector<std::string> objects;
  llvm::StringRef allocator = plan.decision.allocator;
  if (!find_allocator(allocator) || !has_runtime(root, allocator, plan.target)) {
    // Debian's triple of our own build has always a runtime; without one something is broken.
    if (!find_allocator(allocator) || plan.target != host_target()) return objects;
  }
  bool executable = plan.output == Output::executable;
  auto first = runtime_object(root, allocator, plan.target, executable ? "executable.o" : "shared-library.note");
  if (!first) return first.takeError();
  objects.push_back(std::move(*first));
  // A C program must not gain libstdc++, and a user's operators must not meet half of ours.
  bool calls_operators = scan.refers_to_operators || plan.line.has_sources || scan.has_opaque_code;
  if (allocator != "system" && executable && links_cxx_runtime && calls_operators && !scan.operators) {
    auto operators = runtime_object(root, allocator, plan.target, "operators.o");
    if (!operators) return operators.takeError();
    objects.push_back(std::move(*operators));
  }
  return objects;
}

}  // namespace

llvm::Expected<Plan> make_plan(const SplitCommand &split, CommandLine parsed, Compiler compiler,
                               const Environment &environment, llvm::StringRef self, llvm::StringSaver &saver) {
  Plan plan;
  plan.file = compiler.file;
  plan.opened_file = split.opened_file;
  plan.argv = compiler.words;
  plan.compiler_words = compiler.words.size();
  auto finish = [&](llvm::ArrayRef<const char *> ours) {
    plan.argv.append(ours.begin(), ours.end());
    plan.argv.append(split.forwarded.begin(), split.forwarded.end());
  };

  Facts facts;
  if (split.own.allocator)
    facts.flag = Ask{split.own.allocator->str(), ("--allocator=" + *split.own.allocator).str()};
  if (!environment.allocator.empty()) {
    auto request = parse_request(environment.allocator, "CXX_ALLOC=" + environment.allocator);
    if (!request) return request.takeError();
    facts.environment = Ask{request->str(), "CXX_ALLOC=" + environment.allocator};
  }

  plan.line = std::move(parsed);
  CommandLine &line = plan.line;
  facts.not_a_link = line.not_a_link;
  std::string root;
  auto available = [&](llvm::StringRef allocator) {
    if (facts.output == Output::shared_library) return false;
    // A runtime for our own target is part of every installation: if it is gone, that is an error, not a default.
    return facts.target == host_target() || has_runtime(root, allocator, facts.target);
  };

  if (!line.not_a_link.empty()) {
    if (split.own.print != OwnOptions::Print::nothing) plan.target = link_target(line, driver_name(compiler));
    auto decision = decide(facts, available);
    if (!decision) return decision.takeError();
    plan.decision = std::move(*decision);
    finish({});
    return plan;
  }

  plan.expanded = split.expanded;
  plan.verbose = line.verbose && !line.dry_run;
  std::string name = driver_name(compiler);
  Family family = identify_family(compiler, name);
  plan.target = link_target(line, name);
  if (auto judged = needs_judge(line, family, environment))
    if (auto link_line = ask_link_line(compiler, split.forwarded)) apply_link_line(*link_line, *judged, line, plan.target);
  plan.output = facts.output = output_kind(line, family, llvm::Triple(plan.target).isOSDarwin());
  LibrarySearch search{line.directories, line.sysroot, plan.target};
  ScanResult scan;
  if (facts.output == Output::executable) {
    if (const LinkInput *ours = injected_before(line)) {
      llvm::StringRef folder = llvm::sys::path::parent_path(llvm::sys::path::parent_path(ours->name));
      plan.decision = {llvm::sys::path::filename(folder).str(), Reason::linked_library,
                       ours->name + " is on the link line already", "", ""};
      plan.provider = ours->name;
      finish({});
      return plan;
    }
    scan = scan_link_inputs(line.linker.inputs, search);
    // A compiler whose default target its name does not tell.
    if (scan.elf_machine && line.target.empty() && *scan.elf_machine != elf_machine_of(plan.target))
      plan.target = target_of_elf_machine(*scan.elf_machine);
    facts.provider = find_provider(line, scan, search);
    facts.hiding_script = find_hiding_script(line);
  }
  facts.target = plan.target;
  find_library_asks(line, facts);
  if (line.no_libc) facts.no_libc_word = line.no_libc_word;
  if (line.linker.raw_binary) facts.no_libc_word = "--oformat=binary";

  root = find_runtime_root(environment.runtime_dir, self);
  auto decision = decide(facts, available);
  if (!decision) return decision.takeError();
  plan.decision = std::move(*decision);
  plan.provider = plan.decision.provider;

  if (facts.output == Output::static_library && family == Family::gnu && plan.decision.allocator != "none")
    plan.action = Plan::Action::build_static_library;
  if (facts.output == Output::static_library || facts.output == Output::relocatable ||
      plan.decision.allocator == "none") {
    finish({});
    return plan;
  }
  bool links_cxx_runtime = (compiler.cxx || line.cxx_mode || line.asks_cxx_runtime) && !line.no_cxx_runtime;
  auto objects = objects_of(plan, scan, root, links_cxx_runtime);
  if (!objects) return objects.takeError();
  Words ours;
  for (const std::string &object : *objects) add_linker_word(ours, object, saver);
  if (plan.decision.allocator == "jemalloc" && !objects->empty()) plan.provider = objects->front();
  // The libraries behind -lalloc_<name> that a plain compiler links are not wanted here: the object does their work,
  // so the linker finds empty archives of that name.
  if (facts.library)
    for (const Allocator &allocator : allocators())
      ours.push_back(saver.save("-L" + root + "/" + allocator.name + "/" + plan.target + "/marker").data());
  finish(ours);
  return plan;
}

}  // namespace cxx_alloc
