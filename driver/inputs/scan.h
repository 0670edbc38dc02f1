// SPDX-License-Identifier: Apache-2.0
// What the inputs of a link define already. An allocator that is linked explicitly keeps ours out.
#pragma once

#include "words/link_input.h"
#include "words/targets.h"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

/// Where `-lfoo` is looked for.
struct LibrarySearch {
  std::vector<std::string> directories;       ///< -L, in order; a leading '=' or "$SYSROOT" stands for the sysroot
  std::vector<std::string> last_directories;  ///< searched after the compiler's own: LIBRARY_PATH, -Wl,-L
  std::string sysroot;                        ///< --sysroot, or empty
  std::string target;                         ///< "x86_64-linux-gnu": names the multiarch folders searched after -L
  std::vector<std::string> rpaths = {};  ///< -rpath-link, -rpath, LD_RUN_PATH: where libraries that libraries need are
};

/// A definition, and where it stands.
struct Definition {
  std::string symbol;      ///< as in the symbol table: "malloc", "_Znwm"
  std::string file;        ///< "main.o", "liba.a(b.o)" or "/usr/lib/libtcmalloc.so.4", as the link line spells the path
  std::string via = {};    ///< the shared library on the link line that needs `file`, or empty
  bool is_certain = true;  ///< false where the linker may leave it out: a member of an archive
  bool uses_libc_heap =
      false;  ///< its file calls __libc_malloc and its like, or dlsym: the C library's heap, not the process's
};

/// An allocator that is asked for from source: #include <cxx_alloc/use_<allocator>.h>.
struct ScannedRequest {
  std::string allocator;  ///< "jemalloc"
  std::string file;       ///< "main.o" or "liba.a(b.o)"
  bool is_linked = true;  ///< false for a member of an archive, which is linked if something refers to it
};

/// A VERSION block of a linker script.
struct VersionBlock {
  std::string file;
  std::string text;  ///< without its braces
};

/// An archive with a runtime of ours in it: a static library that asks for that allocator.
struct Carrier {
  std::string file;
  std::string allocator;
};

/// What was found in all inputs together.
struct ScanResult {
  /// The first definition of an allocator: of malloc, calloc, realloc or free, libc's apart; or of another function of
  /// the family that uses libc's heap. It is certain if some such definition is.
  std::optional<Definition> malloc;
  /// Functions of the family that somebody defines on top of malloc, as aligned_alloc for an old C library: no
  /// allocator.
  std::vector<Definition> shims;
  std::optional<Definition> operators;   ///< the first replaceable operator new or delete, the C++ runtime's apart
  std::vector<ScannedRequest> requests;  ///< the first for each allocator, and the first that is surely linked
  std::optional<Carrier> carrier;        ///< the first
  bool refers_to_operators = false;      ///< some object or archive member leaves an operator new/delete undefined
  bool has_opaque_code = false;          ///< an input's symbols could not be read (odd bitcode, GCC LTO, truncated)
  bool has_lto_code = false;             ///< a compiler's code on the way: what is linked of archives is known after it
  bool could_open_all = true;            ///< every file that was to be read could be opened
  std::vector<VersionBlock> versions;    ///< of linker scripts: they hide as version scripts do
  bool has_uncertain_script = false;     ///< a script with SECTIONS, or with commands that are not understood
  std::optional<ElfFormat> elf_format;   ///< of the first ELF object or shared library
};

/// Reads the symbol tables of `inputs`. What cannot be opened or parsed is passed over: the linker will speak of it.
ScanResult scan_link_inputs(llvm::ArrayRef<LinkInput> inputs, const LibrarySearch &search);

/// The file that the linker would open for `name` behind -T: in the current folder, then in the library folders.
std::optional<std::string> find_script(llvm::StringRef name, const LibrarySearch &search);

/// The file that the linker would open for `input`, or nothing.
std::optional<std::string> find_link_input(const LinkInput &input, const LibrarySearch &search);

}  // namespace cxx_alloc
