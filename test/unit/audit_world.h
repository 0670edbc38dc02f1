// SPDX-License-Identifier: Apache-2.0
// Files for the rules of the audit, without any file.
#pragma once

#include "audit/verdict.h"

#include <deque>

namespace cxx_alloc::audit {

/// Files as they might be; each stays where it is.
class World {
public:
  Facts &file(Kind kind, std::initializer_list<Name> exports = {}, std::initializer_list<Mark> marks = {}) {
    Facts &facts = files_.emplace_back();
    facts.kind = kind;
    facts.is_dynamic = true;
    facts.has_symbols = true;
    for (Name name : exports) facts.exports.add(name), facts.own.add(name);
    for (Mark mark : marks) facts.marks.add(mark);
    return facts;
  }
  Facts &program(std::initializer_list<Name> exports = {}, std::initializer_list<Mark> marks = {}) {
    return file(Kind::executable, exports, marks);
  }
  Facts &libc() {
    return file(Kind::shared_library, {Name::malloc, Name::free, Name::calloc, Name::realloc, Name::posix_memalign,
                                       Name::memalign, Name::aligned_alloc, Name::libc_start_main});
  }
  Facts &jemalloc() {
    return file(Kind::shared_library,
                {Name::malloc, Name::free, Name::calloc, Name::realloc, Name::posix_memalign, Name::memalign,
                 Name::aligned_alloc},
                {Mark::jemalloc});
  }

private:
  std::deque<Facts> files_;
};

inline Module module(const char *name, const Facts &facts) { return {name, std::string("/lib/") + name, &facts}; }

inline std::string faults_of(const Verdict &verdict) {
  std::string text;
  for (const Fault &fault : verdict.faults) text += (text.empty() ? "" : " ") + fault.id.str();
  return text;
}

inline std::string judged(std::initializer_list<Module> modules) {
  Verdict verdict = judge_executable(modules);
  return verdict.allocator + " by " + verdict.by + ": " + faults_of(verdict);
}

}  // namespace cxx_alloc::audit
