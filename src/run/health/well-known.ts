import { imageBaseName } from "../../model/image-ref.ts";
import { assertNever } from "../../text/assert-never.ts";
import { databaseProbe } from "./database-probe.ts";
import { execProbe, firstLine } from "./exec-probe.ts";
import { anyAnswer, httpProbe } from "./http.ts";
import { askMysql } from "./mysql.ts";
import { askPostgres } from "./postgres.ts";
import type { Probe, ProbeAnswer, ProbeSubject } from "./probe.ts";
import { reachableFirst } from "./reachable-first.ts";
import { redisProbe } from "./redis.ts";
import { findServerPort } from "./server-options.ts";

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
  const kind = identify(subject);
  if (kind === undefined) return undefined;
  const port = portOf(kind, subject);
  const probe = toProbe(kind, port ?? 0, subject, elapsed);
  return port === undefined ? probe : reachableFirst(subject.running, port, probe);
}

/** Undefined: it depends on what the server finds when it starts. */
function portOf(kind: ServerKind, { plan, running }: ProbeSubject): number | undefined {
  switch (kind) {
    case "postgres":
      return findServerPort(plan.command, ["-p", "--port"], Number(running.env.get("PGPORT")) || 5432);
    case "mysql":
      return findServerPort(plan.command, ["-P", "--port"], Number(running.env.get("MYSQL_TCP_PORT")) || 3306);
    case "redis":
      return findServerPort(plan.command, ["--port"], 6379);
    case "memcached":
      return findServerPort(plan.command, ["-p", "--port"], 11_211);
    case "mongo":
      return findServerPort(plan.command, ["--port"], 27_017);
    case "nats":
      return findServerPort(plan.command, ["-p", "--port"], 4222);
    case "rabbitmq":
      return 5672;
    case "elasticsearch":
      return 9200;
    case "minio":
      return 9000;
    case "selenium":
      return 4444;
    case "docker":
      return undefined;
    default:
      return assertNever(kind);
  }
}

function toProbe(kind: ServerKind, port: number, subject: ProbeSubject, elapsed: () => number): Probe {
  const { plan, running } = subject;
  switch (kind) {
    case "postgres":
      return databaseProbe(running, askPostgres(running.env, port), elapsed);
    case "mysql":
      return databaseProbe(running, askMysql(port), elapsed);
    case "redis":
      return redisProbe(plan, running, port);
    case "rabbitmq":
      return rabbitmqProbe(subject);
    case "memcached":
      return conversationProbe(subject, "memcached version", port, "version\\r\\nquit\\r\\n", /^VERSION .*/m);
    case "nats":
      return conversationProbe(subject, "nats INFO", port, "PING\\r\\n", /^INFO .{0,60}/m);
    case "mongo":
      return mongoProbe(subject, port);
    case "elasticsearch":
      return httpProbe("elasticsearch health", running, "http://127.0.0.1:9200/_cluster/health", anyAnswer);
    case "minio":
      return httpProbe("minio ready", running, "http://127.0.0.1:9000/minio/health/ready", anyAnswer);
    case "selenium":
      return httpProbe("selenium /status", running, "http://127.0.0.1:4444/status", judgeSelenium);
    case "docker":
      return dockerProbe(subject);
    default:
      return assertNever(kind);
  }
}

function judgeSelenium(status: number, body: string): ProbeAnswer {
  if (status === 200 && /"ready"\s*:\s*true/.test(body)) return { kind: "ready", answer: "ready: true" };
  return { kind: "not_yet", detail: status === 200 ? "ready: false" : `HTTP ${status}` };
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
  '    exec "$tool" --quiet --host 127.0.0.1 --port "$1" --eval \'db.adminCommand({ping: 1}).ok\'',
  "  fi",
  "done",
  "exit 127",
].join("\n");

function mongoProbe({ running }: ProbeSubject, port: number): Probe {
  return execProbe("mongo ping", running, ["sh", "-c", MONGO_SCRIPT, "mongo", String(port)], (result) =>
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
  port: number,
  say: string,
  expected: RegExp,
): Probe {
  return execProbe(name, running, ["sh", "-c", CONVERSATION_SCRIPT, "talk", String(port), say], (result) => {
    const heard = expected.exec(result.stdout)?.[0].trim();
    return heard === undefined
      ? { kind: "not_yet", detail: firstLine(result) || "no response" }
      : { kind: "ready", answer: heard };
  });
}
