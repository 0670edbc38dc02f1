// SPDX-License-Identifier: Apache-2.0
// One input of a link: what the words say of it.
#pragma once

#include <string>

namespace cxx_alloc {

/// One thing that the linker will open, in the order of the link line.
struct LinkInput {
  enum class Kind { file, library };
  Kind kind = Kind::file;
  std::string name;            ///< a path; or, for a library, what follows -l ("foo", ":libfoo.so.4")
  bool static_only = false;    ///< under -static, or between -Bstatic and -Bdynamic: only lib<name>.a is looked for
  bool is_lazy = false;        ///< between --start-lib and --end-lib: linked only if something refers to it
  bool as_needed = false;      ///< behind --as-needed: a shared library that nothing refers to is not loaded
  bool whole_archive = false;  ///< behind --whole-archive: every member is linked
  bool is_data = false;        ///< behind --format=binary: its bytes are data, whatever they look like
};

}  // namespace cxx_alloc
