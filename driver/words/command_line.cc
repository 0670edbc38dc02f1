// SPDX-License-Identifier: Apache-2.0
// What do the words of a compiler command say? clang's option table knows how many words each option takes, for g++'s
// options too but for a few. A hand-made table would get arities wrong (gllvm#52, gllvm#23), and a word that is
// somebody's value would pass for an option.
#include "words/command_line.h"

#include "paths.h"

#include <clang/Options/Options.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>

#include <algorithm>
#include <utility>

namespace cxx_alloc {
namespace {

using namespace clang::options;
using llvm::StringRef;

enum class Language { by_name, header, source };

/// g++ 12's options whose value is the next word and which clang 22's table does not know: those of g++ --help=separate
/// and of GCC's common.opt, gfortran's and gdc's, less the ones that clang's table reads as pairs too.
bool is_gnu_pair(StringRef word) {
  static constexpr StringRef pairs[] = {
      "-wrapper",       "-aux-info", "-dumpbase",      "-dumpbase-ext",   "--dumpbase", "--dumpdir",
      "--dumpbase-ext", "-auxbase",  "-auxbase-strip", "-imultiarch",     "-Tbss",      "-Tdata",
      "-Ttext",         "-entry",    "--entry",        "--for-assembler", "-J"};
  return llvm::is_contained(pairs, word);
}

bool is_header(StringRef file) {
  return llvm::StringSwitch<bool>(extension(file))
      .Cases({".h", ".H", ".hh", ".hp", ".hpp", ".HPP", ".hxx", ".h++", ".tcc"}, true)
      .Default(false);
}

bool is_source(StringRef file) {
  return llvm::StringSwitch<bool>(extension(file))
      .Cases({".c", ".C", ".cc", ".cp", ".cpp", ".CPP", ".cxx", ".c++", ".i", ".ii"}, true)
      .Cases({".cppm", ".ccm", ".cxxm", ".c++m", ".ixx", ".pcm", ".m", ".M", ".mm", ".mi", ".mii"}, true)
      .Cases({".s", ".S", ".sx", ".ll", ".bc", ".cu", ".cui", ".hip", ".cl"}, true)
      .Cases({".f", ".F", ".for", ".FOR", ".f90", ".F90", ".f95", ".F95", ".f03", ".F03", ".f08", ".F08"}, true)
      .Cases({".adb", ".ads", ".d", ".go"}, true)
      .Default(false);
}

/// Words after which no link follows, whatever else is said. The value of a phase word is the earliest phase, but
/// every one of them is before the link.
bool stops_before_link(const llvm::opt::Arg &arg) {
  switch (arg.getOption().getUnaliasedOption().getID()) {
  case OPT_c:
  case OPT_S:
  case OPT_E:
  case OPT_M:
  case OPT_MM:
  case OPT_fsyntax_only:
  case OPT__precompile:
  case OPT_emit_llvm:
  case OPT_emit_ast:
  case OPT_emit_interface_stubs:
  case OPT__analyze:
  case OPT_verify_pch:
  case OPT_rewrite_objc:
  case OPT_rewrite_legacy_objc:
  case OPT_extract_api:
  case OPT_module_file_info:
  case OPT_ccc_print_phases:
  case OPT_ccc_print_bindings:
  case OPT__version:
  case OPT_help:
  case OPT__help_hidden:
  case OPT_dumpversion:
  case OPT_dumpmachine:
  case OPT_dumpspecs:
  case OPT_autocomplete: return true;
  default:
    StringRef spelling = arg.getSpelling();
    StringRef word = spelling.ltrim('-');
    if (spelling == "-d")
      return arg.getNumValues() && StringRef(arg.getValue()) == "umpfullversion";  // clang's table reads -d<letters>
    return word.starts_with("print-") || word.starts_with("help=") || word == "target-help" || word == "help" ||
           word.starts_with("fmodule-only") || word.starts_with("fmodule-header") || word == "qversion";
  }
}

/// Sanitizers whose runtime defines malloc.
bool owns_malloc(StringRef sanitizer) {
  return llvm::is_contained({StringRef("address"), StringRef("hwaddress"), StringRef("thread"), StringRef("memory"),
                             StringRef("leak"), StringRef("scudo"), StringRef("fuzzer"), StringRef("dataflow")},
                            sanitizer);
}

void read_sanitizers(const llvm::opt::ArgList &args, CommandLine &line) {
  std::vector<StringRef> active;  // last wins, over comma lists
  for (const auto *arg : args.filtered(OPT_fsanitize_EQ, OPT_fno_sanitize_EQ))
    for (StringRef name : arg->getValues()) {
      bool on = arg->getOption().matches(OPT_fsanitize_EQ);
      if (!on && name == "all") active.clear();
      llvm::erase(active, name);
      if (on) active.push_back(name);
    }
  auto owner = llvm::find_if(active, owns_malloc);
  if (owner != active.end()) line.sanitizer = owner->str();
  line.has_other_sanitizer = llvm::any_of(active, [](StringRef name) { return !owns_malloc(name); });
}

/// Words beside which our objects stay out of LTO: of some, all objects of a link must have the same; some ask for
/// something unusual of its code; and some write a file beside each object.
bool keeps_out_of_lto(const llvm::opt::Arg &arg, StringRef word) {
  if (arg.getOption().matches(OPT_Wl_COMMA) || arg.getOption().matches(OPT_Xlinker))
    return llvm::any_of(arg.getValues(), [](StringRef value) {
      constexpr StringRef parts[] = {"save-temps", "thinlto-index-only",  "thinlto-emit",
                                     "-replace",   "thinlto-distributor", "obj-path"};
      return llvm::any_of(parts, [&](StringRef part) { return value.contains(part); });
    });
  constexpr StringRef words[] = {
      "-fno-use-linker-plugin", "-funified-lto", "-fsplit-lto-unit", "-fwhole-program-vtables", "-fembed-bitcode",
      "-fsplit-stack",          "-fno-inline",   "-fno-builtin",     "-finstrument-functions"};
  constexpr StringRef beginnings[] = {
      "-fno-builtin-", "-fsanitize=",  "-fthin",        "-fvirtual-function-elimination",
      "-save-temps",   "--save-temps", "-gsplit-dwarf", "-fsave-optimization-record"};
  return llvm::is_contained(words, word) ||
         llvm::any_of(beginnings, [&](StringRef beginning) { return word.starts_with(beginning); });
}

/// Words with which GCC 12 inlines none of our bodies, and no longer removes what is allocated for nothing; and
/// -Werror, for of what it has inlined it warns no more.
bool keeps_out_of_gcc(StringRef word) {
  if (word.starts_with("-march=")) return word != "-march=x86-64";
  if (word.starts_with("-mtune=")) return word != "-mtune=generic";
  constexpr StringRef words[] = {"-ffast-math",   "-fwrapv",        "-ftrapv",
                                 "-mno-red-zone", "-mstackrealign", "-mno-vzeroupper"};
  return llvm::is_contained(words, word) || word.starts_with("-Werror");
}

LtoWords lto_words(const llvm::opt::ArgList &args) {
  LtoWords lto;
  const auto *last = args.getLastArg(OPT_flto, OPT_flto_EQ, OPT_fno_lto);
  if (!last || last->getOption().matches(OPT_fno_lto)) return lto;
  lto.word = last->getAsString(args);
  lto.is_fat = args.hasFlag(OPT_ffat_lto_objects, OPT_fno_fat_lto_objects, false);
  for (const auto *arg : args)
    if (std::string word = arg->getAsString(args); keeps_out_of_lto(*arg, word))
      lto.obstacle = word;
    else if (keeps_out_of_gcc(word))
      lto.obstacle_of_gcc = word;
  const auto *last_level = args.getLastArg(OPT_O_Group);
  std::string level = last_level ? last_level->getAsString(args) : "";
  if (level == "-O0") lto.obstacle = level;
  constexpr StringRef levels[] = {"-O", "-O1", "-Og", "-Os", "-Oz", "-Ofast"};
  if (llvm::is_contained(levels, level)) lto.obstacle_of_gcc = level;
  return lto;
}

/// Reads inputs and linker words, in order, for both say what the linker is given.
class Reader {
public:
  explicit Reader(CommandLine &line) : line_(line) {}

