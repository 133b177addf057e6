import { describe, expect, test } from "vitest";
import { testJob, testPipeline, testServiceSpec, testVariables } from "../../tests/test-pipelines.ts";
import type { DialectId, Job } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import type { Step } from "../model/step.ts";
import { DEFAULT_JOB_TIMEOUT_MS, type PlanChoices } from "./choices.ts";
import { type PlannedPipeline, planPipeline } from "./plan-pipeline.ts";

const CHOICES: PlanChoices = {
  runId: "r1",
  jobs: [],
  pullPolicy: undefined,
  services: "dialect",
  trusted: new Set(),
  defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
  maskedNames: new Set(),
  showServiceLogs: false,
};

function plan(job: Job, choices: Partial<PlanChoices> = {}, dialect: DialectId = "drone-0.5"): PlannedPipeline {
  return planPipeline({ ...testPipeline([job]), stages: [], dialect }, { ...CHOICES, ...choices });
}

function onlyJob(planned: PlannedPipeline): PlannedPipeline["plan"]["jobs"][number]["plan"] {
  const [job] = planned.plan.jobs;
  if (job === undefined) throw new Error(JSON.stringify(planned.diagnostics));
  return job.plan;
}

function step(name: string, over: Partial<Step> = {}): Step {
  const [base] = testJob("x").steps;
  if (base === undefined) throw new Error("no step");
  return { ...base, name, ...over };
}

function service(name: string, image = "postgres", over: Partial<Service> = {}): Service {
  return testServiceSpec(image, [name], { readinessTimeoutMs: 60_000, whenDeadInUse: "warn", ...over });
}

function shared(over: Partial<Job>): Job {
  return testJob("build", { network: "shared", networkCertainty: "default", ...over });
}

const PORT = [{ port: 5432, protocol: "tcp" }] as const;
const messages = (planned: PlannedPipeline): readonly string[] => planned.diagnostics.map((found) => found.message);

describe("the network of a job", () => {
  const clashing = [service("pg9", "postgres:9", { ports: PORT }), service("pg10", "postgres:10", { ports: PORT })];

  test("is the dialect's, unless the person says otherwise (DR-98)", () => {
    const job = shared({ services: [service("db")] });
    expect(onlyJob(plan(job)).network).toBe("shared");
    expect(onlyJob(plan(job, { network: "bridge" })).network).toBe("bridge");
    expect(onlyJob(plan({ ...job, network: "bridge" }, { network: "shared" })).network).toBe("shared");
  });

  test("gives way to bridge when two services declare one port, and says so (DR-111)", () => {
    const planned = plan(shared({ services: clashing }));
    expect(onlyJob(planned).network).toBe("bridge");
    expect(messages(planned)).toEqual([
      'services "pg9" and "pg10" both listen on 5432: this job runs in bridge mode, where services are reached by name',
    ]);
  });

  test.each<[string, Partial<Job>, Partial<PlanChoices>]>([
    ["when something mentions localhost", { mentionsLocalhost: true }, {}],
    ["when the person wants it", {}, { network: "shared" }],
  ])("stays shared %s, with a warning that names both (DR-108)", (_, over, choices) => {
    const planned = plan(shared({ services: clashing, ...over }), choices);
    expect(onlyJob(planned).network).toBe("shared");
    expect(planned.diagnostics).toMatchObject([
      {
        severity: "warning",
        code: "port-clash",
        message: 'services "pg9" and "pg10" both listen on 5432; in shared network mode only one can',
      },
    ]);
  });

  test("UDP and TCP on one number do not clash", () => {
    const services = [
      service("a", "a", { ports: PORT }),
      service("b", "b", { ports: [{ port: 5432, protocol: "udp" }] }),
    ];
    expect(plan(shared({ services })).diagnostics).toEqual([]);
  });
});

