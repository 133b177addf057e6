import { describe, expect, test } from "vitest";
import type { JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import type { Container, Pod } from "./pod.ts";
import { HELD_IMAGE, toPodLayout } from "./pod-layout.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "./settings.ts";
import { type PodContext, type PodObjects, toPod } from "./to-pod.ts";
import { toServicePod } from "./to-service-pods.ts";

const owner = { host: "machine.example", bootId: "b", pidNamespace: "n", pid: 7, startTime: "1" };

function contextOf(job: JobPlan, change: Partial<PodContext> = {}): PodContext {
  return {
    name: "outrigger-r-j-a1b2c3d4",
    labels: { runId: "r", job: job.name, owner, deadlineAt: 0, extra: new Map([["dev.outrigger.test", "yes"]]) },
    layout: toPodLayout(job, undefined),
    services: { kind: "containers" },
    failedPolicies: new Map(),
    logins: new Map(),
    ...change,
  };
}

function make(job: JobPlan, settings: Partial<KubernetesSettings> = {}, change: Partial<PodContext> = {}): PodObjects {
  return toPod(job, { ...DEFAULT_KUBERNETES_SETTINGS, ...settings }, contextOf(job, change));
}

function jobOf(services: readonly ServicePlan[], step: Partial<StepPlan> = {}): JobPlan {
  return jobPlan("r", "unit tests", { services, steps: [stepPlan("node:24", step)] });
}

function container(pod: Pod, name: string): Container {
  const found = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((one) => one.name === name);
  if (found === undefined) throw new Error(`no container "${name}"`);
  return found;
}

const db = servicePlan("db", "postgres:16", { aliases: ["db"], hostNames: ["postgres", "db"] });
const ten = Array.from({ length: 11 }, (_, n) => servicePlan(`s${n}`, `busybox:${n}`, { aliases: [], hostNames: [] }));

describe("containers of a job's pod", () => {
  test("build, helper, then the services by their names (K-10)", () => {
    const { pod } = make(jobOf([...ten, db]));
    const names = pod.spec.containers.map(({ name }) => name);
    expect(names.slice(0, 6)).toEqual(["build", "helper", "db", "svc-0", "svc-1", "svc-10"]);
    expect(pod.spec.initContainers).toBeUndefined();
    expect(pod.spec.restartPolicy).toBe("Never");
  });

  test("as native sidecars services begin before the others, in the order of the file (K-111)", () => {
    const probe = { tcpSocket: { port: 5432 }, periodSeconds: 1, failureThreshold: 30 };
    const services = [servicePlan("web", "nginx:1", { aliases: ["web"] }), db];
    const { pod } = make(jobOf(services), {}, { services: { kind: "sidecars", probes: new Map([["db", probe]]) } });
    expect(pod.spec.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ["web", "Always"],
      ["db", "Always"],
    ]);
    expect(container(pod, "db").startupProbe).toEqual(probe);
    expect(container(pod, "web").startupProbe).toBeUndefined();
    expect(pod.spec.containers.map(({ name }) => name)).toEqual(["build", "helper"]);
  });

  test("the agent is process 1 of build and helper, its script comes from a ConfigMap (K-112)", () => {
    const { pod } = make(jobOf([db]));
    for (const name of ["build", "helper"]) {
      const { command, volumeMounts } = container(pod, name);
      expect(command?.slice(0, 2)).toEqual(["sh", "/outrigger/agent/agent.sh"]);
      expect(volumeMounts).toContainEqual({ name: "agent", mountPath: "/outrigger/agent", readOnly: true });
      expect(volumeMounts).toContainEqual({ name: "stages", mountPath: "/outrigger/stages" });
    }
    expect(container(pod, "db").volumeMounts).toEqual([{ name: "repo", mountPath: "/builds" }]);
    expect(pod.spec.volumes).toContainEqual({ name: "agent", configMap: { name: "outrigger-r-j-a1b2c3d4" } });
  });

  test("entry point and command go by other names; empty ones are the image's own (K-40)", () => {
    const words = (plan: Partial<ServicePlan>): unknown => {
      const { command, args } = container(make(jobOf([{ ...db, ...plan }])).pod, "db");
      return [command, args];
    };
    expect(words({})).toEqual([undefined, undefined]);
    expect(words({ entrypoint: ["/entry", "a"], command: ["b"] })).toEqual([["/entry", "a"], ["b"]]);
    expect(words({ entrypoint: [""], command: [] })).toEqual([undefined, undefined]);
  });

  test("a job's image starts by its entry point where that is asked for, and the agent behind it (K-41)", () => {
    const words = (step: Partial<StepPlan>, honorsEntrypoint: boolean): unknown => {
      const { command, args } = container(make(jobOf([], step), { honorsEntrypoint }).pod, "build");
      return [command?.[0], args?.[0]];
    };
    expect(words({ entrypoint: ["/entry"] }, false)).toEqual(["sh", undefined]);
    expect(words({ entrypoint: ["/entry"] }, true)).toEqual(["/entry", "sh"]);
    expect(words({}, true)).toEqual([undefined, "sh"]);
    expect(words({ env: new Map([["FF_KUBERNETES_HONOR_ENTRYPOINT", "true"]]) }, false)).toEqual([undefined, "sh"]);
  });

  test("dollars in values, commands and arguments are doubled (K-43, K-116)", () => {
    const env = new Map([["PRICE", "5$ $(HOME) $$"]]);
    const { pod } = make(jobOf([{ ...db, env, entrypoint: ["$(A)"], command: ["$$"] }], { env }));
    const doubled = { name: "PRICE", value: "5$$ $$(HOME) $$$$" };
    expect(container(pod, "db")).toMatchObject({ env: [doubled], command: ["$$(A)"], args: ["$$$$"] });
    expect(container(pod, "build").env).toEqual([doubled]);
    expect(container(pod, "helper").env).toBeUndefined();
  });

  test("secret values stand in a Secret and nowhere in the pod", () => {
    const env = new Map([
      ["OPEN", "yes"],
      ["PASSWORD", "pa$$word-1"],
      ["URL", "postgres://u:pa$$word-1@db"],
    ]);
    const job = { ...jobOf([{ ...db, env }], { env }), secrets: ["pa$$word-1", ""] };
    const { pod, secret } = make(job);
    expect(JSON.stringify(pod)).not.toContain("word-1");
    const key = (n: number): unknown => ({ secretKeyRef: { name: "outrigger-r-j-a1b2c3d4", key: `db.${n}` } });
    expect(container(pod, "db").env).toEqual([
      { name: "OPEN", value: "yes" },
      { name: "PASSWORD", valueFrom: key(0) },
      { name: "URL", valueFrom: key(1) },
    ]);
    expect(container(pod, "build").env).toEqual([{ name: "OPEN", value: "yes" }]);
    expect(secret?.stringData).toEqual({ "db.0": "pa$$word-1", "db.1": "postgres://u:pa$$word-1@db" });
    expect(make(jobOf([db])).secret).toBeUndefined();
  });

  test("steps that share a container have the variables that are the same for all in it (K-110)", () => {
    const first = stepPlan("go:1", {
      id: "a",
      env: new Map([
        ["A", "1"],
        ["CI", "true"],
      ]),
    });
    const second = stepPlan("go:1", {
      id: "b",
      dependsOn: ["a"],
      env: new Map([
        ["A", "2"],
        ["CI", "true"],
      ]),
    });
    const { pod } = make(jobPlan("r", "j", { services: [], steps: [first, second] }));
    expect(container(pod, "build").env).toEqual([{ name: "CI", value: "true" }]);
  });

  test("a step that is its image's own program is held back until its image is put in", () => {
    const plugin = stepPlan("plugins/slack:1", {
      id: "notify",
      scripts: [],
      dependsOn: ["build"],
      workingDir: "/builds",
    });
    const { pod } = make(jobPlan("r", "j", { services: [], steps: [stepPlan("go:1"), plugin] }));
    expect(container(pod, "build-2")).toMatchObject({ image: HELD_IMAGE, workingDir: "/builds" });
    expect(container(pod, "build-2").command).toBeUndefined();
    expect(container(pod, "build-2").stdin).toBeUndefined();
    expect(container(pod, "build").stdin).toBe(true);
  });

  test("after a failed pull policy comes the next of that container (K-50, K-51)", () => {
    const image = { ...db.image, pullPolicies: ["always" as const, "never" as const] };
    const job = jobOf([{ ...db, image }]);
    const policy = (failed: number): unknown =>
      container(make(job, {}, { failedPolicies: new Map([["db", failed]]) }).pod, "db").imagePullPolicy;
    expect([policy(0), policy(1), policy(2)]).toEqual(["Always", "Never", "Never"]);
    expect(container(make(job).pod, "build").imagePullPolicy).toBe("IfNotPresent");
  });
});

