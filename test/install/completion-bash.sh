#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A bash with bash-completion finds our completion by the command's name; it offers our options, g++'s and clang++'s.
# Readline's \e* puts all that would be offered into the line; the line then is run, and what it was is in `lines`.
mkdir bin
for name in cxx-alloc cc-alloc; do
  # The completion asks the command itself for the compiler's options.
  cat >"bin/$name" <<END
#!/bin/sh
case \$1 in --completion=*|--autocomplete=*) exec '$prefix/bin/$name' "\$@" ;; esac
printf '%s ' $name "\$@" >>'$t/lines'; echo >>'$t/lines'
END
  chmod +x "bin/$name"
done
touch hello.cc
# typed LINE…: what became of the lines.
typed() {
  rm -f lines
  { echo '. /usr/share/bash-completion/bash_completion'
    printf '%s\n' "$@" exit; } |
    PATH=$t/bin:$PATH XDG_DATA_DIRS=$prefix/share HISTFILE='' INPUTRC=/dev/null TERM=dumb \
      bash --noprofile --norc -i >said 2>&1 || { cat said; return 1; }
  cat lines
}
own() { tr ' ' '\n' | grep -e '^--[a-z-]*allocator' | sort; }

# All of ours, as often as the help names them; the launcher only where it may stand.
own_options | sed -E '/-(audit|compare)/!s/=.*/=/; s/^--print-allocator=$/--print-allocator=json/' | sort -u >options
diff <(typed $'cxx-alloc --allo\e*' | own) <(grep ^--allo options)
diff <(typed $'cc-alloc main.c --allo\e*' | own) <(grep ^--allo options | grep -vE 'launch|compare')
diff <(typed $'cxx-alloc --pri\e*' | own) <(grep ^--pri options)
# Values behind an =.
offered=$(typed $'cxx-alloc --allocator=\e*' | sed 's/.*--allocator=//' | tr ' ' '\n' | sed '/^$/d' | sort)
[[ $offered == "$(own_options | sed -n 's/^--allocator=//p' | sort)" ]]
[[ $(typed $'cxx-alloc main.cc --allocator=j\t-o x') == 'cxx-alloc main.cc --allocator=jemalloc -o x ' ]]
[[ $(typed $'cxx-alloc --allocator-con\tlg_tcache_max:12') == 'cxx-alloc --allocator-conf=lg_tcache_max:12 ' ]]
# The compiler's, and files.
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  [[ $(typed $'cxx-alloc -fstack-prot\e*') == *' -fstack-protector-strong '* ]]
  [[ $(typed $'cxx-alloc -c hel\t') == 'cxx-alloc -c hello.cc ' ]]
done
[[ $(typed $'cxx-alloc -stdlib=libs\t') == 'cxx-alloc -stdlib=libstdc++ '* ]]
CXX_ALLOC_CXX=g++
[[ $(typed $'cxx-alloc -fsanitize=und\t') == 'cxx-alloc -fsanitize=undefined '* ]]
