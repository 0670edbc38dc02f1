# SPDX-License-Identifier: Apache-2.0
"""What a guest keeps to itself of the C++ library: a version script.

Its objects bring copies of templates like std::vector<std::string>, which other libraries of the process have too. The
loader binds all of them to the first that it finds. If that is the guest's, a library that compiled one half of a
template into its own code frees memory of the guest's operator new with the process's operator delete.

Hidden is what no program may define itself: names that begin with an underscore, and the templates below. A program
may have its own std::hash<T>::operator(), std::formatter<T>, std::swap(T &, T &) and the like, and others link them.
"""
# Templates and functions of std:: that allocate, free or own what somebody allocated. A younger one that is missing here is shown,
# as it would be without us.
OWNERS = '''allocator_traits any copyable_function deque expected flat_map flat_multimap flat_multiset flat_set forward_list function future
generator hive indirect inplace_vector list map move_only_function multimap multiset optional pair polymorphic
priority_queue promise packaged_task queue set shared_future shared_ptr stack thread jthread tuple unique_ptr unordered_map
unordered_multimap unordered_multiset unordered_set valarray variant vector weak_ptr
basic_filebuf basic_fstream basic_ifstream basic_iostream basic_istream basic_istringstream basic_ofstream basic_ostream
basic_ostringstream basic_regex basic_spanbuf basic_stacktrace basic_streambuf basic_string basic_stringbuf basic_stringstream
basic_syncbuf match_results'''.split()
FUNCTIONS = '''allocate_shared get_temporary_buffer make_exception_ptr make_shared make_unique regex_match regex_replace
regex_search return_temporary_buffer stable_partition stable_sort inplace_merge to_string to_wstring'''.split()
NAMESPACES = 'filesystem pmr'.split()


def mangled(name):
    return f'{len(name)}{name}'


def patterns():
    """Globs of mangled names. Members of std:: begin with _ZNSt, or with _ZNKSt, _ZNOSt, _ZNKRSt … by their qualifiers; of
    libc++'s std::__1 with _ZNSt3__1."""
    found = []
    for member in '_ZNSt', '_ZN[KRO]St', '_ZNK[RO]St':
        for inner in '', '3__1':
            found += [member + inner + mangled(name) + '*' for name in OWNERS + NAMESPACES]
        # Reserved names, libstdc++'s std::__cxx11 among them, of any length but three: std::__1 has everything in it.
        found += [member + '[12456789]_*', member + '[0-9][0-9]_*', member + '3__1[0-9]_*', member + '3__1[0-9][0-9]_*']
        # Abbreviations: std::allocator, the old std::basic_string, std::string, and streams of char.
        found += [member[:-1] + letter + '*' for letter in 'absiod']
        found += [member[:-2] + '9__gnu_cxx*']
    for scope in '_ZSt', '_ZNSt3__1':
        found += [scope + mangled(name) + '*' for name in FUNCTIONS]
    found += ['_ZSt[0-9]_*', '_ZSt[0-9][0-9]_*', '_ZStpl*']    # the last: strings added
    # Tables of virtual functions. Exceptions are told by typeinfo, which stays.
    found += [f'_ZT{table}{scope}*' for table in 'VTC' for scope in ('St', 'NSt', 'N9__gnu_cxx')]
    return found


def write_guest_exports(path):
    with open(path, 'w') as script:
        script.write('{\nlocal:\n' + ''.join(f'  {pattern};\n' for pattern in patterns()) + '};\n')
