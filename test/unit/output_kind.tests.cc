// SPDX-License-Identifier: Apache-2.0
// What does a command line produce, for g++ and for clang++? Every row was checked against the real drivers.
#include "words/output_kind.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>

using namespace cxx_alloc;

namespace {

llvm::BumpPtrAllocator memory;
llvm::StringSaver saver(memory);

CommandLine parse(llvm::StringRef text) {
  llvm::SmallVector<const char *, 16> words;
  llvm::cl::TokenizeGNUCommandLine(text, saver, words);
  return parse_command_line(words);
}

std::string kind(llvm::StringRef text, Family family, bool darwin = false) {
  return to_string(output_kind(parse(text), family, darwin)).str();
}

}  // namespace

TEST_CASE("output kinds that both families agree on", "[output]") {
  struct Row {
    const char *words, *kind;
  };
  const Row rows[] = {
      {"a.cc", "executable"},
      {"a.cc b.o -lfoo -o x", "executable"},
      {"-pie a.cc", "executable"},
      {"-no-pie a.o", "executable"},
      {"-static a.o", "executable"},
      {"-static-pie a.o", "executable"},
      {"-MD a.cc -o a", "executable"},
      {"-MMD a.cc", "executable"},
      {"-v a.cc -o a", "executable"},
      {"-### a.cc", "executable"},
      {"-v -Wl,-v conftest.o", "executable"},
      {"-xc++ -", "executable"},
      {"-x c++ a -x none b.o", "executable"},
      {"-Wl,main.o -o x", "executable"},
      {"a.h b.cc", "executable"},
      {"-o x -- a.cc", "executable"},
      {"foo.so.1.2 a.o", "executable"},
      {"script.ld a.o -o a", "executable"},
      {"m.pcm -o x", "executable"},
      {"-dynamiclib a.o", "executable"},
      {"-Wl,-soname,-shared a.o", "executable"},
      {"-Wl,-rpath -Wl,-r a.o", "executable"},
      {"-Wl,-Map,x-shared.map a.o", "executable"},
      {"-Xlinker -rpath -Xlinker -shared a.o", "executable"},
      {"-o -shared a.o", "executable"},
      {"-include -c a.cc", "executable"},
      {"-Xclang -shared a.cc", "executable"},
      {"-Wl,--export-dynamic a.o", "executable"},
      {"-Wl,--emit-relocs a.o", "executable"},
      {"-Wl,-rdynamic a.o", "executable"},
      {"-wrapper -c a.o", "executable"},
      {"-Ttext -shared a.o", "executable"},
      {"--entry -r a.o", "executable"},
      {"-shared a.o", "shared-library"},
      {"--shared a.o", "shared-library"},
      {"-shared -static a.o", "shared-library"},
      {"-pie -shared a.o", "shared-library"},
      {"-no-pie -shared a.o", "shared-library"},
      {"-Wl,-shared a.o", "shared-library"},
      {"-Wl,--shared a.o", "shared-library"},
      {"-Wl,-z,defs,-Bshareable a.o", "shared-library"},
      {"-Xlinker -shared a.o", "shared-library"},
      {"--for-linker=-shared a.o", "shared-library"},
      {"--for-linker -shared a.o", "shared-library"},
      {"-r a.o", "relocatable"},
      {"-r -pie a.o", "relocatable"},
      {"-r -no-pie a.o", "relocatable"},
      {"-Wl,-r a.o", "relocatable"},
      {"-Wl,-i a.o", "relocatable"},
      {"-Wl,-Ur a.o", "relocatable"},
      {"-Wl,--relocatable a.o", "relocatable"},
      {"-Xlinker --relocatable a.o", "relocatable"},
      {"--emit-static-lib a.cc -o liba.a", "static-library"},
      {"-shared --emit-static-lib a.cc", "static-library"},
  };
  for (const Row &row : rows)
    for (Family family : {Family::gnu, Family::clang}) {
      INFO((family == Family::gnu ? "g++ " : "clang++ ") << row.words);
      CHECK(kind(row.words, family) == row.kind);
    }
}

TEST_CASE("words that g++ and clang++ read differently", "[output]") {
  struct Row {
    const char *words, *gnu, *clang;
  };
  const Row rows[] = {
      {"-shared -pie a.o", "executable", "shared-library"},
      {"-shared -no-pie a.o", "executable", "shared-library"},
      {"-shared -static-pie a.o", "executable", "executable"},
      {"-static-pie -shared a.o", "shared-library", "executable"},
      {"-shared -pie -shared a.o", "shared-library", "shared-library"},
  };
  for (const Row &row : rows) {
    INFO(row.words);
    CHECK(kind(row.words, Family::gnu) == row.gnu);
    CHECK(kind(row.words, Family::clang) == row.clang);
  }
}

