#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# zsh finds our completion by the file's first line; it offers our options and those that it knows of g++. In a zsh on a
# terminal of its own, ^X^A puts all that would be offered into the line; the line then is run, and what it was is in `lines`.
cat >terminal.zsh <<'END'
zmodload zsh/zpty
zpty shell 'zsh -f -i'
zpty -w shell "cd ${(q)t}; source ./setup.zsh"
for line; do zpty -w -n shell "$line"$'\x18\x01\n'; done
zpty -w shell exit
while zpty -r shell; do :; done
END
cat >setup.zsh <<'END'
fpath=($prefix/share/zsh/site-functions $fpath)
autoload -Uz compinit && compinit -u -D
zle -C all complete-word _generic
bindkey '^X^A' all
zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' old-matches false
zstyle ':completion:all:*' insert true
cxx-alloc cc-alloc g++-alloc() { [[ $1 == --version ]] || print -r -- ${functrace:+$0} "$@" >>lines }
END
typed() {
  rm -f lines
  prefix=$prefix t=$t HOME=$t ZDOTDIR=$t PATH=$prefix/bin:$PATH TERM=dumb zsh -f terminal.zsh "$@" >said 2>&1 </dev/null || true
  [[ -s lines ]] || { cat said; return 1; }
  cat lines
}
own() { tr ' ' '\n' | grep -E '^--(print-)?allocator' | sort; }
own_options | sed 's/^--allocator\(-conf\)*=.*/--allocator\1=/' | sort -u >options
for command in cxx-alloc cc-alloc g++-alloc; do
  diff <(typed "$command --allo" | own) <(grep ^--allo options)
done
diff <(typed 'cxx-alloc main.cc --allo' | own) <(grep ^--allo options | grep -vE 'launch|compare')
diff <(typed 'cxx-alloc --print-a' | own) <(grep ^--print options)
diff <(typed 'cxx-alloc --allocator=' | own) <(own_options | grep '^--allocator=' | sort)
[[ $(typed 'cxx-alloc -fstack-prot') == *-fstack-protector-strong* ]]
[[ $(typed 'cc-alloc -Wall -fstack-prot') == *-fstack-protector-strong* ]]
