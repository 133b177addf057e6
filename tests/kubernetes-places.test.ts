import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatEngineWords } from "../src/cli/engine-words.ts";
import { jobPlan, stepPlan } from "../src/engines/contract/contract-job.ts";
import { toMetadata } from "../src/engines/kubernetes/labels.ts";
import type { JobPlan } from "../src/model/job-plan.ts";
import { currentOwner } from "../src/system/owner.ts";
import { hasUnfinishedRuns, markUnfinished } from "../src/system/unfinished-runs.ts";
import { callOnCluster } from "./kubernetes/call-on-cluster.ts";
import { FaultBench, NEVER, openEngineOn } from "./kubernetes/fault-bench.ts";
import { forbidden } from "./kubernetes/faults.ts";
import { toPodView } from "./kubernetes/pod-view.ts";

const IMAGE = "busybox:latest";

function planWith(env: Readonly<Record<string, string>>): JobPlan {
  const step = stepPlan(IMAGE, { env: new Map(Object.entries(env)) });
  return jobPlan("places", "job", { services: [], steps: [step] });
}

function namesOf(bench: FaultBench, resource: string, namespace = ""): readonly string[] {
  return bench.cluster.store.list(resource, namespace).map((object) => toPodView(object).name);
}

const NO_ACCOUNT =
  'pods "x" is forbidden: error looking up service account x/default: serviceaccount "default" not found';