describe("the name space of a shared job", () => {
  test("is held by the image of the first step with commands; every name is in it (DR-99, DR-100)", () => {
    const plugin = step("notify", { scripts: [], isPlugin: true, image: { text: "plugins/slack", at: step("x").at } });
    const job = shared({ services: [service("My_DB")], steps: [plugin, step("unit test"), step("e2e")] });
    const { nameSpace, steps } = onlyJob(plan(job));
    expect(nameSpace?.image.ref.text).toBe("busybox");
    expect(nameSpace?.hostNames).toEqual(["My_DB", "my_db", "my-db", "notify", "e2e"]);
    expect(steps.map((planned) => planned.id)).toEqual(["notify", "unit-test", "e2e"]);
    expect(onlyJob(plan(shared({ steps: [plugin] }))).nameSpace?.image.ref.text).toBe("plugins/slack");
  });

  test("has the name servers and hosts of all containers, who must not disagree (DR-103)", () => {
    const services = [service("db", "postgres", { dns: ["192.0.2.1"], extraHosts: ["a:192.0.2.2"] })];
    const agreed = onlyJob(plan(shared({ services, steps: [step("test", { dns: ["192.0.2.1"] })] })));
    expect(agreed.nameSpace).toMatchObject({ dns: ["192.0.2.1"], extraHosts: ["a:192.0.2.2"] });
    const disagreeing = [step("test", { dns: ["192.0.2.9"], extraHosts: ["a:192.0.2.3"] })];
    const planned = plan(shared({ services, steps: disagreeing }));
    expect(planned.plan.jobs).toEqual([]);
    expect(messages(planned)).toEqual([
      'service "db" and step "test" set different dns in shared network mode, where all containers have the same',
      'service "db" and step "test" set different extra_hosts in shared network mode, where all containers have the same',
    ]);
  });
});

describe("names in bridge mode", () => {
  const bridge = (over: Partial<Job>): Job => testJob("build", over);

  test("are the name, its lower case, and one without underscores; a step gets none that a service has (DR-101)", () => {
    const job = bridge({
      services: [service("My_DB"), service("cache", "redis")],
      steps: [step("cache"), step("Unit")],
    });
    const { services, steps } = onlyJob(plan(job));
    expect(services.map((planned) => planned.hostNames)).toEqual([["My_DB", "my_db", "my-db"], ["cache"]]);
    expect(steps.map((planned) => planned.hostNames)).toEqual([[], ["Unit", "unit"]]);
  });

  test("do not exist for a container with a network of its own (DR-91, DR-102)", () => {
    const job = bridge({ services: [service("web", "nginx", { networkMode: "none" })] });
    expect(onlyJob(plan(job)).services[0]).toMatchObject({ hostNames: [], networkMode: "none" });
  });

  test("are what a file should use that looks at localhost (DR-112)", () => {
    const looking = step("test", {
      scripts: [{ kind: "main", commands: ["psql -h localhost:5432", "curl 127.0.0.1:8080 localhost:5432"] }],
      variables: testVariables({ URL: "redis://127.0.0.1:6379/0" }),
    });
    const services = [service("database"), service("cache", "redis")];
    const planned = plan(bridge({ services, steps: [looking] }));
    expect(planned.diagnostics.map(({ message, hint }) => `${message}; ${hint}`)).toEqual([
      'localhost:5432 is service "database" only in shared network mode; use database:5432, or let all containers share one network: --network shared',
      '127.0.0.1:6379 is service "cache" only in shared network mode; use cache:6379, or let all containers share one network: --network shared',
    ]);
    expect(plan(shared({ services, steps: [looking] })).diagnostics).toEqual([]);
  });
});

