#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The build's own tree, and the demo's if it was built: everything can be read, and nothing has a fault.
trees=("$build"/driver "$build"/allocators "$build"/runtime "$build"/test/unit)
if [[ -d $build/demo ]]; then trees+=("$build"/demo); fi
faults_of "${trees[@]}" >faults
diff /dev/null faults
grep -q '/driver/cxx-alloc","kind":"executable","allocator":"system"' json
# A fault in one of them would be seen.
gcc -c "$here/../link/own_malloc.c"
echo '{ global: f; local: *; };' >hide.map
mkdir tree && g++ main.cc own_malloc.o -o tree/hidden -Wl,--version-script=hide.map
[[ $(faults_of "${trees[@]}" tree) == 'tree/hidden hidden-malloc' ]]
