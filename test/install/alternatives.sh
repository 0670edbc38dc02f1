#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The commands of docs/install.md, in a root of its own: registering as an alternative changes nothing; chosen, c++ is ours.
mkdir -p root/usr/bin root/usr/share/man/man1 root/etc/alternatives root/var
ln -s "$prefix" root/prefix
page=$here/../../docs/install.md
update-alternatives() {
  command update-alternatives --quiet --altdir "$t/root/etc/alternatives" --admindir "$t/root/var" --log "$t/root/log" "$@"
}
# The Nth block of the page that begins with the word.
block() {
  awk -v word="$1" -v wanted="$2" '/^```sh$/ { inside = 1; text = ""; next }
    /^```$/ && inside { inside = 0; if (index(text, word) == 1 && ++seen == wanted) printf "%s", text }
    inside { text = text $0 "\n" }' "$page" |
    sed "s#/usr/local#$t/root/prefix#g; s# /usr/# $t/root/usr/#g"
}
link() { readlink -f "root/usr/bin/$1"; }

# As Debian's packages do.
update-alternatives --install "$t/root/usr/bin/c++" c++ "$(command -v g++)" 20
update-alternatives --install "$t/root/usr/bin/cc" cc "$(command -v gcc)" 20
update-alternatives --install "$t/root/usr/bin/c++" c++ "$(command -v clang++)" 10
registered=$(block update-alternatives 1)
[[ $registered == *--slave* ]]
eval "$registered"
[[ $(link c++) == "$(realpath "$(command -v g++)")" && $(link cc) == "$(realpath "$(command -v gcc)")" ]]
[[ ! -e root/usr/share/man/man1/c++.1.gz ]]
# Without g++ it is clang's turn, still not ours.
update-alternatives --remove c++ "$(command -v g++)"
[[ $(link c++) == "$(realpath "$(command -v clang++)")" ]]
update-alternatives --install "$t/root/usr/bin/c++" c++ "$(command -v g++)" 20

chosen=$(block update-alternatives 2)
[[ $chosen == *--set* ]]
eval "$chosen"
[[ $(link c++) == "$cxx" && $(link cc) == "$cxx" ]]
[[ $(readlink -f root/usr/share/man/man1/c++.1.gz) == "$prefix/share/man/man1/cxx-alloc.1" ]]

# We are now the only c++ and cc in PATH.
mkdir tools
for tool in /usr/bin/* /bin/*; do
  case ${tool##*/} in c++ | cc) ;; *) ln -sf "$tool" tools/ ;; esac
done
export PATH=$t/root/usr/bin:$t/tools
echo 'int main() { delete new int; }' >main.cc
echo 'int main(void) { return 0; }' >main.c
silently c++ main.cc -o main
has_jemalloc main
silently cc main.c -o main
has_jemalloc main
[[ $(c++ --version) == "$(g++ --version | sed 's/^g++/c++/')" || $(c++ --version) == "$(g++ --version)" ]]

update-alternatives --auto c++
[[ $(link c++) == "$(realpath "$(command -v g++)")" ]]
update-alternatives --set c++ "$t/root/prefix/bin/cxx-alloc"
update-alternatives --remove c++ "$t/root/prefix/bin/cxx-alloc"
[[ $(link c++) == "$(realpath "$(command -v g++)")" ]]
