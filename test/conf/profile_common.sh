# SPDX-License-Identifier: Apache-2.0
# What the tests of heap profiles share.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v jeprof >/dev/null || skip 'jeprof (libjemalloc-dev) is not installed'

# Runs a program with every allocation sampled; the profiles are profile.<pid>.<number>.f.heap.
sampled() {
  rm -f profile.*
  MALLOC_CONF=prof:true,prof_final:true,lg_prof_sample:0,prof_prefix:profile silently "$@"
}

# What jeprof makes of a profile: bytes and functions, in $PROFILE.text.
read_profile() { jeprof --text --show_bytes "$1" "$2" >"$2.text" 2>/dev/null; }

# The bytes of which the profile that was read says that `function` allocated them itself: allocated PROFILE FUNCTION
allocated() { awk -v name="$2" 'NR > 1 && $6 == name { n = $1 } END { print n + 0 }' "$1.text"; }

# `allocated` is at least the bytes that were asked for, and not much more.
allocates() {
  local bytes
  bytes=$(allocated "$1" "$2")
  if ((bytes < $3 || bytes > $3 * 5 / 4)); then
    echo "$2 allocated $bytes bytes of $3" >&2
    cat "$1.text" >&2
    return 1
  fi
}
