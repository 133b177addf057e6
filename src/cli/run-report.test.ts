import { expect, test } from "vitest";
import { applyEvent } from "../events/apply-event.ts";
import { createEventLog } from "../events/event-log.ts";
import type { RunEventBody } from "../events/run-event.ts";
import { emptyRunView, type RunView } from "../events/run-view.ts";
import { toRunReport } from "./run-report.ts";

const STORY: readonly RunEventBody[] = [
  {
    type: "run.started",
    file: ".gitlab-ci.yml",
    dialect: "gitlab",
    engine: "e",
    jobs: [
      { name: "test", stage: "test", image: "ruby", services: [], showServiceLogs: false },
      { name: "later", image: "ruby", services: [], showServiceLogs: false },
    ],
  },
  { type: "job.started", job: "test", attempt: 1 },
  { type: "cache.restored", job: "test", key: "gems", found: true },
  { type: "artifacts.restored", job: "test", from: ["build"] },
  { type: "artifacts.kept", job: "test", files: 2, bytes: 9, folder: ".outrigger/artifacts/test" },
  { type: "cache.kept", job: "test", key: "gems", files: 3, bytes: 30 },
  { type: "run.note", level: "note", text: "KEY is ignored in local runs" },
  {
    type: "job.finished",
    job: "test",
    state: "passed",
    exitCode: 0,
    allowed: false,
    attempt: 1,
    willRetry: false,
    waitedMs: 5,
    scriptMs: 7,
  },
  { type: "run.finished", state: "passed", exitCode: 0, afterMs: 20 },
];

test("the report has each job's artifacts, caches and end, and the notes of the run (GY-248)", () => {
  let view: RunView = emptyRunView();
  const onEvent = (event: Parameters<typeof applyEvent>[1]): void => void (view = applyEvent(view, event));
  const log = createEventLog({ runId: "7f3a", now: () => 1000, listeners: [onEvent] });
  for (const body of STORY) log.emit(body);
  expect(JSON.parse(JSON.stringify(toRunReport(view)))).toMatchObject({
    v: 1,
    run: "7f3a",
    state: "passed",
    exitCode: 0,
    startedAt: "1970-01-01T00:00:01.000Z",
    jobs: [
      {
        name: "test",
        state: "passed",
        attempts: 1,
        artifactsFrom: ["build"],
        artifacts: { files: 2, bytes: 9, folder: ".outrigger/artifacts/test" },
        caches: [{ key: "gems", found: true, kept: { files: 3, bytes: 30 } }],
      },
      { name: "later", state: "waiting", attempts: 0, artifactsFrom: [], caches: [] },
    ],
    notes: [{ level: "note", text: "KEY is ignored in local runs" }],
  });
});
