// SPDX-License-Identifier: Apache-2.0
// What is known before anything is decided? Reading only: files are opened here, nothing is run but the compiler's own
// -### where its words do not tell enough.
#include "decision/facts.h"

#include "words/allocators.h"
#include "inputs/known_libraries.h"
#include "compiler/link_line.h"
#include "link/runtime_objects.h"
#include "inputs/version_script.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/TargetParser/Triple.h>

#include <cstring>
#include <functional>

namespace cxx_alloc {
namespace {

/// Ours on the line already: a wrapper around us, or under us, has put it there.
std::string injected_before(const CommandLine &line) {
  for (const LinkInput &input : line.linker.inputs)
    if (input.kind == LinkInput::Kind::file && is_runtime_object(input.name)) return input.name;
  return "";
}

/// The first wish of a kind stays; one of another kind or order that contradicts it is kept to be named in an error.
void add_ask(Facts &facts, std::optional<Ask> &slot, Ask ask) {
  const Ask *first = facts.library ? &*facts.library : facts.source_marker ? &*facts.source_marker : nullptr;
  if (first && first->allocator != ask.allocator && !facts.second_ask) facts.second_ask = ask;
  if (!slot) slot = std::move(ask);
}

/// -lalloc_<name>: a wish spelled as a library. Whatever else has that name, the linker finds an empty archive of ours first.
bool is_library_ask(const LinkInput &input) {
  llvm::StringRef name = input.name;
  return input.kind == LinkInput::Kind::library && name.consume_front("alloc_") && find_allocator(name);
}

void find_library_asks(const CommandLine &line, Facts &facts) {
  for (const LinkInput &input : llvm::make_filter_range(line.linker.inputs, is_library_ask))
    add_ask(facts, facts.library, {input.name.substr(strlen("alloc_")), "-l" + input.name});
}

/// What objects ask for. A member of an archive may not be linked: it is believed until the artifact tells, unless an
/// object says something.
void find_markers(const ScanResult &scan, Facts &facts) {
  auto add = [&](bool linked) {
    for (const Marker &marker : scan.markers)
      if (marker.is_linked == linked && find_allocator(marker.allocator))
        add_ask(facts, facts.source_marker, {marker.allocator, marker.file});
  };
  add(true);
  if (scan.carrier) {
    facts.carrier = *scan.carrier;
    add_ask(facts, facts.source_marker, {"jemalloc", *scan.carrier});
  }
  if (!facts.source_marker) add(false);
  if (facts.second_ask && !facts.library && scan.markers.size() > 1 &&
      llvm::none_of(scan.markers, [](const Marker &marker) { return marker.is_linked; }))
    facts.second_ask.reset();  // two members that may both stay out
}

std::optional<Provider> find_provider(const CommandLine &line, const ScanResult &scan, const LibrarySearch &search) {
  if (!line.sanitizer.empty()) return Provider{Reason::sanitizer, "-fsanitize=" + line.sanitizer};
  for (const LinkInput &input : line.linker.inputs)
    if (is_allocator_library(input, search))
      return Provider{Reason::linked_library, (input.kind == LinkInput::Kind::library ? "-l" : "") + input.name};
  if (!line.linker.defines_malloc.empty()) return Provider{Reason::user_symbols, line.linker.defines_malloc};
  if (scan.malloc) return Provider{Reason::user_symbols, scan.malloc->file, scan.malloc->via};
  return std::nullopt;
}

/// The order of g++ 12 and clang++ 22, as their -### tells; g++ passes the folders of -B on, clang++ does not.
LibrarySearch library_search(const CommandLine &line, Family family, llvm::StringRef target,
                             const Environment &environment) {
  LibrarySearch search{line.directories, {}, line.sysroot, target.str()};
  if (family == Family::gnu) llvm::append_range(search.directories, line.prefixes);
  for (llvm::StringRef directory : llvm::split(environment.library_path, ':'))
    if (!directory.empty()) search.last_directories.push_back(directory.str());
  llvm::append_range(search.last_directories, line.linker.directories);
  return search;
}

/// True for what a linker can open; a pipe or device is one too.
bool is_file(const std::string &path) {
  llvm::sys::fs::file_status status;
  return !llvm::sys::fs::status(path, status) && !llvm::sys::fs::is_directory(status);
}

/// A static program exports nothing, so nothing can be hidden.
std::string find_hiding_script(const CommandLine &line) {
  if (line.is_static) return "";
  for (const std::string &script : line.linker.version_scripts)
    if (script_file_hides_malloc(script)) return script;
  return "";
}

}  // namespace

llvm::Expected<Facts> gather_wishes(std::optional<llvm::StringRef> flag, const Environment &environment) {
  Facts facts;
  if (flag) facts.flag = Ask{flag->str(), ("--allocator=" + *flag).str()};
  if (!environment.allocator.empty()) {
    std::string word = "CXX_ALLOC=" + environment.allocator;
    auto request = parse_request(environment.allocator, word);
    if (!request) return request.takeError();
    facts.environment = Ask{request->str(), word};
  }
  return facts;
}

std::string link_target(const CommandLine &line, llvm::StringRef driver_name) {
  llvm::StringRef named = line.target.empty() ? target_prefix(driver_name) : llvm::StringRef(line.target);
  std::string target = canonical_target(named.empty() ? host_target() : named);
  llvm::Triple triple(target);
  if (line.m32 && triple.isArch64Bit()) return canonical_target(triple.get32BitArchVariant().str());
  if (line.mx32) return canonical_target(llvm::Triple::getArchTypeName(triple.getArch()).str() + "-linux-gnux32");
  return target;
}

LinkFacts gather_facts(Facts wishes, CommandLine &line, const Compiler &compiler, llvm::ArrayRef<const char *> words,
                       const Environment &environment) {
  LinkFacts link;
  Facts &facts = link.facts = std::move(wishes);
  std::string name = driver_name(compiler);
  link.family = identify_family(compiler, name);
  facts.target = link_target(line, name);
  if (auto judged = needs_judge(line, link.family, environment)) {
    link.is_uncertain = true;
    if (auto link_line = ask_link_line(compiler, words)) apply_link_line(*link_line, *judged, line, facts.target);
  }
  facts.output = output_kind(line, link.family, llvm::Triple(facts.target).isOSDarwin());
  find_library_asks(line, facts);
  // libtool links C++ libraries with -nostdlib, and names what the driver would have linked.
  bool names_libc = facts.output == Output::shared_library && line.explicit_libc;
  if (line.no_libc && !names_libc) facts.no_libc_word = line.no_libc_word;
  if (line.linker.raw_binary) facts.no_libc_word = "--oformat=binary";
  link.injected = injected_before(line);
  if (facts.output == Output::none || facts.output == Output::relocatable || !link.injected.empty()) {
    link.files_exist = llvm::all_of(line.files, is_file);
    return link;
  }

  LibrarySearch &search = link.search = library_search(line, link.family, facts.target, environment);
  ScanResult scan = scan_link_inputs(
      llvm::to_vector(llvm::make_filter_range(line.linker.inputs, std::not_fn(is_library_ask))), search);
  // The scan has opened the objects, and a large link has ten thousand.
  link.files_exist = llvm::all_of(line.files, [&](const std::string &file) {
    bool was_opened = scan.could_open_all && llvm::StringRef(file).ends_with(".o") && !llvm::is_contained(line.sources, file);
    return was_opened || is_file(file);
  });
  // A compiler whose default target its name does not tell.
  if (scan.elf_machine && line.target.empty() && *scan.elf_machine != elf_machine_of(facts.target))
    facts.target = target_of_elf_machine(*scan.elf_machine);
  facts.provider = find_provider(line, scan, search);
  if (facts.output == Output::executable) facts.hiding_script = find_hiding_script(line);
  find_markers(scan, facts);
  link.markers = scan.markers;

  link.gains_cxx_runtime =
      link.family == Family::gnu && compiler.cxx && !line.gxx_sees_cxx && !line.no_cxx_runtime && !line.no_libc;
  link.links_cxx_runtime = (compiler.cxx || line.cxx_mode || line.asks_cxx_runtime) && !line.no_cxx_runtime && !link.gains_cxx_runtime;
  link.calls_operators = scan.refers_to_operators || !line.only_c_sources || scan.has_opaque_code;
  link.users_operators = scan.operators.has_value();
  link.may_ask = line.has_sources || scan.has_opaque_code ||
                 llvm::any_of(scan.markers, [](const Marker &marker) { return !marker.is_linked; });
  link.is_uncertain |= line.has_sources || scan.has_opaque_code || !line.linker.version_scripts.empty();
  return link;
}

bool inputs_exist(const LinkFacts &link, const CommandLine &line, llvm::ArrayRef<const char *> words) {
  auto exists = [&](const LinkInput &input) {
    if (input.kind == LinkInput::Kind::file) return is_file(input.name);
    return is_library_ask(input) || find_link_input(input, link.search).has_value();
  };
  // An empty word is a file without a name to the linker; LLVM's parser passes it over.
  return llvm::none_of(words, [](llvm::StringRef word) { return word.empty(); }) && llvm::all_of(line.linker.inputs, exists);
}

void set_requests(LinkFacts &link, llvm::ArrayRef<std::string> allocators, llvm::StringRef artifact) {
  Facts &facts = link.facts;
  facts.source_marker.reset();
  facts.second_ask.reset();
  if (!facts.carrier.empty()) add_ask(facts, facts.source_marker, {"jemalloc", facts.carrier});
  for (const std::string &allocator : allocators) {
    if (!find_allocator(allocator)) continue;
    auto marker = llvm::find_if(link.markers, [&](const Marker &seen) { return seen.allocator == allocator; });
    add_ask(facts, facts.source_marker,
            {allocator, marker != link.markers.end() ? marker->file : "use_" + allocator + ".h in a source of " + artifact.str()});
  }
}

}  // namespace cxx_alloc
