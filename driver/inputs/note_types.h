// SPDX-License-Identifier: Apache-2.0
// The types of our ELF notes, as the runtime writes them.
#pragma once

#include "runtime/include/cxx_alloc/private/note_types.h"

#include <cstdint>
#include <iterator>

namespace cxx_alloc {

constexpr std::uint32_t artifact_type = CXX_ALLOC_PRIVATE_NOTE_ARTIFACT;
constexpr std::uint32_t request_type = CXX_ALLOC_PRIVATE_NOTE_REQUEST;
constexpr std::uint32_t chosen_malloc_type = CXX_ALLOC_PRIVATE_NOTE_CHOSEN_MALLOC;
constexpr std::uint32_t chosen_operators_type = CXX_ALLOC_PRIVATE_NOTE_CHOSEN_OPERATORS;

/// The functions of the note of chosen definitions, in its order.
constexpr const char *chosen_functions[] = {
#define CHOSEN(name) #name,
#include "runtime/chosen_functions.inc"
};

/// The one at this place, or null.
constexpr const char *chosen_function(std::size_t entry) {
  return entry < std::size(chosen_functions) ? chosen_functions[entry] : nullptr;
}

}  // namespace cxx_alloc
