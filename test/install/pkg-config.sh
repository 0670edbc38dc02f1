#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The .pc files are where every pkg-config looks: it searches share/, and of lib/ only its own distribution's folders.
allocators=$("$cxx" --allocator-version | sed -E '/^(cxx-alloc|runtime:) /d; s/ .*//')
diff <(find "$prefix" -name '*.pc' -printf '%P\n' | sort) <(printf 'share/pkgconfig/%s.pc\n' $(printf 'alloc_%s ' $allocators) cxx-alloc | sort)
# By them a compiler that is not ours links the same allocators, and finds the headers, wherever the prefix is.
export PKG_CONFIG_LIBDIR=$(dirname "$(find "$prefix" -name cxx-alloc.pc)")
pkg-config --validate cxx-alloc alloc_jemalloc alloc_system
# pkgconf writes the space of a path as `\ `.
words() { mapfile -t "$1" < <(pkg-config "${@:2}" | xargs printf '%s\n'); }

cat >main.cc <<'END'
#include <cxx_alloc/allocator.hpp>
#include <string>
int main(int argc, char **) { return std::string(100 * argc, 'x').empty(); }
END
cat >main.c <<'END'
#include <cxx_alloc/allocator.h>
int main(void) { return getenv("PATH") == NULL; }
END
words cflags --cflags cxx-alloc
for kind in '' -static; do
  words libs --libs $kind alloc_jemalloc
  for compiler in g++ clang++-22; do
    silently "$compiler" $kind -std=c++20 "${cflags[@]}" main.cc "${libs[@]}" -o main
    has_jemalloc main
  done
  # This one has no malloc of its own to ask for; libc does.
  silently gcc $kind "${cflags[@]}" main.c "${libs[@]}" -o main
  has_jemalloc main

  words libs --libs $kind alloc_system
  silently g++ $kind -std=c++20 "${cflags[@]}" main.cc "${libs[@]}" -o main
  has_system main
  [[ $(note_of main) == *'"allocator":"system"'* ]]
done

# Ours understands the same words, and a program without them is as it was.
words libs --libs alloc_system
silently "$cxx" -std=c++20 "${cflags[@]}" main.cc "${libs[@]}" -o main
has_system main
words libs --libs alloc_jemalloc
silently "$cxx" -std=c++20 "${cflags[@]}" main.cc "${libs[@]}" -o main
has_jemalloc main
[[ $(CXX_ALLOC_LOG=log "$cxx" -std=c++20 "${cflags[@]}" main.cc "${libs[@]}" -o main; cat log) == *linked-library* ]]
silently g++ -std=c++20 "${cflags[@]}" main.cc -o main
has_system main
[[ ! $(note_of main) ]]

[[ $(pkg-config --variable=runtimedir cxx-alloc | xargs realpath) == "$("$cxx" --allocator-version | sed -n 's/^runtime: //p' | xargs -d'\n' realpath)" ]]
version=$("$cxx" --allocator-version | sed -n 's/^cxx-alloc //p')
[[ $(pkg-config --modversion cxx-alloc alloc_jemalloc) == "$version"$'\n'"$version" ]]
[[ $(pkg-config --define-variable=target=other --libs alloc_system) == *'/lib/cxx-alloc/system/other '* ]]

# The commands of docs/install.md. Where the files are not found they fail, rather than link the system's malloc.
mkdir page && cd page && cp ../main.cc .
awk '/^```/ { code = $0 == "```sh"; next } code' "$here/../../docs/install.md" | grep pkg-config >commands
(($(wc -l <commands) == 2))
sed -i 's/c++ main.cc/c++ -std=c++20 main.cc/' commands
# A path with a space in it needs quoting that the page does not show.
ln -s "$prefix" "$t/no-space"
export PKG_CONFIG_LIBDIR=$t/no-space/share/pkgconfig
while read -r command; do bash -c "$command"; done <commands
has_jemalloc with-jemalloc
has_system with-system
rm with-*
while read -r command; do not env PKG_CONFIG_LIBDIR=/nowhere bash -c "$command" 2>/dev/null; done <commands
[[ ! -e with-jemalloc && ! -e with-system ]]
