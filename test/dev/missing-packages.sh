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
[[ $(missing_packages here gone never 'here>=1.3' | tr '\n' ' ') == 'gone never here>=1.3 ' ]]

# A source whose hash is not a known one is not accepted, whatever its name.
echo x >"$t"/jemalloc-5.3.1.tar.bz2
accepted_tarball "$t" && { echo 'an unknown tarball was accepted'; exit 1; }
true
