// SPDX-License-Identifier: Apache-2.0
// Programs that run the command behind them. Their options are not a compiler's: `env -C D`, `numactl -l g++` and
// `nice -- g++` would be misread by clang's table. So each launcher's options with a value stand here.
#include "compiler/launchers.h"

#include "compiler/environment.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

struct Launcher {
  StringRef name;
  StringRef letters = {};     ///< of the options that take a value
  StringRef long_names = {};  ///< of those too, each with its letter: "unset:u chdir:C"
};

/// By the manuals of coreutils 9.1, util-linux 2.38, strace 6.1, ltrace 0.7, numactl 2.0, systemd 252 and bear 3.1.
constexpr Launcher launchers[] = {
    {"ccache"},
    {"sccache"},
    {"distcc"},
    {"icecc"},
    {"buildcache"},
    {"env", "uCSa", "unset:u chdir:C split-string:S argv0:a ignore-environment:i"},
    {"nice", "n", "adjustment:n"},
    {"ionice", "cnpPu", "class:c classdata:n"},
    {"chrt", "TPD", "sched-runtime:T sched-period:P sched-deadline:D"},
    {"time", "of", "format:f output:o"},
    {"timeout", "sk", "signal:s kill-after:k"},
    {"taskset"},
    {"numactl", "iwpPmNCSfLoMI", "interleave:i preferred:p membind:m cpunodebind:N physcpubind:C"},
    {"setarch"},
    {"linux32"},
    {"linux64"},
    {"i386"},
    {"x86_64"},
    {"stdbuf", "ioe", "input:i output:o error:e"},
    {"setsid"},
    {"nohup"},
    {"mold"},
    {"bear", "", "output:o config:c"},
    {"intercept"},
    {"strace", "abeEIoOpPsSuUX", "output:o trace:e user:u"},
    {"ltrace", "aADeFlnopsuwx", "output:o library:l"},
    {"prlimit", "po", "pid:p output:o"},
    {"systemd-run", "pMHEu", "property:p machine:M host:H setenv:E unit:u slice:l uid:U gid:G working-directory:d"},
    {"cgexec", "g"},
    {"fakeroot", "lsibf", "lib:l faked:f"},
    {"libtool", "", "mode:m tag:t"},
};

const Launcher *find_launcher(StringRef name) {
  const Launcher *found = llvm::find_if(launchers, [&](const Launcher &launcher) { return launcher.name == name; });
  return found == std::end(launchers) ? nullptr : found;
}

/// The letter of the long option `name`, which may be shortened as GNU's getopt allows, or 0.
char letter_of(const Launcher &launcher, StringRef name) {
  for (StringRef entry : llvm::split(launcher.long_names, ' '))
    if (!name.empty() && entry.split(':').first.starts_with(name)) return entry.back();
  return 0;
}

/// An option, and where its value stands: in word `word` from the character `at` on.
struct Option {
  StringRef flags = {};  ///< letters without a value
  char letter = 0;       ///< that takes a value, or 0
  size_t word = 0, at = 0;
};

Option read_option(const Launcher &launcher, StringRef text, size_t index) {
  if (text == "-") return {.flags = "i"};  // env's alone
  if (text.starts_with("--")) {
    StringRef name = text.drop_front(2).split('=').first;
    char letter = letter_of(launcher, name);
    if (letter == 'i' && launcher.name == "env") return {.flags = "i"};
    bool has_value = text.contains('=');
    return {.letter = letter, .word = has_value ? index : index + 1, .at = has_value ? name.size() + 3 : 0};
  }
  for (size_t at = 1; at < text.size(); ++at) {
    if (!launcher.letters.contains(text[at])) continue;
    bool has_value = at + 1 < text.size();
    return {text.slice(1, at), text[at], has_value ? index : index + 1, has_value ? at + 1 : 0};
  }
  return {.flags = text.drop_front()};
}

bool is_link_variable(StringRef name) {
  return llvm::any_of(link_variables, [&](const char *variable) { return name == variable; });
}

/// Walks over one launcher's words.
class LauncherReader {
public:
  LauncherReader(Words &words, Launched &launched, llvm::StringSaver &saver, const Launcher &launcher)
      : words_(words), launched_(launched), saver_(saver), launcher_(launcher), is_env_(launcher.name == "env") {}

  /// Gives the index behind the option at `index`.
  size_t read(size_t index) {
    Option option = read_option(launcher_, words_[index], index);
    if (is_env_) launched_.changes_variables |= option.flags.contains('i');
    if (!option.letter || option.word >= words_.size()) return index + 1;
    StringRef value = StringRef(words_[option.word]).drop_front(option.at);
    if (is_env_ && option.letter == 'S') return split(index, option, value);
    if (is_env_ && option.letter == 'u') launched_.changes_variables |= is_link_variable(value);
    if (is_env_ && option.letter == 'C') change_folder(option, value);
    return option.word + 1;
  }

  /// True for `name=value` in front of the command: a variable, or one of ccache's settings.
  bool assigns(StringRef word) {
    StringRef name = word.split('=').first;
    if (name.size() == word.size() || (!is_env_ && name.contains('/'))) return false;
    launched_.changes_variables |= is_env_ && is_link_variable(name);
    return true;
  }

private:
  void change_folder(const Option &option, StringRef value) {
    if (value.empty()) return;
    bool is_relative = !value.starts_with("/") && !launched_.folder.empty();
    std::string folder = absolute_path(is_relative ? launched_.folder + "/" + value.str() : value.str());
    words_[option.word] = saver_.save(StringRef(words_[option.word]).take_front(option.at) + folder).data();
    launched_.folder = std::move(folder);
  }

  /// Puts the words that `env -S value` makes of its value in the place of that option. They may be options again.
  size_t split(size_t index, const Option &option, StringRef value) {
    if (value.find_first_of("\\$#") != StringRef::npos) {  // escapes, variables and comments of its own
      launched_.unread = value.str();
      return option.word + 1;
    }
    llvm::SmallVector<const char *, 8> made;
    llvm::cl::TokenizeGNUCommandLine(value, saver_, made);
    if (!option.flags.empty()) made.insert(made.begin(), saver_.save("-" + option.flags).data());
    words_.erase(words_.begin() + index, words_.begin() + option.word + 1);
    words_.insert(words_.begin() + index, made.begin(), made.end());
    return index;
  }

  Words &words_;
  Launched &launched_;
  llvm::StringSaver &saver_;
  const Launcher &launcher_;
  bool is_env_;
};

}  // namespace

bool is_launcher(StringRef name) { return find_launcher(name); }

size_t read_launcher(Words &words, size_t at, Launched &launched, llvm::StringSaver &saver,
                     llvm::function_ref<bool(StringRef)> is_program) {
  const Launcher *launcher = find_launcher(file_name(words[at]));
  if (!launcher) return at;
  LauncherReader reader(words, launched, saver, *launcher);
  bool has_options = true;
  for (size_t i = at + 1; i < words.size();) {
    StringRef word = words[i];
    if (has_options && word == "--") {
      has_options = false;
      ++i;
    } else if (has_options && word.starts_with("-")) {
      i = reader.read(i);
    } else if (!reader.assigns(word) && is_program(word)) {
      return i;
    } else {
      ++i;  // an operand in front of the command: timeout 60
    }
  }
  return at;
}

}  // namespace cxx_alloc
