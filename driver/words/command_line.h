// SPDX-License-Identifier: Apache-2.0
// What do the words of a compiler command say? Read with clang's own option table, before any input is opened.
#pragma once

#include "words/linker_words.h"
#include "words/own_options.h"

#include <llvm/ADT/ArrayRef.h>

#include <string>
#include <vector>

namespace cxx_alloc {

/// What the words say of optimization at link time.
struct LtoWords {
  std::string word;      ///< "-flto=thin", or empty: without
  bool is_fat = false;   ///< -ffat-lto-objects, which Debian's packages are built with
  std::string obstacle;  ///< a word beside which nothing of ours is to be optimized with the user's code, or empty
  std::string obstacle_of_gcc;  ///< likewise, where the compiler is GCC
};

struct CommandLine {
  std::string not_a_link;    ///< the word (or circumstance) that stops before a link; empty for a link
  bool verbose = false;      ///< -v
  bool dry_run = false;      ///< -###
  bool no_warnings = false;  ///< -w

  // The words that choose an output kind; output_kind.cc weighs them.
  bool relocatable = false;       ///< -r
  bool static_library = false;    ///< --emit-static-lib
  bool shared = false;            ///< -shared anywhere
  bool last_kind_shared = false;  ///< the last of -shared -pie -no-pie -static-pie is -shared
  bool darwin_library = false;    ///< -dynamiclib, -bundle
  bool is_static = false;         ///< -static or -static-pie: nothing is exported
  bool static_pie = false;        ///< -static-pie anywhere

  // What the driver links by itself.
  bool no_libc = false;           ///< -nostdlib, or -nodefaultlibs or -nolibc without an explicit -lc
  bool explicit_libc = false;     ///< -lc stands on the line
  std::string no_libc_word;       ///< the word that says so
  bool no_cxx_runtime = false;    ///< -nostdlib++, without an explicit -lstdc++ or -lc++
  bool asks_cxx_runtime = false;  ///< -lstdc++ or -lc++ stands on the line
  bool cxx_mode = false;          ///< --driver-mode=g++
  bool gxx_sees_cxx = false;      ///< something for which g++ links libstdc++; it leaves that out of `g++ -x c main.c`

  LtoWords lto;
  std::string sanitizer;             ///< one that brings its own malloc, or empty
  bool has_other_sanitizer = false;  ///< one that is not known to
  std::string target;                ///< --target=, or empty
  bool m32 = false, mx32 = false;
  std::string sysroot;
  std::string output;                ///< -o, or empty
  bool has_rpath = false;            ///< -rpath, which only clang++ hands to the linker
  std::string indirect_word;         ///< -specs=, --config, --config-user-dir=: a file we do not read changes the link
  bool only_files_follow = false;    ///< `--` stands on the line: no word behind it is an option
  bool no_default_config = false;    ///< --no-default-config: clang reads none
  bool has_sources = false;          ///< something is compiled on the way
  bool only_c_sources = true;        ///< … and all of it by the word `-x c`
  std::vector<std::string> sources;  ///< these inputs, as written
  std::vector<std::string> languages;  ///< the -x in force for each of them, or empty
  std::vector<std::string> objects;    ///< the driver's other inputs, as written
  std::vector<std::string>
      compile_words;                     ///< of --emit-static-lib: what a compile step of a source is given besides it
  std::vector<std::string> files;        ///< all files among the driver's own words, sources too, "-" left out
  std::vector<std::string> directories;  ///< -L, in order; the linker's own words have theirs
  std::vector<std::string> prefixes;     ///< -B
  LinkerWords linker;                    ///< inputs, and what only the linker understands
};

/// The file that the command makes: the linker's own -o beats the driver's, if there is a linker.
std::string artifact_of(const CommandLine &line);

/// Reads `words`: the compiler's, without its name, `@files` expanded. Never fails: what is not understood is the
/// compiler's to judge.
CommandLine parse_command_line(llvm::ArrayRef<const char *> words);

}  // namespace cxx_alloc
