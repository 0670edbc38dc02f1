# SPDX-License-Identifier: Apache-2.0
# bash completion of cxx-alloc and cc-alloc: our options, and those that the compiler names by itself when it is asked.

_cxx_alloc() {
  local line=${COMP_LINE:0:COMP_POINT} words
  local word=${line##*[[:space:]]}    # whole: readline also cuts it at = and :
  case $word in
    --a* | --p*)
      words='--allocator= --allocator-conf= --allocator-profile --allocator-help --allocator-version --allocator-audit
        --allocator-audit=json --allocator-audit=html --allocator-expect= --print-allocator --print-allocator=json'
      if [[ $line =~ ^[[:space:]]*[^[:space:]]+[[:space:]]+[^[:space:]]*$ ]]; then
        words+=' --allocator-launch --allocator-compare --allocator-compare=json'
      fi
      if [[ $word == --allocator=* ]]; then
        words='--allocator=auto --allocator=jemalloc --allocator=system --allocator=none'
      fi ;;&
    -*)
      # g++ knows the first question. clang++ knows the others, names the values alone and adds a remark behind a tab.
      words+=" $({
        "$1" --completion="$word" ||
          if [[ $word == *=* ]]; then
            "$1" --autocomplete="${word%%=*}=,${word#*=}" | sed "s/^/${word%%=*}=/"
          else
            "$1" --autocomplete="$word"
          fi
      } 2>/dev/null </dev/null | cut -f1)" ;;
    *) return ;;    # a file: the default of `complete` below
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word" | sort -u)
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
  # readline replaces only what follows the last of its breaks.
  local kept=${word%"${word##*[=:]}"}
  if [[ $COMP_WORDBREAKS == *=* && $kept ]]; then COMPREPLY=("${COMPREPLY[@]#"$kept"}"); fi
}

complete -o default -F _cxx_alloc cxx-alloc cc-alloc
