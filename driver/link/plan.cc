// SPDX-License-Identifier: Apache-2.0
// The words that a decision becomes. What we link stands in front of the user's inputs, as linker words; where a source
// is compiled on the way, behind them.
#include "link/plan.h"

#include "link/conf.h"
#include "link/runtime_objects.h"
#include "message.h"
#include "words/allocators.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

namespace cxx_alloc {
namespace {

/// A linker word: a bare path would be compiled as C++ after `-x c++`, and `-Wl,` splits at commas.
void add_linker_word(Words &words, const std::string &file, llvm::StringSaver &saver) {
  if (llvm::StringRef(file).contains(',')) {
    words.push_back("-Xlinker");
    words.push_back(saver.save(file).data());
  } else {
    words.push_back(saver.save("-Wl," + file).data());
  }
}

llvm::Error no_profiling(llvm::StringRef target, const std::string &why) {
  return make_error("--allocator-profile", "no heap profiling for an executable on " + target + ": " + why,
                    "leave the flag out");
}

/// Collects the words for one link.
class Planner {
public:
  Planner(const Decision &decision, const LinkFacts &link, const CommandLine &line, const RuntimeOptions &options,
          llvm::StringSaver &saver)
      : decision_(decision), link_(link), facts_(link.facts), line_(line), options_(options), saver_(saver) {}

  llvm::Expected<LinkWords> plan() {
    if (facts_.output == Output::executable || facts_.output == Output::shared_library)
      if (auto error = add_artifact_words()) return error;
    if (auto error = remark_on_options()) return error;
    return std::move(words_);
  }

private:
  llvm::Error add_artifact_words() {
    if (!find_allocator(decision_.allocator)) return llvm::Error::success();
    // The libraries behind -lalloc_<name> that a plain compiler links are not wanted here: the object does their work,
    // so the linker finds empty archives of that name.
    if (facts_.library)
      for (const Allocator &allocator : allocators())
        words_.before.push_back(
            save("-L" + options_.root + "/" + allocator.name.str() + "/" + facts_.target + "/marker"));
    // Each installation has the runtime of its own target: without it something is broken. Other targets may have none.
    if (facts_.target != host_target() && !has_runtime(options_.root, decision_.allocator, facts_.target))
      return llvm::Error::success();
    // The runtime's objects are for glibc, those of the system's malloc too.
    if (!facts_.foreign_libc.empty()) return llvm::Error::success();
    if (facts_.output == Output::executable) return add_malloc();
    return is_ours() ? add_guest() : add_object("shared-library.note").takeError();
  }

  /// A malloc for the whole program, and the C++ operators on top of it.
  llvm::Error add_malloc() {
    // The operators hold the fast paths of the malloc beside them, so there are two pairs.
    bool profile = options_.profile && is_ours();
    if (auto error = refuse_options()) return error;
    auto object = add_object(profile ? "executable-profile.o" : "executable.o");
    if (!object) return profile ? no_profiling(facts_.target, llvm::toString(object.takeError())) : object.takeError();
    add_exports();
    if (!is_ours()) return llvm::Error::success();

    // What the object needs beside libc: the sampling of heap profiles takes logarithms.
    auto libraries = llvm::MemoryBuffer::getFile(llvm::StringRef(*object).drop_back(2) + ".libraries");
    // Behind the object, for --as-needed drops a library that nobody has asked for yet.
    if (libraries)
      (words_.behind.empty() ? words_.before : words_.behind)
          .push_back(save("-Wl," + (*libraries)->getBuffer().trim().str()));
    words_.object = *object;
    words_.brings_allocator = true;
    if (!options_.conf.empty())
      if (auto error = bake_conf(options_.conf, {options_.root, decision_.allocator, facts_.target, profile},
                                 words_.before, saver_))
        return error;
    if (decision_.operators)
      if (auto error = add_object(profile ? "operators-profile.o" : "operators.o").takeError()) return error;
    return add_lto_parts();
  }

  /// Bodies for LTO. The functions themselves stay those of the objects above. GCC 12 takes the first declaration of a
  /// function for all: so these stand in front of the user's.
  llvm::Error add_lto_parts() {
    const Inlining &inlining = decision_.inlining;
    for (const std::string &part : inlining.parts) place(lto_file(part), /*behind=*/false);
    if (inlining.happens()) return add_object("lto/start.o").takeError();
    return llvm::Error::success();
  }

