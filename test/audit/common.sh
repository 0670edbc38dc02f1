# SPDX-License-Identifier: Apache-2.0
# What the tests of the audit share, on top of what the link tests share.
audit_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$audit_tests/../link/common.sh"
here=$audit_tests
echo 'int main() { delete new int; }' >main.cc

# `allocator kind faults` of each file and process, a line each; what the exit status of the audit is does not matter here.
audit() {
  "$cxx" --allocator-audit=json "$@" 2>errors >json || true
  sed -E 's/\{"(path":"[^"]*","kind|pid)"/\n&/g' json |
    sed -nE 's/.*"kind":"([^"]*)","allocator":"([^"]*)".*"faults":\[([^]]*)\].*/\2 \1\3/p' |
    sed -E 's/,?\{"id":"([^"]*)","sentence":"[^"]*"\}/ \1/g'
}
# One key of the first file or process: a string or a list, else empty.
key_of() {
  "$cxx" --allocator-audit=json "${@:2}" 2>errors >json || true
  sed -nE "s/.*\"files\":\[.*\"$1\":(\"([^\"]*)\"|\[([^]]*)\]|([0-9]+)).*/\2\3\4/p" json
}
# `path id` of each fault of a file, a line each; the audit must read everything.
faults_of() {
  "$cxx" --allocator-audit=json "$@" 2>errors >json || (($? == 1))
  [[ ! -s errors ]]
  python3 -c 'import json
for file in json.load(open("json"))["files"]:
    for fault in file["faults"]: print(file["path"], fault["id"])'
}
# is FILE VERDICT: fails, and says what it is, if it is something else.
is() {
  local got
  got=$(audit "$1")
  [[ $got == "$2" ]] || { echo "$1: $got, not: $2" >&2; return 1; }
}
