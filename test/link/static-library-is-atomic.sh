#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A user may mount a small disk in a namespace of his own.
if ((EUID != 0)) && [[ ! ${IN_NAMESPACE-} ]] && unshare --map-root-user --mount true 2>/dev/null; then
  IN_NAMESPACE=1 exec unshare --map-root-user --mount bash "$0" "$@"
fi
. "$(dirname "$0")/common.sh"
# --emit-static-lib over g++: until all is done the old archive stands, and whatever happens nothing is left over.
export CXX_ALLOC_CXX=g++ TMPDIR=$t/tmp
mkdir tmp out
echo 'int f() { return 0; }' >f.cc
echo 'int f( {' >bad.cc
silently "$cxx" --emit-static-lib f.cc -o out/lib.a
cp out/lib.a old.a
unchanged() {
  cmp out/lib.a old.a
  [[ $(ls out) == lib.a && -z $(ls tmp) ]]
}
unchanged
exits 1 "$cxx" --emit-static-lib f.cc bad.cc -o out/lib.a
[[ $said == *'bad.cc:1:'* ]]
unchanged
exits 1 "$cxx" --emit-static-lib f.cc missing.cc -o out/lib.a
[[ $said == *'missing.cc: No such file'* ]]
unchanged
exits 1 "$cxx" --emit-static-lib f.cc missing.o -o out/lib.a
[[ $said == *missing.o* ]]
unchanged
exits 1 "$cxx" --emit-static-lib f.cc -o none/lib.a
[[ $said == *none* && -z $(ls tmp) ]]
TMPDIR=$t/none exits 1 "$cxx" --emit-static-lib f.cc -o out/lib.a
unchanged

fake_compiler fake-g++
CXX_ALLOC_CXX=$t/fake-g++ STATUS=42 exits 42 "$cxx" --emit-static-lib f.cc -o out/lib.a
unchanged
CXX_ALLOC_CXX=$t/fake-g++ SIGNAL=9 exits 137 "$cxx" --emit-static-lib f.cc -o out/lib.a
unchanged

# A full disk under the archive, then under the objects.
mkdir disk
mount -t tmpfs -o size=64k none disk 2>/dev/null || skip 'no right to mount a small disk'
trap 'status=$?; umount "$t/disk"; if ((status == 0)); then rm -rf "$t"; else echo "left behind: $t" >&2; fi' EXIT
echo 'char big[1 << 20] = {1};' >big.cc
cp old.a disk/lib.a
exits 1 "$cxx" --emit-static-lib big.cc -o disk/lib.a
[[ $said == 'cxx-alloc: error: '*'No space left on device'* ]]
cmp disk/lib.a old.a
[[ $(ls disk) == lib.a && -z $(ls tmp) ]]
TMPDIR=$t/disk exits 1 "$cxx" --emit-static-lib big.cc -o out/lib.a
[[ $(ls disk) == lib.a ]]
unchanged
