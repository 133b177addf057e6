import { homedir } from "node:os";
import { describe, vi } from "vitest";
import type { ContractHarness } from "../../src/engines/contract/contract-bench.ts";
import {
  describeEngineContract,
  describeReachContract,
  describeServiceContract,
} from "../../src/engines/contract/engine-contract.ts";
import { KubernetesEngine } from "../../src/engines/kubernetes/kubernetes-engine.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "../../src/engines/kubernetes/settings.ts";
import { systemClock } from "../../src/system/clock.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { describeOnCluster } from "../kubernetes-cluster.ts";
import { isSoak } from "../long-suites.ts";

// Most of a test is waiting for the cluster.
vi.setConfig({ maxConcurrency: 4 });

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
    describeEngineContract("kubernetes, all in one pod", harness({}));
    // In full in the soak: on a quiet machine a test costs two seconds.
    const describeInPods = isSoak ? describeServiceContract : describeReachContract;
    describeInPods("kubernetes, each service in its own pod", harness({ serviceLayout: "pods" }));
  });
});
