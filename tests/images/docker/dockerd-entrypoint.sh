#!/bin/sh
# The engine: without TLS, as DOCKER_TLS_CERTDIR="" makes the official image.
set -eu
if [ "$#" = 0 ] || [ "${1#-}" != "$1" ]; then
  set -- dockerd --host=unix:///var/run/docker.sock --host=tcp://0.0.0.0:2375 --tls=false "$@"
fi
if [ "$1" = dockerd ]; then
  rm -f /var/run/docker.pid /run/docker/containerd/containerd.pid
  { mount -t tmpfs none /mnt && umount /mnt; } 2>/dev/null || {
    echo "mount: permission denied (are you root?)" >&2
    echo "Could not mount anything: this engine needs a privileged container" >&2
    exit 1
  }
fi
exec "$@"
