# SPDX-License-Identifier: Apache-2.0
# What the tests of baked options and of heap profiles share.
. "$(dirname "${BASH_SOURCE[0]}")/../link/common.sh"
conf=$(cd "$here/../conf" && pwd)

# The linker words for `compiler` and `linker`, in ${with[@]}; both commands then run that compiler.
use() {
  local compiler=$1 linker=$2
  export CXX_ALLOC_CXX=$compiler CXX_ALLOC_CC
  case $compiler in clang*) CXX_ALLOC_CC=${compiler/++/} ;; *) CXX_ALLOC_CC=${compiler/g++/gcc} ;; esac
  with=(-fuse-ld="$linker")
  if [[ $linker == lld ]]; then
    mkdir -p tools
    ln -sf "$(command -v ld.lld-22 || command -v ld.lld)" tools/ld.lld
    with+=(-B "$t/tools")
  fi
}
