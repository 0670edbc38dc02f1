// SPDX-License-Identifier: Apache-2.0
// The types of our ELF notes, as the runtime writes them.
#pragma once

#include "runtime/include/cxx_alloc/private/note_types.h"

#include <cstdint>

namespace cxx_alloc {

constexpr std::uint32_t artifact_type = CXX_ALLOC_PRIVATE_NOTE_ARTIFACT;
constexpr std::uint32_t request_type = CXX_ALLOC_PRIVATE_NOTE_REQUEST;
constexpr std::uint32_t chosen_malloc_type = CXX_ALLOC_PRIVATE_NOTE_CHOSEN_MALLOC;
constexpr std::uint32_t chosen_operators_type = CXX_ALLOC_PRIVATE_NOTE_CHOSEN_OPERATORS;

}  // namespace cxx_alloc
