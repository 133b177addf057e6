import { expect, test } from "vitest";
import { jobPlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import type { JobSandbox } from "../../src/engines/engine.ts";
import { isSoak } from "../long-suites.ts";
import { CliProject, jobOutput } from "./cli-project.ts";
import { leftBy, openTestEngine } from "./test-engine.ts";

const JOBS = isSoak ? 30 : 10;
const SANDBOXES = isSoak ? 200 : 40;

test(`${JOBS} jobs with a service each run at the same time`, async () => {
  const jobs = Array.from({ length: JOBS }, (_, index) => `job-${index}: {extends: .job}\n`).join("");
  const file = `.job:\n  image: busybox\n  services: [{name: redis:7, alias: cache}]\n  script:\n    - echo PING | nc -w 2 cache 6379\n${jobs}`;
  using project = new CliProject({ ".gitlab-ci.yml": file });
  const result = await project.run(["--jobs", String(JOBS), "--services-timeout", "120s"]);
  expect(result.exitCode).toBe(0);
  expect(jobOutput(result).filter((line) => line.startsWith("+PONG"))).toHaveLength(JOBS);
  expect(await leftBy(result)).toEqual([]);
}, 600_000);

test(`${SANDBOXES} sandboxes are open at once on one engine, each with its own network`, async () => {
  const runId = `many${process.pid}`;
  await using engine = await openTestEngine();
  const signal = AbortSignal.timeout(540_000);
  const open: JobSandbox[] = [];
  try {
    for (let index = 0; index < SANDBOXES; index++) {
      open.push(
        await engine.openJob(
          jobPlan(runId, `many-${index}`, { services: [], steps: [stepPlan("busybox:latest")] }),
          signal,
        ),
      );
    }
    const countNetworks = async (): Promise<number> =>
      (await engine.findObjects(signal)).filter((object) => object.kind === "network" && object.runId === runId).length;
    // The last ones may still be on their way.
    while ((await countNetworks()) < SANDBOXES) signal.throwIfAborted();
  } finally {
    for (const sandbox of open) await sandbox.close(0);
  }
  expect((await engine.findObjects(signal)).filter((object) => object.runId === runId)).toEqual([]);
}, 600_000);

test("a pull that fails beside a job that starts fails its own job only, and leaves nothing of it", async () => {
  using project = new CliProject({
    ".gitlab-ci.yml":
      "broken:\n  image: no-such-registry.invalid/nothing:1\n  services: [{name: redis:7, alias: cache}]\n  script: [echo never]\n" +
      "sound:\n  image: busybox\n  services: [{name: redis:7, alias: cache}]\n  script: [sleep 1, echo it ran]\n",
  });
  const result = await project.run();
  expect(result.exitCode).toBe(4);
  expect(jobOutput(result, "sound")).toEqual(["it ran"]);
  const ends = result.events.flatMap((event) => (event.type === "job.finished" ? [`${event.job} ${event.state}`] : []));
  expect(ends.toSorted()).toEqual(["broken image_failed", "sound passed"]);
  expect(await leftBy(result)).toEqual([]);
}, 120_000);

test("two runs at once in one project do not meet", async () => {
  using project = new CliProject({
    ".gitlab-ci.yml":
      "test:\n  image: busybox\n  services: [{name: redis:7, alias: cache}]\n  script:\n    - echo PING | nc -w 2 cache 6379\n",
  });
  const results = await Promise.all([project.run(), project.run()]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(new Set(results.map(({ events }) => events[0]?.run)).size).toBe(2);
  expect(await leftBy(...results)).toEqual([]);
}, 120_000);