  /// An allocator need not take options, nor write profiles.
  llvm::Error refuse_options() {
    if (!is_ours()) return llvm::Error::success();
    const Allocator *allocator = find_allocator(decision_.allocator);
    if (!options_.conf.empty() && allocator->options.empty())
      return make_error("--allocator-conf=" + options_.conf, allocator->name + " takes no options",
                        "leave the flag out");
    if (options_.profile && allocator->profile.empty())
      return make_error("--allocator-profile", allocator->name + " writes no heap profiles", "leave the flag out");
    return llvm::Error::success();
  }

  /// What glibc 2.36 and libstdc++ do not name is not exported by itself, and a plug-in would not find it: our table
  /// for the public API. A version script has the last word, and gold warns of names that it hides. A C program that
  /// g++ links keeps it to itself: linker words would bring libstdc++ in. A static program loads none; the dynamic
  /// section that the word gives it is one that nobody applies, with -no-pie or --no-dynamic-linker and GNU ld 2.40.
  void add_exports() {
    if (link_.has_versions || link_.gains_cxx_runtime || link_.is_static) return;
    words_.before.push_back("-Wl,--export-dynamic-symbol=cxx_alloc_provider");
  }

  /// An allocator for this library alone. Each word after the objects was found by a crash without it
  /// (docs/libraries.md).
  llvm::Error add_guest() {
    auto guest = add_object("shared-library.guest");
    if (!guest) return guest.takeError();
    words_.object = *guest;
    words_.brings_allocator = true;
    // Destructors of threads outlive a dlclose().
    words_.before.push_back("-Wl,-z,nodelete");
    // An archive that carries a malloc for executables must not give it to a library: libc, first, answers for it. As a
    // linker word, for g++ 12 moves a -lc to the end.
    if (facts_.carrier) words_.before.push_back("-Wl,-lc");
    if (!facts_.links_cxx_runtime) return llvm::Error::success();
    if (!facts_.users_operators)
      if (auto error = add_object("shared-library-operators.guest").takeError()) return error;
    // Functions of std:: that this library and its host both instantiate would be taken from the host, operators and
    // all.
    words_.before.push_back("-Wl,-Bsymbolic");
    // What libstdc++.so grows it frees with the host's delete, so a guest has a C++ runtime of its own, whoever asks
    // for it: the driver, or libtool with a plain -lstdc++. The folder holds linker scripts that name the archives.
    // libgcc stays shared: exceptions cross it. One word each: mold 1.10 takes all memory for `--exclude-libs a:b`.
    const std::string folder = options_.root + "/" + decision_.allocator + "/" + facts_.target + "/guest";
    words_.before.push_back(save("-L" + folder));
    words_.before.push_back("-Wl,--exclude-libs,libstdc++.a,--exclude-libs,libc++.a,--exclude-libs,libc++abi.a");
    // Nor may others find the library's copies of std:: templates first. The user's own script has the last word: GNU
    // ld takes no second one beside one with versions.
    if (!link_.has_versions) add_linker_word(words_.before, "--version-script=" + folder + "/exports.map", saver_);
    return llvm::Error::success();
  }

  /// Adds an object of ours, and gives its file.
  llvm::Expected<std::string> add_object(llvm::StringRef name) {
    auto file = runtime_object(options_.root, decision_.allocator, facts_.target, name);
    if (!file) return file.takeError();
    place(*file, stands_behind());
    return file;
  }

  std::string lto_file(llvm::StringRef part) const {
    return options_.root + "/" + decision_.allocator + "/" + facts_.target + "/lto/" + part.str();
  }

  bool stands_behind() const {
    // Of two weak definitions the first counts, and a source's may be weak: so ours stands behind it, and the artifact
    // tells who was chosen. It stands in front where the words behind would not take it for an input, and where libc's
    // own malloc (of a static libc: before a shared one any object's counts) or the one that an archive carries would
    // come in between; one that samples begins before the user's constructors.
    // With -nodefaultlibs no other -lc follows the user's, and a part of glibc is in an archive.
    bool libc_comes_first = line_.explicit_libc && (link_.is_static || !line_.no_libc_word.empty());
    return facts_.output == Output::executable && line_.has_sources && !options_.profile && !line_.only_files_follow &&
           !line_.linker.is_open_at_end() && !libc_comes_first && !facts_.carrier && !link_.gains_cxx_runtime;
  }