describe("what may be done in a pod", () => {
  const security = (change: Partial<KubernetesSettings["security"]>): Partial<KubernetesSettings> => ({
    security: { ...DEFAULT_KUBERNETES_SETTINGS.security, ...change },
  });
  const contextIn = (plan: Partial<ServicePlan>, settings: Partial<KubernetesSettings> = {}): unknown =>
    container(make(jobOf([{ ...db, ...plan }]), settings).pod, "db").securityContext;

  test("nothing is privileged that was not granted, and NET_RAW is dropped (K-57)", () => {
    expect(contextIn({})).toEqual({ privileged: false, capabilities: { drop: ["NET_RAW"] } });
    expect(contextIn({ privileged: true })).toMatchObject({ privileged: true });
    expect(contextIn({}, security({ privileged: true }))).toMatchObject({ privileged: true });
    expect(contextIn({}, security({ privileged: true, service: { privileged: false } }))).toMatchObject({
      privileged: false,
    });
  });

  test("what is dropped beats what is added, which beats the default (K-57)", () => {
    const capabilities = (plan: Partial<ServicePlan>, change: Partial<KubernetesSettings["security"]> = {}): unknown =>
      contextIn(plan, security(change));
    expect(capabilities({ capAdd: ["CAP_NET_RAW", "sys_admin"] })).toMatchObject({
      capabilities: { add: ["NET_RAW", "SYS_ADMIN"] },
    });
    expect(capabilities({ capAdd: ["SYS_ADMIN"] }, { capDrop: ["SYS_ADMIN"] })).toEqual({
      privileged: false,
      capabilities: { drop: ["NET_RAW", "SYS_ADMIN"] },
    });
    expect(capabilities({ capAdd: ["SYS_ADMIN"] }, { service: { capabilities: { add: ["CHOWN"] } } })).toMatchObject({
      capabilities: { add: ["CHOWN"] },
    });
  });

  test("the operator's user wins over the file's; a name is nobody's number (K-58)", () => {
    expect(contextIn({ user: "1000:1001" })).toMatchObject({ runAsUser: 1000, runAsGroup: 1001 });
    expect(contextIn({ user: "1000" }, security({ service: { runAsUser: 5 } }))).toMatchObject({ runAsUser: 5 });
    expect(contextIn({ user: "1000" }, security({ pod: { runAsUser: 5 } }))).not.toHaveProperty("runAsUser");
    expect(contextIn({ user: "1000", clusterUser: "7" })).toMatchObject({ runAsUser: 7 });
    expect(contextIn({ user: "postgres" })).not.toHaveProperty("runAsUser");
    expect(container(make(jobOf([], { user: "1000" })).pod, "helper").securityContext).not.toHaveProperty("runAsUser");
  });

  test("kernel settings and further groups are the pod's", () => {
    const { pod } = make(jobOf([{ ...db, sysctls: new Map([["net.core.somaxconn", "9"]]), groupAdd: ["44"] }]), {
      ...security({ pod: { fsGroup: 5 } }),
    });
    expect(pod.spec.securityContext).toEqual({
      fsGroup: 5,
      sysctls: [{ name: "net.core.somaxconn", value: "9" }],
      supplementalGroups: [44],
    });
  });
});