TEST_CASE("commands that do not link", "[output]") {
  const char *rows[] = {
      "",
      "-v",
      "--version",
      "-dumpversion",
      "-dumpfullversion",
      "-dumpmachine",
      "-dumpspecs",
      "--help",
      "--help=target",
      "-Q --help=target",
      "--target-help",
      "-print-prog-name=ld",
      "-print-file-name=libc.so",
      "-print-search-dirs",
      "--print-search-dirs",
      "-print-libgcc-file-name",
      "-print-multi-lib",
      "-print-resource-dir",
      "--autocomplete=-f",
      "-c a.cc -o a.o",
      "-c a.cc -shared",
      "-S a.cc",
      "-E a.cc",
      "-E -dM -",
      "-x c++ -E -v -",
      "-M a.cc",
      "-MM a.cc",
      "--dependencies a.cc",
      "--user-dependencies a.cc",
      "-fsyntax-only a.cc",
      "--compile a.cc",
      "--assemble a.cc",
      "--preprocess a.cc",
      "a.h",
      "a.hpp",
      "-x c++-header a.h -o a.pch",
      "-xc++-header a.h",
      "--precompile m.cppm -o m.pcm",
      "-fmodule-only a.cc",
      "-fmodule-header a.h",
      "-emit-llvm -c a.cc",
      "-emit-ast a.cc",
      "--analyze a.cc",
      "-rewrite-objc a.m",
      "-cc1 a.cc",
      "-cc1as a.s",
      "-###",
      "-Wl,--version",
      "-Wl,-v",
      "-Wl,--help",
      "-O2 -g",
      "-L/lib",
      "a.cc -o",
      "a.o -Xlinker",
      "a.o -x",
      "a.o -T",
      "-ccc-print-phases a.cc",
      "-ccc-print-bindings a.cc",
      "-x c++ /dev/null -c -o /dev/null",
      "-c -E a.cc",
      "-V -qversion",
      "a.cc -o -dumpbase folder -fsyntax-only b",
      "-I -wrapper -c a.cc",
  };
  for (const char *words : rows)
    for (Family family : {Family::gnu, Family::clang}) {
      INFO(words);
      CHECK(kind(words, family) == "none");
    }
}

TEST_CASE("a last word that lacks its value links nothing", "[output]") {
  for (const char *words : {"a.o -o", "a.cc -Tbss", "a.o b.o -Tdata", "a.o -entry", "a.o -dumpbase"}) {
    INFO(words);
    CHECK(kind(words, Family::gnu) == "none");
    CHECK(parse(words).not_a_link == llvm::StringRef(words).rsplit(' ').second.str() + " without a value");
  }
}

TEST_CASE("-d without letters does not read past its values", "[command_line]") {
  CHECK(kind("-d a.cc", Family::gnu) == "executable");
  CHECK(kind("-d", Family::clang) == "none");
}

TEST_CASE("what g++ takes for C++, and links libstdc++ for", "[command_line]") {
  struct Row {
    const char *words;
    bool cxx;
  };
  const Row rows[] = {
      {"-x c a.c", false},
      {"-xc a.c", false},
      {"-x c - -lm -lc", false},
      {"-x c a.c b.c", true},
      {"-x c a.c -x c b.c", false},
      {"-x c a.c -x none b.o", false},
      {"-x none a.cc", false},
      {"a.o", true},
      {"a.c", true},
      {"a.h -x c b.c", false},
      {"-x c++ a.c", true},
      {"-x c a.c -lfoo", true},
      {"-x c a.c -Wl,-s", true},
      {"-x c a.c -Xlinker -s", true},
      {"-x c a.c -static-libstdc++", true},
  };
  for (const Row &row : rows) {
    INFO(row.words);
    CHECK(parse(row.words).gxx_sees_cxx == row.cxx);
  }
}

TEST_CASE("Darwin's words for libraries count for Darwin only", "[output]") {
  CHECK(kind("-dynamiclib a.o", Family::clang, true) == "shared-library");
  CHECK(kind("-bundle a.o", Family::clang, true) == "shared-library");
  CHECK(kind("-bundle a.o", Family::clang, false) == "executable");
}

TEST_CASE("sanitizers that own malloc: the last word wins, over comma lists", "[command_line]") {
  struct Row {
    const char *words, *sanitizer;
  };
  const Row rows[] = {
      {"-fsanitize=address a.o", "address"},
      {"-fsanitize=undefined a.o", ""},
      {"-fsanitize=undefined,thread a.o", "thread"},
      {"-fsanitize=address -fno-sanitize=address a.o", ""},
      {"-fsanitize=address,leak -fno-sanitize=address a.o", "leak"},
      {"-fsanitize=address -fno-sanitize=all a.o", ""},
      {"-fno-sanitize=all -fsanitize=memory a.o", "memory"},
      {"-fsanitize=hwaddress a.o", "hwaddress"},
      {"-fsanitize=scudo a.o", "scudo"},
      {"-fsanitize=fuzzer a.o", "fuzzer"},
      {"-fsanitize=fuzzer-no-link a.o", ""},
      {"-fsanitize=safe-stack a.o", ""},
      {"-fsanitize=cfi -flto a.o", ""},
      {"--coverage -pg -fprofile-generate a.o", ""},
  };
  for (const Row &row : rows) {
    INFO(row.words);
    CHECK(parse(row.words).sanitizer == row.sanitizer);
  }
}

