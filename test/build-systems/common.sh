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

# follow SECTION: runs the commands of a section of docs/distributed.md, as they stand there, in the current folder.
distributed=$suite/../../docs/distributed.md
follow() {
  awk -v heading="## $1" '/^## / { inside = $0 == heading } /^```/ { code = inside && $0 == "```sh"; next } code' \
    "$distributed" >"$t/commands"
  [[ -s $t/commands ]]
  (PATH=$(dirname "$cxx"):$PATH; set -ex; . "$t/commands") >"$t/output" 2>&1 </dev/null || { cat "$t/output" >&2; return 1; }
}

# A project of five sources in C++ and one in C; `program` prints nothing and succeeds.
small_project_sources='(part[1-4]|program)\.cc|one\.c'
small_project() {
  local i
  for i in 1 2 3 4; do
    printf '#include <string>\nstd::string *part%s() { return new std::string(300, %s); }\n' $i "'$i'" >part$i.cc
  done
  cat >program.cc <<'CODE'
#include <string>
std::string *part1(), *part2(), *part3(), *part4();
extern "C" int one(void);
int main() {
  for (auto part : {part1, part2, part3, part4}) {
    std::string *text = part();
    if (text->size() != 300 * size_t(one())) return 1;
    delete text;
  }
}
CODE
  echo 'int one(void) { return 1; }' >one.c
  cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.21)
project(small C CXX)
add_library(parts SHARED part3.cc part4.cc)
add_executable(program program.cc one.c part1.cc part2.cc)
target_link_libraries(program parts)
CODE
}
