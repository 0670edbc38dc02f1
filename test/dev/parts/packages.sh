# SPDX-License-Identifier: Apache-2.0
# The Debian packages that `dev` installs: which command and which suite of tests needs which, in which release.
#
# `a|b` is the first that the release has; `a|` is none where it has no a. `name>=version` comes from backports where the
# release has an older one. @gcc and @clang are the versions of the release's own compilers.

readonly build_packages=(
  g++ binutils ninja-build pkg-config 'meson>=1.1'
  llvm-22-dev libclang-22-dev libzstd-dev zlib1g-dev libncurses-dev    # the driver, linked statically
  autoconf make bzip2 patch)                                           # jemalloc: the tag's snapshot has no configure
readonly demo_packages=(cmake)
readonly bench_only_packages=(hyperfine tcl xz-utils libevent-dev)
readonly fmt_packages=(clang-format-22)
readonly linters=(clang-format-22 clang-tidy-22 codespell)
readonly package_packages=(git lintian fakeroot xz-utils libclang-rt-22-dev)    # the last for scudo
readonly release_packages=(mmdebstrap)

# Groups of what tests need.
readonly unit_packages=('catch2>=3.4' clang-22 clang xz-utils)    # the last for mimalloc's source
readonly compilers=(clang clang-22 lld lld-22 mold 'binutils-gold|' libclang-rt-22-dev libc++-22-dev libc++abi-22-dev file python3 cmake
  mount)    # small disks; no longer essential in sid
readonly checklist=(clang-tidy gfortran libclang-rt-@clang-dev llvm-@clang libomp-@clang-dev musl-tools dietlibc-dev)
readonly cross_compilers=(g++-aarch64-linux-gnu qemu-user
  g++-i686-linux-gnu libc6-dev-i386 lib32gcc-@gcc-dev lib32stdc++-@gcc-dev)
readonly build_systems=(automake libtool clang-tools-22 clangd-22 qmake6 scons)
readonly caches=(ccache sccache distcc iproute2)
readonly allocator_packages=(libjemalloc-dev libgoogle-perftools-dev libmimalloc-dev    # linked explicitly
  libjemalloc2 'libtcmalloc-minimal4t64|libtcmalloc-minimal4')                        # or preloaded
readonly around_malloc=(libtbb12 libtbbbind-2-5 libhwloc15    # a library that opens another by RTLD_DEEPBIND
  gobjc gfortran autoconf meson                             # other languages in static programs; configure
  heaptrack libc-devtools ltrace                            # tools that look at malloc
  libfaketime torsocks proxychains4 libeatmydata1 fakeroot fakechroot libsocket-wrapper libuid-wrapper    # preloaded
  libnss-wrapper libpam-wrapper 'libasan8|' 'libtsan2|' 'libubsan1|')
readonly audited=(redis-tools busybox-static musl-tools chromium chromium-driver)      # programs, and the browser for the page
readonly manual_readers=(man-db mandoc bash-completion fish zsh)
readonly packagers=(build-essential debhelper cargo golang-go gfortran bazel-bootstrap bazel-rules-java bazel-rules-proto)

# Prints the packages that the tests of the suite $1 need.
suite_packages() {
  case $1 in
    dev) printf '%s\n' "${demo_packages[@]}" "${linters[@]}" ;;
    unit) ;;
    audit) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" "${cross_compilers[@]}" "${audited[@]}" ;;
    install) printf '%s\n' "${compilers[@]}" "${manual_readers[@]}" "${package_packages[@]}" "${release_packages[@]}" ;;
    recipes) printf '%s\n' "${compilers[@]}" "${build_systems[@]}" "${packagers[@]}" ;;
    runtime) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" "${around_malloc[@]}" valgrind graphviz ;;
    api | conf) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" valgrind graphviz ;;
    libraries) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" cargo ;;
    link | fuzz) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" "${cross_compilers[@]}" ;;
    cross) printf '%s\n' "${compilers[@]}" "${cross_compilers[@]}" ;;
    build-systems) printf '%s\n' "${compilers[@]}" "${build_systems[@]}" "${caches[@]}" ;;
    *) printf '%s\n' "${compilers[@]}" "${allocator_packages[@]}" valgrind graphviz "${cross_compilers[@]}" "${checklist[@]}" \
      "${around_malloc[@]}" \
      "${build_systems[@]}" "${caches[@]}" "${manual_readers[@]}" "${packagers[@]}" "${package_packages[@]}" \
      "${release_packages[@]}" "${demo_packages[@]}" "${audited[@]}" "${linters[@]}" ;;
  esac
}

