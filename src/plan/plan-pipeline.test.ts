import { describe, expect, test } from "vitest";
import { testJob, testPipeline, testServiceSpec, testVariables } from "../../tests/test-pipelines.ts";
import type { Job } from "../model/pipeline.ts";
import { DEFAULT_JOB_TIMEOUT_MS, GITLAB_SERVICES_TIMEOUT_MS, type PlanChoices } from "./choices.ts";
import { type PlannedPipeline, planPipeline } from "./plan-pipeline.ts";
import { toServicePolicy } from "./service-policy.ts";

const CHOICES: PlanChoices = {
  runId: "r1",
  jobs: [],
  pullPolicy: undefined,
  servicesTimeoutMs: GITLAB_SERVICES_TIMEOUT_MS,
  services: "dialect",
  trusted: new Set(),
  defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
  maskedNames: new Set(),
  showServiceLogs: false,
};

function plan(jobs: readonly Job[], choices: Partial<PlanChoices> = {}): PlannedPipeline {
  return planPipeline(testPipeline(jobs), { ...CHOICES, ...choices });
}

function needs(...names: string[]): Job["order"] {
  const at = { file: ".gitlab-ci.yml", line: 9, column: 1 };
  return { kind: "needs", needs: names.map((job) => ({ job, optional: false, artifacts: true, at })) };
}

describe("which jobs run, and in which order", () => {
  const jobs = [
    testJob("lint", { stage: "build" }),
    testJob("compile", { stage: "build" }),
    testJob("unit"),
    testJob("fast", { order: needs("compile") }),
    testJob("now", { order: needs() }),
    testJob("deploy", { stage: "deploy", when: "manual" }),
  ];
  const after = (planned: PlannedPipeline): unknown =>
    Object.fromEntries(planned.plan.jobs.map((job) => [job.plan.name, job.after]));

  test("a job waits for all jobs of earlier stages, or for its needs alone (GY-192, GY-199)", () => {
    expect(after(plan(jobs))).toEqual({
      lint: [],
      compile: [],
      unit: ["lint", "compile"],
      fast: ["compile"],
      now: [],
      deploy: ["lint", "compile", "unit", "fast", "now"],
    });
  });

  test("a named job brings what it needs, and nothing of its earlier stages (GY-207)", () => {
    expect(after(plan(jobs, { jobs: ["fast"] }))).toEqual({ compile: [], fast: ["compile"] });
    expect(after(plan(jobs, { jobs: ["unit"] }))).toEqual({ unit: [] });
  });

  test("a named job may bring all earlier stages, or nothing at all (GY-207)", () => {
    expect(Object.keys(after(plan(jobs, { jobs: ["unit"], reach: "stages" })) as object)).toEqual([
      "lint",
      "compile",
      "unit",
    ]);
    expect(after(plan(jobs, { jobs: ["fast"], reach: "alone" }))).toEqual({ fast: [] });
  });

  test("jobs of a pipeline that hangs on what earlier jobs leave are planned when it starts (GY-90, GY-239)", () => {
    const at = { file: ".gitlab-ci.yml", line: 9, column: 1 };
    const forward = { ownVariables: true, pipelineVariables: false };
    const trigger = { kind: "child", includes: [], waits: true, forward, at } as const;
    const reports = [{ kind: "dotenv", paths: ["v.env"], at }];
    const artifacts = { paths: [], untracked: false, exclude: [], when: "on_success", reports, at } as const;
    const file = { kind: "artifact", file: "c.yml", job: "gen", inputs: new Map(), at } as const;
    const late = [
      testJob("gen", { stage: "build" }),
      testJob("made/slash", { trigger: { ...trigger, includes: [file] } }),
      testJob("B", { trigger }),
      testJob("B/J", { parent: "B", order: needs() }),
      testJob("B/J/K", { parent: "B/J", order: needs() }),
    ];
    const childrenOf = (planned: PlannedPipeline): unknown =>
      planned.plan.jobs.map(({ plan: job, child }) => [job.name, child?.late?.files]);
    expect(childrenOf(plan(late))).toEqual([
      ["gen", undefined],
      ["made/slash", [{ job: "gen", path: "c.yml" }]],
      ["B", undefined],
      ["B/J", undefined],
      ["B/J/K", undefined],
    ]);
    const reporting = [testJob("gen", { stage: "build", artifacts }), ...late.slice(2)];
    expect(childrenOf(plan(reporting))).toEqual([
      ["gen", undefined],
      ["B", []],
    ]);
    expect(plan(reporting, { reportsKnownFor: new Set(["B"]) }).plan.jobs).toHaveLength(4);
  });

  test("a manual job starts when it is asked for, alone or in its place in the pipeline (GY-194)", () => {
    const whenOf = (choices: Partial<PlanChoices>): string | undefined =>
      plan(jobs, choices).plan.jobs.find(({ plan: job }) => job.name === "deploy")?.when;
    expect(whenOf({})).toBe("manual");
    expect(whenOf({ jobs: ["deploy"] })).toBe("on_success");
    expect(whenOf({ manual: ["deploy"] })).toBe("on_success");
    expect(after(plan(jobs, { manual: ["deploy"] }))).toMatchObject({
      deploy: ["lint", "compile", "unit", "fast", "now"],
    });
    expect(() => plan(jobs, { manual: ["deplyo"] })).toThrow('no job named "deplyo"');
  });

  test("a job that is left out cannot be asked for, and is not needed in a run (GY-200)", () => {
    const decision = { text: "no rule holds", checks: [] };
    const out = testJob("out", { when: "never", whyNever: "no rule holds", decision });
    expect(() => plan([...jobs, out], { jobs: ["out"] })).toThrow('job "out" is not in this pipeline: no rule holds');
    const using = testJob("using", { order: needs("out") });
    const severities = (choices: Partial<PlanChoices>): readonly string[] =>
      plan([...jobs, out, using], choices).diagnostics.map(({ severity, code }) => `${severity} ${code}`);
    expect(severities({ requireNeeds: true })).toEqual(["error need-left-out"]);
    expect(severities({ requireNeeds: true, jobs: ["unit"] })).toEqual([]);
    expect(severities({})).toEqual([]);
  });

  test("delays are planned only for those who want them (GY-190)", () => {
    const delayed = testJob("late", { when: "delayed", startInMs: 5000 });
    expect(plan([delayed]).plan.jobs[0]?.startInMs).toBeUndefined();
    expect(plan([delayed], { honourDelays: true }).plan.jobs[0]?.startInMs).toBe(5000);
  });

  test("the name of a job that the file multiplies stands for all of them", () => {
    const parts = [1, 2].map((index) => testJob(`part ${index}/2`, { instance: { of: "part", index, total: 2 } }));
    expect(Object.keys(Object(after(plan([...jobs, ...parts], { jobs: ["part"] }))))).toEqual(["part 1/2", "part 2/2"]);
  });

  test("a job that starts a pipeline has no containers to plan", () => {
    const at = { file: ".gitlab-ci.yml", line: 9, column: 1 };
    const bridge = testJob("child", { steps: [], trigger: { kind: "mirror", project: "g/p", at } });
    expect(after(plan([bridge, testJob("next", { order: needs("child") })]))).toEqual({ next: [] });
  });

  test("a manual job runs when it is named", () => {
    expect(plan(jobs).plan.jobs.at(-1)?.when).toBe("manual");
    expect(plan(jobs, { jobs: ["deploy"] }).plan.jobs.map((job) => job.when)).toEqual(["on_success"]);
  });

  test("an unknown job is a usage error with the nearest name", () => {
    expect(() => plan(jobs, { jobs: ["unti"] })).toThrow('no job named "unti"');
    try {
      plan(jobs, { jobs: ["unti"] });
    } catch (error) {
      expect(error).toMatchObject({ code: "usage", hint: 'did you mean "unit"?' });
    }
  });

  test("ids are unique however the names look", () => {
    const odd = [testJob("a b"), testJob("A-B"), testJob("ä b"), testJob("日本"), testJob("日")];
    expect(plan(odd).plan.jobs.map((job) => job.plan.id)).toEqual(["a-b", "a-b-2", "a-b-3", "x", "x-2"]);
  });
});

