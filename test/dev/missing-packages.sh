#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Only what is missing is installed: a package that is there, in a version that suffices, is left alone.
set -euo pipefail
. "$(dirname "$0")/../../dev"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# A package database of our own: one package installed, one removed with its configuration left.
mkdir "$t"/info "$t"/updates
cat >"$t"/status <<'END'
Package: here
Status: install ok installed
Maintainer: nobody <nobody@example.org>
Architecture: all
Version: 1.2-3
Description: installed

Package: gone
Status: deinstall ok config-files
Maintainer: nobody <nobody@example.org>
Architecture: all
Version: 1.2-3
Description: removed, configuration left
END
command -v dpkg-query >/dev/null || { echo 'skipped: not a Debian system'; exit 77; }
export DPKG_ADMINDIR=$t
[[ $(missing_packages here 'here>=1.2') == '' ]]
[[ $(missing_packages here gone never 'here>=1.3' | tr '\n' ' ') == 'gone here>=1.3 never ' ]]
# One of several will do; of one that the release may not have, `a|` remains.
[[ $(missing_packages 'never|here' 'here|' 'never|gone' 'never|' | tr '\n' ' ') == 'never| never|gone ' ]]
# What has the version of another package in its name: known once that package is installed.
cat >>"$t"/status <<'END'

Package: g++
Status: install ok installed
Maintainer: nobody <nobody@example.org>
Architecture: all
Version: 4:14.2.0-1
Description: installed
END
[[ $(with_versions lib-@gcc-dev lib-@clang-dev plain | tr '\n' ' ') == 'lib-14-dev lib-@clang-dev plain ' ]]

# Which of them a release has is read from its lists: here a mirror of our own.
mkdir "$t"/mirror
printf 'Package: %s\nArchitecture: all\nVersion: %s\nFilename: ./%s.deb\nSize: 1\nMD5sum: %032d\nDescription: x\n\n' \
  new 3 new 0 clang 1:99.0-63 clang 0 >"$t"/mirror/Packages
private_apt "$t"/apt
echo "deb [trusted=yes] file:$t/mirror ./" >"$t"/apt/parts/machine.list
apt-get "${apt_options[@]}" -o APT::Sandbox::User= -o Dir::State::status="$t"/status update >"$t"/log 2>&1 || { cat "$t"/log; exit 1; }
[[ $(with_versions lib-@clang-dev) == lib-99-dev ]]    # above any that this machine has
[[ $(in_this_release 'old|new' 'newer|' never | tr '\n' ' ') == 'new missing never ' ]]
codename=bookworm
[[ $(in_this_release 'new>=2') == new/bookworm-backports ]]

# What will be downloaded is said, from the words of apt-get before its version 3 and after.
said=$(install_size <<'END'
0 upgraded, 41 newly installed, 0 to remove and 3 not upgraded.
Need to get 20.1 MB/190 MB of archives.
After this operation, 900 MB of additional disk space will be used.
END
)
[[ $said == '41 packages: 20.1 MB to download, 900 MB on disk' ]]

# Every suite of tests says what it needs, and none needs what only another one does.
[[ $(suite_packages unit) == '' ]]
[[ $(suite_packages install) == *man-db* && $(suite_packages install) != *bazel* && $(suite_packages all) == *bazel* ]]

# A source whose hash is not a known one is not accepted, whatever its name.
echo x >"$t"/jemalloc-5.3.1.tar.bz2
accepted_tarball "$t" && { echo 'an unknown tarball was accepted'; exit 1; }
true
