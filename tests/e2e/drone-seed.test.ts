import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasSharedFolder, yamlBlocks } from "../shared-folder.ts";
import { CliProject, type CliResult, eventOf, jobOutput } from "./cli-project.ts";
import { canBePrivileged, engineSocket } from "./test-engine.ts";

/** Every example of Drone's page on services, below the smallest pipeline of each dialect (DR-16, DR-120 to DR-124). */
const blocks = hasSharedFolder ? yamlBlocks("drone-services.md").map((block) => block.replace(/^---\n/, "")) : [];

interface Probe {
  readonly image: string;
  readonly commands: readonly string[];
  readonly environment?: readonly string[];
  readonly volumes?: readonly unknown[];
}

interface Dialect {
  readonly id: string;
  readonly file: string;
  readonly section: "compose" | "services";
  readonly head: (probe: Probe) => string;
}

const DIALECTS: readonly Dialect[] = [
  { id: "drone-0.4", file: ".drone.yml", section: "compose", head: (probe) => `build: ${JSON.stringify(probe)}\n` },
  {
    id: "drone-0.5",
    file: ".drone.yml",
    section: "services",
    head: (probe) => `script:\n  test: ${JSON.stringify(probe)}\n`,
  },
  {
    id: "drone-0.8",
    file: ".drone.yml",
    section: "services",
    head: (probe) => `pipeline:\n  test: ${JSON.stringify(probe)}\n`,
  },
  {
    id: "drone-1",
    file: ".drone.yml",
    section: "services",
    head: (probe) => `kind: pipeline\nname: test\nsteps:\n  - ${JSON.stringify({ name: "test", ...probe })}\n`,
  },
  {
    id: "woodpecker",
    file: ".woodpecker.yml",
    section: "services",
    head: (probe) => `steps:\n  test: ${JSON.stringify(probe)}\n`,
  },
];
const WITH_SERVICES = DIALECTS.filter(({ section }) => section === "services");

function block(start: string): string {
  const found = blocks.find((text) => text.includes(start));
  if (found === undefined) throw new Error(`no example with ${start}`);
  return found;
}

/** What today's image wants and those of the document did not: a way in without a password. */
function letEveryoneIn(text: string): string {
  return text.replace(/^( +)image: \S*postgres\S*$/gm, "$&\n$1environment: [ POSTGRES_HOST_AUTH_METHOD=trust ]");
}

/** One step that asks the database, at localhost as the document says, and by its name. */
function ask(query: string, password = ""): Probe {
  return {
    image: "ruby:2.6",
    environment: [`PGPASSWORD=${password}`],
    commands: ["127.0.0.1", "localhost", "database"].map((host) => `psql -h ${host} -U postgres -tAqc "${query}"`),
  };
}

async function expectOutput(
  dialect: Dialect,
  text: string,
  argv: readonly string[],
  lines: readonly string[],
): Promise<CliResult> {
  using project = new CliProject({ [dialect.file]: text });
  const result = await project.run(["--dialect", dialect.id, "--network", "shared", ...argv]);
  expect(result.stderr).not.toContain("cause:");
  expect(jobOutput(result)).toEqual(lines);
  expect(result.exitCode).toBe(0);
  return result;
}

/** Instead of a database something light that is ready when it has what it should have. */
function readyWhen(text: string, argv: string): string {
  const keys = `command: [ sleep, "600" ]\n$1healthcheck: { test: [ CMD, ${argv} ], timeout: 10s }`;
  return text.replace(/^( +)image: .*$/gm, `$&\n$1${keys}`);
}

function servicesReady(result: CliResult): readonly string[] {
  return result.events.flatMap((event) => (event.type === "service.ready" ? [event.service] : [])).toSorted();
}

const NOTHING: Probe = { image: "busybox", commands: ["true"] };
/** An engine elsewhere has none to mount. */
const SOCKET = await engineSocket();
const CAN_BE_PRIVILEGED = await canBePrivileged();
const ONES = ["1", "1", "1"];
const PASSWORD = "mysecretpassword";

