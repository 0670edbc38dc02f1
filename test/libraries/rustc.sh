#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# rustc's tests of its allocators, 2015 to 2018, each as it is here; the results are those of the table in docs/libraries.md.
library libtcmalloc_minimal.so.4 >/dev/null
flags=(-O0 -I"$include")
cat >own_new.cc <<'END'
#include <cstdlib>
#include <new>
int hits = 0;
void *operator new(std::size_t size) { ++hits; return std::malloc(size); }
void operator delete(void *block) noexcept { ++hits; std::free(block); }
void operator delete(void *block, std::size_t) noexcept { ++hits; std::free(block); }
END
cat >counts.cc <<'END'
extern int hits;
int main() {
  int before = hits, *box = new int(5);
  if (hits != before + 1) return 1;
  delete box;
  return hits != before + 2;
}
END
cat own_new.cc counts.cc >custom.cc
cp "$here/../link/own_malloc.c" own.c
printf 'extern "C" int own_bytes(); int main() { delete new int; return own_bytes() ? 0 : 1; }\n' >uses_own.cc
sed 's/^  return hits.*/  return hits != before + 2 || !own_bytes();/; 1i extern "C" int own_bytes();' counts.cc >both_count.cc
printf 'int main() { delete new int; }\n' >plain.cc
printf '#include <cxx_alloc/use_system.h>\nint main() { delete new int; }\n' >system.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nint main() { delete new int; }\n' >jemalloc.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nint asks() { return 0; }\n' >asks.cc
printf 'int asks(); int main() { return asks(); }\n' >needs.cc
printf '#include <cxx_alloc/use_system.h>\nint asks(); int main() { return asks(); }\n' >system_needs.cc
printf 'int *make() { return new int; }\n' >make.cc
printf 'int *make(); int main() { delete make(); }\n' >takes.cc
printf '#include <cxx_alloc/use_system.h>\nint *make(); int main() { make(); }\n' >system_takes.cc
gcc -fPIC -c own.c
gcc -c own.c -o again.o
ar rcs libown.a own.o
gcc -shared own.o -o libown.so

# The result of a link: what the program runs on, by its symbols and behaviour, or "error" if there is none.
result() {
  rm -f program
  if ! "$cxx" "${flags[@]}" "$@" -Wl,-rpath,"$t" -o program >said.txt 2>&1; then
    [[ ! -e program ]]
    echo error
  elif [[ $(note_of program) == *jemalloc* ]] && has_jemalloc program; then
    echo jemalloc
  elif [[ $(note_of program) == *system* ]]; then
    not defines_jemalloc program
    ./program
    echo system
  else
    ./program
    echo own
  fi
}
two_allocators() {
  local said_result
  said_result=$(result "$@")
  [[ $(<said.txt) == *'cxx-alloc: error: cannot link two allocators: '* ]]
  echo "$said_result"
}
own_operators() {    # of the program, on a jemalloc that has no operators of its own here
  silently "$cxx" "${flags[@]}" "$@" -o program
  ./program
  [[ $(nm program) != *'cxx_alloc_operator_new'* ]]
  echo own
}
row() { printf '%s %s\n' "$1" "$2" >>measured.txt; }

row allocator-default "$(result plain.cc)"
row allocator-system "$(result system.cc)"
row allocator-jemalloc "$(result jemalloc.cc)"
g++ "${flags[@]}" -c own_new.cc
row allocator-override "$(own_operators counts.cc own_new.o)"
row allocator/custom "$(own_operators custom.cc)"
row allocator/custom-in-block "$(result uses_own.cc -x c own.c)"
row allocator/custom-in-submodule "$(result uses_own.cc libown.a)"
row allocator/xcrate-use "$(result uses_own.cc libown.so)"
row allocator/xcrate-use2 "$(result both_count.cc own_new.o libown.so)"
g++ "${flags[@]}" -fPIC -c asks.cc make.cc
g++ "${flags[@]}" -c system_needs.cc
row two-allocators "$(two_allocators system_needs.cc asks.cc)"
silently "$cxx" --emit-static-lib asks.o -o libasks.a
row two-allocators-2 "$(two_allocators needs.cc libasks.a -lalloc_system)"
row two-allocators-3 "$(two_allocators uses_own.cc libown.so -lalloc_jemalloc)"
silently "$cxx" -shared make.o -o libdefault.so
row allocator-dylib-is-system "$(result takes.cc ./libdefault.so -lalloc_jemalloc)"
silently "$cxx" -shared make.o --allocator=jemalloc -o libguest.so
row allocator-rust-dylib-is-jemalloc "$(result system_takes.cc ./libguest.so)"
row allocator/not-an-allocator "$(result plain.cc --allocator=nothing)"
row allocator/two-allocators "$(result uses_own.cc own.o again.o)"
row allocator/two-allocators2 "$(two_allocators uses_own.cc libown.a --allocator=jemalloc)"
row allocator/two-allocators3 "$(two_allocators plain.cc -ltcmalloc_minimal --allocator=jemalloc)"

sed -n '/^## Mirrored/,$ { s/^| `\([^`]*\)` .* | \([a-z]*\) |$/\1 \2/p }' "$here/../../docs/libraries.md" >documented.txt
[[ -s documented.txt ]]
diff -u documented.txt measured.txt
