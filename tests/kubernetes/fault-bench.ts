import { homedir } from "node:os";
import { jobPlan, servicePlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import type { ContainerEnd, JobSandbox } from "../../src/engines/engine.ts";
import { KubernetesEngine } from "../../src/engines/kubernetes/kubernetes-engine.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "../../src/engines/kubernetes/settings.ts";
import type { JobPlan } from "../../src/model/job-plan.ts";
import type { Readiness } from "../../src/model/readiness.ts";
import { type Clock, systemClock } from "../../src/system/clock.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { FakeCluster, type FakeClusterOptions } from "./fake-cluster.ts";
import { type ScriptedPrograms, ScriptedRuntime } from "./scripted-runtime.ts";

export const NEVER = new AbortController().signal;
const IMAGE = "busybox:latest";

export interface FaultBenchOptions extends FakeClusterOptions, ScriptedPrograms {
  readonly settings?: Partial<KubernetesSettings>;
  /** So many times faster than the system's: what waits for minutes need not be waited for. */
  readonly hurry?: number;
  /** Where the user's own files are. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly places?: readonly string[];
}

/** A script on its way, with what it has said. */
export interface StartedScript {
  readonly output: RecordedOutput;
  readonly end: Promise<ContainerEnd>;
}

/** The engine on a fake cluster without processes; closed with everything that was opened on it. */
export class FaultBench {
  readonly cluster: FakeCluster;
  readonly runtime: ScriptedRuntime;
  readonly engine: KubernetesEngine;

  private constructor(cluster: FakeCluster, runtime: ScriptedRuntime, engine: KubernetesEngine) {
    this.cluster = cluster;
    this.runtime = runtime;
    this.engine = engine;
  }

  static async open(options: FaultBenchOptions = {}): Promise<FaultBench> {
    const runtime = new ScriptedRuntime(options);
    const cluster = await FakeCluster.open(runtime, options);
    return new FaultBench(cluster, runtime, await openEngineOn(cluster.kubeconfig, options));
  }

  /** A job of one step; names of services come from their number. */
  plan(name = "job", services = 0): JobPlan {
    const numbered = Array.from({ length: services }, (_, index) =>
      servicePlan(`db${index}`, IMAGE, { command: ["x"] }),
    );
    return jobPlan("fault", name, { services: numbered, steps: [stepPlan(IMAGE)] });
  }

  /** As {@link plan} with one service, whose readiness is required. */
  strictPlan(readiness: Readiness): JobPlan {
    const plan = this.plan("job", 1);
    return {
      ...plan,
      services: plan.services.map((service) => ({ ...service, readiness })),
      servicePolicy: { ...plan.servicePolicy, whenNotReady: "fail" },
    };
  }

  async openJob(plan = this.plan()): Promise<JobSandbox> {
    return await this.engine.openJob(plan, NEVER);
  }

  startScript(sandbox: JobSandbox, text = "script\n"): StartedScript {
    const output = new RecordedOutput();
    const end = sandbox.openStep(stepPlan(IMAGE), NEVER).then(async (step) => await step.run(text, output.sink, NEVER));
    end.catch(() => undefined);
    return { output, end };
  }

  /** What is on the cluster now: of each kind, how many. */
  get objects(): Readonly<Record<string, number>> {
    const { store, namespace } = this.cluster;
    return Object.fromEntries(
      ["pods", "configmaps", "secrets"].map((kind) => [kind, store.list(kind, namespace).length]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}

export async function openEngineOn(
  kubeconfig: string,
  options: Pick<FaultBenchOptions, "settings" | "hurry" | "home" | "env" | "places">,
): Promise<KubernetesEngine> {
  const { settings, hurry = 1, home = homedir(), env = {}, places = [] } = options;
  const clock = hurriedClock(hurry);
  return await KubernetesEngine.open({
    sources: { env: { ...env, KUBECONFIG: kubeconfig }, home, elapsed: clock.elapsed },
    settings: { ...DEFAULT_KUBERNETES_SETTINGS, ...settings },
    owner: currentOwner(),
    extraLabels: new Map([["outrigger.dev/test", "faults"]]),
    places,
    clock,
  });
}

function hurriedClock(factor: number): Clock {
  return {
    ...systemClock,
    elapsed: () => systemClock.elapsed() * factor,
    sleep: async (ms, signal) => await systemClock.sleep(ms / factor, signal),
  };
}