describe.skipIf(!hasSharedFolder).concurrent("the examples of Drone's page on services", () => {
  test("there are eight of them", () => {
    expect(blocks).toHaveLength(8);
  });

  test.each(WITH_SERVICES)("a cache and a database, in $id", async (dialect) => {
    const probe = ask("select 1", PASSWORD);
    const commands = [...probe.commands, "redis-cli -h 127.0.0.1 ping", "redis-cli -h cache ping"];
    const text = dialect.head({ ...probe, commands }) + block("cache:");
    await expectOutput(dialect, text, [], [...ONES, "PONG", "PONG"]);
  });

  test.each(WITH_SERVICES)("an environment, in $id", async (dialect) => {
    const only = blocks.find((text) => text.includes("POSTGRES_PASSWORD") && !text.includes("cache:")) ?? "";
    await expectOutput(dialect, dialect.head(ask("select 1", PASSWORD)) + only, [], ONES);
  });

  test.each(WITH_SERVICES)(
    "pull: true, in $id: the registry is asked, and a local image said (DR-58)",
    async (dialect) => {
      const text = dialect.head(ask("select 1")) + letEveryoneIn(block("pull: true"));
      const result = await expectOutput(dialect, text, [], ONES);
      expect(eventOf(result, "image.pulling")).toMatchObject({ image: "postgres" });
    },
  );

  test("as it stands, today's postgres ends for want of a password, and the cause says so", async () => {
    using project = new CliProject({
      ".drone.yml": `script:\n  test: ${JSON.stringify(ask("select 1"))}\n${block("pull: true")}`,
    });
    const result = await project.run();
    expect(result.exitCode).toBe(3);
    expect(eventOf(result, "run.finished").cause).toMatchObject({ kind: "service_password_missing" });
  });

  test.each(DIALECTS)("the skeleton, filled in, in $id (DR-4 to DR-6)", async (dialect) => {
    const text = block("[container_name:]")
      .replace("[container_name:]", "database:")
      .replace("[image_name]", "postgres")
      .replace("[options]", `environment: [ POSTGRES_PASSWORD=${PASSWORD} ]`);
    const result = await expectOutput(dialect, dialect.head(ask("select 1", PASSWORD)) + text, [], ONES);
    expect(result.stderr.includes("compose")).toBe(dialect.section !== "compose");
  });

  test.each(DIALECTS)("the four names of one image, in $id (DR-140)", async (dialect) => {
    const images = block("library/postgres").match(/(?<=^image: ).+$/gm) ?? [];
    const services = images.map((image, index) => readyWhen(`  db${index}:\n    image: ${image}\n`, "psql, --version"));
    expect(services).toHaveLength(4);
    const text = `${dialect.head(NOTHING)}${dialect.section}:\n${services.join("")}`;
    // Four images that declare one port would clash at one address.
    const result = await expectOutput(dialect, text, ["--network", "bridge"], []);
    expect(servicesReady(result)).toEqual(["db0", "db1", "db2", "db3"]);
  });
});