# Prints the version of the package $1: of the installed one, else of the release's.
version_of() {
  local version
  version=$(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | awk '$1 == "installed" { print $2; exit }') || true
  if [[ -z $version && ${apt_options+set} ]]; then
    version=$(apt-cache "${apt_options[@]}" show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p') || true
  fi
  printf '%s' "${version%%$'\n'*}"
}

# Prints the packages with @gcc and @clang replaced, where these versions are known.
with_versions() {
  local wanted name version
  for wanted; do
    if [[ $wanted == *@* ]]; then
      name=${wanted#*@} name=${name%%-*}
      version=$(version_of "${name/gcc/g++}")
      version=${version#*:} version=${version%%[.-]*}
      wanted=${wanted/@$name/${version:-@$name}}
    fi
    printf '%s\n' "$wanted"
  done
}

# Prints those of the packages that are not installed, or too old.
missing_packages() {
  local wanted choices choice name floor version found
  while read -r wanted; do
    IFS='|' read -r -a choices <<<"$wanted"
    found=
    for choice in "${choices[@]}"; do
      name=${choice%%>=*} floor=${choice#"$name"} floor=${floor#>=}
      version=$(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$name" 2>/dev/null |
        awk '$1 == "installed" { print $2; exit }') || true
      if [[ $version ]] && { [[ -z $floor ]] || dpkg --compare-versions "$version" ge "$floor"; }; then found=1; fi
    done
    if [[ -z $found ]]; then printf '%s\n' "$wanted"; fi
  done < <(with_versions "$@" | sort -u)
}

# Fills the private configuration $1 with the machine's own entries, and with what the release needs besides.
release_sources() {
  cp /etc/apt/sources.list "$1"/parts/machine.list 2>/dev/null || true
  cp /etc/apt/sources.list.d/*.{list,sources} "$1"/parts/ 2>/dev/null || true
  if [[ $codename == bookworm ]]; then
    derive_sources /etc/apt "$1"/parts deb bookworm-backports
    # LLVM 22 is among Debian 12's security updates, which a system made by debootstrap does not have.
    grep -qsE '(bookworm|oldstable|oldoldstable)-security' "$1"/parts/* || derive_sources /etc/apt "$1"/parts deb bookworm-security
  fi
}

# Reads packages, one a line, and prints those that this release would install, in apt's spelling (name, or name/suite).
# The ones that it does not have are printed as `missing NAME`.
in_this_release() {
  local wanted choice choices name available
  local -a all
  mapfile -t all < <(tr '|' '\n' | sed 's/>=.*//; /^$/d' < <(printf '%s\n' "$@"))
  available=$(apt-cache "${apt_options[@]}" policy "${all[@]}" |
    awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } /^  Candidate:/ && $2 != "(none)" { print name }')
  for wanted; do
    IFS='|' read -r -a choices <<<"$wanted"
    for choice in "${choices[@]}"; do
      name=${choice%%>=*}
      if grep -qxF -e "$name" <<<"$available"; then
        if [[ $choice == *'>='* && $codename == bookworm ]]; then name+=/bookworm-backports; fi
        printf '%s\n' "$name"
        continue 2
      fi
    done
    [[ $wanted == *'|' ]] || printf '%s\n' "missing $wanted"
  done
}

# Installs what is missing of the packages, after saying what and how much that is. Prints nothing if nothing is missing.
install_packages() {
  command -v dpkg-query >/dev/null || { say "not a Debian system: taking compilers and libraries as they are"; return; }
  local missing
  mapfile -t missing < <(missing_packages "$@")
  # What this release may not have is no reason to look.
  [[ $(printf '%s\n' "${missing[@]}" | grep -v '|$') ]] || return 0
  say "missing: $(printf '%s\n' "${missing[@]}" | sed 's/[|>].*//' | xargs)"
  ((EUID == 0)) || command -v sudo >/dev/null || fail "packages are missing; run ./dev as root, or install sudo"
  install_missing "${missing[@]}" || exit
  installed_something=1
}

install_missing() (
  apt=$(mktemp -d)
  trap 'as_root rm -rf "$apt"' EXIT
  private_apt "$apt"
  release_sources "$apt"
  # Not an error where an entry of somebody else's is out of order; what counts is whether the packages are there then.
  as_root true    # sudo asks for its password here
  say "reading the lists of packages"
  quietly_or_warn as_root apt-get "${apt_options[@]}" update
  mapfile -t wanted < <(with_versions "$@")
  mapfile -t names < <(in_this_release "${wanted[@]}")
  absent=$(printf '%s\n' "${names[@]}" | sed -n 's/^missing //p' | xargs)
  [[ -z $absent ]] || fail "this release has no package $absent; docs/support.md says which releases have what cxx-alloc needs"
  amount=$(LC_ALL=C as_root apt-get "${apt_options[@]}" install --assume-no --no-install-recommends "${names[@]}" 2>&1 | install_size) || true
  say "installing ${amount:-$(printf '%s\n' "${names[@]}" | xargs)}"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" install -y --no-install-recommends "${names[@]}"
)

# From what apt-get says: 41 packages: 190 MB to download, 900 MB on disk.
install_size() {
  awk '/newly installed/ { count = $3 + $1 }
       /^Need to get/ { sub(/^Need to get /, ""); sub(/ of archives.*/, ""); sub(/\/.*/, ""); get = $0 }
       /^After this operation/ { sub(/^After this operation, /, ""); sub(/ of additional.*/, ""); disk = $0 }
       END { if (count) print count " packages: " get " to download, " disk " on disk" }'
}

# For the tests only, and unpacked, not installed: what would take the place of the release's own, or start daemons.
# Unpacks the packages' versions of suite $1 into build/unpacked/NAME, for NAME the first of them. Needs no root.
unpack_packages() (
  suite=$1
  shift
  [[ ! -d $build/unpacked/$1 ]] || return 0
  say "unpacking $1 of $suite"
  apt=$(mktemp -d)
  trap 'rm -rf "$apt"' EXIT
  private_apt "$apt"
  derive_sources /etc/apt "$apt"/parts deb "$suite"
  mkdir "$apt"/packages "$apt"/unpacked && cd "$apt"/packages || return
  apt_options+=(-o APT::Sandbox::User=)
  quietly_or_warn apt-get "${apt_options[@]}" update
  quietly apt-get "${apt_options[@]}" download "${@/%//$suite}" || return
  for package in ./*.deb; do quietly dpkg -x "$package" ../unpacked || return; done
  mkdir -p "$build"/unpacked && mv -T "$apt"/unpacked "$build/unpacked/$1"
)
