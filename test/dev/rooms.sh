#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rooms of the driver stand in an order, and none uses a room below it: docs/design.md. usage: rooms.sh [DRIVER]
set -euo pipefail
driver=${1:-$(cd "$(dirname "$0")/../../driver" && pwd)}
rooms=(words compiler inputs decision link run audit compare)

# Prints each line that breaks the order; fails if there is one.
check() {
  awk -v rooms="${rooms[*]}" -v root="$1/" '
    BEGIN { count = split(rooms, names); for (i = 1; i <= count; i++) place[names[i]] = i }
    /^#include "/ {
      file = substr(FILENAME, length(root) + 1)
      room = file ~ /\// ? substr(file, 1, index(file, "/") - 1) : ""
      included = $2; gsub(/"/, "", included)
      other = included ~ /\// ? substr(included, 1, index(included, "/") - 1) : ""
      if (!(other in place)) next                                   # message, paths, what the build makes
      if (file == "main.cc") next
      if (!(room in place) || place[other] > place[room]) {
        print file ":" FNR ": " (room == "" ? "the top" : room) " uses " other ", a room below it"
        broken = 1
      }
    }
    END { exit broken }' $(find "$1" -name '*.h' -o -name '*.cc')
}
check "$driver"
for file in "$driver"/*/*.cc "$driver"/*/*.h "$driver"/*.cc "$driver"/*.h; do
  lines=$(wc -l <"$file")
  if ((lines >= 400)); then echo "$file: $lines lines; 400 is the limit"; exit 1; fi
done

# And it sees what it is there for.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy"/words "$copy"/run
echo '#include "run/process.h"' >"$copy"/words/a.cc
echo '#include "words/a.h"' >"$copy"/run/b.cc
said=$(check "$copy") && { echo 'a line that breaks the order is not seen'; exit 1; }
[[ $said == 'words/a.cc:1: words uses run, a room below it' ]]
