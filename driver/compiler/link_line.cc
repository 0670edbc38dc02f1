// SPDX-License-Identifier: Apache-2.0
// The linker command that the real driver would run. A -specs= file (g++), a configuration file or CCC_OVERRIDE_OPTIONS
// (clang), or a launcher that adds words (diet) may turn an executable into a library or bring another libc; the
// driver's own -### says what comes of it.
#include "compiler/link_line.h"

#include "compiler/capture.h"
#include "paths.h"
#include "words/targets.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/TargetParser/Triple.h>

#include <cstdlib>

namespace cxx_alloc {
namespace {

bool is_linker(llvm::StringRef program) {
  llvm::StringRef name = llvm::sys::path::filename(program);
  return name == "collect2" || name == "ld" || name.starts_with("ld.") || name.starts_with("ld64") ||
         name.starts_with("lld") || name.starts_with("mold") || name.ends_with("-ld");
}

/// A configuration file that clang 22 may read unasked. It looks beside its own executable (clang++.cfg and seven names
/// more), and in folders that its build names: /etc/clang and ~/.config/clang as a rule.
std::optional<std::string> default_configuration(const Compiler &compiler) {
  llvm::SmallString<256> real;
  llvm::SmallVector<std::string, 4> folders{"/etc/clang", llvm::sys::path::parent_path(compiler.driver).str()};
  if (!llvm::sys::fs::real_path(compiler.driver, real)) folders.push_back(llvm::sys::path::parent_path(real).str());
  if (const char *home = std::getenv("HOME")) folders.push_back(std::string(home) + "/.config/clang");
  for (const std::string &folder : folders) {
    std::error_code error;
    for (llvm::sys::fs::directory_iterator file(folder, error), end; file != end && !error; file.increment(error))
      if (llvm::StringRef(file->path()).ends_with(".cfg")) return file->path();
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> needs_judge(const CommandLine &line, Family family, const Compiler &compiler,
                                       const Environment &environment) {
  if (!line.indirect_word.empty()) return line.indirect_word;
  if (!compiler.is_certain) return compiler.words[0];
  if (family != Family::clang) return std::nullopt;
  if (environment.overrides_options) return "CCC_OVERRIDE_OPTIONS";
  return line.no_default_config ? std::nullopt : default_configuration(compiler);
}

llvm::Expected<std::optional<std::string>> ask_link_line(const Compiler &compiler, llvm::ArrayRef<const char *> words) {
  Words command = compiler.words;
  command.push_back("-###");
  command.append(words.begin(), words.end());
  auto text = capture_output(compiler.file, command);
  if (!text) return text.takeError();
  if (!*text) return std::nullopt;
  std::optional<std::string> link_line;
  for (llvm::StringRef row : llvm::split(**text, '\n')) {
    llvm::StringRef program = row.ltrim();
    program = program.starts_with("\"") ? program.drop_front().split('"').first : program.split(' ').first;
    if (is_linker(program)) link_line = row.str();
  }
  return link_line;
}

void apply_link_line(llvm::StringRef link_line, llvm::StringRef word, CommandLine &line, std::string &target) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  llvm::SmallVector<const char *, 64> words;
  llvm::cl::TokenizeGNUCommandLine(link_line, saver, words);
  if (words.empty()) return;

  LinkerWords resolved(line.linker.linker);
  bool is_static = false, has_libc = false, musl = false;
  for (llvm::StringRef token : llvm::drop_begin(words)) {
    resolved.read(token);
    is_static |= token == "-static" || token == "--no-dynamic-linker";
    musl |= token.contains("ld-musl") || (token.ends_with("crt1.o") && token.contains("musl"));
  }
  for (const LinkInput &input : resolved.inputs)
    has_libc |= input.kind == LinkInput::Kind::library ? input.name == "c" : file_name(input.name).starts_with("libc.");

  line.shared = line.last_kind_shared = resolved.shared;
  line.relocatable = resolved.relocatable;
  line.is_static = is_static;
  line.no_libc = !has_libc;
  line.no_libc_word = word.str();
  line.linker = std::move(resolved);
  if (musl)
    target = canonical_target(llvm::Triple::getArchTypeName(llvm::Triple(target).getArch()).str() + "-linux-musl");
}

}  // namespace cxx_alloc
