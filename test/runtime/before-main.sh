#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Allocation before main and after its return. A program of C++ objects ran all its steps, each once.
. "$(dirname "$0")/common.sh"
compile_cxx -DWITH_PREINIT "$here/before_main.cc" -o before.cc.o
ran() {
  local said
  said=$("$@")
  case $said in
    p1[2o][2o]oDaDL | p1[2o][2o]oaDDL) ;;
    *) echo "steps: $said" >&2; return 1 ;;
  esac
}
in_every_kind before.cc.o ran PROGRAM