  void place(const std::string &file, bool behind) {
    Words &words = behind ? words_.behind : words_.before;
    // g++ 12 links libstdc++ for any linker word, but not for the first file behind a -x.
    if (link_.gains_cxx_runtime)
      for (const char *word : {"-x", "none", save(file)}) words.push_back(word);
    else
      add_linker_word(words, file, saver_);
  }

  /// Build systems put flags everywhere, so where there is nothing to configure or profile only the explanation says
  /// so.
  llvm::Error remark_on_options() {
    if (facts_.output != Output::executable) return llvm::Error::success();
    if (options_.profile && decision_.reason == Reason::unavailable_for_target)
      return no_profiling(facts_.target, decision_.detail);
    if (words_.brings_allocator) {
      if (options_.profile) words_.remark = "; --allocator-profile: with heap profiling";
      return llvm::Error::success();
    }
    if (options_.profile) words_.remark += "; --allocator-profile has no effect";
    if (!options_.conf.empty()) words_.remark += "; --allocator-conf has no effect";
    return llvm::Error::success();
  }

  bool is_ours() const { return decision_.allocator != "system"; }
  const char *save(const std::string &text) { return saver_.save(text).data(); }

  const Decision &decision_;
  const LinkFacts &link_;
  const Facts &facts_;
  const CommandLine &line_;
  const RuntimeOptions &options_;
  llvm::StringSaver &saver_;
  LinkWords words_;
};

}  // namespace

bool is_available(const Facts &facts, const RuntimeOptions &options, llvm::StringRef allocator) {
  // A missing malloc for our own target means that something is broken: an error, when it is opened.
  if (facts.output == Output::executable && facts.target == host_target()) return true;
  if (facts.output == Output::executable) return has_runtime(options.root, allocator, facts.target);
  llvm::StringRef needed = facts.output == Output::shared_library ? "shared-library.guest" : "operators-forwarding.o";
  return llvm::sys::fs::exists(options.root + "/" + allocator + "/" + facts.target + "/" + needed);
}

bool brings_malloc(const Decision &decision, const Facts &facts) {
  return facts.output == Output::executable && decision.allocator != "system" && find_allocator(decision.allocator);
}

bool has_lto_part(const RuntimeOptions &options, llvm::StringRef allocator, llvm::StringRef target,
                  llvm::StringRef part) {
  return llvm::sys::fs::exists(options.root + "/" + allocator + "/" + target + "/lto/" + part);
}

llvm::Expected<LinkWords> plan_link(const Decision &decision, const LinkFacts &link, const CommandLine &line,
                                    const RuntimeOptions &options, llvm::StringSaver &saver) {
  return Planner(decision, link, line, options, saver).plan();
}

llvm::Expected<std::vector<std::pair<std::string, std::string>>>
carried_objects(const Decision &decision, const Facts &facts, const RuntimeOptions &options) {
  std::vector<std::pair<std::string, std::string>> members;
  if (!find_allocator(decision.allocator) || decision.allocator == "system") return members;
  for (llvm::StringRef name : {"executable-carried.o", "operators-forwarding.o"}) {
    auto file = runtime_object(options.root, decision.allocator, facts.target, name);
    if (!file) return file.takeError();
    members.emplace_back("cxx-alloc-" + decision.allocator + "-" + name.str(), *file);
  }
  return members;
}

Words spell_rpath_for_gnu(const Words &words, llvm::StringSaver &saver) {
  Words spelled;
  for (size_t i = 0; i < words.size(); ++i) {
    bool is_value = i > 0 && llvm::StringRef(words[i - 1]) == "-Xlinker";
    if (llvm::StringRef(words[i]) != "-rpath" || is_value || i + 1 == words.size()) {
      spelled.push_back(words[i]);
      continue;
    }
    add_linker_word(spelled, "-rpath", saver);
    add_linker_word(spelled, words[++i], saver);
  }
  return spelled;
}

}  // namespace cxx_alloc
