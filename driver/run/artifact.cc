// SPDX-License-Identifier: Apache-2.0
// What a finished artifact tells of its allocator. Whose definition the linker chose for a name stands in a note of our
// objects (runtime/chosen.h), what a program exports in its dynamic symbols: neither is lost where symbols are
// stripped. Where a linker script has thrown the note away, the symbol table is asked, if there is one.
#include "run/artifact.h"

#include "descriptor.h"
#include "inputs/elf_image.h"
#include "inputs/note_types.h"
#include "words/symbol_names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/BinaryFormat/ELF.h>

#include <fcntl.h>

namespace cxx_alloc {
namespace {

using namespace llvm::ELF;
using llvm::StringRef;

Answer answer(bool yes) { return yes ? Answer::yes : Answer::no; }

struct Symbol {
  bool is_defined = false, is_weak = false;
  bool has_base_version =
      true;  ///< one of another version is passed over by whoever refers to libc's: to them it is none
  std::uint64_t value = 0;
};

class Reader {
public:
  /// lld 22 applies --wrap to what our note refers to: of `wraps` only the symbols tell.
  Reader(const ElfImage &image, llvm::ArrayRef<std::string> wraps) : image_(image), wraps_(wraps) {}

  Evidence read() {
    Evidence evidence;
    if (image_.state != ElfImage::State::sound) return evidence;
    evidence.is_written = true;
    evidence.output = kind();
    bool has_interpreter = image_.find_segment(PT_INTERP);
    evidence.is_started = has_interpreter && image_.dynamic_value(DT_DEBUG);
    dynamic_ = read_symbols(image_.dynamic_symbols(), image_.dynamic_names(), image_.dynamic_versions());
    read_notes(evidence);
    bool is_told = evidence.malloc_is_users != Answer::unknown;
    // Most of a large program's symbols: read where nothing else tells.
    if (!is_told || !wraps_.empty()) {
      ElfImage::Tables tables = image_.all_symbols();
      static_ = read_symbols(tables.symbols, tables.names, {});
      if (!is_told)
        for (StringRef name : {"malloc", "free"}) ask_symbols(name, evidence);
      for (StringRef name : wraps_) ask_symbols(name, evidence);
    }
    // Our note stands beside a definition of each.
    if (evidence.malloc_is_users == Answer::unknown)
      for (const MallocFunction &function : malloc_family())
        if (lacks(function.name))
          evidence.missing.push_back(function.name.str());
        else if (replaces_libcs(function.name))
          evidence.users_functions.push_back(function.name.str());
    bool loads_libraries = has_interpreter && evidence.output == Output::executable;
    if (loads_libraries && image_.dynamic_symbols())
      evidence.exports_malloc = answer(llvm::all_of(malloc_family(), [&](const MallocFunction &function) {
        const Symbol *symbol = defined(dynamic_, function.name);
        return !function.is_offered() || (symbol && symbol->has_base_version);
      }));
    return evidence;
  }

private:
  using Symbols = llvm::StringMap<Symbol>;

  Output kind() const {
    if (image_.type == ET_REL) return Output::relocatable;
    if (image_.type == ET_EXEC) return Output::executable;
    if (!image_.has_dynamic_section()) return image_.find_segment(PT_INTERP) ? Output::executable : Output::none;
    // A static-pie has no interpreter, and a library that can be run as well, such as libc.so.6, has one. A program
    // says what it is; gold 2.40 leaves room for a debugger instead.
    bool is_executable = image_.dynamic_value(DT_DEBUG) || image_.dynamic_value(DT_FLAGS_1).value_or(0) & DF_1_PIE;
    return is_executable ? Output::executable : Output::shared_library;
  }

  void read_notes(Evidence &evidence) const {
    evidence.malloc_is_users = choices(chosen_malloc_type, [&](size_t entry) {
      const char *name = chosen_function(entry);
      if (!name || llvm::is_contained(wraps_, name)) return false;
      evidence.users_functions.push_back(name);
      return true;
    });
    evidence.operators_are_users = choices(chosen_operators_type, [](size_t) { return true; });
    image_.each_note("cxx-alloc", [&](const ElfNote &note) {
      StringRef text = note.text.split('\0').first;
      if (note.type == request_type && !llvm::is_contained(evidence.requests, text))
        evidence.requests.push_back(text.str());
    });
  }

