import { describe, expect, test } from "vitest";
import { testService } from "../../../tests/test-plans.ts";
import type { ExecResult, FetchedImage, RunningService } from "../../engines/engine.ts";
import type { ServicePlan } from "../../model/job-plan.ts";
import { chooseProbes } from "./choose-probes.ts";
import type { ProbeAnswer } from "./probe.ts";

const NEVER = new AbortController().signal;
const POSTGRES_AS_FIRST = "1 (postgres) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 500 0";

interface World {
  readonly exec?: (argv: readonly string[]) => Partial<Extract<ExecResult, { kind: "ended" }>> | undefined;
  readonly ports?: readonly number[];
  readonly open?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthCheck?: readonly string[];
}

function subject(plan: ServicePlan, world: World): Parameters<typeof chooseProbes>[0] {
  const running: RunningService = {
    id: plan.id,
    containerName: "container",
    isOver: async () => false,
    address: "10.0.0.2",
    exposedTcpPorts: world.ports ?? [],
    env: new Map(Object.entries(world.env ?? {})),
    ended: new Promise(() => undefined),
    dial: async (port) => ({ kind: (world.open ?? [port]).includes(port) ? "accepted" : "refused" }),
    exec: async (argv) => {
      const answer = world.exec?.(argv);
      return answer === undefined
        ? { kind: "not_run", detail: `no "${argv[0]}"` }
        : { kind: "ended", exitCode: 0, stdout: "", stderr: "", ...answer };
    },
    sampleMemory: async () => undefined,
  };
  const image: FetchedImage = {
    reference: plan.image.ref.text,
    id: "sha256:1",
    how: "local",
    pulledBytes: 0,
    exposedTcpPorts: world.ports ?? [],
    env: new Map(),
    labels: new Map(Object.entries(world.labels ?? {})),
    entrypoint: [],
    command: [],
    ...(world.healthCheck === undefined ? {} : { healthCheck: { argv: world.healthCheck, timeoutMs: 1_000 } }),
  };
  return { plan, running, image };
}

function probesOf(image: string, world: World = {}, over: Partial<ServicePlan> = {}, elapsed = (): number => 0) {
  return chooseProbes(subject(testService("s", image, over), world), elapsed);
}

async function ask(image: string, world: World, over: Partial<ServicePlan> = {}): Promise<ProbeAnswer | undefined> {
  return probesOf(image, world, over)[0]?.check(NEVER);
}

