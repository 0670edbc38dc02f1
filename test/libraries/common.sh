# SPDX-License-Identifier: Apache-2.0
# What the tests of allocators that are asked for share, on top of what the link tests share.
library_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$library_tests/../link/common.sh"
here=$library_tests
include=$build/runtime/include
linkers=(bfd gold lld mold)
# clang++ 22 needs lld 22 beside it for LTO, and a Debian may have an older lld under the plain name.
mkdir tools
ln -s "$(command -v ld.lld-22 || command -v ld.lld)" tools/ld.lld

# The drivers that cxx-alloc and cc-alloc run, for the rest of the script: g++ or clang++-22.
use_compiler() {
  compiler=$1
  case $compiler in clang*) c_compiler=${compiler/++/} ;; *) c_compiler=${compiler/g++/gcc} ;; esac
  export CXX_ALLOC_CXX=$compiler CXX_ALLOC_CC=$c_compiler
}
use_linker() { with=(-B"$t/tools" -fuse-ld="$1"); }

# What a shared library offers to others.
exported() { readelf -W --dyn-syms "$1" | awk '$5 ~ /GLOBAL|WEAK|UNIQUE/ && $7 != "UND" { sub(/@.*/, "", $8); print $8 }'; }
of_allocators='^(cxa_|cxx_alloc_|je_|mallocx$|mallctl|malloc$|calloc$|realloc$|free$|posix_memalign$|_Zn[wa][mj](RK|St11|$)|_Zd[la]Pv([mj]|RK|St11|$))'
needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# The library has a jemalloc of its own, by its symbols and note; shows nothing of it; stays loaded; and, if it is one of
# C++, needs nobody's C++ runtime.
is_guest() {
  defines_jemalloc "$1" && is_quiet_guest "$1"
}
# The same of one without a symbol table.
is_quiet_guest() {
  [[ $(note_of "$1") == *'"allocator":"private"'*'"output":"shared-library"'* ]] &&
    not grep -qE "$of_allocators" <(exported "$1") &&
    readelf -dW "$1" | grep 'FLAGS_1.*NODELETE' >/dev/null &&
    not grep -qE '^lib(std)?c\+\+' <(needed "$1")
}
# The library leaves everything to the process.
is_no_guest() { not defines_jemalloc "$1" && [[ $(note_of "$1") != *private* ]]; }

# Debian's shared library of this name, for LD_PRELOAD.
library() {
  local file
  file=$(gcc -print-file-name="$1")
  [[ $file == /* ]] || skip "$1 is not installed"
  realpath "$file"
}
