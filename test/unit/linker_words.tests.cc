// SPDX-License-Identifier: Apache-2.0
// What do the words say that only a linker understands? Each row was checked against the linkers that it names.
#include "words/linker_words.h"

#include "words/command_line.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>

#include <cstdio>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace cxx_alloc;

namespace {

using Strings = std::vector<std::string>;

LinkerWords read(llvm::StringRef text, Linker linker = Linker::bfd) {
  LinkerWords words(linker);
  llvm::SmallVector<llvm::StringRef> list;
  llvm::SplitString(text, list, " ");
  for (llvm::StringRef word : list) words.read(word);
  return words;
}

Strings names(const LinkerWords &words) {
  Strings found;
  for (const LinkInput &input : words.inputs)
    found.push_back((input.kind == LinkInput::Kind::library ? "-l" : "") + input.name);
  return found;
}

constexpr Linker all[] = {Linker::bfd, Linker::gold, Linker::lld, Linker::mold};

struct Folder {
  Folder() { REQUIRE(mkdtemp(path.data())); }
  ~Folder() { std::system(("rm -rf " + path).c_str()); }
  std::string path = "/tmp/linker-words-XXXXXX";
};

}  // namespace

TEST_CASE("the table of linker options is sorted, and no linker reads a name in two ways", "[linker_words]") {
  llvm::ArrayRef<LinkerOption> rows = linker_options();
  REQUIRE(rows.size() > 500);
  for (size_t i = 1; i < rows.size(); ++i) {
    INFO(rows[i].name.str());
    CHECK(rows[i - 1].name <= rows[i].name);
    if (rows[i - 1].name == rows[i].name) CHECK((rows[i - 1].linkers & rows[i].linkers) == 0);
  }
}

TEST_CASE("values of linker options are no inputs, in every spelling", "[linker_words]") {
  for (Linker linker : all)
    for (const char *text : {"-rpath /a", "--rpath /a", "-rpath=/a", "--rpath=/a"}) {
      INFO(text);
      LinkerWords words = read(text, linker);
      CHECK(words.rpaths == Strings{"/a"});
      CHECK(words.inputs.empty());
      CHECK(words.uncertain_words.empty());
    }
  for (const char *text :
       {"-soname -r x.o", "-h -shared x.o", "-hlibx.so x.o", "-Map -r x.o", "-e main x.o", "-z now x.o", "-znow x.o",
        "-plugin-opt -r x.o", "-u malloc x.o", "--section-start .x=0 x.o", "-m elf_x86_64 x.o", "-y foo x.o"})
    for (Linker linker : all) {
      INFO(text);
      LinkerWords words = read(text, linker);
      CHECK(names(words) == Strings{"x.o"});
      CHECK(!words.shared);
      CHECK(!words.relocatable);
    }
}

TEST_CASE("bare flags do not swallow the word behind them", "[linker_words]") {
  // --default-symver --version-script=v.map: the script was lost, and a half-exported allocator went in.
  for (const char *flag :
       {"--default-symver", "-default-symver", "--no-warn-mismatch", "--gc-sections", "-q", "--print-map-discarded"}) {
    INFO(flag);
    CHECK(read(std::string(flag) + " --version-script=v.map").version_scripts == Strings{"v.map"});
  }
  for (Linker linker : {Linker::gold, Linker::mold})
    for (const char *flag : {"--threads", "-threads", "--no-threads"}) {
      INFO(flag);
      CHECK(read(std::string(flag) + " --version-script=v.map", linker).version_scripts == Strings{"v.map"});
    }
  CHECK(read("--threads --version-script=v.map", Linker::lld).version_scripts.empty());
  CHECK(read("--threads=2 --version-script=v.map", Linker::lld).version_scripts == Strings{"v.map"});
  CHECK(read("--threads=2 --version-script=v.map", Linker::mold).version_scripts == Strings{"v.map"});
}

TEST_CASE("GNU ld takes the beginning of a long option, and nobody else does", "[linker_words]") {
  for (const char *text : {"--version-scr=v.map", "-version-scr v.map", "--version-s v.map"}) {
    INFO(text);
    CHECK(read(text).version_scripts == Strings{"v.map"});
    CHECK(read(text, Linker::unknown).version_scripts == Strings{"v.map"});
    for (Linker linker : {Linker::gold, Linker::lld, Linker::mold}) CHECK(read(text, linker).version_scripts.empty());
  }
  CHECK(read("--version-scr=v.map", Linker::mold).uncertain_words == Strings{"--version-scr=v.map"});
  CHECK(read("--rel x.o").uncertain_words == Strings{"--rel"});  // --relax, --relocatable
  CHECK(read("--relo x.o").relocatable);
  CHECK(read("--def=malloc=mine").defines_malloc.empty());  // --default-script, --defsym: GNU ld refuses it
  CHECK(read("--defs=malloc=mine").defines_malloc == "--defs=malloc=mine");
  CHECK(read("--out=foo").output.empty());  // --out-implib, --output
  CHECK(read("--outp=foo").output == "foo");
  CHECK(names(read("-library")) == Strings{"-library"});  // -l with the rest of the word
}

