# SPDX-License-Identifier: Apache-2.0
# Where `dev` gets the source of jemalloc: a tarball whose hash is known, from the package cache or from Debian.

readonly jemalloc_source=$top/subprojects/jemalloc-5.3.1
readonly package_cache=$top/subprojects/packagecache
# The tarballs that are accepted: upstream's 5.3.1 (pinned by the wrap), Debian's 5.3.1, Debian's 5.3.0.
readonly jemalloc_hashes=(
  3826bc80232f22ed5c4662f3034f799ca316e819103bdc7bb99018a421706f92
  aac0e7afdbfb8abcbe7cab63597b63abacf22e8b701116a10a45b5ff50ac0c29
  2db82d1e7119df3e71b7640219b6dfe84789bc0537983c3b7ac4f7189aecfeaa)

is_accepted_tarball() {
  local hash
  hash=$(sha256sum "$1" | cut -d' ' -f1)
  [[ " ${jemalloc_hashes[*]} " == *" $hash "* ]]
}

# Prints the first accepted tarball in the folder $1.
accepted_tarball() {
  local file
  for file in "$1"/jemalloc[-_]${2:-5.3.1}*.tar.* "$1"/jemalloc[-_]${2:-5.3.0}*.tar.*; do
    if [[ -f $file ]] && is_accepted_tarball "$file"; then printf '%s' "$file"; return; fi
  done
  return 1
}

# Fetches Debian's tarball from the suite $1 into the package cache. Needs no root: all of apt's state is private.
fetch_jemalloc() (
  apt=$(mktemp -d)
  trap 'rm -rf "$apt"' EXIT
  private_apt "$apt"
  derive_sources /etc/apt "$apt"/parts deb-src "$1"
  mkdir "$apt"/source && cd "$apt"/source || return
  # The hash decides what is accepted.
  apt_options+=(-o APT::Sandbox::User=)
  apt-get "${apt_options[@]}" update || true    # as in download_source
  apt-get "${apt_options[@]}" source --download-only jemalloc || return
  tarball=$(accepted_tarball .) || {
    printf '%s\n' "dev: $1 has another jemalloc than the pinned ones:" "$(sha256sum ./*.orig.tar.*)" >&2
    return 1
  }
  mkdir -p "$package_cache" && cp "$tarball" "$package_cache"/
)

get_jemalloc() {
  local tarball new
  # Patches may have changed since it was unpacked.
  if [[ ! -d $jemalloc_source ]] || ! "$top"/allocators/jemalloc/patches.py "$jemalloc_source" 2>/dev/null; then
    # A cached 5.3.0 is for where nothing newer can be had: the tests of that version leave one there.
    if ! tarball=$(accepted_tarball "$package_cache" 5.3.1); then
      command -v apt-get >/dev/null || return 0    # Meson fetches upstream's release by itself
      say "fetching the source of jemalloc"
      quietly fetch_jemalloc sid || accepted_tarball "$package_cache" >/dev/null || quietly fetch_jemalloc bookworm ||
        fail "jemalloc: no source found; put upstream's jemalloc-5.3.1.tar.bz2 into subprojects/packagecache/"
      tarball=$(accepted_tarball "$package_cache")
    fi
    say "unpacking $(basename "$tarball")"
    new=$(mktemp -d "$top"/subprojects/jemalloc-new.XXXXXX)
    chmod 755 "$new"
    quietly tar -xf "$tarball" -C "$new" --strip-components=1 --no-same-owner || { rm -rf "$new"; exit 1; }
    quietly "$top"/allocators/jemalloc/patches.py "$new" || { rm -rf "$new"; exit 1; }
    rm -rf "$jemalloc_source"
    mv -T "$new" "$jemalloc_source"
  fi
  # Meson applies the overlay only to what it unpacks itself.
  local file=$top/subprojects/packagefiles/jemalloc/meson.build
  cmp -s "$file" "$jemalloc_source"/meson.build || cp "$file" "$jemalloc_source"/
}
