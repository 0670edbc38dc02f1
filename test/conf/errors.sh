#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A key or value that the jemalloc which was built does not take is named; nothing is run, and an old output stays.
echo 'int main(void) { return 0; }' >main.c
echo precious >main
fake_compiler fake-gcc

refuses() {
  CXX_ALLOC_CC=$t/fake-gcc WORDS=$t/ran STATUS=0 exits 1 "$cc" main.c -o main "${@:2}"
  [[ $said == "cxx-alloc: error: $1" ]] || { printf '%s\n' "$said" "wanted: $1" >&2; return 1; }
  [[ ! -e ran && $(cat main) == precious ]]
}
key() { refuses "--allocator-conf=$1: unknown key '${1%%:*}'; did you mean '$2'?" --allocator-conf="$1"; }
value() {
  refuses "--allocator-conf=$1: bad value '${1#*:}' of '${1%%:*}'; see opt.${1%%:*} in jemalloc(3)" \
    --allocator-conf="$1"
}
range() {
  refuses "--allocator-conf=$1: value '${1#*:}' of '${1%%:*}' is out of range; see opt.${1%%:*} in jemalloc(3)" \
    --allocator-conf="$1"
}
form() {
  refuses "--allocator-conf=$1: not of the form key:value,key:value ($2); see TUNING in jemalloc(3)" \
    --allocator-conf="$1"
}

key dirty_decay:1000 dirty_decay_ms
key background_threads:true background_thread
key Narenas:3 narenas
key thpp:always thp
key metadata:auto metadata_thp            # jemalloc would take the beginning of this key for the whole
value narenas:many
value background_thread:yes
value dirty_decay_ms:10s
value metadata_thp:
value tcache:
range narenas:0
range dirty_decay_ms:-2
range lg_tcache_nslots_mul:17
form abc 'conf string ends with key'
form , 'malformed conf string'
form 'narenas:3,' 'conf string ends with comma'
form ' narenas:3' 'malformed conf string'
form 'narenas=3' 'malformed conf string'

# The first error is named, wherever it stands, and whatever the others would do.
all=narenas:3,abort_conf:true,confirm_conf:true,thp:often
refuses "--allocator-conf=$all: bad value 'often' of 'thp'; see opt.thp in jemalloc(3)" \
  --allocator-conf=narenas:3,abort_conf:true --allocator-conf=confirm_conf:true,thp:often
refuses "--allocator-conf=prof:true: 'prof' is about heap profiling; add --allocator-profile" --allocator-conf=prof:true
refuses '--allocator-conf=narenas:?3: holds a byte that is not printable ASCII; leave it out' \
  $'--allocator-conf=narenas:\n3'
refuses '--allocator-conf: has no value; write --allocator-conf=VALUE, in one word' --allocator-conf
refuses '--allocator-profil: unknown option; did you mean '\''--allocator-profile'\''?' --allocator-profil

# 2,048 bytes fit, and not one more.
pairs=$(printf 'narenas:3,%.0s' {1..204})
fits=${pairs}tcache:true
fits=${fits:10}                                          # 2,041 bytes
while ((${#fits} < 2048)); do fits=${fits/narenas:3,/narenas:03,}; done
silently "$cc" main.c -o longest --allocator-conf="$fits"
[[ $(option narenas ./longest) == 3 ]]
CXX_ALLOC_CC=$t/fake-gcc WORDS=$t/ran exits 1 "$cc" main.c --allocator-conf="${fits/narenas:3,/narenas:03,}"
[[ $said == *': 2049 bytes, and 2048 fit into an executable; leave the others to the environment' && ! -e ran ]]
