#!/usr/bin/env bash
# Builds Open vSwitch 3.1.0 with the four actions that shift TCP numbers, and prints where it is.
#
#   examples/ovs/build.sh [--install] [--jobs N] [--cache DIR] [--source FILE]
#
#   --install      installs the Debian packages that are missing (needs root)
#   --jobs N       compiles N files at a time; as many as there are processors unless told otherwise
#   --cache DIR    where builds are kept; $XDG_CACHE_HOME/tcp-migration unless told otherwise, or ~/.cache/tcp-migration
#   --source FILE  openvswitch.tar.gz of Open vSwitch 3.1.0; that of Debian's package openvswitch-source unless told otherwise
#
# The last line, and the only one on standard output, is the directory of the build: in it are vswitchd/ovs-vswitchd,
# ovsdb/ovsdb-server, utilities/ovs-ofctl and the others, ready to run where they are. Nothing is installed from it.
#
# The directory is named by a hash of the patch and of this script. When it is there already, this ends at once.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
patch=$here/tcp-shift.patch
version=3.1.0
packages=(autoconf build-essential libssl-dev openvswitch-source patch python3)

cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/tcp-migration
source=/usr/src/openvswitch/openvswitch.tar.gz
jobs=$(nproc)
install=no

say() { echo "build.sh: $*" >&2; }
die() { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --install) install=yes; shift ;;
    --jobs) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--jobs needs a number"; jobs=$2; shift 2 ;;
    --cache) [ -n "${2:-}" ] || die "--cache needs a directory"; cache=$2; shift 2 ;;
    --source) [ -n "${2:-}" ] || die "--source needs a file"; source=$2; packages=("${packages[@]/openvswitch-source/}"); shift 2 ;;
    -h | --help) sed -n '2,/^set /{s/^# \{0,1\}//;/^set /d;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "unknown argument $1 (see --help)" ;;
  esac
done
[[ $cache == /* ]] || cache=$PWD/$cache

hash=$(cat "$patch" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-16)
build=$cache/ovs-$version-$hash
if [ -e "$build/.complete" ]; then
  echo "$build"
  exit 0
fi

# What is missing of the packages, where dpkg knows; elsewhere the build itself has to find out.
missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    [ -n "$package" ] || continue
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
fi
if [ ${#missing[@]} -gt 0 ]; then
  [ $install = yes ] || die "missing packages: ${missing[*]} (--install installs them)"
  [ "$(id -u)" = 0 ] || die "installing ${missing[*]} needs root"
  bash "$here/../../scripts/ci/debian.sh" "${missing[@]}" >&2 || die "could not install ${missing[*]}"
fi
[ -r "$source" ] || die "there is no $source (see --source)"

mkdir -p "$cache" || die "cannot make $cache (see --cache)"
# Two at a time would build into one directory. The lock ends with this process, whatever happens.
exec 9>"$build.lock"
if ! flock --nonblock 9; then
  say "waiting for another build in $build"
  flock 9
fi
if [ ! -e "$build/.complete" ]; then
  # A build that was stopped halfway starts again.
  rm -rf "$build"
  mkdir "$build"
  log=$build/build.log
  step() {
    local what=$1
    shift
    say "$what"
    "$@" >>"$log" 2>&1 9>&- || { tail -n 30 "$log" >&2; die "$what failed; all of it is in $log"; }
  }
  cd "$build"
  step "unpacking $source" tar xzf "$source" --no-same-owner --strip-components=1
  grep -q "^AC_INIT(openvswitch, $version," configure.ac 2>>"$log" || die "$source is not Open vSwitch $version"
  step "applying $patch" patch -p1 --input="$patch"
  # Without libcap-ng, which only dropping privileges needs; everything else as Debian has it by default.
  step "configuring" ./configure --disable-libcapng CFLAGS="-O2 -g1"
  step "compiling, about two minutes with two processors" make -j"$jobs"
  touch .complete
fi
echo "$build"
