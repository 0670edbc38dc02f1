// SPDX-License-Identifier: Apache-2.0
// One command, and what has become of it so far: what is said of it, before a link or after, is said from this.
#pragma once

#include "compiler/compiler.h"
#include "decision/gather.h"
#include "decision/policy.h"
#include "link/plan.h"
#include "words/command_line.h"
#include "words/own_options.h"

#include <string>

namespace cxx_alloc {

/// A command line as it was given, read; nothing in it changes any more.
struct Job {
  Compiler compiler;
  OwnOptions own;
  Words user_words;          ///< what the compiler is given behind the driver, its own words in front
  Words expanded;            ///< the same with every readable @file opened
  bool opened_file = false;  ///< `user_words` holds the words of an `@file`, and may be too many for execve
  CommandLine line;
  RuntimeOptions runtime;
};

/// A job with the facts known by now, the decision that they lead to, and the words that it becomes.
struct Outcome {
  LinkFacts link;
  Decision decision;
  LinkWords words;
  bool is_verified = false;  ///< the artifact was read, or there is nothing in it that could be otherwise

  std::string detail() const {
    const Inlining &inlining = decision.inlining;
    bool is_missed = inlining.is_asked && !inlining.happens();
    return decision.detail + (is_missed ? "; LTO inlines nothing of it: " + inlining.why_not : "") + words.remark;
  }
  /// File or word that provides malloc, or empty.
  const std::string &provider() const { return words.object.empty() ? decision.provider : words.object; }
};

/// The argv of `outcome`.
Words command(const Job &job, const Outcome &outcome);

/// Asks the policy with the facts of `link`, and plans what it answers.
llvm::Expected<Outcome> settle(const Job &job, LinkFacts link, llvm::StringSaver &saver);

/// The outcome as it is foreseen before anything is run.
llvm::Expected<Outcome> foresee(Job &job, const Environment &environment, llvm::StringSaver &saver);

}  // namespace cxx_alloc
