// SPDX-License-Identifier: Apache-2.0
// The grammar of the linkers' options over their table. GNU ld 2.40 reads with getopt_long_only: long options take one
// dash or two and may be cut short. gold, lld and mold want the whole name.
#include "words/linker_options.h"

#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

/// The words in which the table is written.
namespace rows {
using enum Arity;
using enum LinkerEffect;
constexpr unsigned bfd = 1U << unsigned(Linker::bfd), gold = 1U << unsigned(Linker::gold),
                   lld = 1U << unsigned(Linker::lld), mold = 1U << unsigned(Linker::mold),
                   all = bfd | gold | lld | mold;
constexpr bool any = false, two = true;
constexpr LinkerOption table[] = {
#include "words/linker_options.inc"
};
}  // namespace rows

using Rows = llvm::ArrayRef<LinkerOption>;

/// The rows whose names begin with `text`.
Rows rows_beginning(StringRef text) {
  auto *first = std::lower_bound(std::begin(rows::table), std::end(rows::table), text,
                                 [](const LinkerOption &row, StringRef wanted) { return row.name < wanted; });
  auto *last = first;
  while (last != std::end(rows::table) && last->name.starts_with(text)) ++last;
  return {first, last};
}

struct Word {
  StringRef text;  ///< without dashes
  bool two_dashes;
  Linker linker;

  bool admits(const LinkerOption &row) const { return row.is_of(linker) && (two_dashes || !row.two_dashes); }
};

const LinkerOption *find_exactly(const Word &word, StringRef name) {
  for (const LinkerOption &row : rows_beginning(name))
    if (row.name == name && word.admits(row)) return &row;
  return nullptr;
}

/// The option of which `name` is the beginning. An ambiguous one is an error to GNU ld, or says the same either way.
const LinkerOption *find_abbreviated(const Word &word, StringRef name) {
  const LinkerOption *found = nullptr;
  for (const LinkerOption &row : rows_beginning(name)) {
    if (!word.admits(row) || row.name.size() == 1) continue;
    if (found && (found->effect != row.effect || found->arity != row.arity)) return nullptr;
    found = &row;
  }
  return found;
}

std::optional<LinkerReading> read_with_value(const LinkerOption &row, StringRef value, bool has_value) {
  switch (row.arity) {
  case Arity::flag: return has_value ? std::nullopt : std::optional(LinkerReading{&row, ""});
  case Arity::equals: return has_value ? std::optional(LinkerReading{&row, value}) : std::nullopt;
  case Arity::flag_or_equals: return LinkerReading{&row, value};
  case Arity::value: return LinkerReading{&row, value, !has_value};
  case Arity::joined: break;
  }
  return std::nullopt;
}

std::optional<LinkerReading> read_long(const Word &word) {
  auto [name, value] = word.text.split('=');
  bool has_value = name.size() != word.text.size();
  if (name.empty()) return std::nullopt;
  // A name of one letter takes one dash; GNU ld reads the second one as the beginning of a long option.
  const LinkerOption *row = name.size() > 1 || name == "(" || name == ")" ? find_exactly(word, name) : nullptr;
  if (!row && word.linker == Linker::bfd && (word.two_dashes || name.size() > 1)) row = find_abbreviated(word, name);
  if (row && row->arity != Arity::joined) return read_with_value(*row, value, has_value);
  for (size_t length = word.text.size(); length > 1; --length)
    if (const LinkerOption *joined = find_exactly(word, word.text.take_front(length));
        joined && joined->arity == Arity::joined)
      return LinkerReading{joined, word.text.drop_front(length)};
  return std::nullopt;
}

/// -lfoo, -l foo, -s, and for GNU ld and gold -sx. GNU ld 2.40 wants flags alone in such a group, so that -rdynamic is
/// none.
LinkerReadings read_letters(const Word &word) {
  LinkerReadings readings;
  bool takes_several = word.linker == Linker::bfd || word.linker == Linker::gold;
  for (StringRef rest = word.text; !rest.empty();) {
    const LinkerOption *row = find_exactly(word, rest.take_front(1));
    rest = rest.drop_front();
    if (!row) return {};
    if (row->arity == Arity::value) {
      if (!readings.empty() && word.linker == Linker::bfd) return {};
      readings.push_back({row, rest, rest.empty()});
      return readings;
    }
    if (!rest.empty() && !takes_several) return {};
    readings.push_back({row, ""});
  }
  return readings;
}

}  // namespace

Linker linker_of(StringRef name) {
  StringRef file = file_name(name);
  if (!file.consume_front("ld.")) file.consume_front("ld-");
  // Debian's names end with a version, "ld.lld-22"; toolchains put their target in front, "aarch64-linux-gnu-ld.gold".
  if (size_t at = file.rfind("-ld."); at != StringRef::npos) file = file.drop_front(at + 4);
  file = file.rtrim("0123456789.").rtrim('-');
  if (file == "bfd") return Linker::bfd;
  if (file == "gold") return Linker::gold;
  if (file == "lld") return Linker::lld;
  return file == "mold" ? Linker::mold : Linker::unknown;
}

llvm::ArrayRef<LinkerOption> linker_options() { return rows::table; }

LinkerReadings read_linker_option(StringRef text, Linker linker) {
  Word word{text, false, linker};
  word.text.consume_front("-");
  word.two_dashes = word.text.consume_front("-");
  // GNU ld: what begins with -l is a library, or -li would be cut short from --library.
  bool is_library = linker == Linker::bfd && !word.two_dashes && word.text.starts_with("l");
  if (!is_library)
    if (std::optional<LinkerReading> reading = read_long(word)) return {*reading};
  return word.two_dashes ? LinkerReadings() : read_letters(word);
}

}  // namespace cxx_alloc