  void read(const llvm::opt::Arg &arg) {
    switch (arg.getOption().getUnaliasedOption().getID()) {
    case OPT_INPUT: read_input(arg.getValue()); break;
    case OPT__DASH_DASH:
      for (StringRef file : arg.getValues()) read_input(file);
      line_.only_files_follow = true;
      break;
    case OPT_Wl_COMMA:
    case OPT_Xlinker:
      for (StringRef word : arg.getValues()) line_.linker.read(word);
      line_.gxx_sees_cxx = true;
      break;
    case OPT_l: {
      StringRef name = arg.getValue();
      line_.linker.add_library(name);
      line_.explicit_libc |= name == "c";
      line_.asks_cxx_runtime |= name == "stdc++" || name == "c++";
      line_.gxx_sees_cxx |= name != "c" && name != "m";
      break;
    }
    case OPT_x: {
      StringRef name = arg.getValue();
      language_ = name == "none" ? Language::by_name
                  : name.ends_with("-header") || name.ends_with("-header-unit") || name.ends_with("-system-header") ||
                          name.ends_with("-user-header")
                      ? Language::header
                      : Language::source;
      line_.gxx_sees_cxx |= name == "c++" || name == "c++-cpp-output" || name.starts_with("objective-c++");
      language_is_c_ = name == "c" || name == "cpp-output";
      language_name_ = name == "none" ? "" : name;
      language_is_new_ = true;
      break;
    }
    case OPT_T:
    case OPT_z:
      line_.linker.read(arg.getOption().matches(OPT_T) ? "-T" : "-z");
      line_.linker.read(arg.getValue());
      break;
    case OPT_rpath: line_.linker.rpaths.push_back(arg.getValue()); break;
    case OPT_static_libstdcxx: line_.gxx_sees_cxx = true; break;
    case OPT_shared: line_.shared = line_.last_kind_shared = true; break;
    case OPT_pie:
    case OPT_no_pie:
    case OPT_nopie:
    case OPT_static_pie: line_.last_kind_shared = false; break;
    case OPT_UNKNOWN:
      // GCC 12 takes two dashes here as well; clang 22's table does not have the words.
      if (StringRef word = arg.getValue(); word == "--pie" || word == "--no-pie" || word == "--static-pie") {
        line_.last_kind_shared = false;
        line_.is_static |= word == "--static-pie";
      }
      break;
    default: break;
    }
  }

