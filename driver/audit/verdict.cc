// SPDX-License-Identifier: Apache-2.0
// The rules. The loader binds a name to the first module that exports it, so the process's malloc is the first module's
// that exports malloc. What the note says is a claim, and is compared with that.
#include "audit/verdict.h"

#include "inputs/known_libraries.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>

namespace cxx_alloc::audit {
namespace {

constexpr Name further[] = {Name::memalign, Name::posix_memalign, Name::aligned_alloc,
                            Name::valloc,   Name::pvalloc,        Name::malloc_usable_size};
constexpr Name own_of_jemalloc[] = {Name::mallctl, Name::mallocx, Name::sdallocx,
                                    Name::rallocx, Name::nallocx, Name::xallocx};

void add(Verdict &verdict, llvm::StringRef id, const llvm::Twine &fact, const llvm::Twine &what_to_do) {
  verdict.faults.push_back({id, (fact + "; " + what_to_do).str()});
}

/// The loader is no allocator, though before glibc 2.31 it exported a malloc for itself.
bool is_loader(const Module &module) {
  llvm::StringRef name = file_name(module.name);
  return module.facts && module.facts->exports.has(Name::tls_get_addr) &&
         !module.facts->exports.has(Name::libc_start_main) && name.starts_with("ld");
}

bool is_libc(const Module &module) {
  return module.facts ? module.facts->exports.has(Name::libc_start_main) : is_libc_name(module.name);
}

bool exports(const Module &module, Name name) {
  if (module.facts) return module.facts->exports.has(name) && !is_loader(module);
  // Not on this machine: what its name promises.
  return llvm::is_contained(core, name) && (is_libc(module) || promises_malloc(module.name));
}

const Module *find_provider(llvm::ArrayRef<Module> modules, Name name) {
  const Module *found =
      llvm::find_if(modules, [&](const Module &module) { return !module.is_late && exports(module, name); });
  return found == modules.end() ? nullptr : found;
}

llvm::StringRef whose(const Module &module) {
  return module.facts ? allocator_in(*module.facts, module.path) : allocator_by_name(module.name);
}

llvm::StringRef spoken(const Module &module) { return file_name(module.path.empty() ? module.name : module.path); }

std::string version_of(const Module &module, llvm::StringRef allocator) {
  if (!module.facts) return "";
  for (const Claim &claim : module.facts->claims)
    if (claim.allocator == allocator && !claim.version.empty()) return claim.version;
  return allocator == "jemalloc" ? module.facts->allocator_version : "";
}

const Claim *claim_of(const Facts &facts, llvm::StringRef allocator) {
  auto found = llvm::find_if(facts.claims, [&](const Claim &claim) { return claim.allocator == allocator; });
  return found == facts.claims.end() ? nullptr : &*found;
}

std::string by_note(const Claim &claim) { return "note of cxx-alloc " + claim.tool_version; }

/// The program has a malloc in it that nobody else sees.
bool hides_malloc(const Facts &facts) {
  return facts.is_dynamic && !facts.exports.has(Name::malloc) &&
         (facts.own.has(Name::malloc) || (facts.chose_ours && !facts.chose_others));
}

/// Nobody's allocator that can ask the loader for libc's functions: gprofng's library hands on to them.
bool may_hand_on(const Module &module) {
  return whose(module) == "user" &&
         (module.facts->imports.has(Name::dlsym) || module.facts->imports.has(Name::libc_malloc));
}

/// It stands before the process's malloc and has no memory to give: a profiler's library.
bool only_hands_on(const Module &module) {
  const NameSet &imports = module.facts->imports;
  return may_hand_on(module) && !imports.has(Name::mmap) && !imports.has(Name::mmap64) && !imports.has(Name::sbrk);
}

void find_half_a_family(Verdict &verdict, llvm::ArrayRef<Module> modules) {
  const Module *malloc = find_provider(modules, Name::malloc);
  if (!malloc || !malloc->facts) return;
  for (Name name : core) {
    const Module *other = find_provider(modules, name);
    if (!other || other == malloc || !other->facts) continue;
    return add(verdict, "half-family",
               "malloc is " + spoken(*malloc) + "'s and " + to_string(name) + " is " + spoken(*other) +
                   "'s, so memory of one is freed by the other, and the process crashes",
               "define malloc, free, calloc and realloc in one place, or none of them");
  }
  if (may_hand_on(*malloc)) return;  // free takes what libc's aligned_alloc gave
  for (Name name : further) {
    const Module *other = find_provider(modules, name);
    if (!other || other == malloc || !other->facts) continue;
    const Module *user =
        llvm::find_if(modules, [&](const Module &module) { return module.facts && module.facts->imports.has(name); });
    if (user == modules.end()) continue;
    if (name == Name::malloc_usable_size)
      return add(verdict, "half-family",
                 spoken(*user) + " calls malloc_usable_size of " + spoken(*other) +
                     ", which is asked for the size of " + spoken(*malloc) + "'s memory, and reads what is not its own",
                 "define malloc_usable_size beside malloc as well");
    return add(verdict, "half-family",
               spoken(*user) + " calls " + to_string(name) + " of " + spoken(*other) + ", and free is " +
                   spoken(*malloc) + "'s, which crashes on that memory",
               "define " + to_string(name) + " beside malloc as well");
  }
}

void find_two(Verdict &verdict, llvm::ArrayRef<Module> modules) {
  const Module *first = nullptr;
  for (const Module &module : modules) {
    // What keeps its malloc to itself is another fault.
    if (module.is_late && !keeps_to_itself(*module.facts).empty()) continue;
    bool allocates =
        (exports(module, Name::malloc) || (&module == modules.begin() && module.facts->own.has(Name::malloc)));
    if (!allocates || is_libc(module) || whose(module) == "system") continue;
    if (!first) {
      first = &module;
      continue;
    }
    return add(verdict, "two-allocators",
               spoken(*first) + " (" + whose(*first) + ") and " + spoken(module) + " (" + whose(module) +
                   ") both bring a malloc; names that only one of them defines hand out memory that the other frees",
               "link one of them");
  }
  const Module *provider = find_provider(modules, Name::malloc);
  if (!first || !provider || !is_libc(*provider) || first == modules.begin()) return;
  add(verdict, "two-allocators",
      "malloc is " + spoken(*provider) + "'s, and " + spoken(*first) + " (" + whose(*first) + ") is loaded " +
          (first->is_late ? "later" : "behind it") +
          ", so what calls its own functions gets memory that free does not know",
      !first->is_late ? "link the executable with " + spoken(*first) + " too, or nothing with it"
      : allocator_by_name(first->name).empty() ? "leave malloc to the process in " + spoken(*first)
                                               : "link the executable with " + spoken(*first) + ", or load it nowhere");
}

void find_hidden(Verdict &verdict, const Facts &facts) {
  if (!hides_malloc(facts)) return;
  if (facts.kind == Kind::executable)
    return add(
        verdict, "hidden-malloc",
        "its malloc is not exported, so its libraries use libc's, and memory that crosses between them crashes the "
        "process",
        "take malloc's family out of the version script, or export it: -Wl,--export-dynamic-symbol=malloc and so on");
  add(verdict, "hidden-malloc",
      "it has a malloc that only it sees, so what strdup or getline give it, which is the process's memory, crashes in "
      "its free",
      "leave malloc to the process, or give its functions another name");
}

/// gperftools has some of jemalloc's names, too, as its own. Nothing is linked or loaded beside a static program that
/// could look for them.
void find_visible_jemalloc(Verdict &verdict, const Module &module) {
  const Facts &facts = *module.facts;
  if (whose(module) != "jemalloc" || !facts.is_dynamic) return;
  for (Name name : own_of_jemalloc)
    if (facts.visible.has(name))
      return add(verdict, "visible-jemalloc",
                 "it defines jemalloc's " + to_string(name) +
                     " for everybody, so a configure script finds it, and what is built then fails elsewhere",
                 "build jemalloc with a prefix, or hide its names: -Wl,--exclude-libs=libjemalloc.a");
}

void find_lie(Verdict &verdict, const Facts &facts) {
  const Claim *first = nullptr;
  for (const Claim &claim : facts.claims) {
    if (claim.allocator == "private" && facts.claims.size() > 1) continue;
    if (first && first->allocator != claim.allocator)
      return add(verdict, "note-lies", "its notes say " + first->allocator + " and " + claim.allocator,
                 "link the objects again, not what was linked already");
    first = &claim;
  }
  if (!first) return;
  if (first->allocator != verdict.allocator)
    return add(verdict, "note-lies",
               "its note says " + first->allocator + ", and its malloc is " +
                   (verdict.allocator == "process" ? "the process's" : verdict.allocator) +
                   (verdict.provider.empty() ? "" : ", of " + std::string(file_name(verdict.provider))),
               "believe the symbols, and link it again");
  if (!verdict.provider.empty() && first->allocator != "system")
    return add(verdict, "note-lies",
               "its note says that it brings " + first->allocator + ", and it uses that of " +
                   file_name(verdict.provider),
               "believe the symbols, and link it again");
  if (!first->version.empty() && !facts.allocator_version.empty() && first->version != facts.allocator_version)
    add(verdict, "note-lies", "its note says version " + first->version + ", and in it is " + facts.allocator_version,
        "believe the allocator, and link it again");
}

/// An executable without libraries.
void judge_alone(Verdict &verdict, const Module &program) {
  const Facts &facts = *program.facts;
  llvm::StringRef allocator = allocator_in(facts, program.path);
  MarkSet marks = facts.marks;
  marks.add(facts.messages);
  marks.remove(Mark::prefixed_jemalloc);
  bool has_malloc = facts.own.has(Name::malloc) || facts.chose_ours || (marks.any() && !marks.has(Mark::go));
  if (facts.chose_others && claim_of(facts, allocator)) allocator = "user";
  if (!has_malloc) {
    // A static program of glibc has glibc's malloc and its messages, unless it defines one itself.
    bool is_sure = facts.has_symbols || facts.marks.has(Mark::go);
    verdict.allocator = is_sure ? "none" : facts.is_for_glibc ? "user" : "system";
    verdict.by = facts.marks.has(Mark::go) ? "no malloc in it: it is Go"
                 : is_sure                 ? "no malloc in it"
                 : facts.is_for_glibc      ? "no malloc of libc in it"
                                           : "nothing in it that is known";
    return;
  }
  verdict.allocator = allocator.str();
  verdict.by = allocator == "system" ? "libc in the file" : "symbols of its own";
}

}  // namespace

Verdict judge_executable(llvm::ArrayRef<Module> modules) {
  Verdict verdict;
  const Module &program = modules.front();
  const Facts &facts = *program.facts;
  const Module *provider = hides_malloc(facts) ? &program : find_provider(modules, Name::malloc);
  if (!facts.is_dynamic) {
    judge_alone(verdict, program);
  } else if (!provider) {
    verdict.allocator = "none";
    verdict.by = "no malloc in it or its libraries";
  } else {
    verdict.allocator = whose(*provider).str();
    if (provider == &program && facts.chose_others && claim_of(facts, verdict.allocator)) verdict.allocator = "user";
    if (provider == &program) {
      verdict.by = "symbols of its own";
    } else {
      verdict.provider = provider->path;
      verdict.by = (provider->is_preload ? "preload " : is_libc(*provider) ? "libc " : "library ") + provider->name;
      if (provider->path.empty()) verdict.by += " (not found here)";
    }
  }
  verdict.version = version_of(verdict.provider.empty() ? program : *provider, verdict.allocator);
  if (const Claim *claim = claim_of(facts, verdict.allocator);
      claim && (verdict.provider.empty() || verdict.allocator == "system"))
    verdict.by = by_note(*claim);

  if (facts.is_dynamic) {
    find_hidden(verdict, facts);
    find_two(verdict, modules);
    find_half_a_family(verdict, modules);
  }
  find_visible_jemalloc(verdict, program);
  if (!provider || !provider->is_preload) find_lie(verdict, facts);
  return verdict;
}

Verdict judge_process(llvm::ArrayRef<Module> modules) {
  Verdict verdict = judge_executable(modules);
  for (const Module &module : modules.drop_front()) {
    if (is_loader(module) || allocator_by_name(module.name) == "system") continue;
    std::string why = keeps_to_itself(*module.facts);
    if (why.empty()) continue;
    if (module.is_late)
      add(verdict, "plug-in",
          "it has loaded " + spoken(module) + ", which " + why +
              ": memory that crosses between them crashes the process",
          "leave malloc to the process in the plug-in");
    else if (hides_malloc(*module.facts))
      add(verdict, "hidden-malloc",
          spoken(module) + " " + why +
              ", so what strdup or getline give it, which is the process's memory, crashes in its free",
          "leave malloc to the process, or give its functions another name");
  }
  return verdict;
}

Verdict judge_library(const Module &library) {
  Verdict verdict;
  const Facts &facts = *library.facts;
  llvm::StringRef name = facts.soname.empty() ? llvm::StringRef(library.path) : llvm::StringRef(facts.soname);
  if (exports(library, Name::malloc)) {
    verdict.allocator = whose(library).str();
    verdict.by = is_libc(library) ? "libc itself" : "symbols of its own";
    verdict.version = version_of(library, verdict.allocator);
    if (!is_libc(library) && allocator_by_name(name).empty() && !only_hands_on(library))
      add(verdict, "carries-malloc",
          "it exports a malloc (" + verdict.allocator +
              "), which becomes that of each process that links it, and of none that loads it later",
          "link the allocator into the executables instead");
    if (allocator_by_name(name).empty()) find_visible_jemalloc(verdict, library);
  } else {
    const Claim *claim = claim_of(facts, "private");
    bool has_guest = claim && (facts.has(Mark::jemalloc) || !facts.has_symbols);
    bool hides = hides_malloc(facts) && !is_loader(library);
    verdict.allocator = has_guest || hides ? "private" : "process";
    verdict.by = hides ? "symbols of its own" : has_guest ? by_note(*claim) : "the process that loads it";
    if (has_guest) verdict.version = claim->version;
    if (const Claim *plain = claim_of(facts, "process"); plain && verdict.allocator == "process")
      verdict.by = by_note(*plain);
    if (hides) find_hidden(verdict, facts);
    find_visible_jemalloc(verdict, library);
  }
  find_lie(verdict, facts);
  return verdict;
}

std::string keeps_to_itself(const Facts &library) {
  if (hides_malloc(library)) return "has a malloc that only it sees";
  if (library.exports.has(Name::malloc) && library.binds_locally && !library.exports.has(Name::libc_start_main))
    return "brings a malloc and is linked with -Bsymbolic, so it calls its own";
  return "";
}

bool loads_plug_ins(const Facts &facts) {
  return (facts.imports.has(Name::dlopen) || facts.imports.has(Name::dlmopen)) && !facts.exports.has(Name::dlopen);
}

Fault plug_in_fault(llvm::StringRef host, llvm::StringRef plug_in, llvm::StringRef why, size_t others) {
  std::string rest = others ? " (and " + std::to_string(others) + " others like it)" : "";
  return {"plug-in",
          (host.empty() ? "it" : "its " + host.str()) + " loads plug-ins, and " + plug_in.str() + rest + " " +
              why.str() +
              ": memory that crosses between them crashes the process; leave malloc to the process in the plug-in"};
}

}  // namespace cxx_alloc::audit
