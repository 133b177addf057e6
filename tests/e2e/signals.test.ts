import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { CliProject, eventOf, type StartedCli } from "./cli-project.ts";
import { leftBy, untilGone } from "./test-engine.ts";

const PIPELINE = `
default: {image: busybox}
job:
  services:
    - {name: redis:7, alias: cache}
    - {name: "memcached:latest", alias: slow, command: [sh, -c, "trap 'echo asked to stop; exit 0' TERM; while true; do sleep 0.1; done"]}
  script: [echo never]
script: {services: [{name: redis:7, alias: cache}], script: [echo on, sleep 60, echo never]}
deaf:
  services: [{name: busybox, alias: deaf, command: [sh, -c, "trap '' TERM; while true; do sleep 1; done"]}]
  script: [echo on, sleep 60]
short: {services: [{name: redis:7, alias: cache}], script: [echo on]}
chatty: {script: ["for n in $(seq 1 2000); do echo line $n; done; sleep 1"]}
`;

const project = new CliProject({ ".gitlab-ci.yml": PIPELINE });
afterAll(() => project[Symbol.dispose]());

function isAt(type: RunEvent["type"], text = ""): (event: RunEvent) => boolean {
  return (event) => event.type === type && (text === "" || JSON.stringify(event).includes(`"${text}"`));
}

async function expectStopped(run: StartedCli, exitCode: number, signal: string): Promise<number> {
  const stoppedAt = performance.now();
  const result = await run.finished;
  expect(result.exitCode).toBe(exitCode);
  expect(eventOf(result, "run.finished")).toMatchObject({ state: "canceled", exitCode });
  expect(eventOf(result, "run.cleaned").problems).toEqual([]);
  expect(result.stderr).toContain("stopping");
  expect(result.stdout).not.toContain('"never"');
  expect(await leftBy(result)).toEqual([]);
  expect(eventOf(result, "job.finished")).toMatchObject({
    state: "canceled",
    cause: { text: `interrupted by ${signal}` },
  });
  return performance.now() - stoppedAt;
}

describe("a signal, once: everything is stopped and removed, the summary is printed", () => {
  test.each([
    ["when the run has just begun", "job", isAt("run.started")],
    ["while services start", "job", isAt("service.starting")],
    ["while services get ready", "job", isAt("service.ready", "cache")],
    ["while the script runs", "script", isAt("job.log", "on")],
  ] as const)("Ctrl-C %s: 130", async (_, job, when) => {
    const run = project.startRun([job]);
    await run.until(when);
    run.child.kill("SIGINT");
    expect(await expectStopped(run, 130, "SIGINT")).toBeLessThan(14_000);
  });

  test("SIGTERM: 143", async () => {
    const run = project.startRun(["script"]);
    await run.until(isAt("job.log", "on"));
    run.child.kill("SIGTERM");
    await expectStopped(run, 143, "SIGTERM");
  });

  test("Ctrl-C during clean-up changes nothing about what is removed", async () => {
    const run = project.startRun(["short"]);
    await run.until(isAt("job.finished"));
    run.child.kill("SIGINT");
    const result = await run.finished;
    expect([0, 130]).toContain(result.exitCode);
    expect(eventOf(result, "run.cleaned").problems).toEqual([]);
    expect(await leftBy(result)).toEqual([]);
  });

  test("services are asked to stop and may finish what they do", async () => {
    const run = project.startRun(["job"]);
    await run.until(isAt("service.waiting", "slow"));
    run.child.kill("SIGINT");
    const result = await run.finished;
    expect(result.stdout).toContain("asked to stop");
  });
});

test("Ctrl-C twice kills what does not want to end, and still clears up", async () => {
  const run = project.startRun(["deaf"]);
  await run.until(isAt("job.log", "on"));
  run.child.kill("SIGINT");
  await run.until(isAt("job.log", "Terminated")).catch(() => undefined);
  run.child.kill("SIGINT");
  expect(await expectStopped(run, 130, "SIGINT")).toBeLessThan(8_000);
});

test("Ctrl-C before the engine has answered ends at once", async () => {
  const server = createServer(() => undefined);
  const socket = join(project.folder, "silent.sock");
  const accepted = new Promise((settle) => server.once("connection", settle));
  await new Promise<void>((settle) => server.listen(socket, settle));
  const run = project.startRun(["short"], { DOCKER_HOST: `unix://${socket}` });
  await accepted;
  run.child.kill("SIGINT");
  expect(await new Promise((settle) => run.child.once("exit", (code, signal) => settle(code ?? signal)))).toSatisfy(
    (end) => end === 130 || end === "SIGINT",
  );
  server.close();
});

test("a reader that goes away (| head -1) leaves nothing behind", async () => {
  const program = resolve(import.meta.dirname, "../../bin/outrigger.js");
  const env = { ...process.env, XDG_STATE_HOME: project.stateFolder };
  const child = spawn(process.execPath, [program, "run", "--json", "chatty"], {
    cwd: project.folder,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const first = await new Promise<string>((settle) =>
    child.stdout.once("data", (chunk: Buffer) => settle(chunk.toString())),
  );
  child.stdout.destroy();
  const exitCode = await new Promise((settle) => child.once("exit", settle));
  expect(exitCode).toBe(0);
  const runId = /"run":"([0-9a-f]+)"/.exec(first)?.[1] ?? "";
  await untilGone(runId, 5_000);
});
