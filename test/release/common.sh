# SPDX-License-Identifier: Apache-2.0
# Fresh systems of Debian's releases, for the scripts of this folder and for test/install: made once by mmdebstrap, from the
# machine's own mirror, kept as build/releases/SUITE.tar, and used in a copy. Needs root.
. "$(dirname "${BASH_SOURCE[0]}")/../../dev"
releases=${releases:-$build/releases}

# Makes $releases/SUITE.tar: what Debian calls essential, apt and sudo.
fresh_system() (
  suite=$1
  [[ ! -s $releases/$suite.tar ]] || return 0
  say "making a fresh system of $suite: about 130 MB, two minutes"
  mkdir -p "$releases"
  apt=$(mktemp -d)
  trap 'rm -rf "$apt"' EXIT
  mkdir "$apt"/parts
  derive_sources /etc/apt "$apt"/parts deb "$suite"
  find "$apt"/parts -empty -delete
  [[ -d $apt/parts ]] || fail "no entry of the machine's own names a mirror of Debian"
  options=()
  # A mirror that is not renewed, where the machine says that this does not matter.
  if [[ $(apt-config dump Acquire::Check-Valid-Until) == *false* ]]; then options+=(--aptopt='Acquire::Check-Valid-Until "false"'); fi
  quietly mmdebstrap --variant=apt --include=sudo "${options[@]}" "$suite" "$releases/$suite.new.tar" "$apt"/parts/* || return
  mv "$releases/$suite.new.tar" "$releases/$suite.tar"
)

# Unpacks the system of the suite $1 into the folder $2, with a user `somebody` who may use sudo.
unpack_system() {
  mkdir -p "$2"
  tar -xf "$releases/$1.tar" -C "$2" --exclude='./dev/*'
  cp -L /etc/resolv.conf "$2"/etc/resolv.conf
  cp /etc/hosts "$2"/etc/hosts
  # By hand: useradd is not essential.
  echo 'somebody:x:1000:1000::/home/somebody:/bin/bash' >>"$2"/etc/passwd
  echo 'somebody:x:1000:' >>"$2"/etc/group
  echo 'somebody:*:19000:0:99999:7:::' >>"$2"/etc/shadow
  mkdir -p "$2"/home/somebody
  chown 1000:1000 "$2"/home/somebody
  echo 'somebody ALL=(ALL) NOPASSWD: ALL' >"$2"/etc/sudoers.d/somebody
}

# Runs the rest of the line as the user $2 in the system $1, in namespaces of its own: nothing that it starts or mounts is
# left. Packages that were downloaded once are kept in $releases.
inside_system() {
  local root=$1 user=$2 archives=$releases/archives-${1##*/}
  archives=${archives%.*}    # of bookworm.package too
  shift 2
  mkdir -p "$archives"
  unshare --mount --pid --fork --kill-child --mount-proc="$root"/proc bash -c '
    set -e
    mount --rbind "$1" "$1"
    mount --rbind /dev "$1"/dev
    mount --rbind /sys "$1"/sys
    mount --bind "$2" "$1"/var/cache/apt/archives
    # Over this root, or the kernel takes it for a chroot and makes no user namespace there; tests mount small disks in theirs.
    cd "$1"
    mount --move . /
    # This shell stays, as the first process of the system, and waits for those whose parents have ended.
    chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb \
      su -s /bin/bash "$3" -c "$4"; exit' - "$root" "$archives" "$user" "$*"
}
