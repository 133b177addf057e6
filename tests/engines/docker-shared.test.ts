import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../../src/model/job-plan.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { eventsOf, outputOf, runPlan } from "../run-plan.ts";
import { testJobPlan, testService, testStep } from "../test-plans.ts";

const { env } = process;
const home = homedir();
const found = await findEndpoint(env, { home, uid: process.getuid?.() });
const never = new AbortController().signal;
const WORKSPACE = { mountPath: "/drone", sourcePath: "/drone/src/example.org/app", sourcesBeforeServices: true };

/** Jobs of several steps with services in one name space, on the engine that is there. */
describe.skipIf(found.kind === "none")("a Drone job on Docker", () => {
  let engine: Engine;
  const runIds: string[] = [];

  beforeAll(async () => {
    const extraLabels = new Map([["dev.outrigger.test", "docker-shared"]]);
    engine = await openEngine("docker", { env, home, owner: currentOwner(), extraLabels });
  });
  afterAll(async () => {
    const left = (await engine.findObjects(never)).filter((object) => runIds.includes(object.runId));
    expect(left).toEqual([]);
    await engine[Symbol.asyncDispose]();
  });

  function job(over: Partial<JobPlan>): JobPlan {
    const runId = `s${process.hrtime.bigint().toString(36)}`;
    runIds.push(runId);
    return testJobPlan({ runId, workspace: WORKSPACE, ...over });
  }

  function shared(steps: readonly StepPlan[], services: readonly ServicePlan[]): JobPlan {
    const hostNames = [...services, ...steps].flatMap((one) => one.hostNames);
    const [first = testStep("busybox:latest", [])] = steps;
    const nameSpace = { image: first.image, hostNames, extraHosts: [], dns: [], dnsSearch: [] };
    return job({ network: "shared", nameSpace, steps, services });
  }

  function step(name: string, commands: readonly string[], over: Partial<StepPlan> = {}): StepPlan {
    const workingDir = WORKSPACE.sourcePath;
    return testStep("busybox:latest", commands, { id: name, name, hostNames: [name], workingDir, ...over });
  }

  test("redis and postgres of the document answer at localhost and by name, seen from every step (DR-98, DR-100)", async () => {
    const on = (image: string, name: string, commands: readonly string[], over: Partial<StepPlan> = {}): StepPlan => ({
      ...step(name, commands, over),
      image: testStep(image, []).image,
    });
    const ask = (host: string): string => `psql -h ${host} -U postgres -tAc "select 'from ${host}'"`;
    const plan = shared(
      [
        on("redis:latest", "cached", ["redis-cli -h localhost ping", "redis-cli -h cache ping", "cat hello"]),
        on("postgres:latest", "stored", [ask("127.0.0.1"), ask("database")], {
          env: new Map([["PGPASSWORD", "x"]]),
          dependsOn: ["cached"],
        }),
      ],
      [
        testService("cache", "redis:latest"),
        testService("database", "postgres:latest", {
          env: new Map([["POSTGRES_PASSWORD", "x"]]),
          readiness: { kind: "auto", timeoutMs: 60_000 },
        }),
      ],
    );
    const run = await runPlan(plan, engine);
    expect(run.result.cause).toBeUndefined();
    expect(outputOf(run, "cached")).toEqual(["PONG", "PONG", "hello"]);
    expect(outputOf(run, "stored")).toEqual(["from 127.0.0.1", "from database"]);
    expect(run.result.removed).toEqual({ containers: 5, networks: 1, volumes: 1 });
    expect(
      eventsOf(run, "service.ready")
        .map((event) => event.service)
        .toSorted(),
    ).toEqual(["cache", "database"]);
  });

  test("two servers on one port: the second is the cause, and the first is named (DR-108, DR-109)", async () => {
    const server = (id: string, delay: string): ServicePlan =>
      testService(id, "busybox:latest", {
        command: ["sh", "-c", `sleep ${delay}; httpd -f -p 8080 || { echo "port 8080"; exit 1; }`],
        declaredPorts: [8080],
        whenDeadInUse: "warn",
        readiness: { kind: "tcp", ports: [8080], timeoutMs: 20_000 },
      });
    const plan = shared([step("test", ["sleep 30"])], [server("web", "0"), server("api", "1")]);
    const run = await runPlan(plan, engine);
    expect(run.result).toMatchObject({ state: "failed", decidedBy: "service_failed" });
    expect(run.result.cause?.text).toContain('could not listen on 8080: already used by service "web"');
  });

  test("options reach the container: user, limits, hosts, a volume of the job, a device, capabilities, labels", async () => {
    const volumes = [{ kind: "named", source: "x", target: "/x", readOnly: false, lifetime: "job" }] as const;
    const commands = [
      "id -u",
      "grep far.example /etc/hosts | cut -f1",
      "cat /x/from-service",
      "test -c /dev/own-null && echo device",
      "ulimit -n",
      "df -m /dev/shm | tail -n 1 | tr -s ' ' | cut -d' ' -f2",
      "grep CapBnd /proc/self/status | cut -f2 | tail -c 6",
    ];
    const plan = job({
      steps: [
        step("test", commands, {
          user: "1234",
          volumes,
          devices: [{ source: "/dev/null", target: "/dev/own-null", permissions: "rwm" }],
          extraHosts: ["far.example:192.0.2.9"],
          ulimits: [{ name: "nofile", soft: 99, hard: 99 }],
          shmBytes: 8 * 2 ** 20,
          memoryBytes: 64 * 2 ** 20,
          cpus: 0.5,
          capDrop: ["ALL"],
          labels: new Map([["of", "user"]]),
        }),
      ],
      services: [
        testService("writer", "busybox:latest", {
          command: ["sh", "-c", "echo written > /x/from-service; exec httpd -f -p 80"],
          readiness: { kind: "tcp", ports: [80], timeoutMs: 20_000 },
          volumes,
        }),
      ],
    });
    const run = await runPlan(plan, engine);
    expect(run.result.cause).toBeUndefined();
    expect(outputOf(run, "test")).toEqual(["1234", "192.0.2.9", "written", "device", "99", "8", "00000"]);
    expect(run.result.removed).toEqual({ containers: 2, networks: 1, volumes: 2 });
  });

  test("a container with network_mode none has no network, and the rest of the job has one (DR-84, DR-118)", async () => {
    const plan = shared(
      [
        step("inside", ["nc -w 3 127.0.0.1 80 </dev/null && echo served"]),
        step("alone", ["nc -w 3 127.0.0.1 80 </dev/null 2>/dev/null || echo alone"], {
          networkMode: "none",
          dependsOn: ["inside"],
        }),
      ],
      [
        testService("web", "busybox:latest", {
          command: ["httpd", "-f", "-p", "80"],
          readiness: { kind: "tcp", ports: [80], timeoutMs: 20_000 },
        }),
      ],
    );
    const run = await runPlan(plan, engine);
    expect([outputOf(run, "inside"), outputOf(run, "alone")]).toEqual([["served"], ["alone"]]);
  });

  test("an image without a shell cannot hold the name space, and the job says what to do (DR-99)", async () => {
    const image = "outrigger-test/no-shell:latest";
    execFileSync("docker", ["import", "-c", 'CMD ["/nothing"]', "-", image], {
      input: Buffer.alloc(1024),
      stdio: "pipe",
    });
    try {
      const plugin = testStep(image, [], { id: "plugin", name: "plugin", hostNames: [], scripts: [] });
      const run = await runPlan(shared([plugin], []), engine);
      expect(run.result.decidedBy).toBe("engine_failed");
      expect(run.result.cause).toMatchObject({
        kind: "name_space_without_shell",
        text: expect.stringContaining(`image "${image}" has no shell`),
        hint: expect.stringContaining("--network bridge"),
      });
    } finally {
      execFileSync("docker", ["image", "rm", image], { stdio: "ignore" });
    }
  });
});
