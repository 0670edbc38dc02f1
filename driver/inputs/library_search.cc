// SPDX-License-Identifier: Apache-2.0
// Which file would the linker open for `-lfoo`? Each folder is asked for libfoo.so, then for libfoo.a, and a file for
// another architecture is passed over, as GNU ld, gold and mold do ("skipping incompatible libfoo.so").
#include "inputs/scan_internal.h"
#include "words/targets.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Support/Endian.h>

#include <sys/stat.h>
#include <unistd.h>

namespace cxx_alloc {

namespace {

using namespace llvm::ELF;
using scan::Buffer;

/// Nothing: not known, which matches everything.
using Machine = std::optional<ElfFormat>;

bool admits(const Machine &wanted, const Machine &found) { return !wanted || !found || wanted->is_like(*found); }

Machine machine_of_output_format(llvm::StringRef name) {
  for (const Target &target : targets())
    if (target.bfd_name == name) return target.format;
  return std::nullopt;
}

Machine machine_of_elf(llvm::StringRef head) {
  constexpr size_t machine_end = 20;
  if (!scan::is_elf(head) || head.size() < machine_end) return std::nullopt;
  const char *machine = head.data() + machine_end - 2;
  bool is_big = head[EI_DATA] == ELFDATA2MSB;
  return ElfFormat{is_big ? llvm::support::endian::read16be(machine) : llvm::support::endian::read16le(machine),
                   static_cast<std::uint8_t>(head[EI_CLASS]), is_big};
}

Machine machine_of_file(const char *path) {
  Buffer head;
  std::optional<scan::OpenFile> file = scan::open_input(path, head);
  if (!file) return {};
  Machine machine;
  if (scan::is_elf(file->head))
    machine = machine_of_elf(file->head);
  else if (scan::is_archive(file->head))
    machine = machine_of_elf(scan::read_first_member(*file, head));
  else if (!file->head.contains('\0'))
    machine = machine_of_output_format(scan::parse_linker_script(file->head).output_format);
  return machine;
}

bool is_regular_file(const std::string &path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// All folders, in order: the user's, those of the distribution, which gcc 12 and clang 22 pass, what the linker is
// given besides, and /usr/local, which only the linker's own list has.
std::vector<std::string> all_directories(const LibrarySearch &search) {
  std::vector<std::string> folders;
  auto add = [&](const std::string &folder) { folders.push_back(search.sysroot + folder); };
  auto add_users = [&](llvm::StringRef folder) {
    bool in_sysroot = folder.consume_front("=") || folder.consume_front("$SYSROOT");
    folders.push_back((in_sysroot ? search.sysroot : std::string()) + folder.str());
  };
  Machine machine = format_of(search.target);
  const char *suffix = machine && machine->file_class == ELFCLASS64 ? "64" : "32";
  llvm::for_each(search.directories, add_users);
  for (const char *prefix : {"/lib", "/usr/lib"})
    if (!search.target.empty()) add(std::string(prefix) + "/" + search.target);
  for (const char *prefix : {"/lib", "/usr/lib"}) add(std::string(prefix) + suffix);
  add("/lib");
  add("/usr/lib");
  llvm::for_each(search.last_directories, add_users);
  if (!search.target.empty()) add("/usr/local/lib/" + search.target);
  add(std::string("/usr/local/lib") + suffix);
  add("/usr/local/lib");
  if (!search.target.empty()) add("/usr/" + search.target + "/lib");
  return folders;
}

}  // namespace

std::optional<std::string> find_script(llvm::StringRef name, const LibrarySearch &search) {
  if (is_regular_file(name.str())) return name.str();
  return name.contains('/') ? std::nullopt : find_link_input({LinkInput::Kind::library, ":" + name.str()}, search);
}

std::optional<std::string> find_link_input(const LinkInput &input, const LibrarySearch &search) {
  if (input.kind == LinkInput::Kind::file)
    return is_regular_file(input.name) ? std::optional(input.name) : std::nullopt;

  std::vector<std::string> names;
  llvm::StringRef name = input.name;
  if (name.consume_front(":")) {
    names.push_back(name.str());
  } else {
    if (!input.static_only) names.push_back("lib" + input.name + ".so");
    names.push_back("lib" + input.name + ".a");
  }

  Machine target = format_of(search.target);
  auto find_in = [&](const std::string &directory) -> std::optional<std::string> {
    for (const std::string &file : names) {
      std::string path = directory + "/" + file;
      if (is_regular_file(path) && admits(target, machine_of_file(path.c_str()))) return path;
    }
    return std::nullopt;
  };
  for (const std::string &directory : all_directories(search))
    if (std::optional<std::string> path = find_in(directory)) return path;
  return std::nullopt;
}

}  // namespace cxx_alloc