describe("host names", () => {
  test("two services of one image both start; the name goes to the first, and the loss is said (GS-213, D-2)", () => {
    const services = [
      testServiceSpec("mysql:latest", ["mysql", "mysql-1"]),
      testServiceSpec("mysql:latest", ["mysql", "mysql-2"]),
    ];
    const planned = plan([testJob("t", { services })]);
    expect(planned.plan.jobs[0]?.plan.services.map((service) => service.hostNames)).toEqual([
      ["mysql", "mysql-1"],
      ["mysql-2"],
    ]);
    expect(planned.diagnostics).toMatchObject([
      { severity: "warning", code: "host-name-taken", at: { line: 3 }, path: "jobs:t:services" },
    ]);
    expect(planned.diagnostics[0]?.message).toContain(
      'Skipping alias "mysql" for service "mysql:latest" (services[1])',
    );
  });

  test("a name that one service asks for twice is given once, without a word (PP-11)", () => {
    const planned = plan([testJob("t", { services: [testServiceSpec("docker:dind", ["docker", "docker"])] })]);
    expect(planned.plan.jobs[0]?.plan.services[0]?.hostNames).toEqual(["docker"]);
    expect(planned.diagnostics).toEqual([]);
  });
});

describe("trust", () => {
  const dind = testServiceSpec("docker:dind", ["docker"], { wantsPrivileged: true });
  const hidden = testServiceSpec("x", ["x"], {
    hostAccess: [{ capability: "volumes", value: "/srv:/host", at: { file: "f", line: 1, column: 2 } }],
  });

  test("docker-in-docker is privileged with security only, and says what it lacks without", () => {
    const [without, withTrust] = [
      plan([testJob("t", { services: [dind] })]),
      plan([testJob("t", { services: [dind] })], { trusted: new Set(["security"]) }),
    ];
    expect(without.plan.jobs[0]?.plan.services[0]).toMatchObject({ privileged: false, lacksPrivilege: true });
    expect(withTrust.plan.jobs[0]?.plan.services[0]).toMatchObject({ privileged: true, lacksPrivilege: false });
  });

  test("what a file asks of the host is refused with its place, until it is granted", () => {
    expect(plan([testJob("t", { services: [hidden] })]).refusals).toMatchObject([
      { capability: "volumes", value: "/srv:/host", job: "t", container: "x", at: { line: 1 } },
    ]);
    expect(plan([testJob("t", { services: [hidden] })], { trusted: new Set(["volumes"]) }).refusals).toEqual([]);
  });
});

