#!/bin/sh
# try-bare-machine.sh RELEASE [COMMAND]: runs COMMAND (default: npm run demo, twice) in a fresh copy of this checkout on
# a bare Debian RELEASE (bookworm, trixie) with that release's own Node.js and npm, and nothing else.
#
# The Debian is a folder with mounts, processes and a network of its own; its packages come from this machine's mirror.
# Needs root, debootstrap, iproute2 and iptables. What it makes is gone afterwards but for the release's archive, which the next
# try takes from ~/.cache/outrigger/bare. KEEP=1 keeps the folder.
set -eu

release=${1:?usage: try-bare-machine.sh RELEASE [COMMAND]}
command_line=${2:-npm run demo && npm run demo}
checkout=$(cd "$(dirname "$0")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/outrigger/bare
archive=$cache/$release.tar
root=$(mktemp -d "${TMPDIR:-/var/tmp}/outrigger-bare.XXXXXX")
# Names of network devices are short; the folder's own suffix makes ours unlike any other try's.
name=og$(printf '%s' "${root##*.}" | cksum | cut -c1-6)
octet=$(($(printf '%s' "${root##*.}" | cksum | cut -d' ' -f1) % 250 + 1))
subnet=10.214.$octet

make_archive() {
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | awk '$3 == "main" && $2 !~ /[-\/]/ { print $1; exit }')
  mkdir -p "$cache"
  echo "making a bare $release (a few minutes, once)"
  {
    debootstrap --variant=minbase --include=ca-certificates "$release" "$root" "$mirror"
    copy_connections
    chroot "$root" apt-get update
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install --yes --no-install-recommends nodejs npm
    chroot "$root" apt-get clean
  } >"$cache/$release.log" 2>&1 || {
    tail -n 5 "$cache/$release.log" >&2
    exit 1
  }
  tar --create --directory "$root" --file "$archive.part" .
  mv "$archive.part" "$archive"
}

# What this machine needs to reach its mirrors, its copy needs as well.
copy_connections() {
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  apt-config dump | grep -E '^Acquire::https?::Proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
  {
    echo cafile=/etc/ssl/certs/ca-certificates.crt
    for key in registry proxy https-proxy noproxy; do
      value=$(npm config get "$key" --loglevel=error)
      case "$value" in null | undefined | '') ;; *) echo "$key=$value" ;; esac
    done
  } >"$root/root/.npmrc"
}

copy_checkout() {
  mkdir "$root/root/outrigger"
  (cd "$checkout" && git ls-files --cached --others --exclude-standard -z) |
    (cd "$checkout" && tar --create --null --files-from - --ignore-failed-read --file - 2>/dev/null) |
    tar --extract --directory "$root/root/outrigger" --file -
}

open_network() {
  ip netns add "$name"
  ip link add "$name" type veth peer name eth0 netns "$name"
  ip address add "$subnet.1/30" dev "$name"
  ip link set "$name" up
  ip -n "$name" address add "$subnet.2/30" dev eth0
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  ip -n "$name" route add default via "$subnet.1"
  echo 1 >/proc/sys/net/ipv4/ip_forward
  filter_rules -I
}

filter_rules() { # -I or -D
  iptables --wait -t nat "$1" POSTROUTING -s "$subnet.0/30" -j MASQUERADE
  iptables --wait "$1" FORWARD -i "$name" -j ACCEPT
  iptables --wait "$1" FORWARD -o "$name" -j ACCEPT
}

clean_up() {
  if ip link show "$name" >/dev/null 2>&1; then
    filter_rules -D || true
    ip link delete "$name"
  fi
  ip netns delete "$name" 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then echo "kept: $root"; else rm -rf --one-file-system "$root"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

if [ -f "$archive" ]; then tar --extract --directory "$root" --file "$archive"; else make_archive; fi
copy_connections
copy_checkout
open_network

echo "bare $release, Node.js $(chroot "$root" node --version): $command_line"
nsenter --net="/run/netns/$name" unshare --mount --pid --fork --kill-child sh -c '
  mount -t proc proc "$1/proc"
  cd "$1"
  exec chroot . env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c "cd /root/outrigger && $2"' try "$root" "$command_line"
