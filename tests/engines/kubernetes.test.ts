import { homedir } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { type ContractHarness, NEVER } from "../../src/engines/contract/contract-bench.ts";
import { jobPlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import {
  describeContractApart,
  describeEngineContract,
  describeReachContract,
} from "../../src/engines/contract/engine-contract.ts";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import { KubernetesEngine } from "../../src/engines/kubernetes/kubernetes-engine.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "../../src/engines/kubernetes/settings.ts";
import { systemClock } from "../../src/system/clock.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { describeOnCluster } from "../kubernetes-cluster.ts";
import { inFull, isSoak } from "../long-suites.ts";

// Most of a test is waiting for the cluster.
vi.setConfig({ maxConcurrency: 6 });

describeOnCluster("on a real cluster", (kubeconfig) => {
  const harness = (settings: Partial<KubernetesSettings>): ContractHarness => ({
    image: "busybox:latest",
    missingImage: "outrigger.invalid/missing:1",
    toCommand: (program) => ["sh", "-c", program.shell],
    toScript: (program) => `${program.shell}\n`,
    open: async () =>
      await KubernetesEngine.open({
        sources: { env: { KUBECONFIG: kubeconfig() }, home: homedir(), elapsed: systemClock.elapsed },
        settings: { ...DEFAULT_KUBERNETES_SETTINGS, ...settings },
        owner: currentOwner(),
        extraLabels: new Map([["outrigger.dev/test", "engine-contract"]]),
        clock: systemClock,
      }),
  });
  describe.concurrent("every job beside others", () => {
    const jobs = isSoak ? 20 : 4;

    test(`${jobs} jobs at once lose no line`, async () => {
      await using engine = await harness({}).open();
      const count = 2_000;
      const results = await Promise.all(
        Array.from({ length: jobs }, async (_, index) => {
          const step = stepPlan("busybox:latest");
          const plan = jobPlan(`many${process.pid}`, `job-${index}`, { services: [], steps: [step] });
          await using sandbox = await engine.openJob(plan, NEVER);
          const output = new RecordedOutput();
          const container = await sandbox.openStep(step, NEVER);
          const { exitCode } = await container.run(`seq 1 ${count}\nsleep 1\nseq 1 ${count}\n`, output.sink, NEVER);
          return { exitCode, text: output.lines.join() };
        }),
      );
      const once = Array.from({ length: count }, (_, index) => index + 1);
      const text = [...once, ...once].join();
      expect(results.filter((result) => result.exitCode !== 0 || result.text !== text)).toEqual([]);
    });

    describeEngineContract("kubernetes, all in one pod", harness({}));
    const ownPods = harness({ serviceLayout: "pods" });
    if (isSoak) {
      describeContractApart("kubernetes, each service in its own pod", ownPods);
    } else {
      console.warn(`ONLY A PART HERE: services in pods of their own. All of it: ${inFull("engines/kubernetes.test")}`);
      describeReachContract("kubernetes, each service in its own pod", ownPods);
    }
  });
});
