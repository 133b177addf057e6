import { afterAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { CliProject, type CliResult, eventOf, jobOutput } from "./cli-project.ts";
import { SERVICE_CASES } from "./service-cases.ts";
import { leftBy } from "./test-engine.ts";

type Kind<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function eventsOf<T extends RunEvent["type"]>(result: CliResult, type: T): readonly Kind<T>[] {
  return result.events.filter((event): event is Kind<T> => event.type === type);
}

describe("services", () => {
  const project = new CliProject({ ".gitlab-ci.yml": SERVICE_CASES });
  afterAll(() => project[Symbol.dispose]());

  test("one that ends early ends the wait at once: exit 3, its last 20 lines, one cause", async () => {
    const result = await project.run(["dies early"]);
    expect(result.exitCode).toBe(3);
    const failed = eventOf(result, "service.failed");
    expect(failed).toMatchObject({ service: "db", exitCode: 9, wasReady: false, fatal: true });
    expect(failed.logTail).toEqual([...Array(20).keys()].map((n) => `line ${n + 11}`));
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "service_failed", exitCode: null });
    const { cause } = eventOf(result, "run.finished");
    expect(cause).toMatchObject({ kind: "service_exited", service: "db", at: { file: ".gitlab-ci.yml", line: 5 } });
    expect(cause?.hint).toContain(`outrigger logs ${result.events[0]?.run} dies early:db`);
    expect(jobOutput(result)).toEqual([]);
    const kept = await project.call(["logs", result.events[0]?.run ?? "", "dies early:db"]);
    expect(kept.stdout.trimEnd().split("\n")).toHaveLength(30);
    expect(await leftBy(result)).toEqual([]);
  });

  test("one that cannot start names the program that is not there", async () => {
    const result = await project.run(["cannot start"]);
    expect(result.exitCode).toBe(3);
    expect(eventOf(result, "run.finished").cause).toMatchObject({
      kind: "service_command_not_found",
      text: expect.stringContaining('"/no/such/program" is not in the image'),
    });
    expect(await leftBy(result)).toEqual([]);
  });

  test("one that ends while the script runs stops the script: exit 3", async () => {
    const result = await project.run(["dies later"]);
    expect(result.exitCode).toBe(3);
    expect(jobOutput(result)).toContain("started");
    expect(jobOutput(result)).not.toContain("never");
    expect(eventOf(result, "service.failed")).toMatchObject({ exitCode: 4, wasReady: true, logTail: ["giving up"] });
    expect(eventOf(result, "run.finished").afterMs).toBeLessThan(20_000);
    expect(await leftBy(result)).toEqual([]);
  });

  test("--services warn lets the script run, whatever services do", async () => {
    const result = await project.run(["--services", "warn", "dies early", "nothing to probe"]);
    expect(result.exitCode).toBe(0);
    expect(eventOf(result, "service.failed")).toMatchObject({ fatal: false });
    expect(jobOutput(result)).toEqual(["ran", "ran"]);
    const unready = eventsOf(result, "service.unready").find(({ service }) => service === "idle");
    expect(unready?.reason).toBe(`service "${unready?.container}" has no exposed ports`);
  });

  test("one that is never ready gets GitLab's warning and its log, then the script counts (GS-522)", async () => {
    const { exitCode, stdout, stderr } = await project.call(["run", "--services-timeout", "1s", "never ready"]);
    expect(exitCode).toBe(1);
    const text = stdout + stderr;
    expect(text).toMatch(
      /^\*\*\* WARNING: Service outrigger-\S+-never-ready-memcached probably didn't start properly\.$/m,
    );
    expect(text).toContain("Health check error:\nnot ready after 1 s");
    expect(text).toContain("Service container logs:\nnot today\n\n*********\n");
    expect(text).toContain("never ready | ran\n");
  });

  test("--services strict makes it exit 3, without the script", async () => {
    const result = await project.run(["--services", "strict", "--services-timeout", "1s", "never ready"]);
    expect(result.exitCode).toBe(3);
    expect(jobOutput(result)).toEqual([]);
    expect(eventOf(result, "run.finished").cause).toMatchObject({ kind: "service_not_ready", service: "memcached" });
    expect(await leftBy(result)).toEqual([]);
  });

  test("--services-timeout -1 does not wait", async () => {
    const result = await project.run(["--services-timeout", "-1", "never ready"]);
    expect(result.exitCode).toBe(1);
    expect(eventsOf(result, "service.unready")).toEqual([]);
  });

  test.each([
    ["own port", "tcp 8080", ""],
    ["port of the job", "tcp 8081", ""],
    ["nothing to probe", "none", "no exposed ports, nothing to probe"],
  ])("%s: ready by %s", async (job, probe, answer) => {
    const result = await project.run([job]);
    expect(result.exitCode).toBe(0);
    expect(eventOf(result, "service.ready")).toMatchObject({ probe, ...(answer === "" ? {} : { answer }) });
    expect(jobOutput(result)).toEqual(["ran"]);
  });

  test("they reach each other and the job by name, and share the workspace, without a flag", async () => {
    const result = await project.run(["each other"]);
    expect(jobOutput(result)).toEqual(["one", "one", "one", "/builds/saw-build"]);
    expect(result.exitCode).toBe(0);
  });

  test("docker:dind is not privileged by itself, and its death says so", async () => {
    const result = await project.run(["needs privilege"]);
    expect(result.exitCode).toBe(3);
    const { cause } = eventOf(result, "run.finished");
    expect(cause).toMatchObject({
      kind: "service_needs_privileged",
      hint: expect.stringContaining("--trusted=security"),
    });
    expect(cause?.text).toContain("needs privileged");
    expect(await leftBy(result)).toEqual([]);
  });

  test("--trusted=security gives privilege to docker:dind, and only to it", async () => {
    const { stdout } = await project.call(["explain", "--json", "--trusted=security"]);
    const services: unknown[] = JSON.parse(stdout).jobs.flatMap((job: { services: unknown[] }) => job.services);
    const privileged = services.filter((service) => JSON.stringify(service).includes('"privileged":true'));
    expect(privileged).toMatchObject([{ image: "docker:dind" }]);
    expect((await project.call(["explain", "--json"])).stdout).not.toContain('"privileged":true');
  });

  test("CI_DEBUG_SERVICES shows logs by the service's name, other words warn and hide them (GS-901, GS-902)", async () => {
    const shown = await project.call(["run", "shown", "spelled wrong"]);
    expect(shown.stdout).toContain("shown:db | seen\n");
    expect(shown.stdout).not.toContain("hidden");
    expect(shown.stderr).toContain('CI_DEBUG_SERVICES: expected bool got "sometimes", using default value: false');
  });

  test("a name that expands to nothing is left out with a warning that names the variable", async () => {
    const result = await project.run(["left out"]);
    expect(result.exitCode).toBe(0);
    expect(jobOutput(result)).toEqual(["ran"]);
    expect(result.stderr).toMatch(
      /^\.gitlab-ci\.yml:\d+:\d+: warning: service "\$NOTHING" expands to nothing.*left out/m,
    );
    expect(result.stderr).toMatch(
      /^\.gitlab-ci\.yml:\d+:\d+: warning: service "\$\{UNSET_NAME\}".*"UNSET_NAME" not set/m,
    );
  });
});

test("HEALTHCHECK_TCP_PORT that is no port is an error at its line, before anything starts (GS-507)", async () => {
  using project = new CliProject({
    ".gitlab-ci.yml":
      "a:\n  image: busybox\n  services:\n    - {name: redis:7, variables: {HEALTHCHECK_TCP_PORT: http}}\n  script: x\n",
  });
  const result = await project.run();
  expect(result).toMatchObject({ exitCode: 2, events: [] });
  expect(result.stderr).toMatch(/^\.gitlab-ci\.yml:4:\d+: error: .*HEALTHCHECK_TCP_PORT.*"http"/m);
});
