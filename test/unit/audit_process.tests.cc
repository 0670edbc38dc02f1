// SPDX-License-Identifier: Apache-2.0
#include "audit/link_map.h"
#include "audit/loader_cache.h"
#include "audit/mappings.h"
#include "audit/order.h"
#include "audit/process.h"
#include "audit_world.h"

#include <catch2/catch_test_macros.hpp>

#include <llvm/ADT/StringExtras.h>

#include <cstring>

using namespace cxx_alloc::audit;

TEST_CASE("what is mapped in a process, in the order of lookup", "[audit]") {
  std::vector<Mapping> mappings =
      parse_maps("00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/with space\n"
                 "7f00-7f10 r--p 00000000 08:02 135522              /usr/lib/libc.so.6\n"
                 "7f10-7f20 r-xp 00001000 08:02 135522              /usr/lib/libc.so.6\n"
                 "7f30-7f40 r-xp 00000000 08:02 135523              /tmp/libgone.so (deleted)\n"
                 "7f50-7f60 rw-p 00000000 00:00 0 \n"
                 "7f70-7f80 r-xp 00000000 08:02 135524              /tmp/lib\\012x.so\n"
                 "7ffc-7ffd r-xp 00000000 00:00 0                   [vdso]\nx");
  REQUIRE(mappings.size() == 5);
  CHECK(mappings[1].begin == 0x7f00);
  CHECK(!mappings[1].is_code);
  CHECK(mappings[2].offset == 0x1000);
  CHECK(mappings[1].is_of_same_file(mappings[2]));
  mappings = code_of(mappings);
  REQUIRE(mappings.size() == 4);
  CHECK(mappings[0].inode == 173521);
  CHECK(mappings[0].device == 0x802);
  CHECK(mappings[3].path == "/tmp/lib\nx.so");
  CHECK(mappings[0].path == "/usr/bin/with space");
  CHECK(mappings[1].range == "7f10-7f20");
  CHECK(mappings[2].path == "/tmp/libgone.so");
  CHECK(mappings[2].is_deleted);

  World world;
  Facts &program = world.program(), &first = world.file(Kind::shared_library),
        &second = world.file(Kind::shared_library);
  program.needed = {"libfirst.so.1", "libc.so.6"};
  first.soname = "libfirst.so.1";
  first.needed = {"libsecond.so"};
  std::vector<Module> ordered =
      order_modules(module("program", program),
                    {module("libplugin.so", world.file(Kind::shared_library)), module("libsecond.so", second),
                     module("libc.so.6", world.libc()), module("libjemalloc.so.2", world.jemalloc()),
                     module("libfirst.so.1.2.3", first)},
                    {"/lib/libjemalloc.so.2"}, [](const std::string &) { return nullptr; });
  std::string order;
  for (const Module &each : ordered)
    order += each.name + (each.is_late ? " late" : each.is_preload ? " preload" : "") + "\n";
  CHECK(order == "program\nlibjemalloc.so.2 preload\nlibfirst.so.1\nlibc.so.6\nlibsecond.so\nlibplugin.so late\n");
}

TEST_CASE("the order of lookup, by the loader's list", "[audit]") {
  World world;
  Facts &program = world.program(), &needed = world.file(Kind::shared_library),
        &preload = world.file(Kind::shared_library);
  program.needed = {"libneeded.so", "libc.so.6"};
  preload.needed = {"libdeep.so", "libc.so.6"};
  Module libc = module("libc.so.6", world.libc()), deep = module("libdeep.so", world.file(Kind::shared_library)),
         late = module("libjemalloc.so.2", world.jemalloc());
  auto order = [&](std::vector<Module> listed, std::vector<Module> others = {}) {
    auto ordered = order_listed(module("program", program), std::move(listed), std::move(others),
                                [](const std::string &) { return nullptr; });
    std::string text = ordered ? "" : "unknown";
    for (size_t i = 1; ordered && i < ordered->size(); ++i) {
      const Module &each = (*ordered)[i];
      text += each.name + (each.is_late ? " late, " : each.is_preload ? " preload, " : ", ");
    }
    return text;
  };
  Module first = module("libpreload.so", preload), second = module("libneeded.so", needed);
  CHECK(order({first, second, libc, deep, late}) ==
        "libpreload.so preload, libneeded.so, libc.so.6, libdeep.so, libjemalloc.so.2 late, ");
  // One that is needed anyway was preloaded before the other.
  CHECK(order({libc, first, second, deep}) == "libc.so.6, libpreload.so preload, libneeded.so, libdeep.so, ");
  CHECK(order({second, libc}, {late}) == "libneeded.so, libc.so.6, libjemalloc.so.2 late, ");
  // A program that needs nothing does not part them.
  program.needed = {};
  CHECK(order({first}) == "unknown");
  CHECK(order({}) == "");
}

