// SPDX-License-Identifier: Apache-2.0
// The end of what libc_instead.h began: libc's names are libc's again.
#undef access
#undef atexit
#undef clock_gettime
#undef close
#undef constructor
#undef errno
#undef fputs
#undef getenv
#undef getrusage
#undef madvise
#undef mmap
#undef mprotect
#undef munmap
#undef open
#undef read
#undef stdout
#undef strerror
#undef syscall
#undef sysconf
#undef toupper
#define stdout stdout
#define errno (*__errno_location())
