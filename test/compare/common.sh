# SPDX-License-Identifier: Apache-2.0
# What the tests of the comparison share, on top of what the link tests share.
compare_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$compare_tests/../link/common.sh"
here=$compare_tests
mkdir "$t/tmp"
export TMPDIR=$t/tmp

# The state of all files but the temporary ones; and nothing is left among those.
files() { (cd "$1" && find . -type f ! -path './tmp/*' -printf '%p %T@ %i %s\n' | sort); }
nothing_is_left() { [[ ! $(ls -A "$TMPDIR") ]]; }
