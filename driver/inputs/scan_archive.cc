// SPDX-License-Identifier: Apache-2.0
// What do the members of an archive define? The symbol index at its front answers without a look at the members; only
// references, and members without a name in the index, need those. llvm::object::Archive is not used: it trusts the
// counts and offsets of the index (Archive::Symbol::getName, LLVM 22), and it wants the whole file in memory.
#include "inputs/scan_internal.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/Path.h>

#include <unistd.h>

#include <set>

namespace cxx_alloc::scan {

namespace {

constexpr llvm::StringLiteral regular_magic = "!<arch>\n";
constexpr llvm::StringLiteral thin_magic = "!<thin>\n";
constexpr std::uint64_t header_size = 60;

struct Member {
  std::string raw_name;  // as in the header, trailing spaces removed
  Bytes data;
  std::uint64_t next = 0;  // where the next header begins
};

class ArchiveReader {
public:
  ArchiveReader(Scanner &scanner, const Bytes &bytes, const Origin &origin)
      : scanner(scanner), bytes(bytes), origin(origin), is_thin(bytes.head.starts_with(thin_magic)) {}

  // Nothing, if there is no index or if it does not tell: without the compiler's plugin, ar (GNU's and LLVM's) writes
  // an empty one for foreign bitcode, and one of `__gnu_lto_slim` alone for GCC's. lld and mold look into the members.
  std::optional<bool> scan_index() {
    std::optional<Member> member = read_member(regular_magic.size());
    if (!member) return bytes.size <= regular_magic.size();  // an archive without members is complete
    bool is_64 = member->raw_name == "/SYM64/";
    if (member->raw_name != "/" && !is_64) return std::nullopt;
    std::optional<llvm::StringRef> index = read_bytes(member->data, 0, member->data.size, scanner.symbols);
    std::uint64_t width = is_64 ? 8 : 4;
    if (!index || index->size() < width) return false;
    auto number_at = [&](std::uint64_t i) -> std::uint64_t {
      const char *at = index->data() + i * width;
      return is_64 ? llvm::support::endian::read64be(at) : llvm::support::endian::read32be(at);
    };
    std::uint64_t count = number_at(0);
    if (count == 0) return std::nullopt;
    if (count >= index->size() / width) return false;
    for (std::uint64_t i = 0; i < count; ++i) indexed.push_back(number_at(i + 1));
    llvm::sort(indexed);
    llvm::StringRef names = index->drop_front((count + 1) * width);
    std::optional<std::set<std::uint64_t>> runtime_members;
    llvm::StringRef carried = default_allocator();
    auto is_carried_runtime = [&, first_names = names](std::uint64_t offset) {
      if (!runtime_members) {
        runtime_members.emplace();
        llvm::StringRef rest = first_names;
        for (std::uint64_t i = 0; i < count && !rest.empty(); ++i) {
          auto [name, others] = rest.split('\0');
          if (is_runtime_name(name)) runtime_members->insert(number_at(i + 1));
          if (llvm::StringRef allocator = carried_allocator(name); !allocator.empty()) carried = allocator;
          rest = others;
        }
      }
      return runtime_members->contains(offset);
    };
    for (std::uint64_t i = 0; i < count; ++i) {
      size_t length = names.find('\0');
      if (length == llvm::StringRef::npos) return false;
      SymbolKind kind = classify(names.data(), names.data() + length);
      if (kind == SymbolKind::slim_lto) {
        indexed.clear();
        return std::nullopt;
      }
      if (kind == SymbolKind::request) {
        scanner.mark(names.take_front(length), {origin.file, member_name_at(number_at(i + 1))});
      } else if (kind != SymbolKind::other && is_carried_runtime(number_at(i + 1))) {
        if (!scanner.result.carrier) scanner.result.carrier = {origin.file.str(), carried.str()};
      } else if (kind != SymbolKind::other)
        scanner.define(kind, names.take_front(length), {origin.file, member_name_at(number_at(i + 1))});
      names = names.drop_front(length + 1);
    }
    return true;
  }

  // A member that the index does not name: of bitcode among machine code, for an ar without the compiler's plugin. lld
  // and mold link it nevertheless, bfd and gold do not; without ours in it, either makes what it makes alone.
  bool scan_unindexed_members() { return scan_members({.definitions = true, .references = false}); }

  // Those that the index names are left out, if it was read.
  bool scan_members(Wanted wanted) {
    std::uint64_t offset = regular_magic.size();
    // ar pads the last member to an even size, or leaves that to the reader.
    while (offset < bytes.size && bytes.size - offset > 1) {
      if (!(wanted.definitions && (!scanner.defines_heap() || !scanner.result.operators)) &&
          !(wanted.references && !scanner.result.refers_to_operators))
        return true;
      std::optional<Member> member = read_member(offset);
      if (!member) return false;
      bool is_indexed = llvm::binary_search(indexed, offset);
      offset = member->next;
      if (is_special(member->raw_name) || is_indexed) continue;
      if (is_thin)
        all_read &= scan_outside_member(*member, wanted);
      else
        all_read &= scan_inside_member(*member, wanted);
    }
    return all_read;
  }

