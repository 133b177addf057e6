import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../src/events/run-event.ts";
import type { Cache } from "../src/model/artifacts.ts";
import type { ScheduledJob } from "../src/model/run-plan.ts";
import { InterruptedError } from "../src/run/interruption.ts";
import { artifacts, at, forever, job, notes, type Programs, runFake, SOURCES, states } from "./fake-pipeline.ts";
import { eventsOf, type PlanRun, type ScheduledOptions, type Stores } from "./run-plan.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-order-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(jobs: readonly ScheduledJob[], programs: Programs = {}, options: ScheduledOptions = {}): Promise<PlanRun> {
  return runFake(root, jobs, programs, options);
}

const leaves: Programs[string] = async (process) => {
  process.files.write(`${SOURCES}/out`, "x".repeat(2_000_000));
  return 0;
};
const cache: Cache = {
  key: { kind: "text", text: "k" },
  fallbackKeys: [],
  paths: ["out"],
  untracked: false,
  policy: "pull-push",
  when: "on_success",
  at,
};

/** Resolves with an event that says that a job's script runs. */
function whenStarted(name: string): { readonly started: Promise<void>; readonly onEvent: (event: RunEvent) => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onEvent = (event: RunEvent): void => {
    if (event.type === "script.started" && event.job === name) resolve();
  };
  return { started: promise, onEvent };
}

describe("no step of a run waits for a job that it does not need", () => {
  // What a job waits for here never comes when the other one is held up by it.
  test("a job starts when its needs have ended, whatever runs beside them (GY-193)", async () => {
    const { started, onEvent } = whenStarted("last");
    const slow = async (): Promise<number> => {
      await started;
      return 0;
    };
    const ended = await run(
      [job("slow"), job("one"), job("two", { after: ["one"] }), job("last", { after: ["two"] })],
      { slow },
      { onEvent },
    );
    const order = eventsOf(ended, "job.finished").map((event) => event.job);
    expect(order.indexOf("slow")).toBeGreaterThan(order.indexOf("two"));
    expect(ended.result.state).toBe("passed");
  });

  test.each<[string, (stores: Stores, hold: () => Promise<void>) => Stores]>([
    [
      "artifacts are kept",
      (stores, hold) => ({
        ...stores,
        artifacts: {
          ...stores.artifacts,
          write: (of, archive) => hold().then(() => stores.artifacts.write(of, archive)),
        },
      }),
    ],
    [
      "artifacts are fetched",
      (stores, hold) => ({
        ...stores,
        artifacts: {
          ...stores.artifacts,
          read: async (of) => {
            if (of === "maker") await hold();
            return await stores.artifacts.read(of);
          },
        },
      }),
    ],
    [
      "a cache is fetched",
      (stores, hold) => ({
        ...stores,
        caches: { ...stores.caches, read: (key) => hold().then(() => stores.caches.read(key)) },
      }),
    ],
    [
      "a cache is kept",
      (stores, hold) => ({
        ...stores,
        caches: { ...stores.caches, write: (key, archive) => hold().then(() => stores.caches.write(key, archive)) },
      }),
    ],
  ])("while %s, others start and end", async (_what, wrap) => {
    const { started, onEvent } = whenStarted("free end");
    const ended = await run(
      [
        job("maker", { plan: { artifacts: artifacts({ paths: ["out"] }), caches: [cache] } }),
        job("taker", { after: ["maker"] }),
        job("free"),
        job("free end", { after: ["free"] }),
      ],
      { maker: leaves },
      { onEvent, wrapStores: (stores) => wrap(stores, () => started) },
    );
    expect(Object.values(states(ended))).toEqual(["passed", "passed", "passed", "passed"]);
    const order = eventsOf(ended, "job.finished").map((event) => event.job);
    expect(order.indexOf("free")).toBeLessThan(order.indexOf("taker"));
  });
});

