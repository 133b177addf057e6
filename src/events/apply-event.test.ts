import { describe, expect, test } from "vitest";
import { LineBlock } from "../text/line-block.ts";
import { applyEvent } from "./apply-event.ts";
import { createEventLog } from "./event-log.ts";
import { createLogTails } from "./log-tails.ts";
import type { RunEvent, RunEventBody } from "./run-event.ts";
import { emptyRunView, type RunView, runTimes } from "./run-view.ts";

const about = { job: "test", service: "db" };
const story: readonly RunEventBody[] = [
  {
    type: "run.started",
    file: "f",
    dialect: "gitlab",
    engine: "e",
    jobs: [{ name: "test", image: "ruby", services: [{ id: "db", image: "postgres" }], showServiceLogs: false }],
  },
  { type: "image.pulling", image: "postgres" },
  { type: "image.progress", image: "postgres", doneBytes: 5, totalBytes: 10 },
  { type: "image.pulled", image: "postgres", how: "pulled", bytes: 10, afterMs: 700 },
  { type: "job.started", job: "test", attempt: 1 },
  { type: "service.starting", ...about, image: "postgres", hostNames: ["db"] },
  { type: "service.started", ...about, container: "c", address: "10.0.0.2" },
  { type: "service.waiting", ...about, probe: "tcp 5432", detail: "refused", tries: 3, afterMs: 50, timeoutMs: 30_000 },
  { type: "service.ready", ...about, probe: "tcp 5432", answer: "accepted", afterMs: 300 },
  { type: "script.started", job: "test", step: "test", script: "main" },
  { type: "job.log", job: "test", step: "test", fd: 1, text: "hello" },
  { type: "script.finished", job: "test", step: "test", script: "main", exitCode: 4, afterMs: 40 },
];
const failed = { type: "job.finished", job: "test", state: "failed", exitCode: 4, allowed: false } as const;

function events(bodies: readonly RunEventBody[]): readonly RunEvent[] {
  const out: RunEvent[] = [];
  let now = 1000;
  const log = createEventLog({ runId: "7f3a", now: () => (now += 10), listeners: [(event) => void out.push(event)] });
  for (const body of bodies) log.emit(body);
  return out;
}

function viewOf(bodies: readonly RunEventBody[]): RunView {
  return events(bodies).reduce(applyEvent, emptyRunView());
}

describe("the view of a run", () => {
  test("follows a job, its image and its service", () => {
    const view = viewOf(story);
    expect(view.images.get("postgres")).toMatchObject({ state: "pulled", afterMs: 700, doneBytes: 10 });
    expect(view.jobs.get("test")).toMatchObject({ state: "running", attempt: 1, startedAt: 1050, exitCode: 4 });
    expect(view.jobs.get("test")?.services).toMatchObject([
      { id: "db", state: "ready", readyAfterMs: 300, container: "c", hostNames: ["db"], probe: "tcp 5432", tries: 3 },
    ]);
    expect(runTimes(view)).toEqual({ pullMs: 700, servicesMs: 300, scriptMs: undefined });
  });

  test("does not change when an event is seen twice, or late", () => {
    const all = events(story);
    const view = all.reduce(applyEvent, emptyRunView());
    expect(all.reduce(applyEvent, view)).toBe(view);
  });

  test("is not copied for a log line", () => {
    const view = viewOf(story);
    const [line] = events([{ type: "job.log", job: "test", step: "test", fd: 1, text: "x" }]);
    expect(line && applyEvent(view, { ...line, seq: 1000 })).toBe(view);
  });

  test("begins anew with a second attempt, whose services are not those that are still being stopped", () => {
    const times = { waitedMs: 1, scriptMs: 2 };
    const view = viewOf([
      ...story,
      { ...failed, ...times, attempt: 1, willRetry: true },
      { type: "job.started", job: "test", attempt: 2 },
      { type: "service.starting", ...about, image: "postgres", hostNames: ["db"] },
      { type: "service.ended", ...about, exitCode: 0, why: "stopped" },
    ]);
    expect(view.jobs.get("test")).toMatchObject({ state: "preparing", attempt: 2, scriptMs: 0 });
    expect(view.jobs.get("test")?.services).toMatchObject([{ state: "starting", readyAfterMs: undefined }]);
  });

  test("a service that failed stays failed when its container goes", () => {
    const died = { exitCode: 1, oomKilled: true, wasReady: true, fatal: true, reason: "r", afterMs: 9, logTail: ["l"] };
    const view = viewOf([
      ...story,
      { type: "service.failed", ...about, image: "postgres", ...died },
      { ...failed, state: "service_failed", attempt: 1, willRetry: false, waitedMs: 0, scriptMs: 0 },
      { type: "service.ended", ...about, exitCode: 137, why: "stopped" },
    ]);
    expect(view.jobs.get("test")?.services).toMatchObject([
      { state: "failed", exitCode: 1, oomKilled: true, logTail: ["l"] },
    ]);
  });

  test("has jobs that join it behind the one that brings them", () => {
    const added = { name: "test/child", image: "i", services: [], showServiceLogs: false };
    const other = { ...added, name: "other" };
    const [started] = story;
    if (started?.type !== "run.started") throw new Error("a story begins with its start");
    const view = viewOf([
      { ...started, jobs: [...started.jobs, other] },
      { type: "run.extended", parent: "test", jobs: [added] },
    ]);
    expect([...view.jobs.keys()]).toEqual(["test", "test/child", "other"]);
    expect(view.jobs.get("test/child")).toMatchObject({ state: "waiting", image: "i" });
  });

  test("ends with cause, exit code and what was cleaned", () => {
    const cause = { kind: "script_failed", text: "t", certain: true };
    const view = viewOf([
      ...story,
      { type: "run.note", level: "warning", text: "n" },
      { type: "run.cleaned", containers: 2, networks: 1, volumes: 0, problems: [] },
      { type: "run.finished", state: "failed", exitCode: 1, afterMs: 5, cause },
    ]);
    expect(view).toMatchObject({
      state: "failed",
      exitCode: 1,
      cause,
      cleaned: { containers: 2 },
      notes: [{ text: "n" }],
    });
  });
});

test("of every log the last lines are kept", () => {
  const tails = createLogTails(3);
  for (let n = 0; n < 100; n++) {
    tails.add({ type: "service.log", ...about, fd: 1 }, LineBlock.of([`${n}`]));
  }
  expect(tails.of("test", "db")).toEqual(["97", "98", "99"]);
  expect(tails.of("test")).toEqual([]);
});
