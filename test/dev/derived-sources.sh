#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `dev` finds backports and source packages through the machine's own mirror: an entry of the machine, in either of
# apt's two formats, gives the same entry for another suite. Everything else in the entry stays.
set -euo pipefail
. "$(dirname "$0")/../../dev"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

expect() {    # what the function named printed, against standard input
  diff -u --label expected --label "$1" - "$2" || { echo "$1: not what was expected"; exit 1; }
}

# One-line entries: options and mirror stay; sources, other suites, comments and CD-ROMs do not count.
derived_one_line deb "$archive_suites" bookworm-backports >"$t/out" <<'END'
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://mirror.example/debian bookworm main contrib # ours
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-updates main
deb cdrom:[Debian GNU/Linux 12]/ bookworm main
deb [arch=amd64] http://somebody.example/linux/debian bookworm stable
deb http://packages.example/apt somebody-bookworm main
deb	https://other.example/debian/	bookworm	main
END
expect one-line "$t/out" <<'END'
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://mirror.example/debian bookworm-backports main
deb https://other.example/debian/ bookworm-backports main
END

# deb822 entries: several suites, several mirrors, a key in the entry, fields in any case; disabled entries do not count.
derived_deb822 deb-src "$archive_suites" sid >"$t/out" <<'END'
# the mirror
Types: deb deb-src
URIs: mirror+file:/etc/apt/mirrors/debian.list http://mirror.example/debian
Suites: bookworm bookworm-updates
# a comment inside
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

enabled: no
types: deb
uris: http://disabled.example/debian
suites: bookworm
components: main

types: deb
uris:
 http://a.example/debian
 http://b.example/debian
suites:
 bookworm
components: main
END
expect deb822 "$t/out" <<'END'
Types: deb-src
URIs: mirror+file:/etc/apt/mirrors/debian.list http://mirror.example/debian
Suites: sid
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb-src
URIs:
 http://a.example/debian
 http://b.example/debian
Suites: sid
Components: main

END

# Security updates stand beside the archive on the same mirror.
derived_one_line deb "$archive_suites" bookworm-security >"$t/out" <<<'deb http://mirror.example/debian/ bookworm main'
expect one-line-security "$t/out" <<<'deb http://mirror.example/debian-security bookworm-security main'
derived_deb822 deb "$archive_suites" bookworm-security >"$t/out" <<'END'
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
END
grep -qx 'URIs: http://mirror.example/debian-security *' "$t/out"

# Both formats of one folder together; the folder itself is only read.
mkdir -p "$t"/etc/sources.list.d "$t"/parts
echo 'deb http://mirror.example/debian bookworm main' >"$t"/etc/sources.list
printf 'Types: deb\nURIs: http://b.example/debian\nSuites: bookworm\nComponents: main\n' \
  >"$t"/etc/sources.list.d/b.sources
find "$t"/etc -type f -exec sha256sum {} + >"$t"/before
derive_sources "$t"/etc "$t"/parts deb bookworm-backports
grep -qx 'deb http://mirror.example/debian bookworm-backports main' "$t"/parts/*.list
grep -qx 'Suites: bookworm-backports' "$t"/parts/*.sources
sha256sum --quiet -c "$t"/before

# A suite may go by its release's name or by one that moves from release to release, in both formats; the mirror is the same.
for suite in bookworm trixie sid oldoldstable oldstable stable testing unstable; do
  derived_one_line deb-src "$archive_suites" sid >"$t/out" <<<"deb http://mirror.example/debian $suite main"
  expect "one-line $suite" "$t/out" <<<'deb-src http://mirror.example/debian sid main'
  printf 'Types: deb\nURIs: http://mirror.example/debian\nSuites: %s %s-updates\nComponents: main\n' $suite $suite |
    derived_deb822 deb-src "$archive_suites" sid >"$t/out"
  expect "deb822 $suite" "$t/out" <<'END'
Types: deb-src
URIs: http://mirror.example/debian
Suites: sid
Components: main

END
done
# Two names for one mirror are one entry; the updates and security suites alone are none.
derived_one_line deb "$archive_suites" sid >"$t/out" <<'END'
deb http://mirror.example/debian stable main
deb http://mirror.example/debian bookworm main
deb http://mirror.example/debian stable-updates main
deb http://mirror.example/debian-security stable-security main
END
expect 'one mirror' "$t/out" <<<'deb http://mirror.example/debian sid main'
