import { imageBaseName } from "../../model/image-ref.ts";
import { databaseProbe } from "./database-probe.ts";
import { execProbe, firstLine } from "./exec-probe.ts";
import { anyAnswer, httpProbe } from "./http.ts";
import { askMysql } from "./mysql.ts";
import { askPostgres } from "./postgres.ts";
import type { Probe, ProbeSubject } from "./probe.ts";
import { redisProbe } from "./redis.ts";

type ServerKind =
  | "postgres"
  | "mysql"
  | "redis"
  | "rabbitmq"
  | "memcached"
  | "mongo"
  | "elasticsearch"
  | "minio"
  | "nats"
  | "selenium"
  | "docker";

/** Last parts of image names, also behind a registry, a mirror or a vendor's name space. */
const NAMES: readonly (readonly [RegExp, ServerKind])[] = [
  [/^(postgres|postgresql|postgis|timescaledb|timescaledb-ha|pgvector|postgres-.*|.*-postgres)$/, "postgres"],
  [/^(mysql|mysql-server|mariadb|percona|percona-server)$/, "mysql"],
  [/^(redis|redis-stack|redis-stack-server|valkey|keydb)$/, "redis"],
  [/^rabbitmq$/, "rabbitmq"],
  [/^memcached$/, "memcached"],
  [/^(mongo|mongodb|mongodb-community-server)$/, "mongo"],
  [/^(elasticsearch|elasticsearch-oss|opensearch)$/, "elasticsearch"],
  [/^minio$/, "minio"],
  [/^nats$/, "nats"],
  [/^(standalone-(chrome|chromium|firefox|edge)(-debug)?|selenium-hub|hub)$/, "selenium"],
];

/** An image says itself what it is, whatever its name. */
const LABEL = "dev.outrigger.probe";

/** The probe that speaks a service's own protocol, when its image is one we know. */
export function findWellKnownProbe(subject: ProbeSubject, elapsed: () => number): Probe | undefined {
  const { plan, running } = subject;
  switch (identify(subject)) {
    case "postgres":
      return databaseProbe(running, askPostgres(running.env), elapsed);
    case "mysql":
      return databaseProbe(running, askMysql(running.env), elapsed);
    case "redis":
      return redisProbe(plan, running);
    case "rabbitmq":
      return rabbitmqProbe(subject);
    case "memcached":
      return conversationProbe(subject, "memcached version", "11211", "version\\r\\nquit\\r\\n", /^VERSION .*/m);
    case "nats":
      return conversationProbe(subject, "nats INFO", "4222", "PING\\r\\n", /^INFO .{0,60}/m);
    case "mongo":
      return mongoProbe(subject);
    case "elasticsearch":
      return httpProbe("elasticsearch health", running, "http://127.0.0.1:9200/_cluster/health", anyAnswer);
    case "minio":
      return httpProbe("minio ready", running, "http://127.0.0.1:9000/minio/health/ready", anyAnswer);
    case "selenium":
      return httpProbe("selenium /status", running, "http://127.0.0.1:4444/status", (status, body) =>
        status === 200 && /"ready"\s*:\s*true/.test(body)
          ? { kind: "ready", answer: "ready: true" }
          : { kind: "not_yet", detail: status === 200 ? "ready: false" : `HTTP ${status}` },
      );
    case "docker":
      return dockerProbe(subject);
    case undefined:
      return undefined;
  }
}

function identify({ plan, image }: ProbeSubject): ServerKind | undefined {
  const said = image.labels.get(LABEL);
  const name = imageBaseName(plan.image.ref);
  const known = NAMES.find(([pattern]) => pattern.test(said ?? name));
  if (known !== undefined) return known[1];
  return said === "docker" || (name === "docker" && /dind/.test(plan.image.ref.tag ?? "")) ? "docker" : undefined;
}

function rabbitmqProbe({ running }: ProbeSubject): Probe {
  const argv = ["rabbitmq-diagnostics", "-q", "check_port_connectivity"];
  return execProbe("rabbitmq-diagnostics", running, argv, (result) =>
    result.exitCode === 0
      ? { kind: "ready", answer: "all listeners accept" }
      : { kind: "not_yet", detail: firstLine(result) || "no response" },
  );
}

const MONGO_SCRIPT = [
  "for tool in mongosh mongo; do",
  '  if command -v "$tool" >/dev/null 2>&1; then',
  "    exec \"$tool\" --quiet --host 127.0.0.1 --port 27017 --eval 'db.adminCommand({ping: 1}).ok'",
  "  fi",
  "done",
  "exit 127",
].join("\n");

function mongoProbe({ running }: ProbeSubject): Probe {
  return execProbe("mongo ping", running, ["sh", "-c", MONGO_SCRIPT], (result) =>
    result.exitCode === 0 && /\b1\b/.test(result.stdout)
      ? { kind: "ready", answer: "ok: 1" }
      : { kind: "not_yet", detail: firstLine(result) || "no response" },
  );
}

/** With TLS the daemon listens on 2376 and leaves the client's certificates in the image's own folder. */
const DOCKER_SCRIPT = [
  'certs="${DOCKER_TLS_CERTDIR:-}/client"',
  'if [ -n "${DOCKER_TLS_CERTDIR:-}" ] && [ -f "$certs/cert.pem" ]; then',
  '  exec docker --tlsverify --tlscacert "$certs/ca.pem" --tlscert "$certs/cert.pem" --tlskey "$certs/key.pem" -H tcp://127.0.0.1:2376 info',
  "fi",
  "exec docker -H tcp://127.0.0.1:2375 info",
].join("\n");

function dockerProbe({ running }: ProbeSubject): Probe {
  return execProbe("docker info", running, ["sh", "-c", DOCKER_SCRIPT], (result) =>
    result.exitCode === 0 && /Server Version/.test(result.stdout)
      ? { kind: "ready", answer: `Docker ${/Server Version: (\S+)/.exec(result.stdout)?.[1] ?? ""}`.trim() }
      : { kind: "not_yet", detail: result.stderr.trim().split("\n")[0]?.slice(0, 200) || "no response" },
  );
}

const CONVERSATION_SCRIPT = [
  'if command -v nc >/dev/null 2>&1; then printf "$2" | nc -w 2 127.0.0.1 "$1"; exit $?; fi',
  "if command -v bash >/dev/null 2>&1; then",
  '  exec bash -c \'exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1; printf "$2" >&3; IFS= read -r -t 2 line <&3; printf "%s\\n" "$line"\' bash "$@"',
  "fi",
  "exit 127",
].join("\n");

/** Says a line to a port and waits for one, with nc or bash: for servers whose image has no client. */
function conversationProbe(
  { running }: ProbeSubject,
  name: string,
  port: string,
  say: string,
  expected: RegExp,
): Probe {
  return execProbe(name, running, ["sh", "-c", CONVERSATION_SCRIPT, "talk", port, say], (result) => {
    const heard = expected.exec(result.stdout)?.[0].trim();
    return heard === undefined
      ? { kind: "not_yet", detail: firstLine(result) || "no response" }
      : { kind: "ready", answer: heard };
  });
}
