import { describe, expect, test } from "vitest";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import { type JsonRecord, toList, toRecord } from "../../src/engines/json.ts";
import type { Readiness } from "../../src/model/readiness.ts";
import type { SidecarSupport } from "../kubernetes/admission.ts";
import { FaultBench, type FaultBenchOptions, NEVER } from "../kubernetes/fault-bench.ts";
import { type Fault, forbidden } from "../kubernetes/faults.ts";
import type { ScriptedProcess } from "../kubernetes/scripted-runtime.ts";

const NOTHING = { pods: 0, configmaps: 0, secrets: 0 };

/** Says `up` and goes on until it is stopped. */
async function waits({ print, signal }: ScriptedProcess): Promise<number> {
  print("up\n");
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return 143;
}

/** Many lines, a few at a time. */
function counts(lines: number, exitCode = 0): (process: ScriptedProcess) => Promise<number> {
  return async ({ print }) => {
    for (let line = 1; line <= lines; line++) {
      print(`line ${line}\n`);
      if (line % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return exitCode;
  };
}

function linesTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`);
}

interface LossCase {
  readonly what: string;
  readonly happen: (bench: FaultBench, pod: string) => void;
  readonly code: string;
  readonly says: string;
}

const losses: readonly LossCase[] = [
  {
    what: "evicted for want of room",
    happen: (bench, pod) => bench.cluster.evict(pod),
    code: "pod_evicted",
    says: 'is disrupted: reason "Evicted", message "The node was low on resource: ephemeral-storage."',
  },
  {
    what: "evicted by the API",
    happen: ({ cluster }, pod) => cluster.disrupt(pod, "EvictionByEvictionAPI", "Eviction API: evicting"),
    code: "pod_evicted",
    says: 'is disrupted: reason "EvictionByEvictionAPI", message "Eviction API: evicting"',
  },
  {
    what: "preempted",
    happen: ({ cluster }, pod) => cluster.disrupt(pod, "PreemptionByScheduler", "preempting to accommodate another"),
    code: "pod_lost",
    says: 'is disrupted: reason "PreemptionByScheduler", message "preempting to accommodate another"',
  },
  {
    what: "on a node that is lost",
    happen: ({ cluster }) => cluster.loseNode(),
    code: "pod_lost",
    says: 'is disrupted: reason "DeletionByTaintManager"',
  },
  {
    what: "past its deadline",
    happen: ({ cluster }, pod) =>
      cluster.pod({ namespace: cluster.namespace, name: pod })?.fail("DeadlineExceeded", "Pod was active too long"),
    code: "pod_lost",
    says: 'is disrupted: reason "DeadlineExceeded", message "Pod was active too long"',
  },
  {
    what: "deleted by somebody else",
    happen: ({ cluster }, name) => cluster.deletePod({ resource: "pods", namespace: cluster.namespace, name }, 1),
    code: "pod_deleted",
    says: "is being deleted by somebody else",
  },
  {
    what: "deleted by force",
    happen: ({ cluster }, name) => cluster.deletePod({ resource: "pods", namespace: cluster.namespace, name }, 0),
    code: "pod_deleted",
    says: "is deleted",
  },
];

describe("a pod that is lost in the middle of a script (K-75, K-115)", () => {
  test.each(losses)("$what: the cause is told, nothing stays", async ({ happen, code, says }) => {
    await using bench = await FaultBench.open({ script: waits, hurry: 20 });
    const sandbox = await bench.openJob();
    const { output, end } = bench.startScript(sandbox);
    await output.until("up");
    const [pod = ""] = bench.cluster.podNames;
    happen(bench, pod);
    await expect(end).rejects.toMatchObject({ code, message: expect.stringContaining(`pod "ci/${pod}" ${says}`) });
    await sandbox.close(1_000);
    expect(bench.objects).toEqual(NOTHING);
  });
});

describe("a container that ends under its script (K-113, K-115)", () => {
  test("killed by the kernel for its memory, it says so", async () => {
    const end = await endOfKilled({ exitCode: 137, oomKilled: true });
    expect(end).toEqual({ exitCode: 137, oomKilled: true });
  });

  test("its exit code is the script's", async () => {
    expect(await endOfKilled({ exitCode: 9, oomKilled: false })).toEqual({ exitCode: 9, oomKilled: false });
  });

  test("0 without a word of the script is no success", async () => {
    const end = await endOfKilled({ exitCode: 0, oomKilled: false });
    expect(end).toMatchObject({
      exitCode: undefined,
      error: expect.stringContaining("nothing says how its script did"),
    });
  });

  async function endOfKilled(exit: { readonly exitCode: number; readonly oomKilled: boolean }): Promise<unknown> {
    await using bench = await FaultBench.open({ script: waits, hurry: 20 });
    await using sandbox = await bench.openJob();
    const { output, end } = bench.startScript(sandbox);
    await output.until("up");
    // The node's own word comes before the script's output ends.
    bench.runtime.kill(bench.cluster.podNames[0] ?? "", "build", exit);
    return await end;
  }
});

interface FaultCase {
  readonly what: string;
  readonly verb: string;
  readonly resource: string;
  readonly fault: Fault;
  readonly times: number;
}

const answer = (status: number, message: string, retryAfterSeconds?: number): Fault => ({
  kind: "answer",
  status,
  message,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const passing: readonly FaultCase[] = [
  { what: "429 with Retry-After", verb: "create", resource: "pods", fault: answer(429, "too many", 1), times: 2 },
  { what: "429 of an exec", verb: "create", resource: "pods/exec", fault: answer(429, "too many", 1), times: 2 },
  { what: "500", verb: "create", resource: "configmaps", fault: answer(500, "etcdserver: timed out"), times: 2 },
  { what: "503", verb: "create", resource: "pods", fault: answer(503, "not ready"), times: 3 },
  { what: "500 of an exec", verb: "create", resource: "pods/exec", fault: answer(500, "dialing"), times: 2 },
  { what: "slow answers", verb: "*", resource: "*", fault: { kind: "delay", ms: 60 }, times: 100 },
  { what: "a hang-up", verb: "create", resource: "pods", fault: { kind: "hang up" }, times: 2 },
  { what: "a hang-up of an exec", verb: "create", resource: "pods/exec", fault: { kind: "hang up" }, times: 2 },
  { what: "a lost answer (K-15)", verb: "create", resource: "pods", fault: { kind: "lose answer" }, times: 1 },
  { what: "a lost answer", verb: "create", resource: "configmaps", fault: { kind: "lose answer" }, times: 1 },
  { what: "a lost answer", verb: "delete", resource: "pods", fault: { kind: "lose answer" }, times: 1 },
  { what: "watches that are gone", verb: "watch", resource: "pods", fault: answer(410, "too old"), times: 3 },
  { what: "watches that are refused", verb: "watch", resource: "pods", fault: answer(403, "no"), times: 1_000 },
  { what: "watches that break", verb: "watch", resource: "pods", fault: { kind: "cut", afterBytes: 700 }, times: 9 },
  { what: "a script's cut", verb: "create", resource: "pods/exec", fault: { kind: "cut", afterBytes: 321 }, times: 6 },
  { what: "a cut at once", verb: "create", resource: "pods/exec", fault: { kind: "cut", afterBytes: 0 }, times: 2 },
  { what: "a service log's cut", verb: "get", resource: "pods/log", fault: { kind: "cut", afterBytes: 777 }, times: 6 },
  { what: "a log's hang-up", verb: "get", resource: "pods/log", fault: { kind: "hang up" }, times: 2 },
];

describe("what passes is not noticed: exit code and every line once (K-78, K-114)", () => {
  test.each(passing)("$what of $verb $resource", async ({ verb, resource, fault, times }) => {
    await using bench = await FaultBench.open({ script: counts(100, 3), service: counts(100, 5), hurry: 10 });
    bench.cluster.faults.add(verb, resource, fault, times);
    const plan = bench.plan("job", 1);
    const sandbox = await bench.openJob(plan);
    const log = new RecordedOutput();
    const [service] = plan.services;
    if (service === undefined) throw new Error("no service");
    const running = await sandbox.startService(service, log.sink, NEVER);
    const { output, end } = bench.startScript(sandbox);
    expect(await end).toEqual({ exitCode: 3, oomKilled: false });
    expect(output.lines).toEqual(linesTo(100));
    expect(await running.ended).toEqual({ exitCode: 5, oomKilled: false });
    expect(log.lines).toEqual(linesTo(100));
    await sandbox.close(1_000);
    expect(bench.objects).toEqual(NOTHING);
  });

  test("versions that a watch cannot begin at: what was missed is listed (410)", async () => {
    await using bench = await FaultBench.open({ script: waits, hurry: 10 });
    await using sandbox = await bench.openJob();
    const { output, end } = bench.startScript(sandbox);
    await output.until("up");
    bench.cluster.store.forgetHistory();
    bench.cluster.cutConnections();
    bench.runtime.kill(bench.cluster.podNames[0] ?? "", "build", { exitCode: 9, oomKilled: false });
    expect(await end).toEqual({ exitCode: 9, oomKilled: false });
  });

  test("every connection cut, again and again: the script is not run twice and nothing is lost", async () => {
    let runs = 0;
    let goOn: () => void = () => undefined;
    const script = async ({ print }: ScriptedProcess): Promise<number> => {
      runs++;
      for (let part = 0; part < 5; part++) {
        for (let line = 1; line <= 20; line++) print(`line ${part * 20 + line}\n`);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
      return 0;
    };
    await using bench = await FaultBench.open({ script, hurry: 20 });
    await using sandbox = await bench.openJob();
    const { output, end } = bench.startScript(sandbox);
    for (let part = 1; part <= 5; part++) {
      await output.until(`line ${part * 20}`);
      bench.cluster.cutConnections();
      goOn();
    }
    expect(await end).toEqual({ exitCode: 0, oomKilled: false });
    expect({ runs, lines: output.lines }).toEqual({ runs: 1, lines: linesTo(100) });
  });
});

interface RefusalCase {
  readonly what: string;
  readonly prepare: (bench: FaultBench) => void;
  readonly options?: FaultBenchOptions;
  readonly code: string;
  readonly says: string;
}

const refusals: readonly RefusalCase[] = [
  {
    what: "rights that are missing",
    prepare: ({ cluster }) => {
      const call = { verb: "create", resource: "pods", namespace: "ci", name: "" };
      cluster.faults.add("create", "pods", forbidden(call, "system:serviceaccount:ci:runner"));
    },
    code: "forbidden",
    says: '"system:serviceaccount:ci:runner" may not create pods in namespace "ci"',
  },
  {
    what: "rights to run commands that are missing",
    prepare: ({ cluster }) => {
      const call = { verb: "create", resource: "pods/exec", namespace: "ci", name: "" };
      cluster.faults.add("create", "pods/exec", forbidden(call, "runner"));
    },
    code: "forbidden",
    says: '"runner" may not create pods/exec in namespace "ci"',
  },
  {
    what: "admission that says no",
    prepare: ({ cluster }) =>
      cluster.faults.add(
        "create",
        "pods",
        answer(403, 'admission webhook "policy.example" denied the request: no root'),
      ),
    code: "pod_refused",
    says: 'the cluster\'s admission refused: admission webhook "policy.example" denied the request: no root',
  },
  {
    what: "credentials that have run out",
    prepare: ({ cluster }) => {
      cluster.token = "another";
    },
    code: "engine_unavailable",
    says: "the cluster does not accept our credentials: Unauthorized",
  },
  {
    what: "a name space that is not there",
    prepare: () => undefined,
    options: { settings: { namespace: "nowhere" } },
    code: "namespace_missing",
    says: 'namespace "nowhere" does not exist',
  },
  {
    what: "no node that takes it",
    prepare: ({ cluster }) => {
      cluster.unschedulable = "0/1 nodes are available: 1 Insufficient cpu.";
    },
    options: { hurry: 300 },
    code: "pod_unschedulable",
    says: "0/1 nodes are available: 1 Insufficient cpu.",
  },
  {
    what: "a server that never recovers",
    prepare: ({ cluster }) => cluster.faults.add("create", "pods", answer(503, "the server is not ready")),
    options: { hurry: 20 },
    code: "engine_error",
    says: "the server is not ready",
  },
];

describe("what does not pass is told in the cluster's words", () => {
  test.each(refusals)("$what", async ({ prepare, options, code, says }) => {
    await using bench = await FaultBench.open(options);
    prepare(bench);
    const sandbox = await bench.openJob();
    const { end } = bench.startScript(sandbox);
    await expect(end).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    const isLockedOut = code === "engine_unavailable";
    await sandbox.close(1_000).catch((error: unknown) => {
      if (!isLockedOut) throw error;
    });
    if (!isLockedOut) expect(bench.objects).toEqual(NOTHING);
  });

  test("credentials that run out in the middle and are renewed are not noticed", async () => {
    await using bench = await FaultBench.open({ script: counts(10), hurry: 10 });
    bench.cluster.faults.add("create", "*", answer(401, "Unauthorized"), 1);
    await using sandbox = await bench.openJob();
    const { output, end } = bench.startScript(sandbox);
    expect(await end).toEqual({ exitCode: 0, oomKilled: false });
    expect(output.lines).toEqual(linesTo(10));
  });

  test("a quota that is used up is a queue", async () => {
    await using bench = await FaultBench.open({ script: counts(10), hurry: 20 });
    bench.cluster.podQuota = 0;
    await using sandbox = await bench.openJob();
    const { end } = bench.startScript(sandbox);
    await expect.poll(() => bench.cluster.traffic.of("create pods"), { timeout: 20_000 }).toBeGreaterThan(2);
    bench.cluster.podQuota = 1;
    expect(await end).toEqual({ exitCode: 0, oomKilled: false });
  });
});

interface SidecarCase {
  readonly what: string;
  readonly version: string;
  readonly support: SidecarSupport;
  readonly readiness: Readiness;
  readonly form: "sidecars" | "containers";
  /** Pods that two jobs ask for, one after the other. */
  readonly created: number;
}

const probed: Readiness = { kind: "command", argv: ["true"], timeoutMs: 30_000 };
const sidecarCases: readonly SidecarCase[] = [
  { what: "known", version: "1.33", support: "supported", readiness: probed, form: "sidecars", created: 2 },
  {
    what: "refused for their probe, and that is remembered",
    version: "1.33",
    support: "unknown",
    readiness: probed,
    form: "containers",
    created: 3,
  },
  {
    what: "dropped without a word, and that is remembered",
    version: "1.33",
    support: "unknown",
    readiness: { kind: "none" },
    form: "containers",
    created: 3,
  },
  { what: "too new", version: "1.28", support: "unknown", readiness: probed, form: "containers", created: 2 },
];

describe("native sidecars where readiness is required (K-111)", () => {
  test.each(sidecarCases)("$what ($version)", async ({ version, support, readiness, form, created }) => {
    await using bench = await FaultBench.open({ version, script: counts(3), hurry: 10 });
    bench.cluster.sidecars = support;
    for (const _ of [1, 2]) {
      const sandbox = await bench.openJob(bench.strictPlan(readiness));
      const { output, end } = bench.startScript(sandbox);
      expect(await end).toEqual({ exitCode: 0, oomKilled: false });
      expect(output.lines).toEqual(linesTo(3));
      const names = toList(toRecord(podOf(bench)["spec"])["initContainers"])
        .map(toRecord)
        .map(({ name }) => name);
      expect(names).toEqual(form === "sidecars" ? ["db0"] : []);
      await sandbox.close(1_000);
    }
    expect(bench.cluster.traffic.of("create pods")).toBe(created);
    expect(bench.objects).toEqual(NOTHING);
  });

  test("one that dies and is started again has ended: its first exit counts (K-111.4)", async () => {
    await using bench = await FaultBench.open({ script: waits, service: waits, hurry: 10 });
    await using sandbox = await bench.openJob(bench.strictPlan(probed));
    const [service] = bench.strictPlan(probed).services;
    if (service === undefined) throw new Error("no service");
    const log = new RecordedOutput();
    const running = await sandbox.startService(service, log.sink, NEVER);
    const { output } = bench.startScript(sandbox);
    await Promise.all([output.until("up"), log.until("up")]);
    bench.runtime.kill(bench.cluster.podNames[0] ?? "", "db0", { exitCode: 7, oomKilled: false });
    expect(await running.ended).toEqual({ exitCode: 7, oomKilled: false });
    expect(log.lines).toEqual(["up"]);
    const restarts = (): unknown =>
      toRecord(toList(toRecord(podOf(bench)["status"])["initContainerStatuses"])[0])["restartCount"];
    await expect.poll(restarts).toBe(1);
    expect(await running.exec(["true"], NEVER)).toMatchObject({ kind: "not_run" });
  });

  function podOf({ cluster }: FaultBench): JsonRecord {
    return toRecord(cluster.store.list("pods", cluster.namespace)[0]);
  }
});
