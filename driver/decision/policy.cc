// SPDX-License-Identifier: Apache-2.0
// Which allocator does the artifact get, and why? An executable controls the world, a library is a guest in it; what
// is linked explicitly is never fought. The rules stand in the order in which they beat each other.
#include "decision/policy.h"

#include "words/allocators.h"
#include "message.h"

namespace cxx_alloc {
namespace {

using llvm::Twine;

/// The table of defaults.
llvm::StringRef default_allocator(Output output) {
  switch (output) {
  case Output::executable: return "jemalloc";
  case Output::shared_library:
  case Output::static_library:
  case Output::relocatable: return "system";
  case Output::none: return "none";
  }
  return "none";
}

std::string why_default(Output output) {
  switch (output) {
  case Output::executable: return "an executable gets jemalloc";
  case Output::shared_library: return "a shared library uses the malloc of the process that loads it";
  case Output::static_library: return "a static library leaves the choice to whoever links it";
  case Output::relocatable: return "relocatable output leaves the choice to whoever links it";
  case Output::none: break;
  }
  return "";
}

/// What was asked for, strongest first; nothing when the default holds.
struct Wish {
  const Ask *ask = nullptr;
  Reason reason = Reason::output_default;
};

Wish strongest_wish(const Facts &facts) {
  // A flag says the last word even when it says "auto": it then takes the environment back.
  if (facts.flag && facts.flag->allocator != "auto") return {&*facts.flag, Reason::flag};
  if (!facts.flag && facts.environment && facts.environment->allocator != "auto")
    return {&*facts.environment, Reason::environment};
  if (facts.library) return {&*facts.library, Reason::linked_library};
  if (facts.source_marker) return {&*facts.source_marker, Reason::source_marker};
  return {};
}

/// Something asks for an allocator of ours, and not merely for the process's.
bool asks_for_ours(const Wish &wish) { return wish.ask && wish.ask->allocator != "system"; }

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
    decision.detail = provider.word + " defines malloc";
    if (!provider.via.empty()) decision.detail = provider.via + " needs " + provider.word + ", which defines malloc";
    break;
  }
  return decision;
}

/// What is said in the source and does not count, because somebody says otherwise on the command line.
std::string overruled(const Facts &facts, const Wish &wish) {
  for (const std::optional<Ask> *ask : {&facts.library, &facts.source_marker, &facts.second_ask})
    if (*ask && &**ask != wish.ask && (*ask)->allocator != wish.ask->allocator)
      return "; " + (*ask)->word + " asks for " + (*ask)->allocator + " and is overruled";
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
  case Reason::not_a_link: return "not-a-link";
  }
  return "";
}

llvm::Expected<Decision> decide(const Facts &facts, llvm::function_ref<bool(llvm::StringRef)> available) {
  Wish wish = strongest_wish(facts);
  bool by_hand = wish.reason == Reason::flag || wish.reason == Reason::environment;

  if (facts.output == Output::none)
    return Decision{"none", Reason::not_a_link, "nothing is linked: " + facts.not_a_link};
  if (by_hand && wish.ask->allocator == "none")
    return Decision{"none", wish.reason, wish.ask->word + ": the compiler runs untouched"};

  // Building blocks, not artifacts: nothing is decided for whoever links them. But a static library may carry a request.
  if (facts.output == Output::relocatable || (facts.output == Output::static_library && !asks_for_ours(wish))) {
    if (by_hand && wish.ask->allocator == "system")
      return Decision{"system", wish.reason, wish.ask->word + "; " + why_default(facts.output)};
    return Decision{"system", Reason::output_default, why_default(facts.output)};
  }
  if (!facts.no_libc_word.empty())
    return Decision{"none", Reason::no_default_libs, "libc is not linked: " + facts.no_libc_word};

  // What a library links is its own affair until it asks for a jemalloc of its own as well.
  if (facts.provider && (facts.output == Output::executable || asks_for_ours(wish))) {
    // A sanitized build of a program that asks for an allocator in its source is still that program.
    bool yields = facts.provider->reason == Reason::sanitizer && !by_hand;
    if (asks_for_ours(wish) && !yields) return two_allocators(wish.ask->word, facts.provider->word);
    return of_provider(*facts.provider);
  }
  if (!by_hand && wish.ask && facts.second_ask && facts.second_ask->allocator != wish.ask->allocator)
    return two_allocators(wish.ask->word, facts.second_ask->word);
  // Its members come in for whatever calls malloc, so it is a provider where ours is not to be linked.
  if (!facts.carrier.empty() && wish.ask && wish.ask->allocator == "system") {
    if (facts.output == Output::shared_library) return two_allocators(wish.ask->word, facts.carrier);
    return Decision{"user", Reason::linked_library, facts.carrier + " carries a jemalloc of its own", facts.carrier};
  }

  Decision decision;
  decision.allocator = wish.ask ? wish.ask->allocator : default_allocator(facts.output).str();
  decision.reason = wish.reason;
  decision.detail = wish.ask ? wish.ask->word + " asks for it" : why_default(facts.output);
  if (by_hand) {
    decision.by_hand = wish.ask->word;
    decision.detail += overruled(facts, wish);
  }
  if (decision.allocator == "system") return decision;

  if (!available(decision.allocator)) {
    std::string missing = "there is no " + decision.allocator + " runtime for " + with_article(facts.output).str() + " on " +
                          facts.target;
    if (wish.reason == Reason::flag)
      return make_error(wish.ask->word, missing, "install it, or leave the flag out");
    return Decision{"system", Reason::unavailable_for_target, missing};
  }
  if (!facts.hiding_script.empty()) {
    // The link would succeed, and libstdc++'s memory would be freed by an allocator that never gave it out.
    std::string hidden = "the version script hides malloc from shared libraries";
    if (by_hand)
      return make_error(facts.hiding_script, hidden,
                        "add 'malloc; free; calloc; realloc; posix_memalign; aligned_alloc;' and the like to its "
                        "global names, or leave " + wish.ask->word + " out");
    decision = {"system", Reason::hidden_by_version_script, facts.hiding_script + ": " + hidden};
    decision.notice = decision.detail + ", so the system's is linked; --allocator=system does so without a word";
    return decision;
  }
  return decision;
}

}  // namespace cxx_alloc
