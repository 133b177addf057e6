import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileDrone, compileDroneJob, SHA, serviceOf, stepOf, valuesOf } from "./compile-drone.ts";
import { hasSharedFolder, yamlBlocks } from "./shared-folder.ts";

const read = (name: string): string => readFileSync(new URL(`./cases/drone/${name}.yml`, import.meta.url), "utf8");

describe("one small file per dialect (DR-120 to DR-125)", () => {
  test.each([
    ["drone-0.4", "drone-0.4", "shared", ["database"], ["build"]],
    ["seed-week", "drone-0.5", "shared", ["cache"], ["test"]],
    ["drone-0.8", "drone-0.8", "bridge", ["database"], ["lint", "unit"]],
    ["woodpecker", "woodpecker", "bridge", ["cache"], ["test"]],
  ])("%s is read as %s, in %s mode", async (name, dialect, network, services, steps) => {
    const { pipeline, dialect: found, errors } = await compileDrone(read(name));
    expect({ found, errors }).toEqual({ found: dialect, errors: [] });
    const [job] = pipeline?.jobs ?? [];
    expect(job?.network).toBe(network);
    expect(job?.services.map((service) => service.label)).toEqual(services);
    expect(job?.steps.map((step) => step.name)).toEqual(steps);
    expect(job?.workspace.sourcesBeforeServices).toBe(true);
  });

  test("0.4: list environment, the workspace of old, commands in order (DR-120, DR-259)", async () => {
    const job = await compileDroneJob(read("drone-0.4"));
    expect(job.workspace).toMatchObject({ mountPath: "/drone", sourcePath: "/drone/src/git.example/octocat/hello" });
    expect(valuesOf(serviceOf(job, "database"))).toEqual({ POSTGRES_USER: "app" });
    expect(stepOf(job, "build").scripts).toEqual([
      { kind: "main", commands: ["psql -h 127.0.0.1 -U app -c 'select 1'"] },
    ]);
    expect(job.mentionsLocalhost).toBe(true);
    expect(serviceOf(job, "database")).toMatchObject({ readinessTimeoutMs: 60_000, whenDeadInUse: "warn" });
  });

  test("the seed's week: pull: true pulls always (DR-121, DR-58)", async () => {
    const job = await compileDroneJob(read("seed-week"));
    expect(serviceOf(job, "cache").image).toMatchObject({ text: "redis", pullPolicy: ["always"] });
  });

  test("0.8: a group runs side by side, a command is split, scalars keep their spelling (DR-122)", async () => {
    const job = await compileDroneJob(read("drone-0.8"));
    expect(job.steps.map((step) => step.dependsOn)).toEqual([[], []]);
    expect(serviceOf(job, "database").command).toEqual(["--sql-mode="]);
    expect(valuesOf(serviceOf(job, "database"))).toMatchObject({ MYSQL_ALLOW_EMPTY_PASSWORD: "yes" });
  });

  test("1: two documents, two jobs with services of their own, one after the other (DR-123, DR-292)", async () => {
    const { pipeline, errors } = await compileDrone(read("drone-1"));
    expect(errors).toEqual([]);
    const [api, web] = pipeline?.jobs ?? [];
    expect([api?.name, web?.name]).toEqual(["api", "web"]);
    expect(web?.order).toMatchObject({ kind: "needs", needs: [{ job: "api" }] });
    expect(web?.services).toEqual([]);
    expect(api?.missingSecrets).toMatchObject([
      { name: "pg", path: "services.database.environment.POSTGRES_PASSWORD" },
    ]);
    const given = await compileDrone(read("drone-1"), { secrets: { pg: "geheim" } });
    const database = serviceOf(given.pipeline?.jobs[0] ?? (await compileDroneJob("")), "database");
    expect(database.variables.get("POSTGRES_PASSWORD")).toMatchObject({ value: "geheim", masked: true });
    expect(given.pipeline?.jobs[0]?.secrets).toEqual(["geheim"]);
  });

  test("woodpecker: user from backend_options, a text for commands (DR-124)", async () => {
    const job = await compileDroneJob(read("woodpecker"));
    expect(serviceOf(job, "cache").user).toBe("999");
    expect(stepOf(job, "test").scripts[0]?.commands).toEqual(["go test"]);
    expect(valuesOf(stepOf(job, "test"))).toMatchObject({
      CI: "woodpecker",
      CI_COMMIT_SHA: SHA,
      CI_REPO: "octocat/hello",
    });
  });

  test("0.3 is one step; services are named after their images (DR-21)", async () => {
    const text =
      "image: golang:1.2\nenv: [GOPATH=/go, 'PATH=$PATH:/go/bin']\nscript: [go test]\nservices: ['mysql:5.5', quay.io/a/redis]\n";
    const job = await compileDroneJob(text);
    expect(job.network).toBe("shared");
    expect(job.services.map((service) => [service.label, service.image.text])).toEqual([
      ["mysql", "mysql:5.5"],
      ["redis", "quay.io/a/redis"],
    ]);
    expect(stepOf(job, "build").scripts[0]?.commands).toEqual([
      'export GOPATH="/go"',
      'export PATH="$PATH:/go/bin"',
      "go test",
    ]);
  });
});

/** The smallest file of each dialect that has a section of that name. */
const WRAPPERS: readonly (readonly [string, "services" | "compose", string])[] = [
  ["drone-0.4", "compose", "build: {image: golang, commands: [make]}\n"],
  ["drone-0.5", "services", "script: {test: {image: golang, commands: [make]}}\n"],
  ["drone-0.8", "services", "pipeline: {test: {image: golang, group: a, commands: [make]}}\n"],
  ["drone-1", "services", "kind: pipeline\nsteps: [{name: test, image: golang, commands: [make]}]\n"],
  ["woodpecker", "services", "steps: {test: {image: golang, commands: [make]}}\n"],
];

describe.skipIf(!hasSharedFolder)("the examples of the document (DR-16)", () => {
  const blocks = yamlBlocks("drone-services.md").filter(
    (block) => /^(?:services|compose):$/m.test(block) && !block.includes("[container_name:]"),
  );
  const cases = WRAPPERS.flatMap(([dialect, section, head]) =>
    blocks.map(
      (block) =>
        [dialect, block.replace(/^---\n/, "").replace(/^(?:services|compose):/m, `${section}:`), head] as const,
    ),
  );
  test("there are six of them", () => {
    expect(blocks).toHaveLength(6);
  });

  test.each(cases)("%s: %s", async (dialect, block, head) => {
    const { dialect: found, pipeline, errors } = await compileDrone(head + block);
    expect({ found, errors }).toEqual({ found: dialect, errors: [] });
    const job = pipeline?.jobs[0];
    const names = [...block.matchAll(/^ {2}([a-z]+):$/gm)].map(([, name]) => name);
    expect(job?.services.map((service) => service.label)).toEqual(names);
    const asks = job?.services.flatMap((service) => service.hostAccess.map((one) => one.capability)) ?? [];
    expect(asks.length > 0).toBe(/volumes:|devices:|privileged:/.test(block));
  });

  test.each(["postgres", "postgres:9.2", "library/postgres:9.2", "index.docker.io/library/postgres:9.2"])(
    "image: %s is accepted as written (DR-140)",
    async (image) => {
      const job = await compileDroneJob(`build: {image: go, commands: [a]}\ncompose: {db: {image: ${image}}}\n`);
      expect(serviceOf(job, "db").image.text).toBe(image);
    },
  );
});
