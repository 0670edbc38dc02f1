#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# fish finds our completions where they are installed, and offers our options and those that it knows of g++.
mkdir home
offered() {
  HOME=$t/home XDG_DATA_HOME=$t/home XDG_CONFIG_HOME=$t/home XDG_DATA_DIRS=$prefix/share:/usr/share PATH=$prefix/bin:$PATH \
    fish -c 'complete -C "$argv[1]"' "$1" </dev/null | cut -f1 | grep -e "^${1##* }" | sort -u    # fish 4 adds what is like it
}
own_options | grep -v '^--print-allocator=' | sed -E 's/^(--allocator-(audit|compare)=).*/\1/; /-(audit|compare)/!s/=.*//' | sort -u >options
for command in cxx-alloc cc-alloc; do
  diff <(offered "$command --allo") <(grep ^--allo options)
  diff <(offered "$command main.cc --allo") <(grep ^--allo options | grep -vE 'launch|compare')
  [[ $(offered "$command --print-a") == --print-allocator$'\n'--print-allocator= ]]
  [[ $(offered "$command --print-allocator=") == --print-allocator=json ]]
  diff <(offered "$command --allocator=") <(own_options | grep '^--allocator=' | sort)
  [[ $(offered "$command -Wall -fstack-prot") == *-fstack-protector-all* ]]
done