describe.skipIf(!hasSharedFolder).concurrent("what those examples ask of the host", () => {
  test.each(WITH_SERVICES)("volumes, with trust, in $id: the service sees the folder", async (dialect) => {
    const folder = mkdtempSync(join(tmpdir(), "outrigger-host-"));
    try {
      writeFileSync(join(folder, "proof"), "of the host\n");
      const mounted = block("volumes:").replace("/some/path/on/host", folder);
      const text = dialect.head(NOTHING) + readyWhen(mounted, "grep, -q, host, /path/in/container/proof");
      expect(servicesReady(await expectOutput(dialect, text, ["--trusted=volumes"], []))).toEqual(["database"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(WITH_SERVICES)("devices, with trust, in $id: the service has the device", async (dialect) => {
    const harmless = block("devices:").replace("/dev/ttyUSB0:", "/dev/null:");
    const text = dialect.head(NOTHING) + readyWhen(harmless, "test, -c, /dev/ttyUSB0");
    expect(servicesReady(await expectOutput(dialect, text, ["--trusted=volumes"], []))).toEqual(["database"]);
  });

  const REFUSALS = [
    ...WITH_SERVICES.flatMap((dialect) => [
      { ...dialect, text: block("volumes:"), at: "services.database.volumes[0]", capability: "volumes" },
      { ...dialect, text: block("devices:"), at: "services.database.devices[0]", capability: "volumes" },
    ]),
    ...DIALECTS.map((dialect) => ({
      ...dialect,
      text: block("dind:"),
      at: "compose.dind.privileged",
      capability: "security",
    })),
  ];

  test.each(REFUSALS)(
    "$at is refused without that trust, in $id (DR-182, DR-183)",
    async ({ text, at, capability, ...dialect }) => {
      const file = dialect.head(NOTHING) + text;
      using project = new CliProject({ [dialect.file]: file });
      const argv = ["run", "--dialect", dialect.id, `--trusted=${capability === "volumes" ? "security" : "volumes"}`];
      const { stderr, exitCode } = await project.call(argv);
      const line = file.split("\n").findIndex((one) => /privileged: true|^ +- .*:.*\//.test(one)) + 1;
      expect(stderr).toContain(`${dialect.file}:${line}:`);
      expect(stderr).toContain(at);
      expect(stderr).toContain(`needs the capability "${capability}"`);
      expect(exitCode).toBe(5);
    },
  );

  if (CAN_BE_PRIVILEGED) {
    test.each(DIALECTS)("privileged dind, with trust, in $id", async (dialect) => {
      const probe = {
        image: "docker:20.10.16",
        environment: ["DOCKER_HOST=tcp://127.0.0.1:2375"],
        commands: ["docker info --format '{{.ServerVersion}}' | grep -c ."],
      };
      const withoutTls = block("dind:").replace(/^( +)image: .*$/m, "$&\n$1environment: [ DOCKER_TLS_CERTDIR= ]");
      await expectOutput(dialect, dialect.head(probe) + withoutTls, ["--trusted=security"], ["1"]);
    });
  } else {
    test.each(DIALECTS)(
      "privileged dind, with trust, in $id: explained only, as this engine lacks a capability to run it",
      async (dialect) => {
        using project = new CliProject({ [dialect.file]: dialect.head(NOTHING) + block("dind:") });
        const argv = ["explain", "--json", "--dialect", dialect.id, "--trusted=security"];
        const { stdout, exitCode } = await project.call(argv);
        expect(exitCode).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({
          jobs: [{ services: [{ name: "dind", image: "docker:dind", privileged: true }] }],
        });
      },
    );
  }
});

describe.skipIf(SOCKET === undefined).concurrent("the engine's socket as a volume (the document's last words)", () => {
  const MOUNT = `${SOCKET}:/var/run/docker.sock`;
  /** Drone 1 defines a volume and then names it; the others say it in one line. */
  const fileWith = (dialect: Dialect): string => {
    const probe = {
      image: "ruby:2.6",
      commands: ["curl -s --unix-socket /var/run/docker.sock http://engine/containers/json | grep -c '\"Id\"'"],
    };
    if (dialect.id !== "drone-1") return dialect.head({ ...probe, volumes: [MOUNT] });
    const volumes = [{ name: "engine", path: "/var/run/docker.sock" }];
    const defined = JSON.stringify([{ name: "engine", host: { path: SOCKET } }]);
    return `${dialect.head({ ...probe, volumes })}volumes: ${defined}\n`;
  };

  test.each(DIALECTS)("with trust, in $id: the job lists containers", async (dialect) => {
    await expectOutput(dialect, fileWith(dialect), ["--trusted"], ["1"]);
  });

  test.each(DIALECTS)("without trust, in $id: refused, and called full access", async (dialect) => {
    using project = new CliProject({ [dialect.file]: fileWith(dialect) });
    const { stderr, exitCode } = await project.call(["run", "--dialect", dialect.id]);
    expect(stderr).toContain("full access");
    expect(exitCode).toBe(5);
  });
});