describe("which probes a service gets, in order (design 4.1)", () => {
  test.each([
    ["postgres:16", ["pg_isready", "tcp 5432"]],
    ["registry.example.org:5000/mirror/postgres:16", ["pg_isready", "tcp 5432"]],
    ["postgis/postgis:16-3.4", ["pg_isready", "tcp 5432"]],
    ["timescale/timescaledb:2.17.2-pg16", ["pg_isready", "tcp 5432"]],
    ["pgvector/pgvector:pg16", ["pg_isready", "tcp 5432"]],
    ["mysql:8", ["mysqladmin ping", "tcp 5432"]],
    ["percona:8", ["mysqladmin ping", "tcp 5432"]],
    ["mariadb:11", ["mysqladmin ping", "tcp 5432"]],
    ["redis:7", ["redis PING", "tcp 5432"]],
    ["eqalpha/keydb", ["redis PING", "tcp 5432"]],
    ["valkey/valkey", ["redis PING", "tcp 5432"]],
    ["rabbitmq:3-management", ["rabbitmq-diagnostics", "tcp 5432"]],
    ["memcached", ["memcached version", "tcp 5432"]],
    ["mongo:7", ["mongo ping", "tcp 5432"]],
    ["docker.elastic.co/elasticsearch/elasticsearch:8.1.0", ["elasticsearch health", "tcp 5432"]],
    ["opensearchproject/opensearch", ["elasticsearch health", "tcp 5432"]],
    ["minio/minio", ["minio ready", "tcp 5432"]],
    ["nats:2", ["nats INFO", "tcp 5432"]],
    ["selenium/standalone-chrome", ["selenium /status", "tcp 5432"]],
    ["docker:27-dind", ["docker info", "tcp 5432"]],
    ["docker:27", ["tcp 5432"]],
    ["my/own-app", ["tcp 5432"]],
  ])("%s: %j", (image, names) => {
    expect(probesOf(image, { ports: [5432] }).map((probe) => probe.name)).toEqual(names);
  });

  test("an image says by its label what it is", () => {
    expect(probesOf("my/own-app", { labels: { "dev.outrigger.probe": "redis" } })[0]?.name).toBe("redis PING");
  });

  test("the image's HEALTHCHECK comes before its ports", () => {
    const names = probesOf("my/own-app", { ports: [80], healthCheck: ["check"] }).map((probe) => probe.name);
    expect(names).toEqual(["HEALTHCHECK", "tcp 80"]);
  });

  test("HEALTHCHECK_TCP_PORT of the container beats all of them, in any case (GS-506)", () => {
    expect(probesOf("postgres", { env: { healthcheck_tcp_port: "99" } }).map((probe) => probe.name)).toEqual([
      "tcp 99",
    ]);
    expect(() => probesOf("postgres", { env: { HEALTHCHECK_TCP_PORT: "x" } })).toThrow(
      'invalid health check tcp port "x"',
    );
  });

  test("at most 20 ports are looked at, the lowest ones (GS-508)", () => {
    const ports = Array.from({ length: 25 }, (_, index) => 125 - index);
    expect(probesOf("app", { ports })[0]?.name).toBe(
      `tcp ${ports
        .toSorted((a, b) => a - b)
        .slice(0, 20)
        .join(",")}`,
    );
  });

  test("nothing exposed is nothing to probe", () => {
    expect(probesOf("app", {})).toEqual([]);
  });

  test("what the user wrote is asked alone", async () => {
    const readiness = { kind: "command", argv: ["ready?"], timeoutMs: 1 } as const;
    expect(await ask("postgres", { exec: () => ({ exitCode: 1, stdout: "soon" }) }, { readiness })).toEqual({
      kind: "not_yet",
      detail: "soon",
    });
    expect(probesOf("postgres", { ports: [1] }, { readiness })).toHaveLength(1);
    expect(probesOf("postgres", { ports: [1] }, { readiness: { kind: "none" } })).toEqual([]);
  });
});

