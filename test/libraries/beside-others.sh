#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program that needs a guest and, behind it, an ordinary library with the same templates of std::. The loader binds what both
# have to the first: to the guest's, whose memory the other library would free with libc. What a program may define itself in
# std:: is still for others.
. "$(dirname "$0")/common.sh"
cat >work.h <<'CC'
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>
struct Key {
  int number;
  bool operator==(const Key &other) const { return number == other.number; }
};
template <> struct std::hash<Key> {
  size_t operator()(const Key &key) const;
};
inline int work(int count) {
  std::vector<std::string> lines;
  std::map<std::string, std::vector<int>> numbers;
  std::unordered_map<Key, std::string> names;
  std::deque<std::function<int()>> jobs;
  std::vector<std::shared_ptr<std::string>> shared;
  for (int i = 0; i < count; i++) {
    std::ostringstream text;
    text << "a text that is long enough for the heap " << i;
    lines.push_back(text.str());
    numbers["a key that is long enough for the heap " + std::to_string(i)].push_back(i);
    names[Key{i}] = lines.back();
    shared.push_back(std::make_shared<std::string>(lines.back()));
    jobs.push_back([line = lines.back(), i] { return line.size() > 10 ? i : 0; });
  }
  int sum = 0;
  for (auto &job : jobs) sum += job();
  return sum + lines.size() + numbers.size() + names.size() + shared.size();
}
CC
echo '#include "work.h"
std::size_t std::hash<Key>::operator()(const Key &key) const { return key.number; }
extern "C" int guest_work() { return work(1000); }' >guest.cc
echo '#include "work.h"
extern "C" int other_work() { return work(1000); }' >other.cc
echo '#include <stdio.h>
int guest_work(void), other_work(void);
int main(void) { printf("%d %d\n", guest_work(), other_work()); }' >main.c
gcc -c main.c
containers='_ZN[KRO]*St.*(6vector|12basic_string|15basic_stringbuf|8_Rb_tree)'
# What the loader bound of one library to the other.
bound() { LD_DEBUG=bindings LD_BIND_NOW=1 ./program 2>&1 | grep -cE "binding file .*libother.so .* to .*libguest.so .*$containers" || true; }
for which in 'g++ c++17 -O1' 'g++ c++17 -O2' 'g++ c++23 -O2' 'clang++-22 c++17 -O1' 'clang++-22 c++20 -O2'; do
  read -r compiler standard level <<<"$which"
  use_compiler "$compiler"
  "$compiler" -std="$standard" "$level" -fPIC -c guest.cc other.cc
  "$compiler" -shared other.o -o libother.so
  for linker in "${linkers[@]}"; do
    use_linker "$linker"
    silently "$cxx" "${with[@]}" -shared guest.o --allocator=jemalloc -o libguest.so
    is_guest libguest.so
    exported libguest.so >shown
    grep -x guest_work shown >/dev/null
    grep -x _ZNKSt4hashI3KeyEclERKS0_ shown >/dev/null
    not grep -E "^$containers" shown
    gcc main.o -L. -Wl,--no-as-needed -lguest -lother -Wl,-rpath,"$t" -o program
    [[ $(./program) == '503500 503500' ]]
    [[ $(bound) == 0 ]]
  done
done

# The test can fail: with all shown, by a version script of the user's own, which has the last word.
echo 'V1 { *; };' >shows.map
silently "$cxx" -shared guest.o --allocator=jemalloc -Wl,--version-script=shows.map -o libguest.so
is_guest libguest.so
[[ $(bound) != 0 ]]
