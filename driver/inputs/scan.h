// SPDX-License-Identifier: Apache-2.0
// What do the inputs of a link already define? An allocator that is linked explicitly keeps ours out.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

/// One thing that the linker will open, in the order of the link line.
struct LinkInput {
  enum class Kind { file, library };
  Kind kind = Kind::file;
  std::string name;          ///< a path; or, for a library, what follows -l ("foo", ":libfoo.so.4")
  bool static_only = false;  ///< under -static, or between -Bstatic and -Bdynamic: only lib<name>.a is looked for
  bool is_lazy = false;      ///< between --start-lib and --end-lib: linked only if something refers to it
};

/// Where `-lfoo` is looked for.
struct LibrarySearch {
  std::vector<std::string> directories;       ///< -L, in order; a leading '=' or "$SYSROOT" stands for the sysroot
  std::vector<std::string> last_directories;  ///< searched after the compiler's own: LIBRARY_PATH, -Wl,-L
  std::string sysroot;                        ///< --sysroot, or empty
  std::string target;                         ///< "x86_64-linux-gnu": names the multiarch folders searched after -L
};

/// A definition, and where it stands.
struct Definition {
  std::string symbol;  ///< as in the symbol table: "malloc", "_Znwm"
  std::string file;    ///< "main.o", "liba.a(b.o)" or "/usr/lib/libtcmalloc.so.4", as the link line spells the path
  std::string via = {};  ///< the shared library on the link line that needs `file`, or empty
  bool is_certain = true;  ///< false for a member of an archive, which the linker may not take
};

/// An allocator that is asked for from source: #include <cxx_alloc/use_<allocator>.h>.
struct Marker {
  std::string allocator;  ///< "jemalloc"
  std::string file;       ///< "main.o" or "liba.a(b.o)"
  bool is_linked = true;  ///< false for a member of an archive, which is linked if something refers to it
};

/// What was found in all inputs together.
struct ScanResult {
  std::optional<Definition> malloc;          ///< the first definition of a malloc-family function, libc's apart
  std::optional<Definition> operators;       ///< the first replaceable operator new or delete, the C++ runtime's apart
  std::vector<Marker> markers;               ///< the first for each allocator, and the first that is surely linked
  std::optional<std::string> carrier;        ///< an archive with a runtime of ours: a static library that asks for it
  bool refers_to_operators = false;          ///< some object or archive member leaves an operator new/delete undefined
  bool has_opaque_code = false;              ///< an input's symbols could not be read (odd bitcode, GCC LTO, truncated)
  bool could_open_all = true;                ///< every file that was to be read could be opened
  std::optional<std::uint16_t> elf_machine;  ///< e_machine of the first ELF object or shared library, EM_X86_64 = 62
};

/// True for a function of malloc's family.
bool is_malloc_function(llvm::StringRef symbol);

/// Reads the symbol tables of `inputs`. What cannot be opened or parsed is passed over: the linker will speak of it.
ScanResult scan_link_inputs(llvm::ArrayRef<LinkInput> inputs, const LibrarySearch &search);

/// The file that the linker would open for `input`, or nothing.
std::optional<std::string> find_link_input(const LinkInput &input, const LibrarySearch &search);

}  // namespace cxx_alloc