describe("services of Drone", () => {
  test.each([
    ["dialect", "warn"],
    ["strict", "fail"],
    ["warn", "warn"],
  ] as const)("--services %s: dying while steps run is a %s (DR-235)", (services, reaction) => {
    const job = shared({ services: [service("db"), service("quiet", "a", { whenDeadInUse: "ignore" })] });
    const planned = onlyJob(plan(job, { services })).services.map((one) => one.whenDeadInUse);
    expect(planned).toEqual([reaction, "ignore"]);
  });

  test("have 60 s to get ready, or what the person says, or what their file says (DR-224)", () => {
    const own = service("own", "a", { ownReadiness: { timeoutMs: 5_000 } });
    const limits = (choices: Partial<PlanChoices>): unknown =>
      onlyJob(plan(shared({ services: [service("db"), own] }), choices)).services.map((one) => one.readiness);
    expect(limits({})).toEqual([
      { kind: "auto", timeoutMs: 60_000 },
      { kind: "auto", timeoutMs: 5_000 },
    ]);
    expect(limits({ servicesTimeoutMs: 9_000 })).toEqual([
      { kind: "auto", timeoutMs: 9_000 },
      { kind: "auto", timeoutMs: 5_000 },
    ]);
  });

  test("wait for each other by name", () => {
    const services = [service("app", "app", { dependsOn: ["db", "nobody"] }), service("db")];
    expect(onlyJob(plan(shared({ services }))).services.map((one) => one.dependsOn)).toEqual([["db"], []]);
  });

  test("pull: always gives way to the local image when the registry fails (DR-152)", () => {
    const at = step("x").at;
    const services = [service("db", "x", { image: { text: "postgres", pullPolicy: ["always"], at } })];
    const policies = (dialect: DialectId): unknown =>
      onlyJob(plan(shared({ services }), {}, dialect)).services[0]?.image.pullPolicies;
    expect([policies("drone-0.5"), policies("gitlab")]).toEqual([["always", "never"], ["always"]]);
  });

  test("logins of the file go with the image, and their passwords are hidden (DR-160, DR-161)", () => {
    const registryAuth = { username: "me", password: "geheim" };
    const job = onlyJob(plan(shared({ services: [service("db", "r.example/db", { registryAuth })] })));
    expect(job.services[0]?.image.auth).toEqual(registryAuth);
    expect(job.secrets).toContain("geheim");
  });
});

describe("steps of Drone", () => {
  test("two of one name are two steps, and who waits for the name waits for both (DR-37)", () => {
    const job = shared({ steps: [step("heroku"), step("heroku"), step("after", { dependsOn: ["heroku"] })] });
    expect(onlyJob(plan(job)).steps.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["heroku", []],
      ["heroku-2", ["heroku"]],
      ["after", ["heroku", "heroku-2"]],
    ]);
  });

  const plugin = (over: Partial<Step> = {}): Step =>
    step("publish", {
      scripts: [],
      isPlugin: true,
      image: { text: "index.docker.io/plugins/docker:18", at: step("x").at },
      ...over,
    });

  test("a plugin on the list runs privileged without trust, and that is said (DR-195)", () => {
    const planned = plan(testJob("b", { steps: [plugin()] }), {}, "drone-0.8");
    expect(onlyJob(planned).steps[0]?.privileged).toBe(true);
    expect(planned.diagnostics).toMatchObject([{ severity: "note", code: "image-privileged" }]);
  });

  test.each([
    [[], false, undefined],
    [["plugins/docker:18"], true, "note"],
    [["plugins/docker"], true, "warning"],
    [["plugins/docker:19"], false, undefined],
  ] as const)("Woodpecker has no list of its own; with %s it is privileged: %s", (privilegedImages, is, severity) => {
    const planned = plan(testJob("b", { steps: [plugin()] }), { privilegedImages }, "woodpecker");
    expect(onlyJob(planned).steps[0]?.privileged).toBe(is);
    expect(planned.diagnostics.map((found) => found.severity)).toEqual(severity === undefined ? [] : [severity]);
  });

  test("one that says it itself and is told what to run is refused, and the reason is said (DR-199)", () => {
    const service = testServiceSpec("docker:dind", ["docker"], { privileged: true, command: ["sh"] });
    const planned = plan(testJob("b", { services: [service] }), { privilegedImages: ["docker:dind"] }, "drone-1");
    expect(planned.refusals).toMatchObject([{ capability: "security", container: "docker" }]);
    expect(planned.refusals[0]).not.toHaveProperty("image");
    expect(messages(planned)).toEqual([
      '"docker:dind" is on the privileged list but sets a command, so only trust lets it be privileged',
    ]);
  });

  test("a service on the list is privileged too, whatever its file says (DR-195, DR-199)", () => {
    const job = testJob("b", { services: [testServiceSpec("docker:dind", ["docker"])] });
    const planned = plan(job, { privilegedImages: ["docker:dind"] }, "drone-1");
    expect(onlyJob(planned).services[0]?.privileged).toBe(true);
    expect(messages(planned)).toEqual(['"docker:dind" runs privileged: it is on the list of privileged images']);
  });

  test.each<[string, Partial<Step>]>([
    ["has commands", { scripts: [{ kind: "main", commands: ["sh"] }] }],
    ["sets an entrypoint", { entrypoint: ["sh"] }],
    ["sets PATH", { variables: new Map([["PATH", { value: "/x", masked: false, isPublic: true, origin: "file" }]]) }],
    ["mounts a volume", { volumes: [{ kind: "named", source: "a", target: "/b", readOnly: false, lifetime: "job" }] }],
  ])("one that %s is not, and the reason is said (DR-197, DR-199)", (reason, over) => {
    const planned = plan(testJob("b", { steps: [plugin(over)] }), {}, "drone-1");
    expect(onlyJob(planned).steps[0]?.privileged).toBe(false);
    expect(messages(planned)).toEqual([
      `"index.docker.io/plugins/docker:18" is on the privileged list but ${reason}, so it starts unprivileged`,
    ]);
  });
});

