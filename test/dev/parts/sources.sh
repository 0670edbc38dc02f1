# SPDX-License-Identifier: Apache-2.0
# How `dev` reaches packages of another suite than the machine's. Backports and source packages are seldom enabled. The
# machine's own entries tell which mirror it uses, in one of two formats. A copy with another suite goes into a private
# apt configuration; the machine's own stays as it was.

# The release's own name, as in bookworm. Debian's testing and sid have the name of the release to come.
codename=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-}")
# What an entry for the archive may call its suite: any of these stands on a mirror of Debian. `stable` and the like move
# from release to release, so they do not tell which release the machine has.
readonly archive_suites="bookworm trixie forky duke sid oldoldstable oldstable stable testing unstable $codename"

# Reads one-line entries (sources.list); prints those of one of the suites $2 as entries of type $1 for the suite $3.
# Entries without the component main are no mirrors of Debian.
derived_one_line() {
  awk -v type="$1" -v from="$2" -v to="$3" '
    /^[ \t]*deb[ \t]/ && !/cdrom:/ {
      sub(/#.*/, "")
      options = ""
      if (match($0, /\[[^]]*\]/)) {
        options = substr($0, RSTART, RLENGTH) " "
        $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
      }
      if (!index(" " from " ", " " $3 " ")) next
      has_main = 0
      for (i = 4; i <= NF; i++) if ($i == "main") has_main = 1
      if (!has_main) next
      if (to ~ /-security$/) sub(/\/debian\/?$/, "/debian-security", $2)
      line = type " " options $2 " " to " main"
      if (!seen[line]++) print line
    }'
}

# The same for deb822 entries (*.sources).
derived_deb822() {
  awk -v type="$1" -v from="$2" -v to="$3" '
    function has_one(words, wanted,   i, n, list) {
      n = split(words, list, /[ \t\n]+/)
      for (i = 1; i <= n; i++) if (list[i] != "" && index(" " wanted " ", " " list[i] " ")) return 1
      return 0
    }
    function flush(   stanza) {
      if (has_one(field["suites"], from) && has_one(field["components"], "main") && has_one(field["types"], "deb") &&
          tolower(field["enabled"]) !~ /^[ \t]*(no|false|0)/) {
        if (to ~ /-security$/) gsub(/\/debian\/?([ \t\n]|$)/, "/debian-security ", field["uris"])
        stanza = "Types: " type "\nURIs:" field["uris"] "\nSuites: " to "\nComponents: main" rest "\n"
        if (!seen[stanza]++) print stanza
      }
      split("", field); name = rest = ""
    }
    /^#/ { next }
    /^[ \t]*$/ { flush(); next }
    /^[ \t]/ { if (name in field) field[name] = field[name] "\n" $0; else rest = rest "\n" $0; next }
    {
      name = tolower(substr($0, 1, index($0, ":") - 1))
      if (name ~ /^(types|uris|suites|components|enabled)$/) field[name] = substr($0, index($0, ":") + 1)
      else rest = rest "\n" $0
    }
    END { flush() }'
}

# Reads the apt folder $1 and adds to the folder $2 the entries of type $3 for the archive, for the suite $4.
derive_sources() {
  local from=$1 to=$2 file name
  for file in "$from"/sources.list "$from"/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    name=$to/derived-$(basename "$file" .list)-$4.list
    derived_one_line "$3" "$archive_suites" "$4" <"$file" >"$name"
  done
  for file in "$from"/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    name=$to/derived-$(basename "$file" .sources)-$4.sources
    derived_deb822 "$3" "$archive_suites" "$4" <"$file" >"$name"
  done
}

# Makes the private configuration $1, empty: nothing in it is read from or written to the machine's own lists. A stale
# mirror does not matter to what follows.
private_apt() {
  mkdir -p "$1"/parts "$1"/lists/partial
  chmod 755 "$1"
  apt_options=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$1/parts" -o Dir::State::Lists="$1/lists"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Check-Valid-Until=false)
}

# Downloads the upstream tarball of the source package $1 of the suite $2, bookworm unless said, into the current folder.
# Another release of Debian still reaches bookworm's by its own mirror, so that everybody runs the same tests. Needs no root.
download_source() (
  suite=${2:-bookworm}
  apt=$(mktemp -d)
  trap 'rm -rf "$apt"' EXIT
  private_apt "$apt"
  derive_sources /etc/apt "$apt"/parts deb-src "$suite"
  apt_options+=(-o APT::Sandbox::User=)
  # An entry of somebody else's that looks like a mirror fails here, and does not matter where a true one is there too.
  apt-get "${apt_options[@]}" update || true
  apt-get "${apt_options[@]}" source --download-only --tar-only "$1"
)
