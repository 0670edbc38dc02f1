// SPDX-License-Identifier: Apache-2.0
// Where do the inputs of the scan tests come from? Compilers make them at run time, in a folder of their own.
#pragma once

#include "inputs/scan.h"

#include <catch2/catch_test_macros.hpp>

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

/// A folder for one test, removed with all that is in it.
class ScanFolder {
public:
  ScanFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "scan-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root = pattern;
  }
  ~ScanFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
  }
  ScanFolder(const ScanFolder &) = delete;
  ScanFolder &operator=(const ScanFolder &) = delete;

  /// The path of `name` in the folder.
  std::string operator/(const std::string &name) const { return root + "/" + name; }

  /// Writes a file, and the folders above it.
  std::string write(const std::string &name, const std::string &content) const {
    std::string path = root + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  static std::string read(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Runs a program in the folder; it must succeed.
  void run(std::vector<std::string> words) const {
    std::string shown;
    std::vector<char *> argv;
    for (std::string &word : words) {
      shown += word + " ";
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    INFO(shown);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, root.c_str());
    pid_t child = 0;
    int status = -1;
    REQUIRE(posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
  }

  /// Compiles `source`, C or assembly by the ending of `source_name`, to `object`.
  std::string compile(const std::string &source_name, const std::string &source, const std::string &object,
                      std::vector<std::string> options = {}, const std::string &compiler = "gcc") const {
    write(source_name, source);
    std::filesystem::create_directories(std::filesystem::path(root + "/" + object).parent_path());
    std::vector<std::string> words = {compiler, "-w", "-c", source_name, "-o", object};
    words.insert(words.end(), options.begin(), options.end());
    run(std::move(words));
    return root + "/" + object;
  }

private:
  std::string root;
};

inline constexpr const char *malloc_source = "void *malloc(unsigned long n) { return (void *)n; }\n";
inline constexpr const char *uses_new_source = "void *_Znwm(unsigned long); void *make(void) { return _Znwm(4); }\n";

inline cxx_alloc::ScanResult scan_files(const std::vector<std::string> &paths,
                                        const cxx_alloc::LibrarySearch &search = {}) {
  std::vector<cxx_alloc::LinkInput> inputs;
  for (const std::string &path : paths) inputs.push_back({cxx_alloc::LinkInput::Kind::file, path, false});
  return cxx_alloc::scan_link_inputs(inputs, search);
}

/// "symbol in file", with the folder removed; empty if there is no definition.
inline std::string shown(const std::optional<cxx_alloc::Definition> &definition, const ScanFolder &folder) {
  if (!definition) return "";
  std::string file = definition->file;
  if (std::size_t at = file.find(folder / ""); at == 0) file = file.substr((folder / "").size());
  return definition->symbol + " in " + file;
}
