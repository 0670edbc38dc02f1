// SPDX-License-Identifier: Apache-2.0
// Which allocator does the artifact get, and why? An executable controls the world, a library is a guest in it; what
// is linked explicitly is never fought. The rules stand in the order in which they beat each other.
#include "decision/policy.h"

#include "message.h"
#include "words/allocators.h"

namespace cxx_alloc {
namespace {

using llvm::Twine;

/// The table of defaults.
llvm::StringRef default_for(Output output) {
  switch (output) {
  case Output::executable: return default_allocator();
  case Output::shared_library:
  case Output::static_library:
  case Output::relocatable: return "system";
  case Output::none: return "none";
  }
  return "none";
}

std::string why_default(Output output) {
  switch (output) {
  case Output::executable: return ("an executable gets " + default_allocator()).str();
  case Output::shared_library: return "a shared library uses the malloc of the process that loads it";
  case Output::static_library: return "a static library leaves the choice to whoever links it";
  case Output::relocatable: return "relocatable output leaves the choice to whoever links it";
  case Output::none: break;
  }
  return "";
}

/// What was asked for, strongest first; nothing when the default holds.
struct Strongest {
  const Request *request = nullptr;
  Reason reason = Reason::output_default;
};

Strongest strongest_request(const Facts &facts) {
  // A flag says the last word even when it says "auto": it then takes the environment back.
  if (facts.flag && facts.flag->allocator != "auto") return {&*facts.flag, Reason::flag};
  if (!facts.flag && facts.environment && facts.environment->allocator != "auto")
    return {&*facts.environment, Reason::environment};
  if (facts.library) return {&*facts.library, Reason::linked_library};
  if (facts.source_request) return {&*facts.source_request, Reason::source_marker};
  return {};
}

/// Something asks for an allocator of ours, and not merely for the process's.
bool wants_ours(const Strongest &strongest) { return strongest.request && strongest.request->allocator != "system"; }

llvm::StringRef with_article(Output output) {
  switch (output) {
  case Output::executable: return "an executable";
  case Output::shared_library: return "a shared library";
  case Output::static_library: return "a static library";
  default: return "";
  }
}

llvm::Error two_allocators(const Twine &first, const Twine &second) {
  return make_error("cannot link two allocators", first + " and " + second, "leave one of them out");
}

Decision of_provider(const Provider &provider) {
  Decision decision;
  decision.allocator = "user";
  decision.reason = provider.reason;
  decision.provider = provider.word;
  switch (provider.reason) {
  case Reason::sanitizer: decision.detail = provider.word + " brings its own malloc"; break;
  case Reason::linked_library: decision.detail = provider.word + " is an allocator, linked explicitly"; break;
  default:
    decision.detail = provider.word + " defines " + provider.symbol;
    if (provider.is_compiled_in) decision.detail = "what is compiled into " + decision.detail;
    if (!provider.via.empty())
      decision.detail = provider.via + " needs " + provider.word + ", which defines " + provider.symbol;
    break;
  }
  return decision;
}

/// What is said in the source and does not count, because somebody says otherwise on the command line.
std::string overruled(const Facts &facts, const Strongest &strongest) {
  for (const std::optional<Request> *request : {&facts.library, &facts.source_request, &facts.second_request})
    if (*request && &**request != strongest.request && (*request)->allocator != strongest.request->allocator)
      return "; " + (*request)->word + " asks for " + (*request)->allocator + " and is overruled";
  return "";
}

}  // namespace

llvm::StringRef to_string(Reason reason) {
  switch (reason) {
  case Reason::output_default: return "output-default";
  case Reason::flag: return "flag";
  case Reason::environment: return "environment";
  case Reason::linked_library: return "linked-library";
  case Reason::source_marker: return "source-marker";
  case Reason::user_symbols: return "user-symbols";
  case Reason::sanitizer: return "sanitizer";
  case Reason::no_default_libs: return "no-default-libs";
  case Reason::unavailable_for_target: return "unavailable-for-target";
  case Reason::hidden_by_version_script: return "hidden-by-version-script";
  case Reason::not_in_artifact: return "not-in-artifact";
  case Reason::not_a_link: return "not-a-link";
  }
  return "";
}

namespace {

/// The decision where nothing of ours can be linked, or there is no artifact to have it; nothing where the rules go on.
std::optional<Decision> decide_without_artifact(const Facts &facts, const Strongest &strongest, bool by_hand) {
  if (facts.output == Output::none)
    return Decision{"none", Reason::not_a_link, "nothing is linked: " + facts.not_a_link};
  if (by_hand && strongest.request->allocator == "none")
    return Decision{"none", strongest.reason, strongest.request->word + ": the compiler runs untouched"};
  // Building blocks, not artifacts: nothing is decided for whoever links them. But a static library may carry a
  // request.
  if (facts.output == Output::relocatable || (facts.output == Output::static_library && !wants_ours(strongest))) {
    if (by_hand && strongest.request->allocator == "system")
      return Decision{"system", strongest.reason, strongest.request->word + "; " + why_default(facts.output)};
    return Decision{"system", Reason::output_default, why_default(facts.output)};
  }
  if (!facts.no_libc_word.empty())
    return Decision{"none", Reason::no_default_libs, "libc is not linked: " + facts.no_libc_word};
  return std::nullopt;
}

/// What keeps `decision`, an allocator of ours, from being linked as it should: the system's takes its place.
llvm::Expected<Decision> yield_to_system(const Decision &decision, Reason reason, const std::string &culprit,
                                         const std::string &fact, llvm::StringRef what_to_do) {
  if (!decision.by_hand.empty()) return make_error(culprit, fact, what_to_do + "leave " + decision.by_hand + " out");
  Decision system{"system", reason, culprit + ": " + fact};
  system.notice = system.detail + ", so the system's is linked; --allocator=system does so without a word";
  return system;
}

/// The operators on top of our malloc: where the program uses some and the user defines none of them. Those of the C++
/// runtime call malloc, so a malloc that is wrapped must find them in place.
bool wants_operators(const Facts &facts) {
  return facts.output == Output::executable && facts.links_cxx_runtime && facts.calls_operators &&
         !facts.users_operators && facts.wraps.empty();
}

}  // namespace

llvm::Expected<Decision> decide(const Facts &facts, llvm::function_ref<bool(llvm::StringRef)> available) {
  Strongest strongest = strongest_request(facts);
  const Request *request = strongest.request;
  bool by_hand = strongest.reason == Reason::flag || strongest.reason == Reason::environment;
  if (auto decision = decide_without_artifact(facts, strongest, by_hand)) return std::move(*decision);

  // What a library links is its own affair until it asks for an allocator of its own as well, or is one.
  if (facts.provider &&
      (facts.output == Output::executable || facts.provider->is_compiled_in || wants_ours(strongest))) {
    // A sanitized build of a program that asks for an allocator in its source is still that program.
    bool yields = facts.provider->reason == Reason::sanitizer && !by_hand;
    std::string other = facts.provider->is_compiled_in ? "the malloc that is compiled into " + facts.provider->word
                                                       : facts.provider->word;
    if (wants_ours(strongest) && !yields) return two_allocators(request->word, other);
    return of_provider(*facts.provider);
  }
  if (!by_hand && request && facts.second_request && facts.second_request->allocator != request->allocator)
    return two_allocators(request->word, facts.second_request->word);
  // Its members come in for whatever calls malloc, so it is a provider where ours is not to be linked.
  if (facts.carrier && request && request->allocator == "system") {
    const std::string &archive = facts.carrier->word;
    if (facts.output == Output::shared_library) return two_allocators(request->word, archive);
    return Decision{"user", Reason::linked_library, archive + " carries a " + facts.carrier->allocator + " of its own",
                    archive};
  }

  Decision decision;
  decision.allocator = request ? request->allocator : default_for(facts.output).str();
  decision.reason = strongest.reason;
  decision.detail = request ? request->word + " asks for it" : why_default(facts.output);
  if (by_hand) {
    decision.by_hand = request->word;
    decision.detail += overruled(facts, strongest);
  }
  if (decision.allocator == "system") return decision;

  bool is_missing = !available(decision.allocator);
  if (is_missing || !facts.foreign_libc.empty()) {
    std::string why = is_missing ? "there is no " + decision.allocator + " runtime for " +
                                       with_article(facts.output).str() + " on " + facts.target
                                 : "the runtime is for glibc, and this link uses " + facts.foreign_libc;
    if (strongest.reason == Reason::flag)
      return make_error(request->word, why, is_missing ? "install it, or leave the flag out" : "leave the flag out");
    return Decision{"system", Reason::unavailable_for_target, why};
  }
  // The link would succeed, and libstdc++'s memory would be freed by an allocator that never gave it out.
  if (!facts.hiding.empty())
    return yield_to_system(decision, Reason::hidden_by_version_script, facts.hiding,
                           "malloc is hidden from the shared libraries that the program loads",
                           "add 'malloc; free; calloc; realloc; posix_memalign; aligned_alloc;' and the like to the "
                           "script's global names, or ");
  if (!facts.lost.empty())
    return yield_to_system(decision, Reason::not_in_artifact, facts.lost,
                           "the " + decision.allocator + " that was linked is not in it",
                           "see what drops the object, or ");
  decision.operators = wants_operators(facts);
  return decision;
}

}  // namespace cxx_alloc