  /// Yes where a definition that counts is not ours; unknown without a note of this type.
  Answer choices(std::uint32_t type, llvm::function_ref<bool(size_t entry)> counts) const {
    Answer users = Answer::unknown;
    image_.each_choice(type, [&](size_t entry, bool is_ours) {
      if (users != Answer::yes) users = Answer::no;
      if (!is_ours && counts(entry)) users = Answer::yes;
    });
    return users;
  }

  /// The symbols that the answers need.
  Symbols read_symbols(ElfRange symbols, ElfRange names, ElfRange versions) const {
    Symbols found;
    std::string text = image_.bytes_of(names), indexes = image_.bytes_of(versions);
    size_t at = 0;
    image_.each_symbol(symbols, [&](const ElfSymbol &symbol) {
      std::uint64_t version =
          at + 2 <= indexes.size() ? image_.number(indexes.data() + at, 2) & 0x7fff : VER_NDX_GLOBAL;
      at += 2;
      if (symbol.name >= text.size()) return;
      StringRef name = text.c_str() + symbol.name, plain = name;
      plain.consume_front("cxx_alloc_") || plain.consume_front("__libc_");
      if (!is_malloc_name(plain) || (!symbol.defined && found.contains(name))) return;
      found[name] = {symbol.defined, symbol.binding == STB_WEAK, version <= VER_NDX_GLOBAL, symbol.value};
    });
    return found;
  }

  static const Symbol *defined(const Symbols &symbols, const llvm::Twine &name) {
    llvm::SmallString<32> buffer;
    auto found = symbols.find(name.toStringRef(buffer));
    return found != symbols.end() && found->second.is_defined ? &found->second : nullptr;
  }

  /// Without our note: ours has a second name for each function, and the symbol table tells whether both are one place.
  /// Where it is gone too, ours are weak and a user's as a rule are not. A library has ours as a guest, or none.
  void ask_symbols(StringRef name, Evidence &evidence) const {
    const Symbol *chosen = defined(static_, name), *second = defined(static_, "cxx_alloc_" + name),
                 *exported = defined(dynamic_, name);
    bool is_library = evidence.output == Output::shared_library;
    if (!exported && !(chosen && (second || is_library))) return;
    bool is_users = chosen && second ? chosen->value != second->value
                    : is_library     ? !is_libcs(name)
                                     : !exported->is_weak;
    if (is_users) evidence.users_functions.push_back(name.str());
    evidence.malloc_is_users = answer(!evidence.users_functions.empty());
  }

  /// libc's own, linked in.
  bool is_libcs(StringRef name) const {
    const Symbol *libc = defined(static_, "__libc_" + name), *chosen = defined(static_, name);
    return libc && chosen && libc->value == chosen->value;
  }

  /// Somebody's beside libc's, in a program that libc is linked into.
  bool replaces_libcs(StringRef name) const {
    return defined(static_, name) && defined(static_, "__libc_" + name) && !is_libcs(name);
  }

  /// Surely nobody's but libc's.
  bool lacks(StringRef name) const {
    if (defined(static_, name)) return is_libcs(name);
    if (defined(dynamic_, name)) return false;
    // What a program takes from a library it does not have itself.
    return dynamic_.contains(name) || image_.all_symbols().symbols;
  }

  const ElfImage &image_;
  llvm::ArrayRef<std::string> wraps_;
  Symbols dynamic_, static_;
};

}  // namespace

Evidence read_artifact(const std::string &path, llvm::ArrayRef<std::string> wraps) {
  Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return {};
  return Reader(ElfImage(descriptor.get()), wraps).read();
}

std::vector<std::string> exported_functions(const std::string &path) {
  std::vector<std::string> functions;
  Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return functions;
  ElfImage image(descriptor.get());
  std::string names = image.bytes_of(image.dynamic_names());
  image.each_symbol(image.dynamic_symbols(), [&](const ElfSymbol &symbol) {
    bool is_function = symbol.defined && symbol.binding != STB_LOCAL && symbol.type == STT_FUNC;
    if (is_function && symbol.name < names.size()) functions.push_back(names.c_str() + symbol.name);
  });
  return functions;
}

}  // namespace cxx_alloc
