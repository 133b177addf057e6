/** Jobs whose services behave in every way that services have; run on every engine. */
export const SERVICE_CASES = `
default: {image: busybox}

dies early:
  services: [{name: "memcached:latest", alias: db, command: [sh, -c, "for n in $(seq 1 30); do echo line $n; done; exit 9"]}]
  script: [echo ran]
cannot start:
  services: [{name: busybox, alias: db, entrypoint: [/no/such/program]}]
  script: [echo ran]
dies later:
  services: [{name: busybox, alias: db, command: [sh, -c, "until [ -e /builds/started ]; do sleep 0.1; done; echo giving up >&2; exit 4"]}]
  script: [echo started, touch /builds/started, sleep 30, echo never]
  after_script: [echo never]
never ready:
  services: [{name: "memcached:latest", command: [sh, -c, "echo not today; sleep 60"]}]
  script: [echo ran, exit 6]
own port:
  services:
    - {name: busybox, alias: web, command: [httpd, -f, -p, "8080"], variables: {HEALTHCHECK_TCP_PORT: "8080"}}
  script: [echo ran]
port of the job:
  variables: {HEALTHCHECK_TCP_PORT: "8081"}
  services: [{name: busybox, alias: web, command: [httpd, -f, -p, "8081"]}]
  script: [echo ran]
nothing to probe:
  services: [{name: busybox, alias: idle, command: [sleep, "60"]}]
  script: [echo ran]
each other:
  services:
    - {name: busybox, alias: "one first,second", command: [sh, -c, "mkdir /w; echo one > /w/x; httpd -f -p 80 -h /w"], variables: {HEALTHCHECK_TCP_PORT: "80"}}
    - {name: busybox, alias: two, command: [sh, -c, "until wget -q -O /builds/from-one http://second/x; do sleep 0.1; done; sleep 60"]}
    - {name: busybox, alias: three, command: [sh, -c, "until grep -qw build /etc/hosts || nslookup build >/dev/null 2>&1; do sleep 0.1; done; touch /builds/saw-build; sleep 60"]}
  script:
    - 'for n in $(seq 1 100); do [ -s /builds/from-one ] && [ -e /builds/saw-build ] && break; sleep 0.1; done'
    - cat /builds/from-one
    - wget -q -O - http://one/x http://first/x
    - ls /builds/saw-build
needs privilege:
  services: [{name: "docker:dind", alias: docker}]
  script: [echo ran]
shown:
  variables: {CI_DEBUG_SERVICES: "T"}
  services: [{name: busybox, alias: db, command: [sh, -c, "echo seen; sleep 60"]}]
  script: [sleep 1]
spelled wrong:
  variables: {CI_DEBUG_SERVICES: sometimes}
  services: [{name: busybox, alias: db, command: [sh, -c, "echo hidden; sleep 60"]}]
  script: [sleep 1]
left out:
  variables: {NOTHING: ""}
  services: [$NOTHING, {name: "\${UNSET_NAME}", alias: x}]
  script: [echo ran]
`;
