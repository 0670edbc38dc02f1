# SPDX-License-Identifier: Apache-2.0
# fish completion of cxx-alloc and cc-alloc: our options, and fish's own completion of g++ and gcc.

complete -c cxx-alloc --wraps g++
complete -c cc-alloc --wraps gcc

set -l allocators "
    auto\t'jemalloc for an executable, the malloc of the process for a library'
    jemalloc\t'jemalloc, or an error where it cannot be'
    system\t'the process\'s own malloc'
    none\t'run the compiler untouched'"
for command in cxx-alloc cc-alloc
    complete -c $command -l allocator -x -a $allocators -d 'Choose the allocator'
    complete -c $command -l allocator-conf -x -d 'Bake jemalloc options into the executable'
    complete -c $command -l allocator-profile -d 'Link the jemalloc with heap profiling'
    complete -c $command -l allocator-help -d 'List the options and environment variables'
    complete -c $command -l allocator-version -d 'Print the versions of cxx-alloc and its allocators'
    complete -c $command -l allocator-launch -n 'test (count (commandline -opc)) -eq 1' -x -a '(__fish_complete_command)' \
        -d 'Be a launcher for the compiler that follows'
    complete -c $command -l allocator-audit -d 'Say who allocates in files, folders and processes'
    complete -c $command -l allocator-audit -f -a "json\t'The same as one JSON object' html\t'The same as a page'"
    complete -c $command -l allocator-expect -x -d 'Fail if an executable in the audit has another allocator'
    complete -c $command -l allocator-compare -n 'test (count (commandline -opc)) -eq 1' \
        -d 'Link a program of a log with each allocator, and say which is best'
    complete -c $command -l allocator-compare -n 'test (count (commandline -opc)) -eq 1' -f -a "json\t'The same as one JSON object'"
    complete -c $command -l print-allocator -d 'Say what this command line would get and why; run nothing'
    complete -c $command -l print-allocator -f -a "json\t'The same as one JSON object'"
end
