#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# g++ links libstdc++ only where it sees something that may be C++: not for `g++ -x c main.c`, but for any linker word. With us
# it links what it links without us, and what is linked needs the same libraries; except that sources which may be C++ get
# our operators, which need libstdc++.
needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED)[^[]*//p'; }
links_runtime() { grep -cE ' "?-lstdc\+\+' <<<"$("$@" -'###' 2>&1)" || true; }
echo 'int main(void) { return 0; }' >main.c
echo 'int two(void) { return 2; }' >two.c
printf '%s\n' '.globl x' '.section .note.GNU-stack,"",@progbits' >data.s
cp two.c three.cc
gcc -c main.c
gcc -fPIC -c two.c
lists=0
while read -r words; do
  for kind in '' '-shared -fPIC' '-no-pie'; do
    g++ $kind $words -o bare
    silently "$cxx" $kind $words -o ours
    if [[ $words != *.cc* ]]; then
      diff <(needed bare) <(needed ours) || { echo "not the same libraries: $kind $words"; exit 1; }
    fi
    [[ $(links_runtime "$cxx" $kind $words -o ours) == "$(links_runtime g++ $kind $words -o ours)" ]] ||
      { echo "libstdc++ is linked or not: $kind $words"; exit 1; }
    if [[ $kind != -shared* ]]; then
      has_jemalloc ours
      ./ours
    fi
    [[ $(note_of ours) ]]
  done
  lists=$((lists + 1))
done <<'END'
-x c main.c
-x c main.c -x c two.c
-x c main.c two.c
-x c main.c -x none three.cc
-x c main.c -x none three.cc two.o
-x c main.c -lm
-x c main.c -lc
-x c main.c -ldl
-x c main.c -x none two.o
-x c main.c -x assembler data.s
-x none main.o
main.o
main.o -x c two.c
-x c main.c -Wl,--as-needed
-x c main.c -static-libstdc++
END
((lists == 15))
# What this is about.
[[ $(links_runtime g++ -x c main.c -o bare) == 0 && $(links_runtime g++ -x c main.c two.c -o bare) == 1 ]]
printf 'int main(void) { return 0; }' | silently "$cxx" -x c - -o ours
diff <(needed bare) <(needed ours)
"$cxx" -x c main.c -static -o ours
has_jemalloc ours
./ours
