// SPDX-License-Identifier: Apache-2.0
// Who allocates, and what is wrong with it: rules on facts, without any file.
#pragma once

#include "audit/loader.h"

namespace cxx_alloc::audit {

struct Fault {
  llvm::StringRef id;    ///< as in docs/audit.md
  std::string sentence;  ///< what can happen; what to do
};

struct Verdict {
  std::string
      allocator;         ///< jemalloc, system, user, …; of a library `process` or `private`; `none` where there is none
  std::string version;   ///< empty: unknown
  std::string by;        ///< how it got it
  std::string provider;  ///< the file that has it; empty: it itself
  std::vector<Fault> faults;
};

/// `modules` are the executable and what is loaded with it, in the order in which names are looked up.
Verdict judge_executable(llvm::ArrayRef<Module> modules);

/// Likewise, of a process: what it has loaded by dlopen is known, too.
Verdict judge_process(llvm::ArrayRef<Module> modules);

/// A shared library by itself.
Verdict judge_library(const Module &library);

/// A shared library that no process shares its malloc with when it is loaded by dlopen: why, or empty.
std::string keeps_to_itself(const Facts &library);

/// An executable that loads plug-ins, itself or by its library `host`, beside a plug-in that would not share its
/// malloc.
Fault plug_in_fault(llvm::StringRef host, llvm::StringRef plug_in, llvm::StringRef why, size_t others);

/// The program or library asks the loader for libraries while it runs. libc and what stands before it do not count.
bool loads_plug_ins(const Facts &facts);

/// Whose malloc is in the file itself: a name of `allocator`, `user` where nobody is recognized.
llvm::StringRef allocator_in(const Facts &facts, llvm::StringRef path);

/// The file is libc by its name, or its loader.
bool is_libc_name(llvm::StringRef file);

/// Whose malloc a library of this file name is, or empty: libjemalloc.so.2, libc.so.6.
llvm::StringRef allocator_by_name(llvm::StringRef file);

}  // namespace cxx_alloc::audit
