// SPDX-License-Identifier: Apache-2.0
// A library that uses what of C++ allocates in places that a compiler and a standard library may put on either side.
#include "exercise.h"

#include <algorithm>
#include <any>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <iterator>
#include <list>
#include <locale>
#include <map>
#include <memory_resource>
#include <mutex>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

namespace {

const std::string sentence = "a sentence that is too long to be kept inside a string object";

bool strings() {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "text, " + std::to_string(i);
  std::string part = text.substr(100, 2000), other = part;
  other.append(text).insert(10, part).replace(0, 5, sentence);
  part.swap(other);
  text.reserve(100'000);
  text.shrink_to_fit();
  std::wstring wide(500, L'w');
  wide += wide;
  return part.size() > 2000 && wide.size() == 1000 && text.find("999") != std::string::npos;
}

bool containers() {
  std::map<std::string, std::vector<std::string>> tree;
  std::unordered_map<std::string, std::list<int>> table;
  for (int i = 0; i < 200; ++i) {
    tree[sentence + std::to_string(i % 20)].push_back(sentence);
    table[std::to_string(i)].push_back(i);
  }
  struct alignas(128) Line {
    char bytes[128];
  };
  std::vector<Line> lines(10);
  std::vector<std::string> sorted(300, sentence);
  std::stable_sort(sorted.begin(), sorted.end());
  std::any any = sorted;
  std::variant<int, std::string> either = sentence;
  std::pmr::vector<std::pmr::string> pooled;
  pooled.emplace_back(sentence);
  std::function<std::size_t()> count = [sorted, tree] { return sorted.size() + tree.size(); };
  std::unique_ptr<Shape> shape = std::make_unique<Shape>();
  std::weak_ptr<Shape> weak = std::make_shared<Shape>();
  return count() == 320 && reinterpret_cast<std::size_t>(lines.data()) % 128 == 0 && weak.expired() &&
         any.has_value() && either.index() == 1;
}

// Code that is compiled into libstdc++ grows strings of ours.
bool inside_the_runtime() {
  std::ostringstream out;
  for (int i = 0; i < 500; ++i) out << i << ' ' << 1.5 * i << ' ' << sentence << '\n';
  std::istringstream in(out.str());
  std::string line, word;
  std::size_t lines = 0;
  while (std::getline(in, line)) lines += line.find(sentence) != std::string::npos;
  in.clear();
  in.str(sentence);
  while (in >> word) ++lines;
  std::ifstream file("/proc/self/status");
  while (std::getline(file, line)) lines += line.empty();
  std::cerr.flush();
  return lines == 513 && std::locale("C").name() == "C";
}

bool paths() {
  std::filesystem::path path = std::filesystem::current_path();
  for (int i = 0; i < 100; ++i) path /= sentence;
  std::filesystem::path other = path.parent_path() / path.filename();
  std::size_t count = std::distance(path.begin(), path.end()), entries = 0;
  for (const auto &entry : std::filesystem::directory_iterator("/proc/self")) entries += !entry.path().empty();
  return other == path && count > 100 && entries > 5 && path.lexically_normal() == path;
}

bool patterns() {
  std::regex pattern("([a-z]+) (that) (is|was)( too)? .*");
  std::smatch match;
  return std::regex_match(sentence, match, std::regex("a " + std::string("([a-z]+) (that) (is|was)( too)? .*"))) &&
         match[1] == "sentence" && std::regex_replace(sentence, std::regex("t"), "tttttttt").size() > sentence.size() &&
         !std::regex_search(std::string("none"), pattern);
}

thread_local std::string of_thread;

bool threads() {
  std::atomic<std::size_t> total{0};
  std::vector<std::thread> all;
  std::mutex mutex;
  std::vector<std::string> shared;
  for (int i = 0; i < 4; ++i)
    all.emplace_back([&] {
      for (int k = 0; k < 200; ++k) {
        of_thread += sentence;
        std::lock_guard lock(mutex);
        shared.push_back(of_thread);
        if (shared.size() > 20) shared.erase(shared.begin(), shared.begin() + 10);
      }
      total += of_thread.size();
    });
  for (std::thread &thread : all) thread.join();
  std::once_flag once;
  std::call_once(once, [&] { shared.clear(); });
  return total == 800 * sentence.size() &&
         std::async(std::launch::async, [] { return sentence + "!"; }).get().back() == '!';
}

// What libc allocates is freed with free.
bool libc() {
  char *copy = strdup(sentence.c_str()), *line = nullptr, *printed = nullptr,
       *real = realpath("/proc/../proc", nullptr);
  std::size_t size = 0;
  std::FILE *file = std::fopen("/proc/self/status", "r");
  bool good = getline(&line, &size, file) > 0 && asprintf(&printed, "%s%s", copy, copy) > 0 && real;
  std::fclose(file);
  std::free(copy);
  std::free(line);
  std::free(printed);
  std::free(real);
  return good;
}

bool exceptions() {
  try {
    static_cast<void>(std::vector<int>().at(1));
  } catch (const std::out_of_range &error) {
    try {
      std::rethrow_exception(std::make_exception_ptr(std::runtime_error(sentence + error.what())));
    } catch (const std::exception &second) {
      return std::string(second.what()).find(sentence) == 0;
    }
  }
  return false;
}

struct Square : Shape {
  std::vector<std::string> sides = std::vector<std::string>(4, sentence);
  std::size_t corners() const override { return sides.size(); }
};

}  // namespace

const char *exercise() {
  if (!strings()) return "strings";
  if (!containers()) return "containers";
  if (!inside_the_runtime()) return "code inside libstdc++";
  if (!paths()) return "paths";
  if (!patterns()) return "regular expressions";
  if (!threads()) return "threads";
  if (!libc()) return "libc";
  if (!exceptions()) return "exceptions";
  std::cout << sentence << std::endl;
  return nullptr;
}

Shape *make_shape() { return new Square; }
void share_shape(std::shared_ptr<Shape> &shape) { shape = std::make_shared<Square>(); }
void throw_out() { throw std::runtime_error(sentence); }

bool catch_inside(void (*thrower)()) {
  try {
    thrower();
  } catch (const std::runtime_error &error) {
    return std::strlen(error.what()) > 50;
  }
  return false;
}

void pass_through(void (*thrower)()) {
  std::string kept = sentence;
  Square square;
  thrower();
}