TEST_CASE("whether libc is linked", "[command_line]") {
  struct Row {
    const char *words;
    bool no_libc;
  };
  const Row rows[] = {
      {"a.o", false},
      {"-nostdlib a.o", true},
      {"--no-standard-libraries a.o", true},
      {"-nolibc a.o", true},
      {"-nodefaultlibs a.o", true},
      {"-nodefaultlibs a.o -lc", false},
      {"-nostdlib a.o -lc", true},
      {"-nostartfiles a.o", false},
      {"-nostdlib++ a.o", false},
      {"-ffreestanding a.o", false},
  };
  for (const Row &row : rows) {
    INFO(row.words);
    CHECK(parse(row.words).no_libc == row.no_libc);
  }
}

TEST_CASE("the files among the driver's words, values of options apart", "[command_line]") {
  CommandLine line =
      parse("a.cc -o x b.o -Ttext 0x400000 -wrapper w -Wl,c.o -Wl,--unknown,value -lfoo -x c++ - --param p=1");
  CHECK(line.files == std::vector<std::string>{"a.cc", "b.o"});
}

TEST_CASE("linker words are read across -Wl, and -Xlinker", "[linker_words]") {
  CommandLine line = parse("a.o -Wl,-rpath -Wl,/lib/libjemalloc.so -Wl,-Bstatic -lfoo -Wl,-Bdynamic,-lbar "
                           "-Xlinker -l:libbaz.so.4 -Wl,--version-script=v.map -Wl,--version-script -Wl,w.map "
                           "-Wl,--defsym,malloc=mine -Wl,-L,/one,-L/two -L/three");
  auto &inputs = line.linker.inputs;
  REQUIRE(inputs.size() == 4);
  CHECK(inputs[0].name == "a.o");
  CHECK((inputs[1].name == "foo" && inputs[1].static_only));
  CHECK((inputs[2].name == "bar" && !inputs[2].static_only));
  CHECK((inputs[3].name == ":libbaz.so.4" && inputs[3].kind == LinkInput::Kind::library));
  CHECK(line.linker.version_scripts == std::vector<std::string>{"v.map", "w.map"});
  CHECK(!line.linker.defines_malloc.empty());
  CHECK(line.directories == std::vector<std::string>{"/three"});
  CHECK(line.linker.directories == std::vector<std::string>{"/one", "/two"});
  CHECK(parse("a.o -Wl,-L=/one,--library-path==/two").linker.directories == std::vector<std::string>{"=/one", "=/two"});
  CHECK(parse("a.o -Wl,--defsym=foo=malloc").linker.defines_malloc.empty());
  CHECK(parse("a.o -Wl,--wrap=malloc").linker.defines_malloc.empty());
  CHECK(parse("a.o -Wl,--oformat=binary").linker.raw_binary);
  CHECK(parse("a.o -Wl,--oformat,binary").linker.raw_binary);
}

TEST_CASE("a compile step of --emit-static-lib is given the user's own words", "[output_kind]") {
  struct Row {
    Words words;
    std::vector<std::string> compile;
  };
  const Row rows[] = {
      {{"-flto"}, {"-flto"}},
      {{"-flto=auto", "-ftree-vectorize"}, {"-flto=auto", "-ftree-vectorize"}},
      {{"-frecord-gcc-switches", "-fprofile-use"}, {"-frecord-gcc-switches", "-fprofile-use"}},
      {{"--define-macro=A", "-D", "B", "-DC"}, {"--define-macro=A", "-D", "B", "-DC"}},
      {{"--std=c++17", "--param", "a=1"}, {"--std=c++17", "--param", "a=1"}},
      {{"-aux-info", "f", "-O2"}, {"-aux-info", "f", "-O2"}},
      {{"-Wl,-o,zz", "-lm", "-L", "D", "-Xlinker", "-s", "-g"}, {"-g"}},
      {{"-x", "c", "--output=l.a", "-O1", "--", "r.cc"}, {"-O1"}},
  };
  for (const Row &row : rows) {
    INFO(row.words[0]);
    Words words{"--emit-static-lib", "q.cc"};
    words.append(row.words.begin(), row.words.end());
    CommandLine line = parse_command_line(words);
    CHECK(line.compile_words == row.compile);
    CHECK(artifact_of(line) != "zz");
  }
}
