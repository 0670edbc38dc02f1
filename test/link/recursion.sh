#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# We may be installed as c++, and somebody's wrapper may call us back: that ends at once, with one error, and nothing runs.
echo 'int main() {}' >main.cc
timeout=$(command -v timeout)
ends_at_once() {
  local status=0
  said=$("$timeout" 20 "$@" 2>&1) || status=$?
  ((status == 1))
  [[ $said == 'cxx-alloc: error: '*': recursive invocation of cxx-alloc; '* && $said != *$'\n'* ]]
  [[ ! -e main && ! -e main.o ]]
}
for words in 'main.cc -o main' '-c main.cc' --version; do
  CXX_ALLOC_CXX=$cxx ends_at_once "$cxx" $words
  CXX_ALLOC_CXX="env $cxx" ends_at_once "$cxx" $words

  mkdir -p bin
  ln -sf "$cxx" bin/c++
  PATH=$t/bin ends_at_once "$cxx" $words
  PATH=$t/bin ends_at_once c++ $words

  # A copy is not known by its inode.
  mkdir -p one two
  cp "$(realpath "$cxx")" one/c++
  cp "$(realpath "$cxx")" two/c++
  CXX_ALLOC_RUNTIME_DIR=$(runtime_dir) PATH=$t/one:$t/two ends_at_once c++ $words

  printf '#!/bin/sh\nexec "%s" "$@"\n' "$cxx" >script
  chmod +x script
  CXX_ALLOC_CXX=$t/script ends_at_once "$cxx" $words
done

# In front of the real compiler in PATH it is found behind us.
PATH=$t/bin:$PATH c++ main.cc -o main
has_jemalloc main

# We ask the compiler things before it runs for good: what its -### says, what family it is. A compiler that is us is found out
# there too. The script counts, and ends what does not end by itself; so does a limit on processes, which is none for root.
g++ -c main.cc
echo '-O2' >plain.cfg
few_processes() {
  local status=0
  : >calls
  said=$(ulimit -u 500; "$timeout" 100 "$@" 2>&1) || status=$?
  [[ $status == 1 && $said == *'recursive invocation of cxx-alloc; '* && $(wc -l <calls) -le 300 ]] ||
    { printf '%s\n' "$(wc -l <calls) processes, status $status: $*" "$said" >&2; return 1; }
}
for script in counting clang++; do
  printf '#!/bin/sh\necho >>"%s/calls"\nif [ "$(wc -l <"%s/calls")" -gt 300 ]; then exit 99; fi\nexec "%s" "$@"\n' "$t" "$t" "$cxx" >$script
  chmod +x $script
done
CXX_ALLOC_CXX=$t/counting few_processes "$cxx" -specs=x main.o
CXX_ALLOC_CXX=$t/counting few_processes "$cxx" -Wl,-shared main.o
CXX_ALLOC_CXX="env A=B $t/counting -specs=x" few_processes "$cxx" main.o
CXX_ALLOC_CXX=$t/counting few_processes "$cxx" --print-allocator -specs=x main.o
CXX_ALLOC_CXX=$t/clang++ few_processes "$cxx" --config "$t/plain.cfg" main.o
CCC_OVERRIDE_OPTIONS='+-shared' CXX_ALLOC_CXX=$t/clang++ few_processes "$cxx" main.o

# ccache's folder of links looks for the next compiler of the name, which may be us.
if [[ -x /usr/lib/ccache/c++ ]]; then
  mkdir -p masquerade
  ln -s "$cxx" masquerade/c++
  export CCACHE_DIR=$t/ccache
  for path in "$t/masquerade:/usr/lib/ccache:$PATH" "/usr/lib/ccache:$t/masquerade:$PATH" "/usr/lib/ccache:$t/masquerade"; do
    for words in 'main.o -o main' '-specs=x main.o -o main' '-c main.cc -o main.o'; do
      status=0
      said=$(ulimit -u 500; PATH=$path "$timeout" 100 c++ $words 2>&1) || status=$?
      ((status != 124)) || { echo "$path: $words: does not end" >&2; exit 1; }
      # Behind us there is nothing but ccache, which comes back: that is an error, and one line.
      [[ $status == 0 || $words == *specs* || $said == *'recursive invocation of cxx-alloc; '* || $said == *ccache* ]] || { echo "$path: $words: $said" >&2; exit 1; }
      if [[ $path == "/usr/lib/ccache:$t/masquerade:"* && $words != *specs* ]]; then ((status == 0)) || { echo "$path: $words: $said" >&2; exit 1; }; fi
    done
  done
fi
