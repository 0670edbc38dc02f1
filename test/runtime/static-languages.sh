#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The runtime libraries of GCC's other languages call weak pthread functions if __pthread_key_create is in the program
# (libgcc/gthr-posix.h). jemalloc brings that one into a static program, and so brings the others.
. "$(dirname "$0")/common.sh"

cat >weak.c <<'END_OF_SOURCE'
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
int __pthread_key_create(pthread_key_t *, void (*)(void *));
#pragma weak __pthread_key_create
#define NAMES(X) X(pthread_once) X(pthread_getspecific) X(pthread_setspecific) X(pthread_create) X(pthread_join)             \
  X(pthread_equal) X(pthread_self) X(pthread_detach) X(pthread_cancel) X(sched_yield) X(pthread_mutex_lock)                  \
  X(pthread_mutex_trylock) X(pthread_mutex_timedlock) X(pthread_mutex_unlock) X(pthread_mutex_init)                          \
  X(pthread_mutex_destroy) X(pthread_cond_init) X(pthread_cond_broadcast) X(pthread_cond_signal) X(pthread_cond_wait)        \
  X(pthread_cond_timedwait) X(pthread_cond_destroy) X(pthread_key_create) X(pthread_key_delete) X(pthread_mutexattr_init)    \
  X(pthread_mutexattr_settype) X(pthread_mutexattr_destroy) X(pthread_exit) X(sched_get_priority_max)                        \
  X(sched_get_priority_min) X(pthread_attr_destroy) X(pthread_attr_init) X(pthread_attr_setdetachstate)                      \
  X(pthread_getschedparam) X(pthread_setschedparam)
#define WEAK(name) extern __typeof(name) name __attribute__((weak));
NAMES(WEAK)
int main(void) {
  int missing = 0;
  free(malloc(1));
  if (__pthread_key_create == NULL) return 0;
#define THERE(name) if (name == NULL) missing = 1, puts("missing: " #name);
  NAMES(THERE)
  return missing;
}
END_OF_SOURCE
"$cc" -c weak.c
for linker in "${linkers[@]}"; do
  for kind in -static -static-pie; do
    if [[ $kind == -static-pie ]] && ! makes_static_pie "$linker"; then continue; fi
    "$cc" $kind -fuse-ld="$linker" weak.o -o weak
    silently ./weak
  done
  # They cost a dynamic program no relocation.
  "$cc" -fuse-ld="$linker" -xc - -o dynamic <<<'int main(void) { return 0; }'
  readelf -rW dynamic | not grep 'pthread_setschedparam\|pthread_exit\|pthread_timedlock'
done
# The test can fail: without them some are missing.
gcc -static weak.o -Wl,-u,__pthread_key_create -o bare
exits 1 ./bare
# A compiler that does not go through cxx-alloc.
runtime=$(runtime_dir)/jemalloc/$(gcc -print-multiarch)
gcc -static weak.o -Wl,-u,cxx_alloc_provider -L"$runtime" -lalloc_jemalloc -o plain
silently ./plain

cat >main.f90 <<'END_OF_SOURCE'
program main
  character(len=:), allocatable :: text
  integer, allocatable :: numbers(:)
  integer :: i
  allocate (numbers(1000))
  numbers = [(i, i = 1, 1000)]
  text = repeat('x', 10)
  open (unit=7, status='scratch')
  write (7, *) sum(numbers)
  rewind (7)
  read (7, *) i
  print '(a,i0)', text, i
end program
END_OF_SOURCE
gfortran -c main.f90
ln -s "$cxx" gfortran-alloc
for link in "./gfortran-alloc -static main.f90" "./gfortran-alloc -static-pie -fPIE main.f90" "$cc -static main.o -lgfortran -lquadmath -lm"; do
  $link -o fortran
  defines_jemalloc fortran
  [[ $(./fortran) == xxxxxxxxxx500500 ]]
done

cat >main.m <<'END_OF_SOURCE'
#include <objc/Object.h>
#include <objc/runtime.h>
#include <stdio.h>
@interface Counter : Object { int count; }
+ new;
- (int)next;
@end
@implementation Counter
+ new { return class_createInstance(self, 0); }
- (int)next { @synchronized(self) { return ++count; } }
@end
int main(void) {
  id counter = [Counter new];
  [counter next];
  printf("%d\n", [counter next]);
  return 0;
}
END_OF_SOURCE
"$cc" -static -fobjc-exceptions main.m -lobjc -o objective-c
defines_jemalloc objective-c
[[ $(./objective-c) == 2 ]]
