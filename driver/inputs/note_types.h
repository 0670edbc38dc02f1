// SPDX-License-Identifier: Apache-2.0
// The types of our ELF notes, as the runtime writes them.
#pragma once

#include <cstdint>

namespace cxx_alloc {

constexpr std::uint32_t artifact_type = 0xa110c8c5;          // owner cxx-alloc; runtime/note.h
constexpr std::uint32_t request_type = 0xa110c8c6;           // owner cxx-alloc; <cxx_alloc/private/request.h>
constexpr std::uint32_t chosen_malloc_type = 0xa110c8c7;     // owner cxx-alloc-chosen; runtime/chosen.h
constexpr std::uint32_t chosen_operators_type = 0xa110c8c8;  // likewise

}  // namespace cxx_alloc