TEST_CASE("the linker's own output file", "[linker_words]") {
  for (Linker linker : all)
    for (const char *text : {"-o foo", "-ofoo", "--output foo", "--output=foo", "-o bar -o foo"}) {
      INFO(text);
      CHECK(read(text, linker).output == "foo");
      CHECK(read(text, linker).inputs.empty());
    }
  CHECK(read("-output").output == std::string("output").substr(1));  // -o with the rest of the word
  CHECK(read("-omagic").output == "magic");
  CHECK(read("--omagic").output.empty());
}

TEST_CASE("states of the inputs, saved and restored", "[linker_words]") {
  for (Linker linker : all) {
    LinkerWords words =
        read("-lone --push-state -Bstatic --as-needed -ltwo --push-state --whole-archive -Bdynamic three.a --pop-state "
             "-lfour --pop-state -lfive --pop-state -lsix",
             linker);
    REQUIRE(words.inputs.size() == 6);
    auto &in = words.inputs;
    CHECK((!in[0].static_only && !in[0].as_needed && !in[0].whole_archive));
    CHECK((in[1].static_only && in[1].as_needed && !in[1].whole_archive));
    CHECK((in[2].as_needed && in[2].whole_archive));
    CHECK((in[3].static_only && in[3].as_needed && !in[3].whole_archive));
    CHECK((!in[4].static_only && !in[4].as_needed));
    CHECK(!in[5].static_only);
    CHECK(words.uncertain_words.empty());
  }
  LinkerWords words = read("--start-lib a.o --end-lib b.o --format=binary c.o -b elf64-x86-64 d.o", Linker::lld);
  REQUIRE(words.inputs.size() == 4);
  CHECK((words.inputs[0].is_lazy && !words.inputs[1].is_lazy));
  CHECK((!words.inputs[1].is_data && words.inputs[2].is_data && !words.inputs[3].is_data));
}

TEST_CASE("what comes out, by the linker's words", "[linker_words]") {
  for (Linker linker : all)
    for (const char *text : {"-shared", "--shared", "-Bshareable"}) {
      INFO(text);
      CHECK(read(text, linker).shared);
    }
  CHECK(read("-G", Linker::gold).shared);
  CHECK(names(read("-G 8", Linker::gold)) == Strings{"8"});
  CHECK(read("-G").shared);
  CHECK(read("-G -lfoo").shared);
  CHECK(names(read("-G -lfoo")) == Strings{"-lfoo"});
  CHECK(!read("-G 8").shared);
  CHECK(!read("-G8").shared);
  CHECK(read("-G 8").inputs.empty());
  CHECK(!read("-G 8", Linker::lld).shared);
  CHECK(!read("-G", Linker::unknown).uncertain_words.empty());
  CHECK(!read("-shared -pie").shared);
  CHECK(read("-shared -pie", Linker::mold).shared);
  for (const char *text : {"-r", "-i", "-Ur", "--relocatable", "-sr", "-sxr"}) {
    INFO(text);
    CHECK(read(text).relocatable);
  }
  // To gold -rdynamic is -r -d -y namic; GNU ld and the others refuse it.
  CHECK(read("-rdynamic", Linker::gold).relocatable);
  for (Linker linker : {Linker::unknown, Linker::bfd, Linker::lld, Linker::mold})
    CHECK(!read("-rdynamic", linker).relocatable);
  CHECK(read("--oformat=binary").raw_binary);
  CHECK(read("--oformat binary", Linker::mold).raw_binary);
  CHECK(!read("--oformat=elf64-x86-64").raw_binary);
  CHECK(read("--lto-emit-asm", Linker::lld).no_program == "--lto-emit-asm");
  CHECK(read("-plugin-opt=emit-llvm", Linker::gold).no_program == "-plugin-opt=emit-llvm");
}

TEST_CASE("symbols defined on the linker's command line: all of malloc's family, and operators", "[linker_words]") {
  for (const char *name : {"malloc", "free", "calloc", "realloc", "posix_memalign", "memalign", "aligned_alloc",
                           "valloc", "pvalloc", "malloc_usable_size"})
    for (Linker linker : all) {
      INFO(name);
      CHECK(read(std::string("--defsym=") + name + "=mine", linker).defines_malloc ==
            std::string("--defsym=") + name + "=mine");
      CHECK(read(std::string("-defsym ") + name + "=mine", linker).defines_malloc ==
            std::string("--defsym=") + name + "=mine");
    }
  for (const char *name : {"_Znwm", "_Znwj", "_ZdlPv", "_ZdaPvm", "_ZnwmSt11align_val_t"}) {
    LinkerWords words = read(std::string("--defsym=") + name + "=mine");
    CHECK(!words.defines_operators.empty());
    CHECK(words.defines_malloc.empty());
  }
  CHECK(read("--defsym=my_malloc=malloc --wrap=malloc -u malloc").defines_malloc.empty());
  CHECK(read("--wrap=malloc --wrap free").wraps == Strings{"malloc", "free"});
}

