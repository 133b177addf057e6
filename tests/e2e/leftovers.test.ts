import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { jobPlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import type { Owner } from "../../src/model/owner.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { CliProject, eventOf } from "./cli-project.ts";
import { objectsOf, openTestEngine, untilGone } from "./test-engine.ts";

const NEVER = new AbortController().signal;

const project = new CliProject({
  ".gitlab-ci.yml": `
default: {image: busybox}
long: {services: [{name: redis:7, alias: cache}], script: [echo on, sleep 60]}
short: {script: [echo on]}
`,
});
afterAll(() => project[Symbol.dispose]());

const made: string[] = [];

/** A network and a volume of a run whose process is `owner`. */
async function leave(owner: Owner): Promise<string> {
  const runId = `e2e${process.hrtime.bigint().toString(36)}`;
  made.push(runId);
  await using engine = await openTestEngine(owner);
  await engine.openJob(jobPlan(runId, "left", { services: [], steps: [stepPlan("busybox:latest")] }), NEVER);
  // The network may still be on its way.
  while ((await objectsOf(runId)).length < 2) await delay(50);
  return runId;
}

afterEach(async () => {
  await using engine = await openTestEngine();
  const objects = (await engine.findObjects(NEVER)).filter((object) => made.includes(object.runId));
  await engine.removeObjects(objects, NEVER);
});

/** Of a process that is not there any more; the number is beyond what the kernel gives out. */
const DEAD: Owner = { ...currentOwner(), pid: 4_194_305, startTime: "1" };

describe("outrigger gc", () => {
  test("--dry-run lists what dead runs left, with the reason, and removes nothing; then gc removes it", async () => {
    const runId = await leave(DEAD);
    const objects = await objectsOf(runId);
    expect(objects).toHaveLength(2);
    const listed = await project.call(["gc", "--dry-run"]);
    for (const object of objects) {
      expect(listed.stdout).toContain(`would remove ${object}: process 4194305 of run ${runId} is gone\n`);
    }
    expect(listed.exitCode).toBe(0);
    expect(await objectsOf(runId)).toEqual(objects);
    const removed = await project.call(["gc"]);
    expect(removed.stdout).toContain(`removing ${objects[0]}: process`);
    expect(removed.stdout).toMatch(/^removed \d+ containers?, \d+ networks?, \d+ volumes?$/m);
    expect(await objectsOf(runId)).toEqual([]);
  });

  test.each([
    ["a living run", currentOwner()],
    ["another host", { ...DEAD, host: "elsewhere" }],
    ["another pid name space, of which nobody here knows anything", { ...DEAD, pidNamespace: "1" }],
  ])("what belongs to %s is not touched, nor by the next run", async (_, owner) => {
    const runId = await leave(owner);
    await project.call(["gc"]);
    await project.run(["short"]);
    expect(await objectsOf(runId)).toHaveLength(2);
  });

  test("what was left before a restart of this machine is removed", async () => {
    const runId = await leave({ ...currentOwner(), bootId: "before" });
    const { stdout } = await project.call(["gc"]);
    expect(stdout).toContain(`run ${runId} ended when this machine was restarted`);
    expect(await objectsOf(runId)).toEqual([]);
  });
});

test("the next run removes what a dead one left, and says so", async () => {
  const runId = await leave(DEAD);
  const result = await project.run(["short"]);
  expect(result.exitCode).toBe(0);
  const notes = result.events.flatMap((event) => (event.type === "run.note" ? [event.text] : []));
  expect(notes).toEqual([expect.stringMatching(/^removed what dead runs left behind: /)]);
  expect(await objectsOf(runId)).toEqual([]);
});

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

describe.skipIf(process.platform !== "linux")("kill -9", () => {
  test("nothing is left a moment later, also without another command", async () => {
    const run = project.startRun(["long"]);
    const { run: runId } = await run.until((event) => event.type === "job.log" && event.text === "on");
    run.child.kill("SIGKILL");
    await run.finished;
    await untilGone(runId, 10_000);
  });

  test("when everything of ours was killed, outrigger gc removes it", async () => {
    const run = project.startRun(["long"]);
    const { run: runId } = await run.until((event) => event.type === "job.log" && event.text === "on");
    for (const pid of childrenOf(run.child.pid ?? 0)) process.kill(pid, "SIGKILL");
    run.child.kill("SIGKILL");
    await run.finished;
    expect(await objectsOf(runId)).toHaveLength(4);
    expect((await project.call(["gc", "--dry-run"])).stdout).toContain(`of run ${runId} is gone`);
    const [gc, again] = await Promise.all([project.call(["gc"]), project.call(["gc"])]);
    expect([gc.stderr, again.stderr]).toEqual(["", ""]);
    expect(await objectsOf(runId)).toEqual([]);
  });

  test("when everything of ours was killed, any next command has it removed, and is none the slower", async () => {
    const run = project.startRun(["long"]);
    const { run: runId } = await run.until((event) => event.type === "job.log" && event.text === "on");
    for (const pid of childrenOf(run.child.pid ?? 0)) process.kill(pid, "SIGKILL");
    run.child.kill("SIGKILL");
    await run.finished;
    const listed = await project.call(["list"]);
    expect([listed.exitCode, listed.stderr]).toEqual([0, ""]);
    await untilGone(runId, 10_000);
  });

  test("a run beside it goes on undisturbed", async () => {
    const [dead, living] = [project.startRun(["long"]), project.startRun(["long"], {})];
    const isOn = (event: { readonly type: string }): boolean => event.type === "script.started";
    const [{ run: deadId }] = await Promise.all([dead.until(isOn), living.until(isOn)]);
    dead.child.kill("SIGKILL");
    await Promise.all([dead.finished, untilGone(deadId, 10_000), project.call(["gc"])]);
    expect(living.child.exitCode).toBeNull();
    living.child.kill("SIGTERM");
    const result = await living.finished;
    expect(eventOf(result, "run.cleaned")).toMatchObject({ containers: 2, networks: 1, volumes: 1, problems: [] });
  });
});
