import { homedir } from "node:os";
import { afterAll, beforeAll, describe, vi } from "vitest";
import type { ContractHarness } from "../../src/engines/contract/contract-bench.ts";
import {
  describeContractApart,
  describeEngineContract,
  describeReachContract,
} from "../../src/engines/contract/engine-contract.ts";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import type { KubernetesSettings } from "../../src/engines/kubernetes/settings.ts";
import { openDockerRuntime } from "../kubernetes/docker-runtime.ts";
import { FakeCluster } from "../kubernetes/fake-cluster.ts";
import { openEngineOn } from "../kubernetes/fault-bench.ts";
import { inFull, isSoak } from "../long-suites.ts";

// Most of a test is waiting for containers.
vi.setConfig({ maxConcurrency: 4 });

const { env } = process;
const found = await findEndpoint(env, { home: homedir(), uid: process.getuid?.() });

describe.skipIf(found.kind !== "found")("on a fake API server whose pods are containers of this machine", () => {
  let cluster: FakeCluster | undefined;

  beforeAll(async () => {
    if (found.kind !== "found") return;
    cluster = await FakeCluster.open(await openDockerRuntime(found.endpoint, found.identity.apiVersion));
  });

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const harness = (settings: Partial<KubernetesSettings>): ContractHarness => ({
    image: "busybox:latest",
    missingImage: "outrigger.invalid/missing:1",
    toCommand: (program) => ["sh", "-c", program.shell],
    toScript: (program) => `${program.shell}\n`,
    open: async () => await openEngineOn(cluster?.kubeconfig ?? "", { settings }),
  });

  describe.concurrent("every job beside others", () => {
    const [onePod, ownPods] = [harness({}), harness({ serviceLayout: "pods" })];
    if (isSoak) {
      describeEngineContract("kubernetes 1.33, all in one pod", onePod);
      describeContractApart("kubernetes 1.33, each service in its own pod", ownPods);
    } else {
      // All of it runs on the real cluster in every `npm test`.
      console.warn(`ONLY A PART HERE: who reaches whom on a cluster of 1.33. All of it: ${inFull("kubernetes-fake")}`);
      describeReachContract("kubernetes 1.33, all in one pod", onePod);
      describeReachContract("kubernetes 1.33, each service in its own pod", ownPods);
    }
  });
});
