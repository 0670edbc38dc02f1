# SPDX-License-Identifier: Apache-2.0
# What the tests with build systems share besides what the link tests do. Where a test builds twice, `bare` is what the
# compiler makes alone, `ours` what it makes behind cxx-alloc.
suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$suite/../link/common.sh"
unset CC CXX CPP CXXCPP LD AR CPPFLAGS CFLAGS CXXFLAGS LDFLAGS CC_LD CXX_LD MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
unset "${!CMAKE@}" "${!CCACHE@}" "${!DISTCC@}" "${!SCCACHE@}" "${!ICECC@}" "${!MESON@}" "${!NINJA@}"
export CCACHE_DISABLE=1    # Meson puts ccache in front by itself; the tests of caches say otherwise

# Runs a command; shows its output only if it fails. It stays in $t/output.
quietly() {
  local status=0
  "$@" >"$t/output" 2>&1 </dev/null || status=$?
  if ((status)); then
    tail -n 80 "$t/output" >&2
    echo "exit status $status: $*" >&2
  fi
  return "$status"
}

needs() {
  local program
  for program; do
    command -v "$program" >/dev/null || skip "there is no $program"
  done
}

# Runs a command with $CC and $CXX the two compilers, ours or bare: `as ours clang-22 clang++-22 cmake …`.
as() {
  local who=$1 c=$2 cplusplus=$3
  shift 3
  if [[ $who == bare ]]; then CC=$c CXX=$cplusplus "$@"; return; fi
  CC=$cc CXX=$cxx CXX_ALLOC_CC=$c CXX_ALLOC_CXX=$cplusplus "$@"
}

# The CMakes there are: the release's, and the newer one of backports that `./dev test` unpacks beside it.
newer_cmake=$build/unpacked/cmake/usr/bin/cmake
cmakes=(cmake)
if [[ -x $newer_cmake ]]; then cmakes+=("$newer_cmake"); fi