  bool saw_input = false, saw_only_headers = true;

private:
  void read_input(StringRef file) {
    saw_input = true;
    bool header = language_ == Language::header || (language_ == Language::by_name && is_header(file));
    saw_only_headers &= header;
    if (file != "-") line_.files.push_back(file.str());
    // GCC 12, g++spec.cc: the first file behind -x is not looked at, nor is a name of one letter.
    if (file.size() > 1 && !std::exchange(language_is_new_, false)) line_.gxx_sees_cxx |= !is_header(file);
    if (header) return;
    if (language_ == Language::source || is_source(file)) {
      line_.has_sources = true;
      line_.only_c_sources &= language_is_c_;
      line_.sources.push_back(file.str());
      line_.languages.push_back(language_name_.str());
    } else {
      line_.linker.add_file(file);
      line_.objects.push_back(file.str());
    }
  }

  CommandLine &line_;
  Language language_ = Language::by_name;
  bool language_is_new_ = false, language_is_c_ = false;
  StringRef language_name_;
};

/// `words` without those that clang's table takes for something else, which are put into `pairs`; a last one has no
/// value. What stands behind an option that takes a value is one.
Words without_gnu_pairs(llvm::ArrayRef<const char *> words, Words &pairs) {
  if (llvm::none_of(words, is_gnu_pair)) return Words(words.begin(), words.end());
  Words known;
  llvm::opt::InputArgList list(words.begin(), words.end());
  for (unsigned i = 0; i < words.size();) {
    unsigned first = i;
    if (is_gnu_pair(words[i])) {
      pairs.append(words.begin() + i, words.begin() + std::min<size_t>(i + 2, words.size()));
      i += 2;
      continue;
    }
    clang::getDriverOptTable().ParseOneArg(list, i, llvm::opt::Visibility(ClangOption));
    i = std::clamp<unsigned>(i, first + 1, words.size());
    known.append(words.begin() + first, words.begin() + i);
  }
  return known;
}

/// The words of a compile step: no inputs, no -o, nothing for the linker. They are the user's own, from `known`, which
/// `args` was read from: clang's table spells its aliases otherwise (-flto becomes -flto=full), and g++ knows those
/// not.
std::vector<std::string> words_of_compile_step(const llvm::opt::InputArgList &args, const Words &known,
                                               const Words &pairs) {
  std::vector<std::string> words(pairs.begin(), pairs.end());
  for (auto next = args.begin(), end = args.end(); next != end;) {
    const llvm::opt::Arg *arg = *next++;
    size_t behind = next != end ? (*next)->getIndex() : known.size();
    constexpr ID left_out[] = {OPT_INPUT, OPT__DASH_DASH, OPT_x,        OPT_o,      OPT_emit_static_lib,
                               OPT_l,     OPT_L,          OPT_Wl_COMMA, OPT_Xlinker};
    if (llvm::any_of(left_out, [&](ID id) { return arg->getOption().matches(id); })) continue;
    words.insert(words.end(), known.begin() + arg->getIndex(), known.begin() + behind);
  }
  return words;
}

}  // namespace

std::string artifact_of(const CommandLine &line) {
  if (!line.linker.output.empty() && !line.static_library) return line.linker.output;
  return line.output.empty() ? "a.out" : line.output;
}

CommandLine parse_command_line(llvm::ArrayRef<const char *> words) {
  CommandLine line;
  if (!words.empty() && StringRef(words[0]).starts_with("-cc1")) {
    line.not_a_link = words[0];
    return line;
  }

  Words pairs, known = without_gnu_pairs(words, pairs);
  unsigned missing_index, missing_count;
  llvm::opt::InputArgList args =
      clang::getDriverOptTable().ParseArgs(known, missing_index, missing_count, llvm::opt::Visibility(ClangOption));
  if (missing_count || pairs.size() % 2) {
    // A word behind it would become its value: with `-o` at the end g++ would write over our object.
    line.not_a_link = std::string(missing_count ? known[missing_index] : pairs.back()) + " without a value";
    return line;
  }

  line.is_static = args.hasArg(OPT_static, OPT_static_pie);
  line.static_pie = args.hasArg(OPT_static_pie);
  if (const auto *arg = args.getLastArg(OPT_fuse_ld_EQ, OPT_ld_path_EQ))
    line.linker = LinkerWords(linker_of(arg->getValue()));
  Reader reader(line);
  for (const auto *arg : args) {
    if (line.not_a_link.empty() && stops_before_link(*arg)) line.not_a_link = arg->getAsString(args);
    reader.read(*arg);
  }
  if (line.is_static)
    for (LinkInput &input : line.linker.inputs) input.static_only = true;

  line.verbose = args.hasArg(OPT_v);
  line.no_warnings = args.hasArg(OPT_w);
  line.dry_run = args.hasArg(OPT__HASH_HASH_HASH);
  line.relocatable = args.hasArg(OPT_r);
  line.static_library = args.hasArg(OPT_emit_static_lib);
  if (line.static_library) line.compile_words = words_of_compile_step(args, known, pairs);
  line.darwin_library = args.hasArg(OPT_dynamiclib, OPT_bundle);
  line.directories = args.getAllArgValues(OPT_L);
  line.prefixes = args.getAllArgValues(OPT_B);

  if (const auto *arg = args.getLastArg(OPT_nostdlib, OPT_nodefaultlibs, OPT_nolibc)) {
    line.no_libc = args.hasArg(OPT_nostdlib) || !line.explicit_libc;
    line.no_libc_word = arg->getAsString(args);
  }
  line.no_cxx_runtime = args.hasArg(OPT_nostdlibxx, OPT_nodefaultlibs) && !line.asks_cxx_runtime;
  line.cxx_mode = args.getLastArgValue(OPT_driver_mode) == "g++";
  read_sanitizers(args, line);
  line.lto = lto_words(args);
  line.target = args.getLastArgValue(OPT_target).str();
  if (const auto *arg = args.getLastArg(OPT_m32, OPT_m64, OPT_mx32)) {
    line.m32 = arg->getOption().matches(OPT_m32);
    line.mx32 = arg->getOption().matches(OPT_mx32);
  }
  line.sysroot = args.getLastArgValue(OPT__sysroot_EQ).str();
  line.output = args.getLastArgValue(OPT_o).str();
  line.no_default_config = args.hasArg(OPT_no_default_config);
  line.has_rpath = args.hasArg(OPT_rpath);
  if (const auto *arg =
          args.getLastArg(OPT_specs_EQ, OPT_specs, OPT_config, OPT_config_user_dir_EQ, OPT_config_system_dir_EQ))
    line.indirect_word = arg->getAsString(args);

  if (line.not_a_link.empty()) {
    // A script may name inputs, and so may a file that only the compiler reads.
    bool has_link_input =
        !line.linker.inputs.empty() || line.has_sources || !line.linker.scripts.empty() || !line.indirect_word.empty();
    if (reader.saw_input && reader.saw_only_headers)
      line.not_a_link = "a header is precompiled";
    else if (!has_link_input)
      line.not_a_link = line.linker.asks_only ? "the linker is only asked" : "no input";
  }
  return line;
}

}  // namespace cxx_alloc
