// SPDX-License-Identifier: Apache-2.0
// The format of our messages. One grammar for errors: `<subject>: <fact>; <what to do>`, lower-case, no full stop.
#pragma once

#include <llvm/ADT/Twine.h>
#include <llvm/Support/Error.h>

namespace cxx_alloc {

/// An error in the grammar above; `main` puts "cxx-alloc: error: " before it.
llvm::Error make_error(const llvm::Twine &subject, const llvm::Twine &fact, const llvm::Twine &what_to_do);

/// `text` for a terminal. The name of a file, and what stands in it, may be anything; there it must not act.
std::string printable(llvm::StringRef text);

/// Prints "cxx-alloc: <severity>: <text>" as one line on stderr, the severity coloured on a terminal; printable().
void print_message(llvm::StringRef severity, llvm::StringRef text);

/// Writes `line`, with its line end, to stderr in one piece.
void print_line(llvm::StringRef line);

/// Writes `text` to stdout; an error where not all of it can be written.
llvm::Error print_output(llvm::StringRef text);

/// The member of `candidates` that `word` is a slip of; empty where none is near.
llvm::StringRef nearest_spelling(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates);

}  // namespace cxx_alloc
