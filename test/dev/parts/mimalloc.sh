# SPDX-License-Identifier: Apache-2.0
# Where `dev` gets the source of mimalloc, for tests and the package: Debian 12's tarball, whose hash is known. Without it nothing is built of it.

readonly mimalloc_source=$top/subprojects/mimalloc-2.0.9
readonly mimalloc_tarball=$package_cache/mimalloc_2.0.9+ds.orig.tar.xz
readonly mimalloc_hash=cbc9d207ff105ad1f0cb739c378076143a6452b8d0624309cea0abfb040e972b

is_pinned_mimalloc() { sha256sum --check --status <<<"$mimalloc_hash  $mimalloc_tarball" 2>/dev/null; }

fetch_mimalloc() {
  mkdir -p "$package_cache"
  (cd "$package_cache" && download_source mimalloc) && is_pinned_mimalloc
}

get_mimalloc() {
  local new overlay=$top/subprojects/packagefiles/mimalloc/meson.build
  if [[ ! -d $mimalloc_source ]]; then
    if ! is_pinned_mimalloc; then
      command -v apt-get >/dev/null || return 0
      say "fetching the source of mimalloc"
      quietly fetch_mimalloc || { say "warning: there is no mimalloc of the pinned hash; going on without"; return 0; }
    fi
    new=$(mktemp -d "$top"/subprojects/mimalloc-new.XXXXXX)
    chmod 755 "$new"
    quietly tar -xf "$mimalloc_tarball" -C "$new" --strip-components=1 --no-same-owner || { rm -rf "$new"; exit 1; }
    mv -T "$new" "$mimalloc_source"
    installed_something=1
  fi
  cmp -s "$overlay" "$mimalloc_source"/meson.build || cp "$overlay" "$mimalloc_source"/
}
