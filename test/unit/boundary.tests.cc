// SPDX-License-Identifier: Apache-2.0
#include "run/boundary.h"

#include <catch2/catch_test_macros.hpp>

using cxx_alloc::hands_memory_over;

TEST_CASE("functions that take what owns memory", "[boundary]") {
  // g++ 12, libstdc++: f(std::string), f(std::string &), f(std::string &&), f(std::string *), S::set(std::string)
  CHECK(hands_memory_over("_Z1fNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(hands_memory_over("_Z1fRNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(hands_memory_over("_Z1fONSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(hands_memory_over("_Z1fPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(hands_memory_over("_ZN1S3setENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(hands_memory_over("_ZN1SC1ENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));  // a constructor
  CHECK(hands_memory_over("_ZN1SclEOSt6vectorIiSaIiEE"));                                    // its operator()
  CHECK(hands_memory_over("_Z1fSs"));                                                    // the string before C++11's
  CHECK(hands_memory_over("_Z1fNSt7__cxx1112basic_stringIwSt11char_traitsIwESaIwEEE"));  // std::wstring
  CHECK(hands_memory_over("_Z1fiRSt6vectorIiSaIiEE"));                                   // the second parameter
  CHECK(hands_memory_over("_Z1fSt10unique_ptrIiSt14default_deleteIiEE"));
  CHECK(hands_memory_over("_Z1fSt8functionIFvvEE"));
  CHECK(hands_memory_over("_Z1fSt3any"));
  CHECK(hands_memory_over("_Z1fNSt10filesystem7__cxx114pathE"));
  CHECK(hands_memory_over("_Z1fSt4pairIiNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEE"));
  CHECK(hands_memory_over("_Z1fRSt8optionalISt6vectorIiSaIiEEE"));
  CHECK(hands_memory_over("_Z1fSt8expectedINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiE"));
  CHECK(hands_memory_over("_Z1fRSt18move_only_functionIFvvEE"));
  CHECK(
      hands_memory_over("_Z1fPFvNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEE"));  // a callback that takes one
  CHECK(hands_memory_over("_Z1fIiEvSt6vectorIT_SaIS1_EE"));                                // an instance of a template
  // clang++ 22, libc++: f(std::string), f(std::filesystem::path &)
  CHECK(hands_memory_over("_Z1fNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEE"));
  CHECK(hands_memory_over("_Z1fRNSt3__14__fs10filesystem4pathE"));
}

TEST_CASE("functions that do not", "[boundary]") {
  CHECK(!hands_memory_over("_Z1fRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));  // to const
  CHECK(!hands_memory_over("_Z1fPKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"));
  CHECK(!hands_memory_over("_Z1fRKNSt10filesystem7__cxx114pathE"));
  CHECK(!hands_memory_over("_Z1fSt17basic_string_viewIcSt11char_traitsIcEE"));
  CHECK(!hands_memory_over("_Z1fSt4pairIiiE"));
  CHECK(!hands_memory_over("_Z1fSt8optionalIiE"));
  CHECK(!hands_memory_over("_Z1fSt8expectedIiiE"));
  CHECK(!hands_memory_over("_Z1fSt10shared_ptrI5ShapeE"));  // carries its deleter along
  CHECK(!hands_memory_over("_Z1fNSt15__exception_ptr13exception_ptrE"));
  CHECK(!hands_memory_over("_Z1fRSo"));                  // std::ostream
  CHECK(!hands_memory_over("_ZN2my3ownERNS_6vectorE"));  // my::own(my::vector &)
  CHECK(!hands_memory_over("_Z5plainiPKc"));
  CHECK(!hands_memory_over("_ZNK1S3getB5cxx11Ev"));  // the result is not seen
  CHECK(!hands_memory_over("printf"));
  CHECK(!hands_memory_over("_Znwm"));
  CHECK(!hands_memory_over(""));
  CHECK(!hands_memory_over("_Z"));
  CHECK(!hands_memory_over("_ZTV1S"));  // data
  // The standard library's own functions, which every object with a string has a copy of.
  CHECK(!hands_memory_over("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEC2EOS4_"));
  CHECK(!hands_memory_over("_ZNSt6vectorINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESaIS5_EE9push_backEOS5_"));
  CHECK(!hands_memory_over(
      "_ZStlsIcSt11char_traitsIcESaIcEERSt13basic_ostreamIT_T0_ES7_RKNSt7__cxx1112basic_stringIS4_S5_T1_EE"));
  // … a lambda in one whose result is deduced: decltype(auto) std::f<std::vector<int>>(…)::{lambda}::operator()(…)
  CHECK(!hands_memory_over("_ZZSt1fISt6vectorIiSaIiEEEDcOT_ENKUlRS2_E_clES5_"));
  CHECK(!hands_memory_over("_ZNSt3__16vectorIiNS_9allocatorIiEEE4swapERS3_"));
}
