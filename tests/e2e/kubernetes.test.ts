import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { describeOnCluster, openOnCluster } from "../kubernetes-cluster.ts";
import { makeLimitedAccount } from "../limited-account.ts";
import { hasSharedFolder } from "../shared-folder.ts";
import { CliProject, type CliResult, eventOf, jobOutput } from "./cli-project.ts";
import { seedExamples } from "./seed-cases.ts";
import { SERVICE_CASES } from "./service-cases.ts";

const NEVER = new AbortController().signal;
const ENGINE = ["--engine", "kubernetes"];
const DEPLOY = resolve(import.meta.dirname, "../../deploy/kubernetes/base");

vi.setConfig({ maxConcurrency: 4 });

describeOnCluster("the program on a real cluster", (kubeconfig) => {
  const env = (): Record<string, string> => ({ KUBECONFIG: kubeconfig() });
  const run = async (project: CliProject, ...argv: readonly string[]): Promise<CliResult> =>
    await project.run([...ENGINE, ...argv], env());
  const left = async (runId: string | undefined): Promise<readonly string[]> => {
    await using engine = await openOnCluster(kubeconfig(), currentOwner());
    const objects = await engine.findObjects(NEVER);
    return objects.filter((object) => object.runId === runId).map(({ kind, name }) => `${kind} ${name}`);
  };

  describe.skipIf(!hasSharedFolder).concurrent("the examples of GitLab's page on services", () => {
    // Several databases start at the same time, on a machine that runs a whole cluster beside them.
    const argv = [...ENGINE, "--services-timeout", "120s"];
    const examples = seedExamples(() => ({ argv, env: env(), idleShellsEnd: false }));
    test.each(examples)("%s", async (_, check) => {
      await check();
    });
  });

  describe.concurrent("services", () => {
    const jobs = ["dies early", "cannot start", "dies later", "own port", "port of the job", "each other", "left out"];
    let result: CliResult;
    beforeAll(async () => {
      using project = new CliProject({ ".gitlab-ci.yml": SERVICE_CASES });
      result = await run(project, "--jobs", "4", ...jobs);
    });
    const eventsOf = (job: string): readonly RunEvent[] =>
      result.events.filter((event) => "job" in event && event.job === job);
    const stateOf = (job: string): unknown => eventsOf(job).find((event) => event.type === "job.finished");

    test.each(["own port", "port of the job", "each other", "left out"])("%s: passes", (job) => {
      expect(stateOf(job)).toMatchObject({ state: "passed", exitCode: 0 });
    });

    test("one that ends early ends the wait: its code, its last 20 lines", () => {
      expect(stateOf("dies early")).toMatchObject({ state: "service_failed", exitCode: null });
      const failed = eventsOf("dies early").find((event) => event.type === "service.failed");
      expect(failed).toMatchObject({ exitCode: 9, wasReady: false, fatal: true });
      expect(failed?.type === "service.failed" ? failed.logTail : []).toEqual(
        [...Array(20).keys()].map((n) => `line ${n + 11}`),
      );
      expect(jobOutput(result, "dies early")).toEqual([]);
    });

    test("one that cannot start names the program that is not there", () => {
      expect(stateOf("cannot start")).toMatchObject({
        state: "service_failed",
        cause: { kind: "service_command_not_found", text: expect.stringContaining('"/no/such/program"') },
      });
    });

    test("one that ends while the script runs stops the script", () => {
      expect(stateOf("dies later")).toMatchObject({ state: "service_failed" });
      expect(jobOutput(result, "dies later")).not.toContain("never");
    });

    test("nothing is left", async () => {
      expect(await left(result.events[0]?.run)).toEqual([]);
    });
  });

  test.concurrent("steps of a Drone file share a pod; a plugin runs in its turn, services see the sources", async () => {
    const service = { name: "seer", image: "busybox", commands: ["cat hello > /drone/src/seen", "sleep 60"] };
    const until = "for n in $(seq 1 100); do [ -s seen ] && break; sleep 0.1; done";
    const steps = [
      { name: "one", image: "busybox", commands: [until, "cat seen", "touch /tmp/own"] },
      { name: "two", image: "busybox", commands: ["ls /tmp/own", "echo from two > left"] },
      { name: "plugin", image: "super/sql", entrypoint: ["cat"], command: ["left"] },
      { name: "last", image: "busybox", commands: ["exit 6"] },
    ];
    const file = JSON.stringify({ kind: "pipeline", type: "docker", name: "p", steps, services: [service] });
    using project = new CliProject({ ".drone.yml": file, hello: "from the sources\n" });
    const result = await run(project);
    const logs = result.events.filter((event) => event.type === "job.log").map((event) => event.text);
    expect(logs).toEqual(expect.arrayContaining(["from the sources", "/tmp/own", "from two"]));
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 6 });
  });

  test.concurrent("secrets are hidden, streams are kept apart, after_script runs, the exit code is the script's", async () => {
    const file = [
      "job:",
      "  image: busybox",
      "  services: [{name: busybox, alias: db, command: [sh, -c, 'echo $TOKEN; sleep 60']}]",
      "  variables: {CI_DEBUG_SERVICES: 'true'}",
      "  script:",
      "    - echo $TOKEN",
      "    - echo wrong >&2",
      "    - exit 42",
      "  after_script: [echo after $CI_JOB_STATUS]",
    ].join("\n");
    using project = new CliProject({ ".gitlab-ci.yml": file });
    const result = await run(project, "--variable", "TOKEN=very-secret-value", "--mask", "TOKEN");
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 42 });
    expect(jobOutput(result)).toEqual(expect.arrayContaining(["[MASKED]", "wrong", "after failed"]));
    expect(result.events.find((event) => event.type === "job.log" && event.text === "wrong")).toMatchObject({ fd: 2 });
    expect(result.stdout + result.stderr).not.toContain("very-secret-value");
  });

  test.concurrent("after kill -9 nothing stays on the cluster", async (context) => {
    const text = "job:\n  image: busybox\n  services: [redis:7]\n  script: [sleep 100]\n";
    using project = new CliProject({ ".gitlab-ci.yml": text });
    const started = project.startRun(ENGINE, env());
    const { run: runId } = await started.until((event) => event.type === "script.started");
    expect(await left(runId)).not.toEqual([]);
    started.child.kill("SIGKILL");
    await context.expect.poll(() => left(runId), { timeout: 60_000, interval: 500 }).toEqual([]);
  });

  test.concurrent("with the Role of deploy/kubernetes and no other rights a job runs and is cleared away", async () => {
    const limited = await makeLimitedAccount(kubeconfig(), readFileSync(join(DEPLOY, "role.yaml"), "utf8"));
    const folder = mkdtempSync(join(tmpdir(), "outrigger-role-"));
    try {
      const path = join(folder, "kubeconfig");
      writeFileSync(path, limited.kubeconfig);
      using project = new CliProject({
        ".gitlab-ci.yml":
          "job:\n  image: busybox\n  services: [redis:7]\n  script: ['echo | nc -w 1 redis 6379', exit 7]\n",
      });
      const result = await project.run(ENGINE, { KUBECONFIG: path });
      expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 7 });
      expect(eventOf(result, "run.cleaned")).toMatchObject({ networks: 1, problems: [] });
    } finally {
      await limited.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
