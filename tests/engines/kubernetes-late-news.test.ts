import { describe, expect, test } from "vitest";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import type { JobSandbox, RunningService } from "../../src/engines/engine.ts";
import { FaultBench, type FaultBenchOptions, NEVER } from "../kubernetes/fault-bench.ts";
import type { Fault } from "../kubernetes/faults.ts";
import type { ScriptedProcess } from "../kubernetes/scripted-runtime.ts";

async function waits({ print, signal }: ScriptedProcess): Promise<number> {
  print("up\n");
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return 143;
}

interface Started extends AsyncDisposable {
  readonly bench: FaultBench;
  readonly running: RunningService;
  readonly sandbox: JobSandbox;
  readonly log: RecordedOutput;
  readonly kill: () => void;
}

async function startService(options: FaultBenchOptions = {}): Promise<Started> {
  const bench = await FaultBench.open({ service: waits, ...options });
  const plan = bench.plan("job", 1);
  const sandbox = await bench.openJob(plan);
  const [service] = plan.services;
  if (service === undefined) throw new Error("no service");
  const log = new RecordedOutput();
  const running = await sandbox.startService(service, log.sink, NEVER);
  await log.until("up");
  return {
    bench,
    running,
    sandbox,
    log,
    kill: () => bench.runtime.kill(bench.cluster.podNames[0] ?? "", "db0", { exitCode: 4, oomKilled: false }),
    async [Symbol.asyncDispose]() {
      bench.cluster.isNodeQuiet = false;
      await sandbox.close(0);
      await bench[Symbol.asyncDispose]();
    },
  };
}

describe("a node that tells an end late", () => {
  test("a service that is gone is over: its node is asked, and what it tells is waited for", async () => {
    await using started = await startService();
    const { bench, running, kill } = started;
    expect(await running.isOver(NEVER)).toBe(false);
    bench.cluster.isNodeQuiet = true;
    kill();
    const asked = running.isOver(NEVER);
    await expect.poll(() => bench.cluster.traffic.of("create pods/exec")).toBe(2);
    bench.cluster.endQuiet();
    expect(await asked).toBe(true);
    expect(await running.ended).toEqual({ exitCode: 4, oomKilled: false });
  });

  test("a node that cannot be asked changes nothing of what is known", async () => {
    await using started = await startService({ hurry: 20 });
    const { bench, running } = started;
    const message = "error dialing backend: dial tcp 10.0.0.1:10250: connect: connection refused";
    bench.cluster.faults.add("create", "pods/exec", { kind: "answer", status: 500, message });
    expect(await running.isOver(NEVER)).toBe(false);
  });

  test("who asks may be stopped", async () => {
    await using started = await startService();
    started.bench.cluster.isNodeQuiet = true;
    started.kill();
    const stop = new AbortController();
    const asked = started.running.isOver(stop.signal);
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });
});

describe("connections to containers that fail before anything was done (K-78)", () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ["a hang-up", { kind: "hang up" }],
    ["a node that cannot be reached", { kind: "answer", status: 500, message: "error dialing backend: i/o timeout" }],
  ];

  test.each(faults)("%s: the sources are sent again, ports and commands are asked for again", async (_, fault) => {
    await using started = await startService({ hurry: 20 });
    const { bench, running, sandbox } = started;
    bench.cluster.faults.add("create", "pods/exec", fault, 2);
    await sandbox.putSources({ open: () => chunks("archive") }, NEVER);
    bench.cluster.faults.add("create", "pods/exec", fault, 2);
    expect(await running.exec(["true"], NEVER)).toMatchObject({ kind: "ended", exitCode: 0 });
    bench.cluster.faults.add("create", "pods/exec", fault, 1);
    expect(await running.dial(5432, NEVER)).toEqual({ kind: "refused" });
    expect(await running.dial(5432, NEVER)).toEqual({ kind: "refused" });
  });

  test("a connection that breaks while ports are asked for ends nothing", async () => {
    await using started = await startService();
    const { bench, running } = started;
    const asking = running.dial(5432, NEVER);
    bench.cluster.cutConnections();
    expect(await asking).toEqual({ kind: "refused" });
    expect(await running.dial(5432, NEVER)).toEqual({ kind: "refused" });
  });
});

test("a job that is closed while its pod is being asked for leaves none", async () => {
  await using bench = await FaultBench.open();
  bench.cluster.faults.add("create", "pods", { kind: "delay", ms: 200 });
  const sandbox = await bench.openJob();
  await expect.poll(() => bench.cluster.traffic.of("create pods")).toBe(1);
  await sandbox.close(0);
  bench.cluster.faults.clear();
  expect(bench.objects).toEqual({ pods: 0, configmaps: 0, secrets: 0 });
  expect(bench.cluster.traffic.of("delete pods")).toBe(1);
});

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
