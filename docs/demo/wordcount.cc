// SPDX-License-Identifier: Apache-2.0
// Counts the words of text files, one thread a file part; with a plug-in, shows the most frequent ones backwards too.
//   wordcount [--plug-in FILE] FILE…
//   wordcount [--plug-in FILE] --malloc-owner      prints who serves malloc, for each part of the program
#include "malloc_owner.h"
#include "reverse.h"
#include "stats.h"
#include "text.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

namespace {

/// Counts the words of `text`, whose parts are counted in parallel.
stats::Counts count_words(std::string_view text) {
  constexpr std::size_t parts = 4;
  std::vector<stats::Counts> counts(parts);
  std::vector<std::thread> threads;
  std::size_t begin = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    std::size_t end = text.find_first_of(" \n", text.size() * (part + 1) / parts);
    if (end == std::string_view::npos || part + 1 == parts) end = text.size();
    threads.emplace_back([&counts, part, piece = text.substr(begin, end - begin)] {
      for (auto &word : text::words(piece)) ++counts[part][word];
    });
    begin = end;
  }
  stats::Counts total;
  for (std::size_t part = 0; part < parts; ++part) {
    threads[part].join();
    stats::merge(total, counts[part]);
  }
  return total;
}

/// A function of the plug-in `file`, which stays open for as long as the program runs.
template <typename Function> Function *plug_in_function(const std::string &file, const char *name) {
  void *plug_in = dlopen(file.c_str(), RTLD_NOW);
  void *function = plug_in ? dlsym(plug_in, name) : nullptr;
  if (!function) {
    std::cerr << "wordcount: " << dlerror() << '\n';
    std::exit(1);
  }
  return reinterpret_cast<Function *>(function);
}

void print_malloc_owners(const std::string &plug_in) {
  std::cout << "executable\t" << malloc_owner() << "\nlibstats.a\t" << stats::malloc_owner() << "\nlibtext.so\t"
            << text::malloc_owner() << '\n';
  if (!plug_in.empty()) {
    std::cout << "libreverse.so\t" << plug_in_function<reverse_malloc_owner_function>(plug_in, "reverse_malloc_owner")()
              << '\n';
  }
}

}  // namespace

int main(int argc, char **argv) {
  std::string plug_in;
  std::ostringstream text;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--plug-in" && i + 1 < argc) {
      plug_in = argv[++i];
    } else if (word == "--malloc-owner") {
      print_malloc_owners(plug_in);
      return 0;
    } else if (std::ifstream file{word}) {
      text << file.rdbuf();
    } else {
      std::cerr << "wordcount: cannot read " << word << '\n';
      return 1;
    }
  }

  const std::string all = text.str();
  const stats::Counts counts = count_words(all);
  std::size_t words = 0;
  for (const auto &[word, count] : counts) words += count;
  std::cout << words << " words, " << counts.size() << " different ones; most frequent:";
  for (const auto &[word, count] : stats::most_frequent(counts, 3)) {
    std::cout << ' ' << word << ' ' << count;
    if (plug_in.empty()) continue;
    // Allocated in the plug-in, freed here: one process, one heap.
    std::unique_ptr<char, decltype(&std::free)> backwards(
        plug_in_function<reverse_function>(plug_in, "reverse")(word.c_str()), &std::free);
    std::cout << " (" << backwards.get() << ')';
  }
  std::cout << '\n';
}
