#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: every-linker.sh COMPILER. A library with a jemalloc of its own under each linker, with what users give to the link
# of a library: their version script, -z defs, --gc-sections, --no-undefined, -s, an -l of the C++ runtime, hidden symbols, LTO.
use_compiler "$1"
flags=(-O1 -D_GNU_SOURCE -fPIC -I"$include" -I"$here")
gcc -O1 -D_GNU_SOURCE -I"$include" -I"$here" "$here/host.c" -o host
cat >script.map <<'END'
USERS_1.0 { global: prove; local: *; };
END
"$compiler" "${flags[@]}" -DASKS -c "$here/guest.cc"
sed 's/^extern "C" const/extern "C" __attribute__((visibility("default"))) const/' "$here/guest.cc" >hidden.cc
"$compiler" "${flags[@]}" -fvisibility=hidden -ffunction-sections -DASKS -c hidden.cc

for linker in "${linkers[@]}"; do
  use_linker "$linker"
  guests=()
  for words in guest.o 'guest.o -Wl,--version-script,script.map' 'guest.o -Wl,-z,defs' \
    'hidden.o -Wl,--gc-sections -Wl,--no-undefined -s' 'guest.o -lstdc++ -Wl,--as-needed -lm'; do
    guest=$t/$linker-${#guests[@]}.so
    silently "$cxx" "${with[@]}" -shared $words -o "$guest"
    is_quiet_guest "$guest"
    [[ $words == *-s ]] || is_guest "$guest"
    exported "$guest" | grep -x prove >/dev/null
    guests+=("$guest")
  done
  [[ $(exported "${guests[1]}" | grep -v USERS_1.0) == prove ]]
  not grep guest_new <(exported "${guests[3]}")
  ./host "${guests[@]}"
done

# Of objects that are no machine code yet.
if [[ $compiler == g++ ]]; then
  modes=(-flto '-flto -ffat-lto-objects') lto_linkers=(bfd gold mold)
else
  modes=(-flto=full -flto=thin) lto_linkers=(lld)
fi
for mode in "${modes[@]}"; do
  "$compiler" "${flags[@]}" $mode -DASKS -c "$here/guest.cc" -o lto.o
  for linker in "${lto_linkers[@]}"; do
    use_linker "$linker"
    silently "$cxx" "${with[@]}" "${flags[@]}" $mode -shared lto.o -o lto.so
    is_guest lto.so
    ./host ./lto.so
    silently "$cxx" "${with[@]}" "${flags[@]}" $mode -DASKS -shared "$here/guest.cc" -o lto-source.so
    is_guest lto-source.so
    ./host ./lto-source.so
  done
done