describe("what else a plan decides", () => {
  test("the file's pull policy beats the command line's, which beats if-not-present", () => {
    const own = testServiceSpec("a", ["a"], {
      image: { text: "a", pullPolicy: ["never", "always"], at: { file: "f", line: 1, column: 1 } },
    });
    const services = [own, testServiceSpec("b", ["b"])];
    const policies = (choices: Partial<PlanChoices>): unknown =>
      plan([testJob("t", { services })], choices).plan.jobs[0]?.plan.services.map((s) => s.image.pullPolicies);
    expect(policies({})).toEqual([["never", "always"], ["if-not-present"]]);
    expect(policies({ pullPolicy: "always" })).toEqual([["never", "always"], ["always"]]);
  });

  test("an image that is no reference is an error with its place", () => {
    const planned = plan([testJob("t", { services: [testServiceSpec("Not An Image", ["x"])] })]);
    expect(planned.diagnostics).toMatchObject([
      { severity: "error", code: "invalid-image-reference", at: { line: 3 } },
    ]);
    expect(planned.plan.jobs).toEqual([]);
  });

  test("secrets are masked values of the job and of its services, and of names given on the command line", () => {
    const services = [testServiceSpec("db", ["db"], { variables: testVariables({ P: "two" }, ["P"]) })];
    const job = testJob("t", { services, variables: testVariables({ A: "one", B: "free", C: "three" }, ["A"]) });
    expect(plan([job], { maskedNames: new Set(["C"]) }).plan.jobs[0]?.plan.secrets).toEqual(["one", "three", "two"]);
  });

  test.each([
    ["dialect", "fail", "fail", "warn", "note"],
    ["strict", "fail", "fail", "fail", "note"],
    ["warn", "warn", "warn", "warn", "warn"],
  ] as const)("--services %s", (services, whenDead, whenFinished, whenNotReady, whenNothingToProbe) => {
    const policy = plan([testJob("t")], { services }).plan.jobs[0]?.plan.servicePolicy;
    expect(policy).toEqual({ whenDead, whenFinished, whenNotReady, whenNothingToProbe });
  });

  test("a service of a Drone file that ends with 0 before it is ready is told, no more", () => {
    expect(toServicePolicy("dialect", "drone-1")).toMatchObject({ whenDead: "fail", whenFinished: "warn" });
    expect(toServicePolicy("strict", "woodpecker")).toMatchObject({ whenFinished: "fail" });
  });

  test("a negative limit does not wait (GS-503)", () => {
    const job = testJob("t", { services: [testServiceSpec("a", ["a"])] });
    expect(plan([job], { servicesTimeoutMs: -1 }).plan.jobs[0]?.plan.services[0]?.readiness).toEqual({ kind: "none" });
  });
});

describe("registry logins of a job's own variables (GS-630)", () => {
  const auths = { "registry.example.com": { username: "ada", password: "s3cret" } };
  const variables = testVariables({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) });
  const own = { username: "file", password: "other" };
  const services = [
    testServiceSpec("registry.example.com/db", ["db"]),
    testServiceSpec("registry.example.com/cache", ["cache"], { registryAuth: own }),
    testServiceSpec("redis:7", ["redis"]),
  ];
  const job = testJob("test", { variables, services });

  test("go to the images of that registry, below a login that the file has for an image", () => {
    const planned = plan([job]).plan.jobs[0]?.plan;
    expect(planned?.services.map(({ image }) => image.auth)).toEqual([auths["registry.example.com"], own, undefined]);
    expect(planned?.secrets).toContain("s3cret");
  });

  test("mean nothing in Drone's files", () => {
    const planned = planPipeline({ ...testPipeline([job]), dialect: "drone-1" }, CHOICES).plan.jobs[0]?.plan;
    expect(planned?.services[0]?.image.auth).toBeUndefined();
  });
});
