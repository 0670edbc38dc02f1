#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The manual page names what --allocator-help names, and nothing else; man finds it by both names, and no reader of manual
# pages complains.
manual=$prefix/share/man
[[ ! $(mandoc -Tlint -Wwarning "$manual"/man1/*.1 2>&1) ]]
for name in cxx-alloc cc-alloc; do
  exits 0 env MANPATH="$manual" MANWIDTH=120 MANROFFSEQ= man --warnings "$name"
  [[ $said == *'CXX-ALLOC(1)'*'cxx-alloc, cc-alloc'* && $said != *warning:* ]]
done
page=$said

documented() { grep -qE -e "$1" <<<"$page"; }
for option in $(own_options); do
  case $option in
    --allocator=*) documented "^ +${option#*=}  +[a-z]" ;;
    *) documented "^ +$option" ;;
  esac
done
for variable in $(own_variables); do documented "^ +$variable\$"; done

# The other way round.
own_options | sed 's/=.*/=/' >known
own_variables >>known
grep -oE '^ +(--[a-z-]+=?|CXX_ALLOC[A-Z_]*$)' <<<"$page" | tr -d ' ' | sort -u >documented
grep -q . documented
while read -r word; do grep -qxF -e "${word%=}" -e "$word" known; done <documented

# The pages that both cite are installed; of the demo, in which a reader may have built, nothing is.
pages=$(grep -ohE 'docs/[a-z-]+\.md' - "$manual"/man1/cxx-alloc.1 <<<"$("$cxx" --allocator-help)" | sort -u)
[[ $pages == *mimalloc.md* ]]
for cited in $pages; do [[ -s $prefix/share/doc/cxx-alloc/${cited#docs/} ]]; done
[[ ! -e $prefix/share/doc/cxx-alloc/demo ]]
