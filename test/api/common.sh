# SPDX-License-Identifier: Apache-2.0
# What the tests of the API share: those of test/link, and how a program that checks the API is made.
. "$(dirname "${BASH_SOURCE[0]}")/../link/common.sh"
api=$(cd "$here/../api" && pwd)
include=$build/runtime/include
strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$include")

# Each makes `./check` with the given command and says nothing: `c_check gcc -static`. Sources come first, so that
# libraries count with --as-needed too.
c_check() { silently "$1" -std=c11 "${strict[@]}" "$api"/check.c "$api"/elsewhere.c "${@:2}" -o check; }
cxx_check() { silently "$1" -std=c++20 "${strict[@]}" "$api"/check.cc "${@:2}" -o check; }

# Debian's shared library of this name, for LD_PRELOAD.
library() {
  local file
  file=$(gcc -print-file-name="$1")
  [[ $file == /* ]] || skip "$1 is not installed"
  realpath "$file"
}