TEST_CASE("scripts, lists and what they are given", "[linker_words]") {
  for (Linker linker : all) {
    CHECK(read("-T x.ld", linker).scripts == Strings{"x.ld"});
    CHECK(read("-Tx.ld", linker).scripts == Strings{"x.ld"});
    CHECK(read("--script=x.ld", linker).scripts == Strings{"x.ld"});
    CHECK(read("--dynamic-list x --exclude-libs a.a -z nosectionheader", linker).inputs.empty());
  }
  CHECK(read("-Ttext 0x1000").scripts.empty());
  CHECK(read("-Ttext=0x1000").inputs.empty());
  CHECK(read("--default-script x.ld").scripts == Strings{"x.ld"});
  CHECK(read("-dT x.ld").scripts == Strings{"x.ld"});
  CHECK(read("-rpath /a:/b -rpath-link /c").rpaths == Strings{"/a", "/b", "/c"});
  CHECK(read("-R /usr").rpaths == Strings{"/usr"});  // GNU ld: a folder, so -rpath
  CHECK(read("-R /nonexistent/x.o").uncertain_words == Strings{"-R/nonexistent/x.o"});
  CHECK(read("-R /a", Linker::gold).rpaths == Strings{"/a"});
}

TEST_CASE("words that no linker knows, or that linkers read differently, are uncertain", "[linker_words]") {
  CHECK(read("--no-such-option x.o", Linker::unknown).uncertain_words == Strings{"--no-such-option"});
  CHECK(names(read("--no-such-option x.o")) == Strings{"x.o"});
  CHECK(read("--icf=all", Linker::bfd).uncertain_words == Strings{"--icf=all"});
  CHECK(read("--icf=all", Linker::unknown).uncertain_words.empty());
  CHECK(read("--threads", Linker::unknown).uncertain_words == Strings{"--threads"});
  CHECK(read("-c script", Linker::bfd).uncertain_words == Strings{"-cscript"});
  CHECK(read("--as-needed --no-as-needed -O1 --hash-style=gnu --build-id -z relro -lfoo --gc-sections -rpath x "
             "--sort-common "
             "--enable-new-dtags -plugin-opt=-x --eh-frame-hdr -m elf_x86_64 -dynamic-linker /lib/ld.so -pie "
             "--start-group --end-group "
             "--export-dynamic --fatal-warnings --strip-all -s -S -x",
             Linker::unknown)
            .uncertain_words.empty());
}

TEST_CASE("response files of linkers", "[linker_words]") {
  Folder folder;
  std::ofstream(folder.path + "/words") << "-rpath /in/file\n--version-script='a b.map' -soname";
  LinkerWords words = read("@" + folder.path + "/words -shared x.o");
  CHECK(words.rpaths == Strings{"/in/file"});
  CHECK(words.version_scripts == Strings{"a b.map"});
  CHECK(!words.shared);  // the value of -soname
  CHECK(names(words) == Strings{"x.o"});
  CHECK(names(read("@/nonexistent")) == Strings{"@/nonexistent"});
  CHECK(read("-soname @/nonexistent x.o").inputs.size() == 1);
  // A pipe is the linker's to read.
  std::string pipe = folder.path + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(read("@" + pipe).uncertain_words == Strings{"@" + pipe});
}

TEST_CASE("the linker of a compiler's words", "[linker_words]") {
  for (auto [name, linker] : {std::pair("bfd", Linker::bfd),
                              {"gold", Linker::gold},
                              {"lld", Linker::lld},
                              {"mold", Linker::mold},
                              {"/usr/bin/ld.lld-22", Linker::lld},
                              {"ld.lld", Linker::lld},
                              {"lld-14", Linker::lld},
                              {"/x/mold", Linker::mold},
                              {"ld.gold", Linker::gold},
                              {"aarch64-linux-gnu-ld.bfd", Linker::bfd},
                              {"ld", Linker::unknown},
                              {"/my/linker", Linker::unknown},
                              {"", Linker::unknown}}) {
    INFO(name);
    CHECK(linker_of(name) == linker);
  }
  auto linker_words_of = [](std::vector<const char *> words) { return parse_command_line(words).linker; };
  CHECK(linker_words_of({"-fuse-ld=gold", "a.o", "-Wl,-G"}).shared);
  CHECK(linker_words_of({"a.o", "-Wl,--threads,--version-script=v", "-fuse-ld=mold"}).version_scripts == Strings{"v"});
  CHECK(linker_words_of({"-fuse-ld=gold", "--ld-path=/usr/bin/ld.lld-22", "a.o"}).linker == Linker::lld);
  CHECK(linker_words_of({"a.o", "-T", "x.ld", "-z", "nosectionheader"}).scripts == Strings{"x.ld"});
  CHECK(linker_words_of({"a.o", "-Wl,-o,foo"}).output == "foo");
}
