import { describe, expect, test } from "vitest";
import { jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import { type Overwritten, overwriteSettings } from "./overwrite-settings.ts";
import { DEFAULT_KUBERNETES_SETTINGS as DEFAULTS, type KubernetesSettings, type ResourceRange } from "./settings.ts";

type Env = Readonly<Record<string, string>>;

function overwrite(settings: Partial<KubernetesSettings>, env: Env, ofService: Env = {}): Overwritten {
  const variables = new Map(Object.entries(env));
  const own = new Map([...variables, ...Object.entries(ofService)]);
  const job = jobPlan("r", "j", {
    services: [servicePlan("db", "postgres:16", { env: own })],
    steps: [stepPlan("node:24", { env: variables })],
  });
  return overwriteSettings(job, { ...DEFAULTS, ...settings });
}

function cpuOf(owner: keyof KubernetesSettings["resources"], range: ResourceRange): Partial<KubernetesSettings> {
  return { resources: { ...DEFAULTS.resources, [owner]: { ...DEFAULTS.resources[owner], cpu: range } } };
}

describe("resources that a job's variables change (K-45 to K-47)", () => {
  const allowed = { limit: "250m", limitOverwriteMaxAllowed: "1" };

  test("count only where the operator set a maximum, and up to it", () => {
    const limit = (range: ResourceRange, value: string): unknown =>
      overwrite(cpuOf("build", range), { KUBERNETES_CPU_LIMIT: value }).settings.resources.build.cpu.limit;
    expect(limit({ limit: "250m" }, "1")).toBe("250m");
    expect(limit(allowed, "1000m")).toBe("1000m");
    expect(limit(allowed, "")).toBe("250m");
  });

  test.each([
    ["build", "KUBERNETES_CPU_LIMIT"],
    ["helper", "KUBERNETES_HELPER_CPU_LIMIT"],
    ["service", "KUBERNETES_SERVICE_CPU_LIMIT"],
    ["pod", "KUBERNETES_POD_CPU_LIMIT"],
  ] as const)("of %s by %s", (owner, name) => {
    const { settings, problems } = overwrite(cpuOf(owner, allowed), { [name]: "500m" });
    expect(settings.resources[owner].cpu.limit).toBe("500m");
    expect(problems).toEqual([]);
  });

  test.each([
    [
      "2",
      `couldn't prepare overwrites: invalid service limits specified: the resource "ServiceCPULimit" requested "2" is higher than limit allowed "1"`,
    ],
    ["lots", `couldn't prepare overwrites: invalid service limits specified: parsing resource limit: "lots"`],
  ])("%s is refused in the words of GitLab Runner", (value, text) => {
    const { problems } = overwrite(cpuOf("service", allowed), { KUBERNETES_SERVICE_CPU_LIMIT: value });
    expect(problems).toEqual([{ text }]);
  });

  test("a service's own variables begin at the job's and win (K-46)", () => {
    const settings = cpuOf("service", { ...allowed, request: "100m", requestOverwriteMaxAllowed: "1" });
    const found = overwrite(
      settings,
      { KUBERNETES_SERVICE_CPU_REQUEST: "200m", KUBERNETES_SERVICE_CPU_LIMIT: "500m" },
      { KUBERNETES_SERVICE_CPU_LIMIT: "750m" },
    );
    expect(found.settings.resources.service.cpu).toMatchObject({ request: "200m", limit: "500m" });
    expect(found.settings.serviceResources.get("db")?.cpu).toMatchObject({ request: "200m", limit: "750m" });
  });

  test("a service's own that is too high is told with the service", () => {
    const { problems } = overwrite(cpuOf("service", allowed), {}, { KUBERNETES_SERVICE_CPU_LIMIT: "3" });
    expect(problems).toEqual([
      {
        service: "db",
        text: `couldn't prepare explicit service overwrites: invalid service limits specified: the resource "ServiceCPULimit" requested "3" is higher than limit allowed "1"`,
      },
    ]);
  });
});

describe("other settings that a job's variables change (K-48)", () => {
  test("each needs a pattern of the operator's, which is searched for", () => {
    const env = {
      KUBERNETES_NAMESPACE_OVERWRITE: "ci-team",
      KUBERNETES_SERVICE_ACCOUNT_OVERWRITE: "other",
      KUBERNETES_BEARER_TOKEN: "token",
    };
    const closed = overwrite({ namespace: "ci" }, env);
    expect(closed.settings).toMatchObject({ namespace: "ci", access: {} });
    expect(closed.settings.serviceAccount).toBeUndefined();
    const open = overwrite(
      {
        namespace: "ci",
        namespaceOverwriteAllowed: "team",
        serviceAccountOverwriteAllowed: ".*",
        bearerTokenOverwriteAllowed: true,
      },
      env,
    );
    expect(open.settings).toMatchObject({
      namespace: "ci-team",
      serviceAccount: "other",
      access: { bearerToken: "token" },
    });
    expect(open.problems).toEqual([]);
  });

  test("a value that does not fit is refused", () => {
    const { settings, problems } = overwrite(
      { namespaceOverwriteAllowed: "^ci-" },
      { KUBERNETES_NAMESPACE_OVERWRITE: "kube-system" },
    );
    expect(settings.namespace).toBeUndefined();
    expect(problems).toEqual([
      { text: `couldn't prepare overwrites: provided value "kube-system" does not match "^ci-"` },
    ]);
  });

  test("labels, annotations, selectors and tolerations go by prefix", () => {
    const { settings } = overwrite(
      {
        podLabels: { team: "a" },
        podLabelsOverwriteAllowed: ".*",
        podAnnotationsOverwriteAllowed: ".*",
        nodeSelectorOverwriteAllowed: ".*",
        nodeTolerationsOverwriteAllowed: ".*",
      },
      {
        KUBERNETES_POD_LABELS_1: "team=b",
        KUBERNETES_POD_ANNOTATIONS_X: "note=a=b",
        KUBERNETES_NODE_SELECTOR_DISK: "disk=ssd",
        KUBERNETES_NODE_TOLERATIONS_1: "ci=yes:NoSchedule",
        KUBERNETES_NODE_TOLERATIONS_2: "spot",
        KUBERNETES_NODE_TOLERATIONS_3: "",
      },
    );
    expect(settings).toMatchObject({
      podLabels: { team: "b" },
      podAnnotations: { note: "a=b" },
      nodeSelector: { disk: "ssd" },
      nodeTolerations: [
        { key: "ci", operator: "Equal", value: "yes", effect: "NoSchedule" },
        { key: "spot", operator: "Exists" },
        { operator: "Exists" },
      ],
    });
  });
});