describe("what the servers' answers mean", () => {
  const divided = (answer: string, table = POSTGRES_AS_FIRST): string => `${answer}\n--processes--\n${table}\n`;
  test.each([
    ["postgres accepts", "postgres", { stdout: divided("127.0.0.1:5432 - accepting connections") }, "ready"],
    ["postgres starts up", "postgres", { exitCode: 1, stdout: divided("rejecting connections") }, "not_yet"],
    ["postgres is silent", "postgres", { exitCode: 2, stdout: divided("no response") }, "not_yet"],
    ["pg_isready is not there", "postgres", { exitCode: 127, stdout: divided("") }, "cannot"],
    ["pg_isready was asked wrongly", "postgres", { exitCode: 3, stdout: divided("bad option") }, "cannot"],
    [
      "mysql is alive",
      "mysql",
      { stdout: divided("mysqld is alive", POSTGRES_AS_FIRST.replace("postgres", "mysqld")) },
      "ready",
    ],
    [
      "mysql denies, so it answers",
      "mysql",
      {
        exitCode: 1,
        stdout: divided("Access denied for user 'root'", POSTGRES_AS_FIRST.replace("postgres", "mysqld")),
      },
      "ready",
    ],
    ["mysql is not there yet", "mysql", { exitCode: 1, stdout: divided("Can't connect to MySQL server") }, "not_yet"],
    ["redis answers", "redis", { stdout: "PONG\n" }, "ready"],
    ["redis loads its data", "redis", { stdout: "LOADING Redis is loading the dataset in memory\n" }, "not_yet"],
    ["redis wants a password, so it answers", "redis", { stdout: "NOAUTH Authentication required.\n" }, "ready"],
    ["redis is silent", "redis", { exitCode: 1, stderr: "Could not connect" }, "not_yet"],
    ["rabbitmq listens", "rabbitmq", { exitCode: 0 }, "ready"],
    ["rabbitmq does not", "rabbitmq", { exitCode: 69, stderr: "connection refused" }, "not_yet"],
    ["memcached answers", "memcached", { stdout: "VERSION 1.6.18\r\n" }, "ready"],
    ["nats greets", "nats", { stdout: 'INFO {"server_id":"x"}\r\n' }, "ready"],
    ["mongo is up", "mongo", { stdout: "1\n" }, "ready"],
    ["mongo is not", "mongo", { exitCode: 1, stderr: "MongoNetworkError" }, "not_yet"],
    ["elasticsearch is green", "elasticsearch", { stdout: '200\n{"status":"green"}\n200\n' }, "ready"],
    ["elasticsearch asks who is there", "elasticsearch", { stdout: "401\n{}\n401\n" }, "ready"],
    ["elasticsearch starts", "elasticsearch", { stdout: "503\n\n503\n" }, "not_yet"],
    ["minio is ready", "minio", { stdout: "200\n\n200\n" }, "ready"],
    ["nothing answers over HTTP", "minio", { exitCode: 1 }, "not_yet"],
    ["selenium is ready", "selenium/standalone-firefox", { stdout: '200\n{"value": {"ready": true}}\n' }, "ready"],
    [
      "selenium is up, its browser is not",
      "selenium/standalone-firefox",
      { stdout: '200\n{"value": {"ready": false}}\n' },
      "not_yet",
    ],
    ["a docker daemon answers", "docker:dind", { stdout: "Client:\nServer:\n Server Version: 27.1.1\n" }, "ready"],
    ["a docker client without its daemon", "docker:dind", { exitCode: 1, stderr: "Cannot connect" }, "not_yet"],
    ["no tool for it", "redis", { exitCode: 127 }, "cannot"],
  ] as const)("%s", async (_, image, result, kind) => {
    expect((await ask(image, { exec: () => result }))?.kind).toBe(kind);
  });

  test("a command that is not in the image gives way to the next probe", async () => {
    expect(await ask("redis", {})).toMatchObject({ kind: "cannot" });
  });

  test("a server that answers itself only, and refuses others, is not ready", async () => {
    const answer = await ask("redis", { exec: () => ({ stdout: "PONG" }), open: [] });
    expect(answer).toEqual({ kind: "not_yet", detail: "port 6379 refuses" });
  });

  test("a server on another port than its image exposes is ready, and the difference is noted", async () => {
    const world = { exec: () => ({ stdout: "PONG" }), ports: [6379] };
    expect(await ask("redis", world, { command: ["redis-server", "--port=7000"] })).toEqual({
      kind: "ready",
      answer: "PONG",
      note: "listens on 7000, image exposes 6379",
    });
  });

  test("a password comes from the service's environment or its command", async () => {
    const seen: string[][] = [];
    const exec = (argv: readonly string[]) => {
      seen.push([...argv.slice(3)]);
      return { stdout: "PONG" };
    };
    await ask("redis", { exec, env: { REDIS_PASSWORD: "one" } });
    await ask("redis", { exec }, { command: ["redis-server", "--requirepass", "two", "--port", "7000"] });
    expect(seen).toEqual([
      ["redis", "6379", "one"],
      ["redis", "7000", "two"],
    ]);
  });
});

describe("an image's HEALTHCHECK", () => {
  const failing = { exec: () => ({ exitCode: 1, stdout: "not yet" }), ports: [80], open: [80], healthCheck: ["check"] };

  test("is believed when it passes", async () => {
    expect(await ask("app", { ...failing, exec: () => ({ stdout: "fine" }) })).toEqual({
      kind: "ready",
      answer: "fine",
    });
  });

  test("that fails is waited for, then the ports are believed and a note names it", async () => {
    let now = 0;
    const [probe] = probesOf("app", failing, {}, () => now);
    expect(await probe?.check(NEVER)).toMatchObject({ kind: "not_yet" });
    now = 9_000;
    expect(await probe?.check(NEVER)).toMatchObject({ kind: "not_yet" });
    now = 10_000;
    expect(await probe?.check(NEVER)).toEqual({
      kind: "ready",
      answer: "port 80 accepts",
      by: "tcp 80",
      note: "its HEALTHCHECK still fails: exit code 1: not yet",
    });
  });

  test("that fails while the ports refuse is waited for without end", async () => {
    let now = 0;
    const [probe] = probesOf("app", { ...failing, open: [] }, {}, () => now);
    await probe?.check(NEVER);
    now = 60_000;
    expect(await probe?.check(NEVER)).toMatchObject({ kind: "not_yet" });
  });
});
