# SPDX-License-Identifier: Apache-2.0
# What the runtime tests share, on top of what the link tests share. RUNTIME_UNDER_TEST points them at other runtime
# objects than those of the build, as jemalloc-5.3.0.sh does.
runtime_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$runtime_tests/../link/common.sh"
here=$runtime_tests
if [[ ${RUNTIME_UNDER_TEST:-} ]]; then export CXX_ALLOC_RUNTIME_DIR=$RUNTIME_UNDER_TEST; fi

linkers=(bfd gold lld mold)
kinds=(-pie -no-pie -static -static-pie)

# Links the object $1, a C program unless it is called *.cc.o, in every kind with every linker, and runs the rest of the
# words as a command with the program's name in the place of PROGRAM.
in_every_kind() {
  local object=$1 driver=$cc linker kind
  shift
  if [[ $object == *.cc.o ]]; then driver=$cxx; fi
  for linker in "${linkers[@]}"; do
    for kind in "${kinds[@]}"; do
      if [[ $kind == -static-pie ]] && ! makes_static_pie "$linker"; then continue; fi
      "$driver" "$kind" -fuse-ld="$linker" "$object" -o program -pthread
      printf '%s\n' "$linker $kind: $*"
      "${@/#PROGRAM/./program}" || { printf '%s\n' "exit status $?: $linker $kind: $*" >&2; return 1; }
    done
  done
}

# -fno-builtin: to the compiler malloc is a function like any other, so no call is optimized away.
flags=(-O1 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unknown-warning-option -Wno-alloc-size-larger-than -fno-builtin
  -fPIE -I"$here")
compile() { "$cc" -std=gnu11 "${flags[@]}" -c "$@"; }
compile_cxx() { "$cxx" -std=c++17 "${flags[@]}" -c "$@"; }
# Instructions of a command, as callgrind counts them.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
# The counter $2 of the smallest class that holds $1 bytes, or of all large ones, in stats.json: what jemalloc prints with
# MALLOC_CONF=stats_print:true,stats_print_opts:J.
counter() {
  python3 - "$@" <<'PYTHON'
import json, sys
size, name = int(sys.argv[1]), sys.argv[2]
said = json.load(open("stats.json"))["jemalloc"]
counted = said["stats.arenas"].get("merged") or said["stats.arenas"]["0"]
of_class = [figures[name] for each, figures in zip(said["arenas"]["bin"], counted["bins"]) if each["size"] >= size]
large = counted["large"][name]
# Of large blocks jemalloc counts those that were no cache's twice.
print(of_class[0] if of_class else large - counted["large"]["nmalloc"] if name == "nrequests" else large)
PYTHON
}
