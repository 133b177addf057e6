import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEngine } from "../../src/engines/open-engine.ts";
import type { RunEventBody } from "../../src/events/run-event.ts";
import { createRunImages } from "../../src/run/images.ts";
import { runPipeline } from "../../src/run/run-pipeline.ts";
import { openArtifactStore } from "../../src/system/artifact-store.ts";
import { openCacheStore } from "../../src/system/cache-store.ts";
import { systemClock } from "../../src/system/clock.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { packTar } from "../../src/system/tar.ts";
import { testJobPlan, testService, testStep } from "../test-plans.ts";

const NEVER = new AbortController().signal;
const LIMIT_BYTES = 48 * 1024 * 1024;

/** Grows by a few megabytes each tenth of a second, in a shell variable. */
const GLUTTON = "x=0123456789abcdef; while :; do x=$x$x; [ ${#x} -gt 4000000 ] && y=$y$x; sleep 0.1; done";

test("a service that outgrows its memory limit fails its job, with the limit and the last use seen", async () => {
  const runId = `oom${process.pid}`;
  const events: RunEventBody[] = [];
  const emit = (event: RunEventBody): void => void events.push(event);
  await using engine = await openEngine("docker", { env: process.env, home: homedir(), owner: currentOwner() });
  const plan = testJobPlan({
    runId,
    services: [testService("glutton", "busybox:latest", { memoryBytes: LIMIT_BYTES, command: ["sh", "-c", GLUTTON] })],
    steps: [testStep("busybox:latest", ["sleep 60"])],
  });
  const result = await runPipeline(
    { runId, dialect: "gitlab", file: "x", jobs: [{ plan, after: [], when: "on_success", artifactsFrom: [] }] },
    {
      engine,
      emit,
      emitLines: () => undefined,
      pressure: () => undefined,
      clock: systemClock,
      images: createRunImages({ engine, emit, clock: systemClock, signal: NEVER }),
      sources: { open: () => packTar([]) },
      caches: openCacheStore(join(tmpdir(), `outrigger-${runId}`), tmpdir()),
      planAgain: async () => undefined,
      planChildren: async () => [],
      artifacts: openArtifactStore(join(tmpdir(), `outrigger-${runId}`), tmpdir()),
      copiesArtifacts: false,
      locks: { acquire: async () => undefined },
      interruption: { stop: NEVER, kill: NEVER },
    },
    { maxParallelJobs: 1 },
  );
  expect(result).toMatchObject({
    state: "failed",
    decidedBy: "service_failed",
    cause: { kind: "service_out_of_memory" },
  });
  expect(result.cause?.text).toMatch(/limit 48 MiB, last use seen \d+ MiB/);
  expect(events).toContainEqual(expect.objectContaining({ type: "service.failed", exitCode: 137, fatal: true }));
});