describe("a name space for each job (K-80)", () => {
  const settings = { namespacePerJob: true };

  test("is made first, waits for its account, holds the job, and goes with it", async () => {
    await using bench = await FaultBench.open({ settings });
    bench.cluster.faults.add("create", "pods", { kind: "answer", status: 403, message: NO_ACCOUNT }, 2);
    const sandbox = await bench.openJob();
    const { end } = bench.startScript(sandbox);
    expect(await end).toMatchObject({ exitCode: 0 });
    const [own = ""] = namesOf(bench, "namespaces");
    expect(own).toMatch(/^outrigger-fault-job-[a-z0-9]{8}$/);
    expect(namesOf(bench, "pods", own)).toHaveLength(1);
    expect(bench.objects).toEqual({ pods: 0, configmaps: 0, secrets: 0 });
    await sandbox.close(0);
    expect([namesOf(bench, "namespaces"), namesOf(bench, "pods", own), namesOf(bench, "configmaps", own)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test("that a dead run left is found with all that is in it, and removed", async () => {
    await using bench = await FaultBench.open({ settings });
    const sandbox = await bench.openJob();
    await bench.startScript(sandbox).end;
    await using later = await openEngineOn(bench.cluster.kubeconfig, { settings });
    const objects = await later.findObjects(NEVER);
    expect(objects.map(({ kind }) => kind)).toEqual(["pod", "configmap", "namespace"]);
    expect(await later.removeObjects(objects, NEVER)).toEqual({ containers: 2, networks: 1, volumes: 1 });
    expect(namesOf(bench, "namespaces")).toEqual([]);
    await sandbox.close(0);
  });

  test("that may not be made is one cause, with the manifest that helps", async () => {
    await using bench = await FaultBench.open({ settings });
    const message =
      'namespaces is forbidden: User "ci" cannot create resource "namespaces" in API group "" at the cluster scope';
    bench.cluster.faults.add("create", "namespaces", { kind: "answer", status: 403, message });
    await using sandbox = await bench.openJob();
    await expect(bench.startScript(sandbox).end).rejects.toMatchObject({
      code: "forbidden",
      message: '"ci" may not create namespaces',
      hint: expect.stringContaining("deploy/kubernetes/namespace-per-job"),
    });
  });
});

describe("a name space that a job's variable chose (K-48)", () => {
  test("is swept where it is named, and only there", async () => {
    const settings = { namespaceOverwriteAllowed: "^team-" };
    await using bench = await FaultBench.open({ settings });
    const team = { resource: "namespaces", namespace: "", name: "team-a" };
    bench.cluster.store.create(team, { metadata: { name: "team-a" } });
    const sandbox = await bench.openJob(planWith({ KUBERNETES_NAMESPACE_OVERWRITE: "team-a" }));
    await bench.startScript(sandbox).end;
    expect(namesOf(bench, "pods", "team-a")).toHaveLength(1);

    const findBy = async (places: readonly string[]): Promise<readonly string[]> => {
      await using later = await openEngineOn(bench.cluster.kubeconfig, { settings, places });
      const objects = await later.findObjects(NEVER);
      if (places.length > 0) await later.removeObjects(objects, NEVER);
      return objects.map(({ kind }) => kind);
    };
    expect(await findBy([])).toEqual([]);
    expect(await findBy(["team-a"])).toEqual(["pod", "configmap"]);
    expect(namesOf(bench, "pods", "team-a")).toEqual([]);
    await sandbox.close(0);
  });
});

describe("what a dead run left where a variable sent its job", () => {
  const dead = { ...currentOwner(), pid: 4_194_305, startTime: "1" };
  const labels = { runId: "dead", job: "job", owner: dead, deadlineAt: 0, extra: new Map() };
  const agent = { metadata: { name: "agent", ...toMetadata(labels, "agent", "agent") } };
  const place = { resource: "configmaps", namespace: "team-a", name: "agent" };

  test.each([
    ["gc", ["gc"]],
    ["the next run", ["run", "-q"]],
  ])("%s removes it, and forgets the run", async (_, argv) => {
    const folder = mkdtempSync(join(tmpdir(), "outrigger-places-"));
    writeFileSync(join(folder, ".gitlab-ci.yml"), "job:\n  image: busybox:missing\n  script: [echo]\n");
    try {
      await using bench = await FaultBench.open();
      const { store, kubeconfig } = bench.cluster;
      store.create({ resource: "namespaces", namespace: "", name: "team-a" }, { metadata: { name: "team-a" } });
      store.create(place, agent);
      markUnfinished(folder, "dead", dead, formatEngineWords(folder, { engine: "kubernetes" }, ["team-a"]));
      await callOnCluster(folder, [...argv, "--engine", "kubernetes"], { KUBECONFIG: kubeconfig });
      expect(store.find(place)).toBeUndefined();
      expect(hasUnfinishedRuns(folder)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the token of a job (K-48)", () => {
  const plan = planWith({ KUBERNETES_BEARER_TOKEN: "token-of-the-job" });

  test("all calls for the job are made with it, where that is allowed", async () => {
    await using bench = await FaultBench.open({ settings: { bearerTokenOverwriteAllowed: true } });
    bench.cluster.token = "token-of-the-job";
    const sandbox = await bench.openJob(plan);
    expect(await bench.startScript(sandbox).end).toMatchObject({ exitCode: 0 });
    await sandbox.close(0);
    await expect(bench.engine.findObjects(NEVER)).rejects.toThrow("the cluster does not accept our credentials");
    bench.cluster.token = "fake-token";
    expect(bench.objects).toEqual({ pods: 0, configmaps: 0, secrets: 0 });
  });

  test("it counts for nothing where that is not allowed", async () => {
    await using bench = await FaultBench.open();
    const sandbox = await bench.openJob(plan);
    expect(await bench.startScript(sandbox).end).toMatchObject({ exitCode: 0 });
    await sandbox.close(0);
  });

  test("that of the settings wins over the kubeconfig's", async () => {
    await using bench = await FaultBench.open();
    bench.cluster.token = "token-of-the-settings";
    await using engine = await openEngineOn(bench.cluster.kubeconfig, {
      settings: { access: { bearerToken: "token-of-the-settings" } },
    });
    expect(await engine.findObjects(NEVER)).toEqual([]);
  });
});

describe("an account and pull secrets that a pod names (K-54)", () => {
  const timing = { resourceAvailabilityMaxAttempts: 3 };
  const settingsOf = async (): Promise<object> => {
    const { DEFAULT_KUBERNETES_SETTINGS } = await import("../src/engines/kubernetes/settings.ts");
    return { timing: { ...DEFAULT_KUBERNETES_SETTINGS.timing, ...timing } };
  };

  test("are waited for", async () => {
    const settings = { ...(await settingsOf()), serviceAccount: "ci", imagePullSecrets: ["registry"] };
    await using bench = await FaultBench.open({ settings, hurry: 100 });
    const { store, namespace } = bench.cluster;
    const sandbox = await bench.openJob();
    const { end } = bench.startScript(sandbox);
    store.create({ resource: "serviceaccounts", namespace, name: "ci" }, { metadata: { name: "ci" } });
    store.create({ resource: "secrets", namespace, name: "registry" }, { metadata: { name: "registry" } });
    expect(await end).toMatchObject({ exitCode: 0 });
    await sandbox.close(0);
  });

  test.each([
    [{ serviceAccount: "ci" }, "ServiceAccount/ci"],
    [{ imagePullSecrets: ["registry"] }, "ImagePullSecret/registry"],
  ])("that never come end the job: %j", async (missing, title) => {
    await using bench = await FaultBench.open({ settings: { ...(await settingsOf()), ...missing }, hurry: 100 });
    await using sandbox = await bench.openJob();
    await expect(bench.startScript(sandbox).end).rejects.toMatchObject({
      code: "resource_missing",
      message: `Timed out while waiting for ${title} to be present in the cluster`,
    });
    expect(bench.objects).toEqual({ pods: 0, configmaps: 0, secrets: 0 });
  });

  test("need a right that the Role does not have, which is told", async () => {
    await using bench = await FaultBench.open({ settings: { ...(await settingsOf()), serviceAccount: "ci" } });
    const call = { verb: "get", resource: "serviceaccounts", namespace: "ci", name: "ci" };
    bench.cluster.faults.add("get", "serviceaccounts", forbidden(call, "us"));
    await using sandbox = await bench.openJob();
    await expect(bench.startScript(sandbox).end).rejects.toThrow('"us" may not get serviceaccounts in namespace "ci"');
  });
});
