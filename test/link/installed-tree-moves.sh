#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# `meson install`, then the tree moved elsewhere, to a path with a space, behind links: the runtime is found beside the
# real file of the command.
meson install -C "$build" --no-rebuild --quiet --destdir "$t/staged" >/dev/null
prefix=$(dirname "$(dirname "$(find staged -path '*/bin/cxx-alloc')")")
[[ -e $prefix/include/cxx_alloc/allocator.h ]]
[[ $(readlink "$prefix/bin/cc-alloc") == cxx-alloc ]]
mv "$prefix" 'moved, with space'
rm -rf staged
echo 'int main() { delete new int; }' >main.cc

works() {
  silently "$@" main.cc -o main
  has_jemalloc main
  [[ $("$@" main.cc --print-allocator=json) == *"\"provider\":\"$t/moved, with space/lib/cxx-alloc/jemalloc/"* ]]
}
works "$t/moved, with space/bin/cxx-alloc"
works 'moved, with space/bin/cxx-alloc'
ln -s 'moved, with space/bin' bin
works bin/cxx-alloc
ln -s "$t/bin/cxx-alloc" one
mkdir elsewhere
ln -s ../one elsewhere/g++-alloc
works elsewhere/g++-alloc
(PATH=$t/bin:$PATH; works cxx-alloc)
(PATH=bin:$PATH; works cxx-alloc)
cp main.cc bin
(cd bin; works ./cxx-alloc)
echo 'int main(void) { return 0; }' >main.c
silently bin/cc-alloc main.c -o main
has_jemalloc main
# -lalloc_ libraries, and the headers with a compiler that is not ours.
silently bin/cxx-alloc main.cc -lalloc_system -o main
has_system main
printf '#include <cxx_alloc/allocator.h>\nint main() {}' | g++ -x c++ -I 'moved, with space/include' -fsyntax-only -Wall -Werror -
