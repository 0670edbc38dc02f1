#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 38-42: links without libc, and links that name libc themselves.

file_of() { "$compiler" -print-file-name="$1"; }
freestanding() {
  echo 'void _start(void) { __asm__ volatile("mov $60, %eax; xor %edi, %edi; syscall"); }' >start.c
  "$c_compiler" -ffreestanding -fno-stack-protector -fno-pic -c start.c
}
nothing_goes_in() { decides 'executable none no-default-libs' "$@"; gets_untouched "$@"; }

38-no-libc() {
  freestanding
  local word
  for word in -nostdlib --no-standard-libraries '-ffreestanding -nostdlib'; do
    if ! "$compiler" $word -static start.o -o bare 2>said.txt; then cat said.txt; continue; fi
    nothing_goes_in $word start.o -static
    silently "$cxx" $word -static start.o -o ours
    cmp bare ours
    ./ours
  done
  nothing_goes_in -nolibc main.o
  nothing_goes_in -nodefaultlibs main.o
}
39-libc-named-by-hand() {
  "$c_compiler" -c main.c -o c.o
  # rustc's shape.
  links_jemalloc -nodefaultlibs c.o -Wl,--as-needed -Wl,-Bstatic -Wl,-Bdynamic -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
  links_jemalloc -nodefaultlibs main.o -lstdc++ -lm -lgcc_s -lgcc -lc
  links_jemalloc -static -nodefaultlibs main.o -lstdc++ -lm -Wl,--start-group -lgcc -lgcc_eh -lc -Wl,--end-group
}
40-without-start-files() {
  freestanding
  injects -nostartfiles main.o
  local start=("$(file_of crt1.o)" "$(file_of crti.o)" "$(file_of crtbegin.o)") end=("$(file_of crtend.o)" "$(file_of crtn.o)")
  links_jemalloc -no-pie -nostartfiles "${start[@]}" main.o "${end[@]}"
  nothing_goes_in -nostartfiles -nostdlib start.o
  if is_clang; then
    "$c_compiler" -c main.c -o c.o
    [[ $("$cxx" --print-allocator=json -nostdlib++ c.o) != */operators.o* ]]
    links_jemalloc -nostdlib++ c.o
    [[ $(readelf -d program) != *libstdc++* ]]
    # The operators come from the library that the user names then.
    links_jemalloc -nostdlib++ main.o -lstdc++
  fi
}
41-libtool-cxx-library() {
  local words=(-shared -nostdlib "$(file_of crti.o)" "$(file_of crtbeginS.o)" f.o -lstdc++ -lm -lc -lgcc_s "$(file_of crtendS.o)" "$(file_of crtn.o)")
  [[ $(decision "${words[@]}") == 'shared-library '* ]]
  [[ $(decision "${words[@]}") != *jemalloc* ]]
  silently "$cxx" "${words[@]}" -o f.so
  is_shared_library f.so
  not defines_jemalloc f.so
  not defines_operators f.so
}
42-kernel-and-entry() {
  freestanding
  echo 'ENTRY(_start) SECTIONS { . = 0x400000; .text : { *(.text*) } /DISCARD/ : { *(.note*) *(.comment) *(.eh_frame*) } }' >kernel.ld
  nothing_goes_in -T kernel.ld -nostdlib -static start.o
  same_everything -T kernel.ld -nostdlib -static start.o -o kernel
  nothing_goes_in -Wl,-e,_start -nostdlib -static start.o
  # An entry point alone does not do without libc.
  injects -Wl,-e,_start main.o
  links_jemalloc -Wl,-e,_start main.o
}
run_checks