describe("jobs at the end of a pipeline", () => {
  const manual = (allowFailure: boolean): ScheduledJob =>
    job("deploy", { plan: { allowFailure }, job: { when: "manual" } });

  test("that wait for a manual one leave the run blocked, with the way on (GY-194, GY-277)", async () => {
    const ended = await run([job("build"), manual(false), job("post", { after: ["deploy"] })]);
    expect(states(ended)).toEqual({ build: "passed", deploy: "manual", post: "skipped" });
    expect(ended.result).toMatchObject({
      state: "blocked",
      decidedBy: undefined,
      cause: { kind: "blocked", job: "deploy", hint: 'outrigger run --manual "deploy"' },
    });
  });

  test("run on behind a manual one that may be left out, and one that nobody waits for blocks nothing", async () => {
    const optional = await run([manual(true), job("post", { after: ["deploy"] })]);
    expect(states(optional)).toEqual({ deploy: "manual", post: "passed" });
    expect(optional.result).toMatchObject({ state: "passed", cause: undefined });
    expect((await run([job("build"), manual(false)])).result.state).toBe("passed");
  });

  test("that failed say more than that others are blocked, which is told beside", async () => {
    const jobs = [job("build"), manual(false), job("post", { after: ["deploy"] })];
    const ended = await run(jobs, { build: async () => 4 });
    expect(ended.result).toMatchObject({ state: "failed", decidedBy: "failed" });
    expect(notes(ended)).toEqual([
      'what is left waits for the manual job "deploy": outrigger run --manual "deploy" starts it',
    ]);
  });

  test("wait as long as the file says, and are left when the run is stopped meanwhile (GY-190)", async () => {
    const ended = await run([job("late", { job: { when: "delayed", startInMs: 20 } })]);
    expect([states(ended), notes(ended)]).toEqual([{ late: "passed" }, ["starts in 1 s"]]);
    const jobs = [job("late", { job: { when: "delayed", startInMs: 3_600_000 } }), job("bad")];
    const failed = await run(jobs, { bad: async () => 1 }, { cancelOnFailure: true });
    expect(states(failed)).toEqual({ bad: "failed", late: "canceled" });
  });
});

describe("workflow:auto_cancel:on_job_failure (GY-187)", () => {
  test("ends what runs and what waits at the first failure that counts", async () => {
    const { started, onEvent } = whenStarted("running");
    const failing = async (): Promise<number> => {
      await started;
      return 3;
    };
    const ended = await run(
      [
        job("running"),
        job("failing"),
        job("waiting", { after: ["running"] }),
        job("always", { job: { when: "always" }, after: ["running"] }),
      ],
      { running: forever, failing },
      { cancelOnFailure: true, onEvent },
    );
    expect(states(ended)).toEqual({ failing: "failed", running: "canceled", waiting: "canceled", always: "canceled" });
    expect(ended.result).toMatchObject({ state: "failed", decidedBy: "failed", isClean: true });
    expect(ended.result.cause?.text).toContain("exit code 3");
  });

  test("leaves the others alone when the failure is allowed", async () => {
    const jobs = [job("failing", { plan: { allowFailure: true } }), job("other")];
    const ended = await run(jobs, { failing: async () => 3 }, { cancelOnFailure: true });
    expect([states(ended), ended.result.state]).toEqual([{ failing: "failed", other: "passed" }, "passed"]);
  });
});

describe("a run that is stopped", () => {
  function stopAt(isMoment: (event: RunEvent) => boolean): Pick<ScheduledOptions, "interruption" | "onEvent"> {
    const stop = new AbortController();
    return {
      interruption: { stop: stop.signal, kill: new AbortController().signal },
      onEvent: (event) => {
        if (isMoment(event) && !stop.signal.aborted) stop.abort(new InterruptedError("SIGINT"));
      },
    };
  }

  test("while a job starts, runs nothing of it", async () => {
    const ended = await run(
      [job("one"), job("two", { after: ["one"] })],
      {},
      stopAt((event) => event.type === "job.started"),
    );
    expect(states(ended)).toEqual({ one: "canceled", two: "skipped" });
    expect(eventsOf(ended, "script.started")).toEqual([]);
    expect(ended.result).toMatchObject({ state: "canceled", isClean: true });
  });

  test.each(["artifacts", "caches"] as const)("while %s are written, leaves nothing half behind", async (kind) => {
    const stop = new AbortController();
    /** Stops the run once the first bytes are there, and goes on giving what comes. */
    async function* cut(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of archive) {
        yield chunk;
        stop.abort(new InterruptedError("SIGINT"));
      }
    }
    const wrapStores = ({ artifacts: kept, caches }: Stores): Stores =>
      kind === "artifacts"
        ? { caches, artifacts: { ...kept, write: (of, archive) => kept.write(of, cut(archive)) } }
        : { artifacts: kept, caches: { ...caches, write: (key, archive) => caches.write(key, cut(archive)) } };
    const paths = artifacts({ paths: ["out", "hello"] });
    const plan = kind === "artifacts" ? { artifacts: paths } : { caches: [{ ...cache, paths: ["out", "hello"] }] };
    const ended = await run(
      [job("maker", { plan })],
      { maker: leaves },
      { interruption: { stop: stop.signal, kill: new AbortController().signal }, wrapStores },
    );
    expect(states(ended)).toEqual({ maker: "canceled" });
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual([]);
  });
});
