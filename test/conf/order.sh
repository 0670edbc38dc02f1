#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# jemalloc's own order: what is baked, then the program's malloc_conf, then MALLOC_CONF. Of a key the last word counts.
echo 'int main(void) { return 0; }' >plain.c
echo 'const char *malloc_conf = "narenas:4"; int main(void) { return 0; }' >own.c
silently "$cc" own.c -o own --allocator-conf=narenas:3,dirty_decay_ms:1234
[[ $(option narenas ./own) == 4 && $(option dirty_decay_ms ./own) == 1234 ]]
[[ $(option narenas ./own narenas:5) == 5 ]]

# Several add up, the project's and the target's; an empty one begins anew.
silently "$cc" plain.c -o plain --allocator-conf=narenas:3,dirty_decay_ms:1 --allocator-conf=dirty_decay_ms:2
[[ $(option narenas ./plain) == 3 && $(option dirty_decay_ms ./plain) == 2 ]]
silently "$cc" --allocator-conf=narenas:3 plain.c -o plain --allocator-conf= --allocator-conf=dirty_decay_ms:2
[[ $(option narenas ./plain) != 3 && $(option dirty_decay_ms ./plain) == 2 ]]
silently "$cc" --allocator-conf=narenas:3 plain.c -o plain --allocator-conf=
[[ $(option narenas ./plain) != 3 ]]

# From a response file, and with a value that a shell would take apart.
echo "plain.c -o plain '--allocator-conf=slab_sizes:1-128:2|129-512:4,narenas:6'" >words
silently "$cc" @words
[[ $(option narenas ./plain) == 6 ]]
MALLOC_CONF=stats_print:true ./plain 2>&1 |
  grep -E 'config.malloc_conf: "([a-z_:0-9,]+,)?slab_sizes:1-128:2[|]129-512:4,narenas:6"' >/dev/null
