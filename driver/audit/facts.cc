// SPDX-License-Identifier: Apache-2.0
// What one file says. The tables of names are read always; the whole file only where an allocator is in it that no
// symbol names any more: a stripped program still has its messages.
#include "audit/facts.h"

#include "audit/messages.h"
#include "audit/target.h"
#include "inputs/elf_image.h"
#include "inputs/note_types.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Support/JSON.h>

#include <cstring>
#include <unistd.h>

namespace cxx_alloc::audit {
namespace {

using namespace llvm::ELF;

Kind kind_of(const ElfImage &image) {
  if (image.is_debug_file()) return Kind::other;
  switch (image.type) {
  case ET_REL: return Kind::relocatable;
  case ET_EXEC: return Kind::executable;
  case ET_DYN: break;
  default: return Kind::other;
  }
  if (image.dynamic_value(DT_FLAGS_1).value_or(0) & DF_1_PIE) return Kind::executable;
  // libc.so.6 can be run and has an interpreter; it has a name for those who link it, too.
  bool runs = image.find_segment(PT_INTERP) && !image.dynamic_value(DT_SONAME);
  return runs ? Kind::executable : Kind::shared_library;
}

NamesInTable read_names(const ElfImage &image, ElfRange table) {
  NamesInTable names;
  std::uint64_t seen = table.offset;
  image.each_piece(table, NamesInTable::overlap, [&](llvm::StringRef piece, std::uint64_t offset) {
    names.look_at(piece, offset - table.offset, seen > offset ? seen - offset : 0);
    seen = offset + piece.size();
    return true;
  });
  return names;
}

template <class Take> void each_known_symbol(const ElfImage &image, ElfRange symbols, ElfRange strings, Take take) {
  NamesInTable names = read_names(image, strings);
  if (names.empty()) return;
  image.each_symbol(symbols, [&](const ElfSymbol &symbol) {
    if (const Known *known = names.at(symbol.name)) take(symbol, *known);
  });
}

bool is_function(const ElfSymbol &symbol) { return symbol.type == STT_FUNC || symbol.type == STT_GNU_IFUNC; }

void read_symbols(const ElfImage &image, Facts &facts) {
  each_known_symbol(image, image.dynamic_symbols(), image.dynamic_names(),
                    [&](const ElfSymbol &symbol, const Known &known) {
                      if (known.mark != Mark::count) {
                        if (symbol.defined && is_function(symbol)) facts.marks.add(known.mark);
                        return;
                      }
                      // A function of an assembler has no type; data of the name is nobody's malloc.
                      if (symbol.defined && !is_function(symbol) && symbol.type != STT_NOTYPE) return;
                      bool is_seen = symbol.binding != STB_LOCAL &&
                                     (symbol.visibility == STV_DEFAULT || symbol.visibility == STV_PROTECTED);
                      // An undefined symbol with an address is the entry by which a program that is not
                      // position-independent calls a library.
                      if (!symbol.defined)
                        facts.imports.add(known.name);
                      else if (is_seen)
                        facts.exports.add(known.name), facts.own.add(known.name), facts.visible.add(known.name);
                    });
  ElfImage::Tables tables = image.all_symbols();
  facts.has_symbols = bool(tables.symbols);
  std::uint64_t malloc = 0, libc_malloc = 0;
  each_known_symbol(image, tables.symbols, tables.names, [&](const ElfSymbol &symbol, const Known &known) {
    if (!symbol.defined || !is_function(symbol)) return;
    if (known.mark != Mark::count) return facts.marks.add(known.mark);
    facts.own.add(known.name);
    if (known.name == Name::malloc) malloc = symbol.value, facts.has_weak_malloc |= symbol.binding == STB_WEAK;
    if (known.name == Name::libc_malloc) libc_malloc = symbol.value;
    if (symbol.binding != STB_LOCAL && symbol.visibility == STV_DEFAULT) facts.visible.add(known.name);
  });
  // glibc's malloc is one function of two names; some allocators take both. musl's is weak and calls the other, and
  // weak are Scudo's and a sanitizer's.
  bool is_glibcs = malloc && malloc == libc_malloc && facts.marks.has(Mark::glibc_malloc);
  bool is_musls = facts.has_weak_malloc && libc_malloc && malloc != libc_malloc && !facts.marks.has(Mark::scudo) &&
                  !facts.marks.has(Mark::sanitizer);
  facts.has_malloc_of_libc = !facts.is_dynamic && (is_glibcs || is_musls);
  // The interface tells whether jemalloc has a prefix, where it is seen.
  if (facts.marks.has(Mark::jemalloc)) facts.marks.remove(Mark::prefixed_jemalloc);
  if (facts.marks.has(Mark::jemalloc_within) && !facts.marks.has(Mark::prefixed_jemalloc))
    facts.marks.add(Mark::jemalloc);
  facts.marks.remove(Mark::jemalloc_within);
}

std::string text_of(const llvm::json::Object &object, llvm::StringRef key) {
  return object.getString(key).value_or("").str();
}

void read_notes(const ElfImage &image, Facts &facts) {
  image.each_note("cxx-alloc", [&](const ElfNote &note) {
    if (note.type != artifact_type || note.text.size() > 4096 || facts.claims.size() >= 64) return;
    auto parsed = llvm::json::parse(note.text.take_until([](char c) { return c == '\0'; }));
    if (!parsed) return llvm::consumeError(parsed.takeError());
    if (const llvm::json::Object *object = parsed->getAsObject())
      facts.claims.push_back({text_of(*object, "allocator"), text_of(*object, "version"), text_of(*object, "cxx-alloc"),
                              text_of(*object, "output")});
  });
  image.each_choice(chosen_malloc_type, [&](size_t entry, bool is_ours) {
    if (is_ours || chosen_function(entry)) (is_ours ? facts.chose_ours : facts.chose_others) = true;
  });
  image.each_note("GNU", [&](const ElfNote &note) { facts.is_for_glibc |= note.type == 1; });  // NT_GNU_ABI_TAG
  // Where C is linked in, Go keeps a variable for each thread.
  bool has_c = facts.is_dynamic || image.find_segment(PT_TLS);
  image.each_note("Go", [&](const ElfNote &) {
    if (!has_c) facts.marks.add(Mark::go);
  });
}

void read_dynamic(const ElfImage &image, Facts &facts) {
  auto first = [&](std::int64_t tag) {
    std::vector<std::string> strings = image.dynamic_strings(tag);
    return strings.empty() ? std::string() : std::move(strings.front());
  };
  facts.needed = image.dynamic_strings(DT_NEEDED);
  facts.soname = first(DT_SONAME);
  facts.runpath = first(DT_RUNPATH);
  facts.rpath = first(DT_RPATH);
  facts.binds_locally = image.dynamic_value(DT_SYMBOLIC) || image.dynamic_value(DT_FLAGS).value_or(0) & DF_SYMBOLIC;
  facts.skips_defaults = image.dynamic_value(DT_FLAGS_1).value_or(0) & DF_1_NODEFLIB;
}

/// A stripped file may have a malloc that it does not export: then it asks nobody for one, and somebody for memory.
bool may_hide_malloc(const Facts &facts) {
  if (!facts.is_dynamic || facts.has_symbols || !facts.claims.empty() || facts.own.has(Name::malloc)) return false;
  if (llvm::any_of(core, [&](Name name) { return facts.imports.has(name); })) return false;
  return facts.imports.has(Name::mmap) || facts.imports.has(Name::mmap64) ||
         facts.imports.has(Name::sbrk);  // gperftools calls mmap by its number
}

/// jemalloc reads MALLOC_CONF only where its functions have no prefix, so that its malloc is malloc. tcmalloc's always
/// is. Of the others nothing tells whether a program calls them by names of their own.
void read_hidden_malloc(const ElfImage &image, Facts &facts) {
  Messages messages = find_messages(image);
  bool is_jemalloc = messages.marks.has(Mark::jemalloc) && !messages.version.empty() &&
                     has_text(image, llvm::StringRef("\0MALLOC_CONF\0", 13));
  bool is_tcmalloc = messages.marks.has(Mark::tcmalloc) && has_text(image, llvm::StringRef("\0TCMALLOC_", 10));
  if (!is_jemalloc && !is_tcmalloc) return;
  facts.own.add(Name::malloc);
  facts.messages = messages.marks;
  facts.allocator_version = messages.version;
}

/// Whose messages are in the file matters where somebody's malloc is, and no symbol says whose.
void read_messages(const ElfImage &image, Facts &facts) {
  bool defines = facts.own.has(Name::malloc) || facts.chose_ours;
  bool is_silent =
      facts.kind == Kind::executable && !facts.is_dynamic && !facts.has_symbols && !facts.marks.has(Mark::go);
  bool claims_jemalloc = false, is_libc = facts.own.has(Name::libc_start_main) && facts.is_dynamic, agrees = true;
  for (const Claim &claim : facts.claims) {
    if (claim.allocator != "jemalloc" && claim.allocator != "private") continue;
    claims_jemalloc = true;
    agrees &= claim.version.empty() || has_text(image, claim.version + "-");  // 5.3.1-0-g…
  }
  bool has_evidence = facts.marks.any();
  bool knows_version = claims_jemalloc ? agrees : !facts.marks.has(Mark::jemalloc);
  if (may_hide_malloc(facts)) return read_hidden_malloc(image, facts);
  if (is_libc || (has_evidence && knows_version && !is_silent)) return;
  if (!defines && !is_silent && !claims_jemalloc) return;
  Messages messages = find_messages(image);
  if (!claims_jemalloc && messages.marks.has(Mark::jemalloc) && has_prefixed_conf(image)) {
    messages.marks.remove(Mark::jemalloc);
    messages.version.clear();
  }
  facts.messages = messages.marks;
  facts.allocator_version = messages.version;
}

/// What the loader maps ends behind the end of the file. A file of debug information keeps the headers of what it
/// leaves out.
bool is_cut_off(const ElfImage &image) {
  if (image.is_debug_file()) return false;
  return llvm::any_of(image.segments, [&](const ElfSegment &segment) {
    return segment.type == PT_LOAD && segment.size != 0 &&
           (segment.offset > image.file_size || segment.size > image.file_size - segment.offset);
  });
}

void read_image(const ElfImage &image, Facts &facts) {
  if (image.state != ElfImage::State::sound) {
    facts.state = image.state == ElfImage::State::broken ? Facts::State::broken : Facts::State::not_elf;
    facts.problem = image.problem;
    return;
  }
  facts.kind = kind_of(image);
  facts.machine = image.machine;
  facts.os_abi = image.os_abi;
  facts.is_wide = image.is_wide;
  facts.is_little = image.is_little;
  facts.interpreter = image.interpreter();
  if (facts.kind == Kind::other)
    facts.problem = image.is_debug_file()   ? "it holds debug information, and no program"
                    : image.type == ET_CORE ? "it is the memory of a process that ended"
                                            : "neither an executable nor a library";
  if (facts.kind != Kind::executable && facts.kind != Kind::shared_library) {
    facts.target = target_of(facts);
    return;
  }
  if (is_cut_off(image)) {
    facts.state = Facts::State::broken;
    facts.problem = "it is cut off: its segments end behind its end, at byte " + std::to_string(image.file_size);
    return;
  }
  read_dynamic(image, facts);
  facts.is_dynamic = facts.kind == Kind::shared_library || !facts.interpreter.empty() || !facts.needed.empty();
  read_symbols(image, facts);
  read_notes(image, facts);
  read_messages(image, facts);
  facts.target = target_of(facts);
}

bool is_archive(int descriptor) {
  char magic[8];
  return pread(descriptor, magic, 8, 0) == 8 &&
         (!std::memcmp(magic, "!<arch>\n", 8) || !std::memcmp(magic, "!<thin>\n", 8));
}

}  // namespace

Facts read_facts(int descriptor) {
  Facts facts;
  ElfImage image(descriptor);
  facts.size = image.file_size;
  if (image.state == ElfImage::State::not_elf && is_archive(descriptor))
    facts.kind = Kind::static_library;
  else
    read_image(image, facts);
  return facts;
}

llvm::StringRef to_string(Kind kind) {
  switch (kind) {
  case Kind::executable: return "executable";
  case Kind::shared_library: return "shared-library";
  case Kind::relocatable: return "relocatable";
  case Kind::static_library: return "static-library";
  case Kind::other: return "other";
  }
  return "";
}

}  // namespace cxx_alloc::audit
