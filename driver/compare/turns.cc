// SPDX-License-Identifier: Apache-2.0
#include "compare/turns.h"

#include "message.h"

#include <llvm/ADT/StringExtras.h>

namespace cxx_alloc::compare {
namespace {

llvm::Error failed(const std::string &program, llvm::ArrayRef<std::string> failures, size_t programs) {
  bool all = failures.size() == programs && programs > 1;
  return make_error(program, "fails with " + llvm::join(failures, ", with ") + (all ? ": with all of them" : ""),
                    all ? "name words with which it succeeds"
                        : "see what it says on its own, linked with that allocator");
}

}  // namespace

llvm::Expected<std::vector<std::vector<Sample>>>
take_turns(llvm::ArrayRef<std::string> names, const std::string &program, const Limits &limits, Runner run) {
  std::vector<std::vector<Sample>> samples(names.size());
  double seconds = 0;
  for (size_t turn = 0; turn == 0 || !is_enough(samples, seconds, limits); ++turn) {
    std::vector<std::string> failures;
    for (size_t i = 0; i < names.size(); ++i) {
      auto done = run(i, turn);
      if (!done) return done.takeError();
      if (!done->failure.empty()) failures.push_back(names[i] + " (" + done->failure + ")");
      if (turn == 0) continue;
      samples[i].push_back(done->sample);
      seconds += done->sample.seconds;
    }
    if (!failures.empty()) return failed(program, failures, names.size());
  }
  return samples;
}

}  // namespace cxx_alloc::compare