TEST_CASE("the list of a loader", "[audit]") {
  // A program at 0x1000: its header, two program headers, its dynamic section, the list.
  std::string memory;
  auto put = [&](std::uint64_t at, std::uint64_t value, unsigned size) {
    if (memory.size() < at + size) memory.resize(at + size);
    std::memcpy(memory.data() + at, &value, size);
  };
  auto build = [&](unsigned w) {
    memory.assign(0x1000, '\0');
    const bool is_wide = w == 8;
    memory += std::string("\177ELF") + (is_wide ? '\2' : '\1');
    const unsigned header = is_wide ? 56 : 32;
    put(0x1000 + 24 + w, 0x40, w);
    put(0x1000 + 24 + 3 * w + 6, header, 2);
    put(0x1000 + 24 + 3 * w + 8, 2, 2);
    for (auto [number, type, offset, address] : {std::tuple(0u, 1u, 0u, 0x400u), {1u, 2u, 0x200u, 0x600u}}) {
      unsigned at = 0x1040 + number * header;
      put(at, type, 4);
      put(at + (is_wide ? 8 : 4), offset, w);
      put(at + (is_wide ? 16 : 8), address, w);
    }
    put(0x1200, 5, w), put(0x1200 + w, 1, w);                    // DT_STRTAB
    put(0x1200 + 2 * w, 21, w), put(0x1200 + 3 * w, 0x1300, w);  // DT_DEBUG
    put(0x1200 + 5 * w, 0, w);
    put(0x1300, 1, w), put(0x1300 + w, 0x1400, w), put(0x1300 + 3 * w, 0, w);
    for (unsigned i = 0; i != 3; ++i) {
      unsigned at = 0x1400 + i * 0x40;
      put(at + 2 * w, i ? 0x5000 + i : 0x1200, w);
      put(at + 3 * w, i == 2 ? 0 : at + 0x40, w);
      put(at + 4 * w, i ? at - 0x40 : 0, w);
    }
  };
  auto list = [&] {
    return read_link_map(0x1000, [&](std::uint64_t address, llvm::MutableArrayRef<char> bytes) {
      if (address > memory.size() || bytes.size() > memory.size() - address) return false;
      std::memcpy(bytes.data(), memory.data() + address, bytes.size());
      return true;
    });
  };
  for (unsigned w : {8u, 4u}) {
    build(w);
    CHECK(list() == std::vector<std::uint64_t>{0x1200, 0x5001, 0x5002});
    put(0x1300 + 3 * w, 1, 4);  // the loader is at work
    CHECK(list().empty());
    build(w);
    put(0x1480 + 3 * w, 0x1440, w);  // a circle
    CHECK(list().empty());
    put(0x1480 + 3 * w, 0x1480, w);
    CHECK(list().empty());
    put(0x1480 + 3 * w, ~0ull, w);
    CHECK(list().empty());
    build(w);
    put(0x1400 + 2 * w, 0x1201, w);  // another program's
    CHECK(list().empty());
    build(w);
    std::string whole = memory;
    for (size_t size = 0x1000; size != whole.size(); ++size) {
      memory = whole.substr(0, size);
      CHECK(list().empty());
    }
    for (size_t at = 0x1000; at != whole.size(); ++at) {
      memory = whole;
      memory[at] = '\377';
      (void)list();
    }
  }
}

