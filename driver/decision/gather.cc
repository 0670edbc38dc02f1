// SPDX-License-Identifier: Apache-2.0
// The facts that can be had before anything is linked. Reading only: files are opened here, nothing is run but the
// compiler's own -### where its words do not tell enough.
#include "decision/gather.h"

#include "compiler/find_driver.h"
#include "compiler/link_line.h"
#include "inputs/foreign_libc.h"
#include "inputs/injected.h"
#include "inputs/known_libraries.h"
#include "inputs/version_script.h"
#include "paths.h"
#include "words/allocators.h"
#include "words/symbol_names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/TargetParser/Triple.h>

#include <cstring>
#include <functional>

namespace cxx_alloc {
namespace {

/// The first request of a kind stays; one of another kind or order that contradicts it is kept to be named in an error.
void add_request(Facts &facts, std::optional<Request> &slot, Request request) {
  const Request *first = facts.library ? &*facts.library : facts.source_request ? &*facts.source_request : nullptr;
  if (first && first->allocator != request.allocator && !facts.second_request) facts.second_request = request;
  if (!slot) slot = std::move(request);
}

/// -lalloc_<name>: a request spelled as a library. Whatever else has that name, the linker finds an empty archive of
/// ours first.
bool is_library_request(const LinkInput &input) {
  llvm::StringRef name = input.name;
  return input.kind == LinkInput::Kind::library && name.consume_front("alloc_") && find_allocator(name);
}

void find_library_requests(const CommandLine &line, Facts &facts) {
  for (const LinkInput &input : llvm::make_filter_range(line.linker.inputs, is_library_request))
    add_request(facts, facts.library, {input.name.substr(strlen("alloc_")), "-l" + input.name});
}

/// What objects ask for. An archive member might not be linked. Its request counts only if no object makes one, and the
/// artifact is checked afterwards.
void find_requests(const ScanResult &scan, Facts &facts) {
  auto add = [&](bool linked) {
    for (const ScannedRequest &request : scan.requests)
      if (request.is_linked == linked && find_allocator(request.allocator))
        add_request(facts, facts.source_request, {request.allocator, request.file});
  };
  add(true);
  if (scan.carrier) {
    facts.carrier = Request{scan.carrier->allocator, scan.carrier->file};
    add_request(facts, facts.source_request, *facts.carrier);
  }
  if (!facts.source_request) add(false);
  if (facts.second_request && !facts.library && scan.requests.size() > 1 &&
      llvm::none_of(scan.requests, [](const ScannedRequest &request) { return request.is_linked; }))
    facts.second_request.reset();  // two members that may both stay out
}

std::optional<Provider> find_provider(const CommandLine &line, const ScanResult &scan, const LibrarySearch &search) {
  if (!line.sanitizer.empty()) return Provider{Reason::sanitizer, "-fsanitize=" + line.sanitizer};
  for (const LinkInput &input : line.linker.inputs)
    if (is_allocator_library(input, search))
      return Provider{Reason::linked_library, (input.kind == LinkInput::Kind::library ? "-l" : "") + input.name};
  if (!line.linker.defines_malloc.empty()) return Provider{Reason::user_symbols, line.linker.defines_malloc};
  if (scan.malloc)
    return Provider{Reason::user_symbols, scan.malloc->file, scan.malloc->via, scan.malloc->symbol,
                    scan.malloc->is_certain};
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
  search.rpaths = line.linker.rpaths;
  return search;
}

/// True for what a linker can open; a pipe or device is one too.
bool is_file(const std::string &path) {
  llvm::sys::fs::file_status status;
  return !llvm::sys::fs::status(path, status) && !llvm::sys::fs::is_directory(status);
}

/// "dietlibc" where the libc that is linked is not the one that the runtime is built for. Empty for glibc, and where it
/// cannot be told.
std::string foreign_libc(const CommandLine &line, const LibrarySearch &search, llvm::StringRef target) {
  if (target.ends_with("-musl")) return "";  // a target of its own
  for (const LinkInput &input : line.linker.inputs)
    if (input.kind == LinkInput::Kind::file && file_name(input.name) == "libc.a") return name_foreign_libc(input.name);
  auto libc = find_link_input({LinkInput::Kind::library, "c", line.is_static}, search);
  return libc ? name_foreign_libc(*libc) : "";
}

/// The script or word that surely hides malloc, or empty. A static program exports nothing, so nothing can be hidden.
std::string find_hiding_script(const CommandLine &line, const ScanResult &scan) {
  if (line.is_static) return "";
  Linker linker = line.linker.linker;
  for (const std::string &script : line.linker.version_scripts)
    if (hiding_of_file(script, linker) == Hiding::yes) return script;
  for (const VersionBlock &block : scan.versions)
    if (hiding_of(block.text, linker) == Hiding::yes) return block.file;
  // GNU ld 2.40 and mold 1.10 then export malloc@@program, and the C library asks for malloc@GLIBC_2.2.5.
  return line.linker.default_symver ? "--default-symver" : "";
}

/// What is scanned: the inputs, and the scripts behind -T, which may name inputs, define symbols and hide them.
std::vector<LinkInput> inputs_to_scan(const CommandLine &line, const LibrarySearch &search) {
  std::vector<LinkInput> inputs;
  llvm::copy_if(line.linker.inputs, std::back_inserter(inputs), std::not_fn(is_library_request));
  for (const std::string &script : line.linker.scripts)
    if (std::optional<std::string> file = find_script(script, search)) inputs.push_back({LinkInput::Kind::file, *file});
  return inputs;
}

}  // namespace

llvm::Expected<Facts> gather_requests(std::optional<llvm::StringRef> flag, const Environment &environment) {
  Facts facts;
  if (flag) facts.flag = Request{flag->str(), ("--allocator=" + *flag).str()};
  if (!environment.allocator.empty()) {
    std::string word = "CXX_ALLOC=" + environment.allocator;
    auto request = parse_request(environment.allocator, word);
    if (!request) return request.takeError();
    facts.environment = Request{request->str(), word};
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

namespace {

llvm::Expected<Lto> lto_of(const CommandLine &line, Family family, const Compiler &compiler) {
  Lto lto{.word = line.lto.word, .obstacle = line.lto.obstacle};
  if (family == Family::gnu && lto.obstacle.empty()) lto.obstacle = line.lto.obstacle_of_gcc;
  if (family == Family::gnu && line.linker.linker == Linker::lld) lto.obstacle = "lld, which does not read GCC's";
  if (family == Family::clang && line.lto.is_fat) lto.obstacle = "-ffat-lto-objects, of which clang makes a third kind";
  if (!line.linker.wraps.empty()) lto.obstacle = "--wrap=" + line.linker.wraps.front();
  if (!compiler.is_certain) lto.obstacle = compiler.words.front();
  if (!lto.obstacle.empty()) return lto;
  auto version = compiler_version(compiler);
  if (!version) return version.takeError();
  if (!version->empty()) lto.compiler = (family == Family::clang ? "clang-" : "gcc-") + *version;
  return lto;
}

/// What the scan of the inputs says.
void take_scan(LinkFacts &link, const CommandLine &line, const ScanResult &scan, const LibrarySearch &search) {
  Facts &facts = link.facts;
  // The scan has opened the objects, and a large link has ten thousand.
  link.has_inputs = llvm::all_of(line.files, [&](const std::string &file) {
    bool was_opened =
        scan.could_open_all && llvm::StringRef(file).ends_with(".o") && !llvm::is_contained(line.sources, file);
    return was_opened || is_file(file);
  });
  // A compiler whose default target its name does not tell.
  if (scan.elf_format && line.target.empty()) {
    std::optional<ElfFormat> named = format_of(facts.target);
    const Target *seen = find_target(*scan.elf_format);
    bool differs = !named || !named->is_like(*scan.elf_format);
    if (differs) facts.target = seen ? seen->name.str() : "an ELF " + machine_name(scan.elf_format->machine);
  }
  facts.provider = find_provider(line, scan, search);
  for (const Definition &shim : scan.shims) facts.shims.push_back(shim.symbol);
  facts.foreign_libc = foreign_libc(line, search, facts.target);
  if (facts.output == Output::executable) facts.hiding = find_hiding_script(line, scan);
  find_requests(scan, facts);
  link.requests = scan.requests;
  facts.calls_operators = scan.refers_to_operators || !line.only_c_sources || scan.has_opaque_code;
  facts.users_operators = scan.operators || !line.linker.defines_operators.empty();
  link.may_request = line.has_sources || scan.has_opaque_code ||
                     llvm::any_of(scan.requests, [](const ScannedRequest &request) { return !request.is_linked; });
  link.has_versions = !line.linker.version_scripts.empty() || !scan.versions.empty();
  bool reads_scripts = link.has_versions || !line.linker.scripts.empty() || scan.has_uncertain_script ||
                       !line.linker.uncertain_words.empty() || scan.has_lto_code;
  // A sanitizer of a later compiler may bring a malloc, too: clang 22's realtime does.
  bool is_told = !line.has_other_sanitizer || !line.sanitizer.empty();
  // Whether a malloc is a library's own or that of a library which it needs, the library will tell; and whether it is
  // one, where the driver is told so and the linker is not.
  bool may_be_otherwise =
      facts.output == Output::shared_library &&
      (line.linker.executable || (facts.provider && facts.provider->reason == Reason::user_symbols));
  link.is_certain &= !link.may_request && !reads_scripts && is_told && !may_be_otherwise &&
                     (!facts.provider || facts.provider->is_certain);
}

}  // namespace

llvm::Expected<LinkFacts> gather_facts(Facts given, CommandLine &line, const Compiler &compiler,
                                       llvm::ArrayRef<const char *> words, const Environment &environment) {
  LinkFacts link;
  Facts &facts = link.facts = std::move(given);
  std::string name = driver_name(compiler);
  auto family = identify_family(compiler, name);
  if (!family) return family.takeError();
  link.family = *family;
  facts.target = link_target(line, name);
  if (auto judged = needs_judge(line, link.family, compiler, environment)) {
    link.is_certain = false;
    auto link_line = ask_link_line(compiler, words);
    if (!link_line) return link_line.takeError();
    if (*link_line)
      apply_link_line(**link_line, *judged, line, facts.target);
    else if (line.files.empty() && line.linker.inputs.empty())
      line.not_a_link = "no input";
  }
  link.is_static = line.is_static;
  facts.output = output_kind(line, link.family, llvm::Triple(facts.target).isOSDarwin());
  find_library_requests(line, facts);
  // libtool links C++ libraries with -nostdlib, and names what the driver would have linked.
  bool names_libc = facts.output == Output::shared_library && line.explicit_libc;
  if (line.no_libc && !names_libc) facts.no_libc_word = line.no_libc_word;
  if (line.linker.raw_binary) facts.no_libc_word = "--oformat=binary";
  link.gains_cxx_runtime =
      link.family == Family::gnu && compiler.cxx && !line.gxx_sees_cxx && !line.no_cxx_runtime && !line.no_libc;
  facts.links_cxx_runtime =
      (compiler.cxx || line.cxx_mode || line.asks_cxx_runtime) && !line.no_cxx_runtime && !link.gains_cxx_runtime;
  llvm::copy_if(line.linker.wraps, std::back_inserter(facts.wraps), is_malloc_name);
  if (!line.lto.word.empty() && facts.output == Output::executable) {
    auto lto = lto_of(line, link.family, compiler);
    if (!lto) return lto.takeError();
    facts.lto = std::move(*lto);
  }
  link.injected = injected_before(line.linker.inputs);
  if (facts.output == Output::none || facts.output == Output::relocatable || !link.injected.empty()) {
    link.has_inputs = llvm::all_of(line.files, is_file);
    return link;
  }
  LibrarySearch search = library_search(line, link.family, facts.target, environment);
  take_scan(link, line, scan_link_inputs(inputs_to_scan(line, search), search), search);
  return link;
}

void set_requests(LinkFacts &link, llvm::ArrayRef<std::string> allocators, llvm::StringRef artifact) {
  Facts &facts = link.facts;
  facts.source_request.reset();
  facts.second_request.reset();
  if (facts.carrier) add_request(facts, facts.source_request, *facts.carrier);
  for (const std::string &allocator : allocators) {
    if (!find_allocator(allocator)) continue;
    auto request =
        llvm::find_if(link.requests, [&](const ScannedRequest &other) { return other.allocator == allocator; });
    add_request(facts, facts.source_request,
                {allocator, request != link.requests.end()
                                ? request->file
                                : "use_" + allocator + ".h in a source of " + artifact.str()});
  }
}

}  // namespace cxx_alloc