describe("what steps expect of services", () => {
  const commands = (...lines: readonly string[]): Pick<Step, "scripts"> => ({
    scripts: [{ kind: "main", commands: lines }],
  });
  const db = testServiceSpec("postgres", ["db"]);

  test.each([
    ["sleep 15", "sleep 15"],
    ["sleep 5 && make", "sleep 5"],
    ["make", undefined],
    ["sleepy 5", undefined],
  ])("%s: a wait for services that were waited for is named (DR-226)", (line, nap) => {
    const steps = [step("a", commands(line, "sleep 9"))];
    const expected = nap === undefined ? [] : [`${nap} is not needed: services are ready before this step`];
    expect(messages(plan(testJob("b", { services: [db], steps }), {}, "drone-0.8"))).toEqual(expected);
    expect(messages(plan(testJob("b", { steps }), {}, "drone-0.8"))).toEqual([]);
  });

  test("a service that was skipped, or is another job's, and is looked for is named (DR-244, DR-292)", () => {
    const at = { file: ".drone.yml", line: 4, column: 3 };
    const skipped = [{ kind: "service", name: "cache", why: "when: event != push", at }] as const;
    const steps = [step("a", commands("redis-cli -h cache", "psql -h db", "echo other", "curl http://own"))];
    const job = testJob("one", { steps, skipped, services: [testServiceSpec("nginx", ["own"])] });
    const two = testJob("two", { services: [db, testServiceSpec("x", ["other"]), testServiceSpec("y", ["own"])] });
    const found = planPipeline({ dialect: "drone-1", file: ".drone.yml", stages: [], jobs: [job, two] }, CHOICES);
    const notes = found.diagnostics.filter(({ code }) => code === "absent-service").map(({ message }) => message);
    expect(notes).toEqual([
      'step "a" looks for service "db", which this job does not have: it is a service of "two" only',
      'step "a" looks for service "cache", which this job does not have: it is skipped (when: event != push)',
    ]);
  });
});

describe("what a file leaves open", () => {
  const at = { file: ".drone.yml", line: 4, column: 3 };

  test("a secret that nobody gave stops a run, and is only noted by who looks (DR-280)", () => {
    const job = shared({ missingSecrets: [{ name: "pg", path: "services.db.environment.PASSWORD", at }] });
    expect(plan(job).diagnostics).toMatchObject([{ severity: "warning", code: "missing-secret" }]);
    const planned = plan(job, { requireSecrets: true });
    expect(planned.plan.jobs).toEqual([]);
    expect(planned.diagnostics).toMatchObject([
      { severity: "error", message: 'secret "pg" not found for services.db.environment.PASSWORD', at: { line: 4 } },
    ]);
  });

  test("what is skipped is said with its reason (DR-244)", () => {
    const job = shared({ skipped: [{ kind: "service", name: "db", why: "when: event != push", at }] });
    expect(messages(plan(job))).toEqual(['service "db" is skipped (when: event != push)']);
  });
});