TEST_CASE("what a process has loaded later", "[audit]") {
  World world;
  Facts &hides = world.file(Kind::shared_library), &shares = world.jemalloc(), &keeps = world.jemalloc();
  hides.own.add(Name::malloc);
  keeps.binds_locally = true;
  auto faults = [&](const char *name, const Facts &facts, bool is_late) {
    Module loaded = module(name, facts);
    loaded.is_late = is_late;
    std::vector<Module> modules{module("a", world.program()), module("libc.so.6", world.libc()), loaded};
    return faults_of(judge_process(modules));
  };
  CHECK(faults("x.so", hides, true) == "plug-in");
  CHECK(faults("x.so", hides, false) == "hidden-malloc");
  CHECK(faults("x.so", keeps, true) == "plug-in");
  CHECK(faults("x.so", shares, true) == "two-allocators");
}

TEST_CASE("a library that is asked for by the name of a link", "[audit]") {
  World world;
  Facts &program = world.program();
  Facts &jemalloc = world.jemalloc(), &other = world.file(Kind::shared_library);
  auto order = [&](const char *preload, const char *needed) {
    program.needed = {needed};
    std::string order;
    for (const Module &each : order_modules(
             module("program", program), {module("libother.so.1", other), module("libjemalloc.so.2", jemalloc)},
             {preload}, [&](const std::string &path) -> const Facts * {
               return path == "/opt/link.so" || path == "/lib/libjemalloc.so" ? &jemalloc : nullptr;
             }))
      order += each.name + (each.is_late ? " late " : each.is_preload ? " preload " : " ");
    return order;
  };
  CHECK(order("/opt/link.so", "libother.so.1") == "program link.so preload libother.so.1 ");
  CHECK(order("libnone.so", "libjemalloc.so") == "program libjemalloc.so libother.so.1 late ");
}

TEST_CASE("the words of a loader", "[audit]") {
  auto preloads = [](std::initializer_list<llvm::StringRef> words) {
    return llvm::join(preloads_of_loader(words), " ");
  };
  CHECK(preloads({"/lib64/ld-linux-x86-64.so.2", "--preload", "/a.so:b.so", "./program", "--preload", "c.so"}) ==
        "/a.so b.so");
  CHECK(preloads({"ld.so", "--library-path", "--preload", "--argv0", "x", "--preload=d.so", "./program"}) == "d.so");
  CHECK(preloads({"ld.so", "--preload"}).empty());
  CHECK(preloads({"ld.so"}).empty());
  CHECK(preloads({}).empty());
}

TEST_CASE("ld.so.cache", "[audit]") {
  std::string bytes = "ld.so-1.7.0\0padding";
  std::string cache = "glibc-ld.so.cache1.1";
  auto number = [&](std::uint64_t value, unsigned size) { cache.append(reinterpret_cast<const char *>(&value), size); };
  const std::string strings = std::string("libx.so.1\0/lib32/libx.so.1\0/lib/libx.so.1\0", 43);
  number(3, 4), number(strings.size(), 4);
  cache.resize(48);
  const unsigned begin = 48 + 3 * 24;
  for (auto [value, capabilities] : {std::pair(10u, 0ull), {27u, 0ull}, {27u, 1ull << 62}})
    number(0x303, 4), number(begin, 4), number(begin + value, 4), number(0, 4), number(capabilities, 8);
  cache += strings;
  LoaderCache parsed = LoaderCache::parse(bytes + cache);
  REQUIRE(parsed.find("libx.so.1").size() == 2);
  CHECK(parsed.find("libx.so.1")[0] == "/lib32/libx.so.1");
  CHECK(parsed.find("libx.so.1")[1] == "/lib/libx.so.1");
  CHECK(parsed.find("liby.so").empty());
  for (std::size_t size = 0; size != cache.size(); ++size)
    (void)LoaderCache::parse(llvm::StringRef(cache).take_front(size));
  CHECK(LoaderCache::parse("").empty());
}