  llvm::StringRef read_first_member(Buffer &buffer) {
    std::uint64_t offset = regular_magic.size();
    for (int i = 0; i < 4; ++i) {
      std::optional<Member> member = read_member(offset);
      if (!member || (is_thin && !is_special(member->raw_name))) return {};
      offset = member->next;
      if (is_special(member->raw_name)) continue;
      decode_name(*member);
      std::optional<Bytes> data = with_head(member->data, buffer);
      return data ? data->head : llvm::StringRef();
    }
    return {};
  }

private:
  static bool is_special(llvm::StringRef raw_name) {
    return raw_name == "/" || raw_name == "//" || raw_name == "/SYM64/" || raw_name.starts_with("/<") ||
           raw_name.starts_with("__.SYMDEF");
  }

  std::optional<Member> read_member(std::uint64_t offset) {
    std::optional<llvm::StringRef> header = read_bytes(bytes, offset, header_size, header_buffer);
    if (!header || header->substr(58, 2) != "`\n") return std::nullopt;
    Member member;
    member.raw_name = header->substr(0, 16).rtrim(' ').str();
    std::uint64_t size = 0;
    if (header->substr(48, 10).rtrim(' ').getAsInteger(10, size)) return std::nullopt;
    std::uint64_t start = offset + header_size;
    bool is_inside = !is_thin || is_special(member.raw_name);
    if (is_inside && size > bytes.size - start) return std::nullopt;
    std::uint64_t stored = is_inside ? size : 0;
    member.data = bytes.slice(start, stored);
    member.next = start + stored + (stored & 1);
    return member;
  }

  // The name behind a header: "a.o/", "/17" (an offset into the member "//"), or BSD's "#1/20" (in front of the data).
  std::string decode_name(Member &member) {
    llvm::StringRef raw = member.raw_name;
    std::uint64_t number = 0;
    if (raw.starts_with("#1/") && !raw.drop_front(3).getAsInteger(10, number)) {
      Buffer buffer;
      std::optional<llvm::StringRef> name = read_bytes(member.data, 0, number, buffer);
      if (!name) return raw.str();
      std::string text = name->take_until([](char c) { return c == '\0'; }).str();
      member.data = member.data.slice(number, member.data.size - number);
      return text;
    }
    if (raw.starts_with("/") && !raw.drop_front().getAsInteger(10, number)) {
      llvm::StringRef names = read_long_names();
      return number < names.size() ? names.drop_front(number).split('\n').first.rtrim('/').str() : raw.str();
    }
    return (raw.ends_with("/") ? raw.drop_back() : raw).str();
  }

  // The member "//" follows the index, if any.
  llvm::StringRef read_long_names() {
    if (long_names) return *long_names;
    long_names = "";
    std::uint64_t offset = regular_magic.size();
    for (int i = 0; i < 3; ++i) {
      std::optional<Member> member = read_member(offset);
      if (!member || !is_special(member->raw_name)) break;
      if (member->raw_name == "//") {
        long_names = read_bytes(member->data, 0, member->data.size, long_names_buffer).value_or("");
        break;
      }
      offset = member->next;
    }
    return *long_names;
  }

  llvm::StringRef member_name_at(std::uint64_t offset) {
    std::optional<Member> member = read_member(offset);
    last_name = member ? decode_name(*member) : std::string();
    return last_name;
  }

  bool scan_inside_member(Member &member, Wanted wanted) {
    std::string name = decode_name(member);
    std::optional<Bytes> data = with_head(member.data, scanner.member_head);
    return data && scan_object(scanner, *data, {origin.file, name}, wanted);
  }

  // A member of a thin archive is a file beside it. It is read as an object and never as an archive, so there is no
  // cycle; and a name that repeats is read once.
  bool scan_outside_member(Member &member, Wanted wanted) {
    std::string name = decode_name(member);
    llvm::SmallString<256> path;
    if (!llvm::sys::path::is_absolute(name)) path = llvm::sys::path::parent_path(origin.file);
    llvm::sys::path::append(path, name);
    if (!outside_members.insert(path).second) return true;
    std::optional<OpenFile> file = open_input(path.c_str(), scanner.member_head);
    return !file || scan_object(scanner, *file, {origin.file, name}, wanted);
  }

  Scanner &scanner;
  const Bytes &bytes;
  const Origin &origin;
  bool is_thin;
  bool all_read = true;
  llvm::SmallVector<std::uint64_t, 0> indexed;  // where the members begin that the index names
  Buffer header_buffer;
  Buffer long_names_buffer;
  std::optional<llvm::StringRef> long_names;
  std::string last_name;
  llvm::StringSet<> outside_members;
};

}  // namespace

bool is_archive(llvm::StringRef head) { return head.starts_with(regular_magic) || head.starts_with(thin_magic); }

llvm::StringRef read_first_member(const Bytes &archive, Buffer &buffer) {
  Scanner scanner;
  return ArchiveReader(scanner, archive, {}).read_first_member(buffer);
}

bool scan_archive(Scanner &scanner, const Bytes &bytes, const Origin &origin) {
  ArchiveReader reader(scanner, bytes, origin);
  std::optional<bool> index_is_read = reader.scan_index();
  if (!index_is_read) return reader.scan_members({});
  scanner.indexed_archives.push_back(origin.file.str());
  return *index_is_read && reader.scan_unindexed_members();
}

bool scan_archive_members(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted) {
  return ArchiveReader(scanner, bytes, origin).scan_members(wanted);
}

}  // namespace cxx_alloc::scan
