// SPDX-License-Identifier: Apache-2.0
// Does LTO get to see what our malloc and operators do? The bodies that it gets are those of the ordinary functions,
// which are linked besides: without them everything is as it is, only slower. So whatever is in doubt leaves them out.
#include "decision/inlining.h"

namespace cxx_alloc {
namespace {

std::string find_obstacle(const Facts &facts, bool profile, llvm::function_ref<bool(llvm::StringRef)> is_there) {
  const Lto &lto = *facts.lto;
  if (!lto.obstacle.empty()) return lto.obstacle;
  if (profile) return "--allocator-profile";
  // The user's functions stand upon malloc, each in its own way.
  if (!facts.shims.empty()) return "the program's own " + facts.shims.front();
  if (!facts.wraps.empty()) return "--wrap=" + facts.wraps.front();
  if (!is_there("start.o")) return "the allocator has nothing for it";
  if (lto.compiler.empty()) return "the compiler does not say which it is";
  if (!is_there(lto.compiler)) return "nothing was built for " + lto.compiler;
  return "";
}

}  // namespace

Inlining decide_inlining(const Facts &facts, bool operators, bool profile,
                         llvm::function_ref<bool(llvm::StringRef)> is_there) {
  Inlining inlining;
  if (!facts.lto || facts.output != Output::executable) return inlining;
  inlining.is_asked = true;
  inlining.why_not = find_obstacle(facts, profile, is_there);
  if (!inlining.why_not.empty()) return inlining;
  // clang's two kinds see nothing of each other.
  std::string folder = facts.lto->compiler + "/", kind = facts.lto->word == "-flto=thin" ? "-thin.o" : "-full.o";
  inlining.parts = {folder + "malloc" + kind};
  if (operators) inlining.parts.push_back(folder + "operators" + kind);
  return inlining;
}

}  // namespace cxx_alloc