describe("volumes of a pod (K-55)", () => {
  test("the operator's stand in every container; one at the workspace's place takes its place", () => {
    const volume = { name: "cache", mountPath: "/cache", readOnly: true, source: { hostPath: { path: "/srv/cache" } } };
    const builds = { name: "big", mountPath: "/builds", readOnly: false, source: { emptyDir: {} } };
    const { pod } = make(jobOf([db]), { volumes: [volume, builds] });
    for (const { volumeMounts } of pod.spec.containers) {
      expect(volumeMounts).toContainEqual({ name: "cache", mountPath: "/cache", readOnly: true });
      expect(volumeMounts).toContainEqual({ name: "big", mountPath: "/builds" });
    }
    expect(pod.spec.volumes.map(({ name }) => name).toSorted()).toEqual(["agent", "big", "cache", "stages"]);
  });

  test("what a file mounts: the node's folder, a claim, a folder that ends with the job, memory, a device", () => {
    const { pod } = make(
      jobOf([
        {
          ...db,
          volumes: [
            { kind: "host", source: "/srv", target: "/srv", readOnly: true },
            { kind: "named", source: "kept", target: "/kept", readOnly: false },
            { kind: "named", source: "tmp", target: "/tmp/x", readOnly: false, lifetime: "job" },
          ],
          devices: [{ source: "/dev/fuse", target: "/dev/fuse", permissions: "rwm" }],
          tmpfs: ["/run:rw,size=64m", "/data"],
          shmBytes: 1024,
        },
      ]),
    );
    const volumes = new Map(pod.spec.volumes.map(({ name, ...source }) => [name, source]));
    const mounted = container(pod, "db").volumeMounts.map(({ name, mountPath }) => [mountPath, volumes.get(name)]);
    expect(Object.fromEntries(mounted)).toEqual({
      "/builds": { emptyDir: {} },
      "/srv": { hostPath: { path: "/srv" } },
      "/kept": { persistentVolumeClaim: { claimName: "kept" } },
      "/tmp/x": { emptyDir: {} },
      "/dev/fuse": { hostPath: { path: "/dev/fuse" } },
      "/run": { emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
      "/data": { emptyDir: { medium: "Memory" } },
      "/dev/shm": { emptyDir: { medium: "Memory", sizeLimit: "1024" } },
    });
  });

  test("a folder of the job that two containers name is one", () => {
    const volumes = [{ kind: "named" as const, source: "x", target: "/x", readOnly: false, lifetime: "job" as const }];
    const { pod } = make(jobOf([{ ...db, volumes }], { volumes }));
    const [first, second] = ["build", "db"].map(
      (name) => container(pod, name).volumeMounts.find(({ mountPath }) => mountPath === "/x")?.name,
    );
    expect(first).toBe(second);
  });
});

describe("the hosts file of a pod (K-30, K-31)", () => {
  test("services first, by their containers' names, then the job's own, the file's and the operator's", () => {
    const app = servicePlan("app", "my/app:1", { aliases: ["app"], hostNames: ["my__app", "my-app", "app"] });
    const { pod } = make(jobOf([db, app], { extraHosts: ["outside.example:192.0.2.7"] }), {
      hostAliases: [{ ip: "192.0.2.9", hostnames: ["db"] }],
    });
    expect(pod.spec.hostAliases).toEqual([
      { ip: "127.0.0.1", hostnames: ["my-app", "app", "postgres", "db"] },
      { ip: "127.0.0.1", hostnames: ["build"] },
      { ip: "192.0.2.7", hostnames: ["outside.example"] },
      { ip: "192.0.2.9", hostnames: ["db"] },
    ]);
  });

  test("a job without services has none", () => {
    expect(make(jobOf([])).pod.spec.hostAliases).toBeUndefined();
  });

  test("services in pods of their own are found at their addresses", () => {
    const job = jobOf([db]);
    const { pod } = make(job, {}, { services: { kind: "pods", addresses: new Map([["db", "10.1.2.3"]]) } });
    expect(pod.spec.containers.map(({ name }) => name)).toEqual(["build", "helper"]);
    expect(pod.spec.hostAliases?.[0]).toEqual({ ip: "10.1.2.3", hostnames: ["postgres", "db"] });
  });
});

describe("a service in a pod of its own", () => {
  test("is the same container under the same name", () => {
    const job = { ...jobOf([{ ...db, env: new Map([["PASSWORD", "geheim"]]) }]), secrets: ["geheim"] };
    const context = contextOf(job);
    const [placement] = context.layout.services;
    if (placement === undefined) throw new Error("no service");
    const alone = toServicePod(job, placement, DEFAULT_KUBERNETES_SETTINGS, context);
    expect(alone.pod.metadata.name).toBe("outrigger-r-j-a1b2c3d4-db");
    expect(alone.secret?.metadata.name).toBe("outrigger-r-j-a1b2c3d4-db");
    expect(alone.pod.spec.containers.map(({ name, image }) => [name, image])).toEqual([
      ["db", "postgres:16"],
      ["helper", "node:24"],
    ]);
    expect(alone.pod.spec.volumes).toContainEqual({ name: "agent", configMap: { name: context.name } });
    expect(alone.pod.metadata.labels["outrigger.dev/kind"]).toBe("service");
    expect(alone.pod.spec.hostAliases).toBeUndefined();
  });
});

describe("a pod as a whole", () => {
  test("carries run, job and owner as labels, and in full as annotations (K-16, K-118)", () => {
    const { metadata } = make(jobOf([])).pod;
    expect(metadata.labels).toMatchObject({
      "outrigger.dev/managed": "true",
      "outrigger.dev/run": "r",
      "outrigger.dev/job": "unit_tests",
      "outrigger.dev/manager": "machine.example",
      "dev.outrigger.test": "yes",
    });
    expect(metadata.annotations).toEqual({
      "outrigger.dev/job": "unit tests",
      "outrigger.dev/owner": "machine.example/b/n/7/1",
      "outrigger.dev/deadline": "1970-01-01T00:00:00.000Z",
    });
  });

  test("the operator's labels do not replace ours, nor GitLab's own (K-16)", () => {
    const podLabels = { team: "a b", "outrigger.dev/run": "forged", "job.runner.gitlab.com/id": "1" };
    const { metadata } = make(jobOf([]), {
      podLabels,
      podAnnotations: { note: "x", "outrigger.dev/job": "forged" },
    }).pod;
    expect(metadata.labels).toMatchObject({ team: "a_b", "outrigger.dev/run": "r" });
    expect(metadata.labels).not.toHaveProperty("job.runner.gitlab.com/id");
    expect(metadata.annotations).toMatchObject({ note: "x", "outrigger.dev/job": "unit tests" });
  });

  test("ends by itself a second after the job's own limit and the longest wait for a service (K-19, K-111)", () => {
    const readiness = { kind: "auto" as const, timeoutMs: 30_000 };
    expect(make(jobOf([{ ...db, readiness }])).pod.spec.activeDeadlineSeconds).toBe(91);
    expect(make(jobOf([]), { activeDeadline: false }).pod.spec.activeDeadlineSeconds).toBeUndefined();
  });

  test("stands where the operator and the image's platform say, as whom the operator says (K-53, K-59)", () => {
    const { pod } = make(
      jobOf([], { image: { ...stepPlan("node:24").image, platform: "linux/arm64" }, dns: ["9.9.9.9"] }),
      {
        serviceAccount: "ci",
        automountServiceAccountToken: false,
        imagePullSecrets: ["ours"],
        nodeSelector: { disk: "ssd" },
        nodeTolerations: [{ key: "ci", operator: "Exists" }],
        dnsPolicy: "ClusterFirst",
        dnsConfig: { nameservers: ["1.1.1.1", "9.9.9.9"], searches: ["svc.local"] },
        priorityClassName: "low",
      },
      { logins: new Map([["reg.example", { username: "u", password: "p" }]]) },
    );
    expect(pod.spec).toMatchObject({
      serviceAccountName: "ci",
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: "ours" }, { name: "outrigger-r-j-a1b2c3d4-pull" }],
      nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64", disk: "ssd" },
      tolerations: [{ key: "ci", operator: "Exists" }],
      dnsPolicy: "ClusterFirst",
      dnsConfig: { nameservers: ["9.9.9.9", "1.1.1.1"], searches: ["svc.local"] },
      priorityClassName: "low",
      enableServiceLinks: false,
    });
  });

  test("logins of the file are a Secret of their own, which the pod names (K-53)", () => {
    const image = { ...db.image, auth: { username: "u", password: "p" } };
    const { pod, pullSecret } = make(jobOf([{ ...db, image }]), { imagePullSecrets: ["ours"] });
    expect(pod.spec.imagePullSecrets).toEqual([{ name: "ours" }, { name: "outrigger-r-j-a1b2c3d4-pull" }]);
    expect(pullSecret).toMatchObject({
      metadata: { name: "outrigger-r-j-a1b2c3d4-pull" },
      type: "kubernetes.io/dockerconfigjson",
    });
    expect(make(jobOf([{ ...db, image }]), { useServiceAccountImagePullSecrets: true }).pullSecret).toBeUndefined();
  });

  test("takes no pull secrets when the service account has them (K-53)", () => {
    const settings = { useServiceAccountImagePullSecrets: true, imagePullSecrets: ["ours"] };
    const logins = new Map([["reg.example", { username: "u", password: "p" }]]);
    expect(make(jobOf([]), settings, { logins }).pod.spec).not.toHaveProperty("imagePullSecrets");
  });

  test("has the operator's hooks in every container, before ours where there is one (K-18)", () => {
    const preStop = { exec: { command: ["echo", "it's over"] } };
    const postStart = { exec: { command: ["true"] } };
    const { pod } = make(jobOf([db]), { lifecycle: { preStop, postStart } });
    expect(container(pod, "db").lifecycle).toEqual({ preStop, postStart });
    const { lifecycle } = container(pod, "build");
    expect(lifecycle?.postStart).toEqual(postStart);
    const [shell, option, line = ""] = lifecycle?.preStop?.exec.command ?? [];
    expect([shell, option]).toEqual(["sh", "-c"]);
    expect(line).toMatch(/^'?echo'? 'it'\\''s over'; .*leave/);
  });

  test("is the same for the same job", () => {
    expect(make(jobOf([...ten, db]))).toEqual(make(jobOf([...ten, db])));
  });
});
