import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { jobPlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import type { ContainerEnd } from "../../src/engines/engine.ts";
import type { KubernetesEngine } from "../../src/engines/kubernetes/kubernetes-engine.ts";
import { type FakeWork, LINES, type WorkerAnswer, type WorkerWord } from "../kubernetes/fake-worker.ts";
import { NEVER, openEngineOn } from "../kubernetes/fault-bench.ts";
import { inFull, isSoak } from "../long-suites.ts";

const JOBS = isSoak ? 200 : 40;
/** So many pods may be there at once until the first have ended. */
const FIRST_QUOTA = JOBS * 0.75;
const MAX_BYTES_PER_JOB = 2 * 1024 * 1024;
const LAST_LINES = ["up", ...Array.from({ length: LINES }, (_, index) => `line ${index + 1}`)];

/** The engine's own pace: so many requests in each second, after a burst. */
const [REQUESTS_PER_SECOND, BURST] = [50, 100];

if (!isSoak) console.warn(`ONLY A PART HERE: ${JOBS} jobs at once. 200 of them: ${inFull("kubernetes-scale")}`);

test(`${JOBS} jobs at once: one watch, paced requests, a quota that queues, every line, little memory for each`, async () => {
  const worker = new Worker(new URL("../kubernetes/fake-worker.ts", import.meta.url), {
    workerData: { quota: FIRST_QUOTA, perSecond: REQUESTS_PER_SECOND } satisfies FakeWork,
  });
  const first = await answerOf(worker);
  const engine = await openEngineOn(first.kubeconfig, {});
  try {
    const before = usedBytes();
    const outputs = Array.from({ length: JOBS }, () => new RecordedOutput());
    const ends = outputs.map(async (output, index) => await runJob(engine, `job-${index}`, output));
    const isUp = (): number => outputs.filter(({ lines }) => lines.includes("up")).length;
    await expect.poll(isUp, { timeout: 60_000, interval: 100 }).toBe(FIRST_QUOTA);
    const perJob = (usedBytes() - before) / JOBS;
    const waiting = await ask(worker, "report");
    await ask(worker, "let go");
    const results = await Promise.all(ends);
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(outputs.filter(({ lines }) => lines.join() !== LAST_LINES.join())).toEqual([]);
    const last = await ask(worker, "report");
    expect(waiting).toMatchObject({ pods: FIRST_QUOTA, mostWatchesAtOnce: 1 });
    expect(last).toMatchObject({ pods: 0, mostWatchesAtOnce: 1 });
    expect(last.mostAhead).toBeLessThanOrEqual(BURST + 1);
    expect(last.podsAsked).toBeGreaterThan(JOBS);
    expect(perJob).toBeLessThan(MAX_BYTES_PER_JOB);
  } finally {
    await engine[Symbol.asyncDispose]();
    await ask(worker, "close");
    await worker.terminate();
  }
});

async function runJob(engine: KubernetesEngine, name: string, output: RecordedOutput): Promise<ContainerEnd> {
  const step = stepPlan("busybox:latest");
  await using sandbox = await engine.openJob(jobPlan("scale", name, { services: [], steps: [step] }), NEVER);
  return await (await sandbox.openStep(step, NEVER)).run("script\n", output.sink, NEVER);
}

async function ask(worker: Worker, word: WorkerWord): Promise<WorkerAnswer> {
  const answer = answerOf(worker);
  worker.postMessage(word, []);
  return await answer;
}

async function answerOf(worker: Worker): Promise<WorkerAnswer> {
  const [answer]: WorkerAnswer[] = await once(worker, "message");
  if (answer === undefined) throw new Error("the fake cluster says nothing");
  return answer;
}

/** Of this thread, after a collection. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
