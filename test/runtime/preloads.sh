#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whatever stands before libc, a program starts, allocates in threads and ends: preloaded libraries as people use them, one
# made for each function of libc that an allocator may call (it allocates, and asks for a name that does not exist), and
# functions of the program's own under those names.
. "$(dirname "$0")/common.sh"
compile "$here/preloaded.c" -o c.o
compile_cxx "$here/preloaded.cc" -o cxx.cc.o
"$cc" c.o -o c -pthread
"$cxx" cxx.cc.o -o cxx -pthread
runs() { timeout -s KILL 60 "$@" >said 2>&1 || { echo "exit status $?: $*" >&2; cat said >&2; return 1; }; }
for program in ./c ./cxx; do runs $program; done

# --- Libraries as people use them.
missing=
under() {    # the library, by its path or a pattern of one; the rest are words for the environment
  local library
  library=$(compgen -G "$1" | head -n 1) || true
  if [[ -z $library ]]; then missing+=" ${1##*/}"; return; fi
  shift
  for program in ./c ./cxx; do runs env "$@" LD_PRELOAD="$library" $program; done
}
libraries=/usr/lib/$(gcc -print-multiarch)
under "$libraries/faketime/libfaketime.so.1" FAKETIME='2001-02-03 04:05:06'
under "$libraries/faketime/libfaketimeMT.so.1" FAKETIME='-1d'
torsocks=$(find "$libraries" -name libtorsocks.so)    # in a folder of its own, but for sid
under "${torsocks:-libtorsocks.so}"
under "$libraries/libproxychains.so.4" PROXYCHAINS_QUIET_MODE=1
under "$libraries/libeatmydata.so"
under "$libraries/libfakeroot/libfakeroot-sysv.so"
under "$libraries/fakechroot/libfakechroot.so"
under "$libraries/libsocket_wrapper.so*" SOCKET_WRAPPER_DIR="$t"
under "$libraries/libuid_wrapper.so*" UID_WRAPPER=1
under "$libraries/libnss_wrapper.so*" NSS_WRAPPER_PASSWD=/etc/passwd NSS_WRAPPER_GROUP=/etc/group
under "$libraries/libpam_wrapper.so*" PAM_WRAPPER=0
under '/usr/libexec/coreutils/libstdbuf.so' _STDBUF_O=L
under '/usr/lib/heaptrack/libheaptrack_preload.so'
under "$libraries/libjemalloc.so.2"
under "$libraries/libtcmalloc_minimal.so.4"
under "$libraries/libmimalloc.so.*"
under "$(gcc -print-file-name=libasan.so | xargs realpath)" ASAN_OPTIONS=detect_leaks=0
under "$(gcc -print-file-name=libtsan.so | xargs realpath)" TSAN_OPTIONS=report_bugs=0
under "$(gcc -print-file-name=libubsan.so | xargs realpath)"
under '/usr/lib/llvm-22/lib/clang/22/lib/linux/libclang_rt.scudo_standalone-x86_64.so'

# --- One for each function.
functions='mmap mmap64 munmap madvise mprotect mremap sbrk brk syscall open open64 openat read write close readlink readlinkat
access fcntl lseek clock_gettime gettimeofday time getauxval getenv secure_getenv sysconf getpagesize getrlimit prlimit
sched_getaffinity sched_setaffinity sched_getcpu sched_yield prctl getpid nanosleep usleep sigaction sigfillset
pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_mutexattr_init
pthread_mutexattr_settype pthread_mutexattr_destroy pthread_cond_init pthread_cond_signal pthread_cond_wait
pthread_cond_timedwait pthread_once pthread_key_create __pthread_key_create pthread_setspecific pthread_getspecific
pthread_self pthread_equal pthread_atfork __register_atfork pthread_create pthread_join pthread_sigmask pthread_setname_np
pthread_setcancelstate _IO_list_lock _IO_list_unlock _IO_list_resetlock memcpy memmove memset memchr strlen strcmp strncmp
strchr strncpy strerror_r atexit __cxa_atexit __errno_location __sched_cpucount'
if [[ $(uname -m) == x86_64 ]]; then
  gcc -O1 -fPIC -fno-builtin -c "$here/hook.c" -o hook.o
  : >all.s
  for name in $functions; do
    # Keeps the arguments, calls hook("name"), and goes on where that says.
    printf '%s\n' '.text' ".globl $name" ".type $name,@function" "$name:" "push %rdi; push %rsi; push %rdx; push %rcx; push %r8" \
      "push %r9; push %rax; lea .Lname_$name(%rip),%rdi; call hook@PLT; mov %rax,%r11; pop %rax; pop %r9; pop %r8" \
      "pop %rcx; pop %rdx; pop %rsi; pop %rdi; jmp *%r11" ".Lname_$name: .asciz \"$name\"" '.section .note.GNU-stack,"",@progbits' >hook.s
    cat hook.s >>all.s
    gcc -shared hook.s hook.o -o "hook-$name.so"
  done
  gcc -shared all.s hook.o -o hook-all.so
  for name in $functions all; do
    for program in ./c ./cxx; do runs env LD_PRELOAD="./hook-$name.so" $program; done
  done
  # The test can fail: jemalloc by itself hangs where its mmap allocates.
  other=$(compgen -G "$libraries/libjemalloc.so.2") || true
  if [[ $other ]]; then
    "$cc" --allocator=none c.o -o bare -pthread
    not timeout -s KILL 10 env LD_PRELOAD="./hook-mmap.so:$other" ./bare 2>said
  fi
fi

# --- The program's own, with another meaning.
own='mmap munmap madvise mprotect mremap sbrk syscall open openat read readlink close clock_gettime gettimeofday getauxval getenv
secure_getenv sysconf getrlimit sched_getaffinity sched_getcpu sched_yield prctl pthread_self pthread_mutex_lock
pthread_mutex_unlock pthread_mutex_trylock pthread_mutex_init pthread_atfork memchr strchr strncmp'
echo '#include <stdlib.h>
int main(void) { void *p = malloc(10); p = realloc(p, 10000000); free(p); return p == NULL; }' >own_main.c
"$cc" -fno-builtin -c own_main.c
for name in $own; do printf 'int %s(void) { return -1; }\n' $name; done >own.c
for name in $own; do printf 'int __wrap_%s(void) { return -1; }\n' $name; done >wrap.c
gcc -fno-builtin -w -c own.c wrap.c
"$cc" own_main.o wrap.o $(printf -- '-Wl,--wrap=%s ' $own) -o own
runs ./own
# In a static program libc calls some of them itself.
own_static='mmap munmap madvise mprotect mremap sbrk syscall open openat readlink close clock_gettime sched_getaffinity
sched_yield prctl'
"$cc" -static own_main.o wrap.o $(printf -- '-Wl,--wrap=%s ' $own_static) -o own
runs ./own
"$cc" own_main.o own.o -o own
runs ./own
[[ -z $missing ]] || skip "not installed:$missing"
