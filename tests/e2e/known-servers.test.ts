import { expect, test } from "vitest";
import { CliProject } from "./cli-project.ts";

/** Servers whose images cannot be built here: each is a small program that says no for a second, then speaks its part. */
const SERVERS: Readonly<Record<string, string>> = {
  "minio/minio": "httpd -p 9000 -h /w; sleep 1; mkdir -p /w/minio/health; echo > /w/minio/health/ready; sleep 60",
  "opensearchproject/opensearch":
    "httpd -p 9200 -h /w; sleep 1; mkdir -p /w/_cluster; echo '{}' > /w/_cluster/health; sleep 60",
  "selenium/standalone-firefox": `echo '{"value":{"ready":false}}' > /w/status; httpd -p 4444 -h /w; sleep 1; echo '{"value":{"ready":true}}' > /w/status; sleep 60`,
  nats: `sleep 1; printf '#!/bin/sh\necho INFO {"server":"of ours"}\n' > /w/talk; chmod +x /w/talk; nc -ll -p 4222 -e /w/talk`,
  mongo: `printf '#!/bin/sh\n[ -e /w/up ] && echo 1 || { echo MongoNetworkError >&2; exit 1; }\n' > /bin/mongosh; chmod +x /bin/mongosh; nc -ll -p 27017 -e true & sleep 1; touch /w/up; sleep 60`,
  rabbitmq: `printf '#!/bin/sh\n[ -e /w/up ]\n' > /bin/rabbitmq-diagnostics; chmod +x /bin/rabbitmq-diagnostics; nc -ll -p 5672 -e true & sleep 1; touch /w/up; sleep 60`,
};

function pipelineFile(): string {
  const services = Object.entries(SERVERS).map(([name, script]) => ({
    name,
    entrypoint: ["sh", "-c", `mkdir -p /w; ${script}`],
  }));
  return JSON.stringify({ test: { image: "busybox", services, script: ["echo ran"] } });
}

test("servers are asked in their own protocol, and are ready when they say so", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": pipelineFile() });
  const result = await project.run();
  expect(result.exitCode).toBe(0);
  const ready = result.events.filter((event) => event.type === "service.ready");
  expect(Object.fromEntries(ready.map(({ service, probe, answer }) => [service, `${probe}: ${answer}`]))).toEqual({
    minio: "minio ready: HTTP 200",
    opensearch: "elasticsearch health: HTTP 200",
    "standalone-firefox": "selenium /status: ready: true",
    nats: "nats INFO: INFO {server:of ours}",
    mongo: "mongo ping: ok: 1",
    rabbitmq: "rabbitmq-diagnostics: all listeners accept",
  });
  // Each of them refuses, or answers no, for its first second.
  expect(ready.filter(({ afterMs }) => afterMs < 900)).toEqual([]);
});
