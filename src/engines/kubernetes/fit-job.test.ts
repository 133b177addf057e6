import { describe, expect, test } from "vitest";
import type { JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { imagePlan, jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import { chooseLayout } from "./choose-layout.ts";
import { fitJob } from "./fit-job.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "./settings.ts";

const db = servicePlan("db", "mysql:8", { aliases: ["db"] });

function jobOf(services: readonly ServicePlan[], step: Partial<StepPlan> = {}): JobPlan {
  return jobPlan("r", "j", { services, steps: [stepPlan("node:24", step)] });
}

function fit(job: JobPlan, settings: Partial<KubernetesSettings> = {}): ReturnType<typeof fitJob> {
  return fitJob(job, { ...DEFAULT_KUBERNETES_SETTINGS, ...settings });
}

const saidOf = (job: JobPlan, settings: Partial<KubernetesSettings> = {}): readonly string[] =>
  fit(job, settings).diagnostics.map(({ severity, message }) => `${severity}: ${message}`);

describe("what the operator's settings put in", () => {
  test("the image of a job that names none, and of no other (K-4)", () => {
    const image = { ...imagePlan("ruby:3.1"), isFallback: true as const };
    const imageOf = (step: Partial<StepPlan>, settings: Partial<KubernetesSettings>): string | undefined =>
      fit(jobOf([], step), settings).job.steps[0]?.image.ref.text;
    expect(imageOf({ image }, { image: "alpine:3" })).toBe("alpine:3");
    expect(imageOf({ image }, {})).toBe("ruby:3.1");
    expect(imageOf({}, { image: "alpine:3" })).toBe("node:24");
  });

  test("passwords to hide that nobody marked (K-48, K-53)", () => {
    const env = new Map([["KUBERNETES_BEARER_TOKEN", "token-of-the-job"]]);
    expect(fit(jobOf([], { env })).job.secrets).toEqual(["token-of-the-job"]);
  });
});

describe("what speaks against a job before anything is created", () => {
  test("nothing, for an ordinary one", () => {
    expect(saidOf(jobOf([db]))).toEqual([]);
  });

  test("an image that is not on the operator's list; the default image always is (K-44)", () => {
    const settings = { allowedImages: ["ruby:*"], allowedServices: ["my.registry/**"] };
    expect(saidOf(jobOf([db]), settings)).toEqual([
      'error: disallowed image: The "node:24" image is not present on list of allowed images: ruby:*',
      'error: disallowed image: The "mysql:8" image is not present on list of allowed services: my.registry/**',
    ]);
    expect(saidOf(jobOf([]), { ...settings, image: "node:24" })).toEqual([]);
    expect(saidOf(jobOf([db]), { allowedImages: [], allowedServices: ["mysql:*"] })).toEqual([]);
  });

  test("a pull policy that is not allowed, in GitLab Runner's words (K-50)", () => {
    const always = jobOf([{ ...db, aliases: [], image: imagePlan("mysql:8", "always") }], {
      image: imagePlan("node:24", "never"),
    });
    expect(saidOf(always, { allowedPullPolicies: ["never"] })).toEqual([
      'error: invalid pull policy for container "svc-0": pull_policy ([Always]) defined in GitLab pipeline config is not one of the allowed_pull_policies ([Never])',
    ]);
  });

  test("a user by name is told, one that is not listed is refused (K-58)", () => {
    expect(saidOf(jobOf([{ ...db, user: "mysql" }]))).toEqual([
      'warning: "db" runs as its image\'s own user: "mysql" is a name, and a cluster takes numbers only',
    ]);
    const security = { ...DEFAULT_KUBERNETES_SETTINGS.security, allowedUsers: ["1000"], allowedGroups: [] };
    expect(saidOf(jobOf([{ ...db, user: "0:0" }]), { security })).toEqual([
      "error: user 0 is not in allowed_users: 1000",
      "error: group 0 is not in allowed_groups: ",
    ]);
    expect(saidOf(jobOf([{ ...db, user: "1000" }]), { security })).toEqual([]);
    const fixed = { ...security, service: { runAsUser: 65_534 } };
    expect(saidOf(jobOf([{ ...db, user: "0:0" }]), { security: fixed })).toEqual([]);
    expect(saidOf(jobOf([], { user: "0" }), { security: fixed })).toEqual([
      "error: user 0 is not in allowed_users: 1000",
    ]);
  });

  test("a network of its own is refused; other options of one machine are told", () => {
    const odd = { ...db, ulimits: [{ name: "nofile", soft: 1, hard: 1 }], networkMode: "host" };
    expect(saidOf(jobOf([odd]))).toEqual([
      'warning: "ulimits" of "db" has no effect on Kubernetes: limits of processes are the node\'s',
      'error: "db" asks for the network "host": on Kubernetes the containers of a job share their pod\'s',
    ]);
  });

  test("variables that no cluster takes, by their names or by their size", () => {
    expect(saidOf(jobOf([{ ...db, env: new Map([["ODD NAME", "1"]]) }]))).toEqual([
      'warning: "db" does not get the variable "ODD NAME": no cluster takes such a name',
    ]);
    const large = { ...db, env: new Map([["LARGE", "x".repeat(1_048_576)]]) };
    expect(saidOf(jobOf([large]))).toEqual([
      "error: the variables have 1048581 bytes together, a cluster takes at most 1048576",
    ]);
    expect(saidOf({ ...jobOf([large]), secrets: ["xxxx"] })).toEqual([
      "error: the secret variables of the services have 1048581 bytes together, a cluster takes at most 1048576",
    ]);
  });

  test("an alias because of which no pod can be made, at its service (K-32)", () => {
    const at = { file: ".gitlab-ci.yml", line: 7, column: 5 };
    const { diagnostics } = fit(jobOf([{ ...db, aliases: ["My_DB"], at }]));
    expect(diagnostics).toMatchObject([{ severity: "error", code: "host-alias-not-dns", at }]);
  });
});

describe("what an operator's settings add to a job", () => {
  test("services, before the job's own (K-20)", () => {
    const { job } = fit(jobOf([db]), {
      services: [{ name: "my/cache:1", alias: "cache", command: ["-v"], environment: ["A=1=2", "B"] }, { name: "" }],
    });
    expect(job.services.map(({ id, hostNames, aliases }) => [id, hostNames, aliases])).toEqual([
      ["runner-0", ["my__cache", "my-cache", "cache"], ["cache"]],
      ["db", ["db"], ["db"]],
    ]);
    expect(job.services[0]).toMatchObject({
      command: ["-v"],
      env: new Map([
        ["A", "1=2"],
        ["B", ""],
      ]),
    });
  });

  test("pull policies, where the file says nothing (K-50)", () => {
    const said = { ...imagePlan("node:24", "never") };
    const silent = { ...imagePlan("mysql:8"), isDefaultPolicy: true as const };
    const { job } = fit(jobOf([{ ...db, image: silent }], { image: said }), {
      pullPolicies: ["always", "if-not-present"],
      allowedPullPolicies: ["if-not-present", "never"],
    });
    expect(job.services[0]?.image.pullPolicies).toEqual(["if-not-present"]);
    expect(job.steps[0]?.image.pullPolicies).toEqual(["never"]);
  });
});

describe("where services stand (K-35)", () => {
  const other = servicePlan("other", "registry.example/mysql:9", {});
  const layoutOf = (
    services: readonly ServicePlan[],
    serviceLayout: KubernetesSettings["serviceLayout"] = "auto",
    change: Partial<JobPlan> = {},
  ): string => chooseLayout({ ...jobOf(services), ...change }, { serviceLayout }).layout;

  test("in the job's pod, and each in its own where two want one port", () => {
    expect(layoutOf([db, servicePlan("cache", "redis:7", {})])).toBe("pod");
    expect(layoutOf([db, other])).toBe("pods");
    expect(layoutOf([db, { ...other, declaredPorts: [3307] }])).toBe("pod");
    const onOnePort = { kind: "tcp" as const, ports: [8080], timeoutMs: 1 };
    expect(
      layoutOf([servicePlan("a", "a:1", { readiness: onOnePort }), servicePlan("b", "b:1", { readiness: onOnePort })]),
    ).toBe("pods");
  });

  test("as the operator says, and in the job's pod when the job's containers share one network", () => {
    expect(layoutOf([db], "pods")).toBe("pods");
    expect(layoutOf([db, other], "pod")).toBe("pod");
    expect(layoutOf([db, other], "pods", { network: "shared" })).toBe("pod");
  });

  test("two on one port in one pod are told", () => {
    expect(saidOf(jobOf([db, other]), { serviceLayout: "pod" })).toEqual([
      'warning: services "db" and "other" both listen on 3306; in one pod they cannot',
    ]);
    expect(saidOf(jobOf([db, other]))).toEqual([]);
  });
});
