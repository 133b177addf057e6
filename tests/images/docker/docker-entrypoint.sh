#!/bin/sh
# The client: finds the engine of a service named "docker", as the official image does, unless DOCKER_HOST says where.
if [ -z "${DOCKER_HOST:-}" ] && [ ! -S /var/run/docker.sock ]; then export DOCKER_HOST=tcp://docker:2375; fi
exec "$@"
