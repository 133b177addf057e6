#!/bin/sh
# launch-daemon.sh FOLDER [DOCKERD-OPTION...]: becomes a dockerd whose every trace is in FOLDER.
#
# It runs in a mount name space of its own, where it may make up for what a container or a chroot lacks without changing
# the machine: /proc, /sys, control groups, and a root that is a mount point (runc's pivot_root wants one).
set -eu

stage=${OUTRIGGER_LAUNCH_STAGE:-outside}
folder=$1

root_is_mount_point() { grep -qE '^[0-9]+ [0-9]+ [0-9:]+ [^ ]+ / ' /proc/self/mountinfo 2>/dev/null; }

enter_mount_namespace() {
  # unshare cannot change the propagation of a root that is no mount point.
  if root_is_mount_point; then propagation=slave; else propagation=unchanged; fi
  OUTRIGGER_LAUNCH_STAGE=inside exec unshare --mount --propagation "$propagation" sh "$0" "$@"
}

# In a chroot the name space's own root is another one, and that is where `docker exec` would come out. So the chroot
# becomes the root of the name space, over the old one.
enter_mounted_root() {
  root=$folder/root
  mkdir -p "$root"
  nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /
  mount --rbind / "$root"
  OUTRIGGER_LAUNCH_STAGE=rooted exec nsenter --mount=/proc/self/ns/mnt --wd="$root" \
    sh -c 'mount --move . / && exec chroot . sh "$@"' sh "$0" "$@"
}

has_control_groups() {
  [ "$(stat -f -c %T /sys/fs/cgroup 2>/dev/null)" = cgroup2fs ] || grep -qE ' - cgroup [^ ]+ .*devices' /proc/self/mountinfo
}

# A process is in one group of each hierarchy of version 1, so its list names them all; the named ones, without controllers,
# are needed too: containerd looks every group of a container up before it reports that it ran out of memory.
mount_control_groups() {
  groups=$(cut -d: -f2 /proc/self/cgroup)
  if ! echo "$groups" | grep -q devices; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    return
  fi
  mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  for group in $groups; do
    name=${group#name=}
    if [ "$name" = "$group" ]; then options=$group; else options=none,$group; fi
    mkdir -p "/sys/fs/cgroup/$name"
    mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$name" || rmdir "/sys/fs/cgroup/$name"
  done
}

# Inside a container the group we live in may not hold processes and give controllers to sub-groups as well.
free_control_group() {
  [ -f /sys/fs/cgroup/cgroup.type ] || return 0
  mkdir -p /sys/fs/cgroup/outrigger-outer
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/outrigger-outer/cgroup.procs || true; done </sys/fs/cgroup/cgroup.procs
  sed -e 's/ / +/g' -e 's/^/+/' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
}

# Some kernels know only the older kind of packet filter; the system's own choice stays as it is.
choose_packet_filter() {
  if iptables --wait -t nat -L -n >/dev/null 2>&1; then return 0; fi
  if iptables-legacy --wait -t nat -L -n >/dev/null 2>&1; then
    mkdir -p "$folder/bin"
    ln -sf "$(command -v iptables-legacy)" "$folder/bin/iptables"
    ln -sf "$(command -v ip6tables-legacy)" "$folder/bin/ip6tables"
    PATH=$folder/bin:$PATH
  else
    echo "outrigger: no packet filter works here: containers will not reach the outside" >&2
    filter_option=--iptables=false
  fi
}

# A bridge of its own: docker0 may be another daemon's, and two that hand out one range hand out addresses twice.
make_bridge() {
  command -v ip >/dev/null || return 0
  number=0
  if [ -s "$folder/bridge" ]; then
    number=$(cat "$folder/bridge")
  else
    while [ -e "/sys/class/net/outrigger$number" ] || ip route show | grep -q "^10\.213\.$number\."; do number=$((number + 1)); done
    echo "$number" >"$folder/bridge"
  fi
  if [ ! -e "/sys/class/net/outrigger$number" ]; then
    ip link add "outrigger$number" type bridge || return 0
    ip address add "10.213.$number.1/24" dev "outrigger$number"
    ip link set "outrigger$number" up
  fi
  bridge_option=--bridge=outrigger$number
}

[ "$stage" != outside ] || enter_mount_namespace "$@"
[ -e /proc/self/mountinfo ] || mount -t proc proc /proc
[ "$stage" = rooted ] || root_is_mount_point || enter_mounted_root "$@"
shift
cd /
[ -d /sys/fs/cgroup ] || mount -t sysfs sysfs /sys
has_control_groups || mount_control_groups
free_control_group
filter_option=
bridge_option=
choose_packet_filter
make_bridge
unset OUTRIGGER_LAUNCH_STAGE DOCKER_HOST
exec dockerd --config-file "$folder/daemon.json" --data-root "$folder/data" --exec-root "$folder/exec" \
  --pidfile "$folder/docker.pid" --host "unix://$folder/docker.sock" $filter_option $bridge_option "$@"
