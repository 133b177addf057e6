// Every option of a container, from every dialect to every other: its plan is the same afterwards, or its loss is told.

import { describe, expect, test } from "vitest";
import { convertPipeline } from "../src/convert/convert-pipeline.ts";
import type { ConvertTarget } from "../src/convert/targets.ts";
import type { ContainerPlan, JobPlan, ServicePlan } from "../src/model/job-plan.ts";
import type { Pipeline } from "../src/model/pipeline.ts";
import { CAPABILITIES } from "../src/model/trust.ts";
import { DEFAULT_JOB_TIMEOUT_MS } from "../src/plan/choices.ts";
import { planPipeline } from "../src/plan/plan-pipeline.ts";
import { readMarked, readWritten } from "./convert-rounds.ts";

const OPTIONS = `
    image: postgres:16
    pull: true
    environment: { LEVEL: "yes", PRICE: "5\${DOLLAR:-$}x" }
    entrypoint: [/entry]
    command: [serve, "--all"]
    privileged: true
    volumes: ["/srv/data:/data", "/srv/other:/other:ro"]
    devices: ["/dev/null:/dev/zero2:r"]
    tmpfs: ["/run", "/cache:size=64m"]
    extra_hosts: ["intern:10.0.0.1"]
    dns: [10.0.0.2]
    dns_search: [example.org]
    shm_size: 64m
    mem_limit: 128m
    memswap_limit: 256m
    mem_swappiness: 10
    cpu_quota: 50000
    cpu_shares: 512
    cpus: 0.5
    cpuset: 0-1
    cap_add: [SYS_PTRACE]
    cap_drop: [MKNOD]
    sysctls: { net.core.somaxconn: "512" }
    ipc_mode: host
    labels: { team: shop }
    oom_kill_disable: true
    ulimits: { nofile: { soft: 10, hard: 20 } }
    networks: [shop_net]
    user: "1000"
    pid: host
    userns_mode: host
    security_opt: [label=disable]
    group_add: [audio]
    cgroup_parent: shop
    volumes_from: [data]
    auth_config: { username: ada, password: geheim }
`;

const READY = `    x-outrigger: { ready: { command: [pg_isready, "-h", 127.0.0.1] }, timeout: 5s, aliases: [sql] }\n`;
const SERVICE = `  db:${OPTIONS}    working_dir: /data\n    failure: ignore\n    ports: [5432, 53/udp]\n${READY}`;
const STEP = `  build:${OPTIONS.replace("[/entry]", '[""]').replace('[serve, "--all"]', "[]")}    commands: [make]\n`;
const LATER = "  later: { image: redis, depends_on: [db] }\n";

/** The step's own program is the shell, so only services have an entry point here. */
const SOURCES: Readonly<Record<string, string>> = {
  "drone-0.5": `services:\n${SERVICE}${LATER}pipeline:\n${STEP}workspace: { base: /go, path: src/app }\n`,
  "drone-0.8": `services:\n${SERVICE}${LATER}pipeline:\n${STEP}`,
  woodpecker: `services:\n${SERVICE}${LATER}steps:\n${STEP}`,
  gitlab: `
.outrigger: { services: { db: { ready: { http: "http://127.0.0.1:80/x" }, timeout: 2 minutes }, queue: { ready: none } } }
unit:
  image: { name: node, entrypoint: [""], pull_policy: [always, if-not-present], docker: { user: "7", platform: linux/arm64 } }
  services:
    - { name: "postgres:16", alias: "db,sql", entrypoint: [/e], command: [a, b], docker: { user: pg }, pull_policy: never }
    - { name: redis, alias: cache, variables: { HEALTHCHECK_TCP_PORT: "7000" } }
    - { name: rabbitmq, alias: queue }
  variables: { CI_DEBUG_SERVICES: "true" }
  retry: 1
  timeout: 10 minutes
  allow_failure: { exit_codes: [3, 4] }
  script: [make]
`,
};

const NOT_IN_GITLAB =
  "auth cgroupParent groupAdd pidMode securityOpt usernsMode volumesFrom capAdd capDrop cpuQuota cpuShares cpus cpuset devices dns dnsSearch extraHosts ipcMode labels memoryBytes memorySwapBytes " +
  "memorySwappiness networks oomKillDisable privileged shmBytes sysctls tmpfs ulimits volumes";
const NOT_IN_DRONE =
  "auth cgroupParent groupAdd pidMode securityOpt usernsMode volumesFrom capAdd capDrop cpuQuota cpuShares cpus cpuset devices ipcMode labels memorySwappiness networks oomKillDisable sysctls tmpfs " +
  "ulimits volumes";
const NOT_IN_WOODPECKER =
  "auth cgroupParent groupAdd pidMode securityOpt usernsMode volumesFrom capAdd capDrop cpuQuota cpuShares cpus cpuset devices ipcMode labels memoryBytes memorySwapBytes memorySwappiness networks " +
  "oomKillDisable shmBytes sysctls ulimits";

/** The fields of the plan that change, over all containers of a file. */
const LOST: Readonly<Record<string, Readonly<Record<"gitlab" | "drone-1" | "woodpecker", string>>>> = {
  drone: {
    gitlab: `${NOT_IN_GITLAB} declaredPorts dependsOn whenDeadInUse workingDir`,
    "drone-1": `${NOT_IN_DRONE} declaredPorts dependsOn`,
    woodpecker: `${NOT_IN_WOODPECKER} dependsOn`,
  },
  gitlab: {
    gitlab: "",
    "drone-1": "allowFailure platform pullPolicies retry showServiceLogs timeoutMs",
    woodpecker: "allowFailure platform pullPolicies retry showServiceLogs timeoutMs",
  },
};

/** What a reader of the file calls a field of the plan. */
const WORDS: Readonly<Record<string, RegExp>> = {
  auth: /registry credentials/,
  allowFailure: /allow_failure/,
  declaredPorts: /ports/,
  dependsOn: /depends_on/,
  dnsSearch: /dns_search/,
  extraHosts: /extra_hosts/,
  ipcMode: /ipc_mode/,
  memoryBytes: /mem_limit/,
  memorySwapBytes: /memswap_limit/,
  memorySwappiness: /mem_swappiness/,
  oomKillDisable: /oom_kill_disable/,
  pidMode: /: pid/,
  pullPolicies: /pull_policy|pull: never/,
  shmBytes: /shm_size/,
  showServiceLogs: /CI_DEBUG_SERVICES/,
  timeoutMs: /timeout/,
  volumes: /volumes|read-only/,
  whenDeadInUse: /failure: ignore/,
  workingDir: /working_dir/,
};

const ROUNDS = Object.keys(SOURCES).flatMap((source) =>
  (["gitlab", "drone-1", "woodpecker"] as const).map((target) => [source, target] as const),
);

describe("what a plan loses on its way through another dialect is told, and nothing else is lost", () => {
  test.each(ROUNDS)("%s to %s", async (source, target) => {
    const before = await readMarked(SOURCES[source] ?? "", source);
    const { documents, losses } = convertPipeline(before, target);
    const after = await readWritten(target, documents);
    const [wanted, found] = [plansOf(before), plansOf(after)];
    const lost = LOST[source === "gitlab" ? "gitlab" : "drone"]?.[target].split(" ").filter(Boolean) ?? [];
    expect(differences(wanted, found)).toEqual(lost.toSorted());
    const text = losses.join("\n");
    const untold = lost.filter((field) => !(WORDS[field] ?? new RegExp(toSnakeCase(field))).test(text));
    expect(untold).toEqual([]);
  });

  test.each(["drone-1", "woodpecker"] as const)("the sources stay where the file put them: %s", async (target) => {
    const before = await readMarked(SOURCES["drone-0.5"] ?? "", "drone-0.5");
    const [job] = plansOf(await readWritten(target, convertPipeline(before, target).documents));
    expect(job?.workspace).toMatchObject({ mountPath: "/go", sourcePath: "/go/src/app" });
    expect(convertPipeline(before, "gitlab").losses.join("\n")).toContain("sources at /go/src/app");
  });

  test("compose has words for every option but a login; a check makes steps wait", async () => {
    const before = await readMarked(SOURCES["drone-0.8"] ?? "", "drone-0.8");
    const { documents, losses } = convertPipeline(before, "compose");
    expect(losses.filter((line) => !line.includes("registry credentials"))).toEqual([
      'job "build": service "db": failure: ignore: its death ends the job',
    ]);
    const text = documents.join("");
    for (const key of "sysctls ipc labels cpu_shares cpu_quota cpuset memswap_limit mem_swappiness oom_kill_disable ulimits expose".split(
      " ",
    )) {
      expect(text).toContain(`    ${key}:`);
    }
    expect(text).toContain("condition: service_healthy");
    expect(text).toContain("shop_net:\n    external: true");
  });

  test("what no target takes is told: an image made of a variable that nobody gave, more needs than GitLab allows", async () => {
    const jobs = Array.from({ length: 51 }, (_, number) => `j${number}: { stage: build, image: a, script: [b] }\n`);
    const text = `stages: [build, test]\n${jobs.join("")}last: { stage: test, image: "$TAG_OF:x", script: [b] }\n`;
    const { losses } = convertPipeline(await readMarked(text, "gitlab"), "gitlab");
    expect(losses).toEqual([
      'job "last": step "last": image ":x" is no image reference: give its variables with --variable NAME=VALUE',
      'job "last": it waits for 51 jobs: GitLab allows 50 needs; use stages',
    ]);
  });

  test("exit code 78 is told once, where it would be a failure", async () => {
    const text = "kind: pipeline\nname: a\nsteps: [{name: t, image: i, commands: [exit 78]}]\n";
    const before = await readMarked(`${text}---\n${text.replace("name: a", "name: b")}`, "drone-1");
    const linesFor = (target: ConvertTarget): readonly string[] =>
      convertPipeline(before, target).losses.filter((line) => line.startsWith("exit code 78"));
    expect(linesFor("gitlab")).toHaveLength(1);
    expect(linesFor("drone-1")).toEqual([]);
  });

  test("two services of one name that are ready in different ways are told: GitLab's file knows one", async () => {
    const job = (name: string, port: number): string =>
      `kind: pipeline\nname: ${name}\nsteps: [{name: t, image: i, commands: [c]}]\n` +
      `services: [{name: db, image: pg, x-outrigger: {ready: {tcp: ${port}}}}]\n`;
    const { losses } = convertPipeline(await readMarked(`${job("a", 1)}---\n${job("b", 2)}`, "drone-1"), "gitlab");
    expect(losses.filter((line) => line.includes("readiness settings"))).toHaveLength(2);
  });
});

function plansOf(pipeline: Pipeline): readonly JobPlan[] {
  const { plan, diagnostics } = planPipeline(pipeline, {
    runId: "r",
    jobs: [],
    pullPolicy: undefined,
    services: "dialect",
    network: "bridge",
    trusted: new Set(CAPABILITIES),
    defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
    maskedNames: new Set(),
    servicesTimeoutMs: 30_000,
    showServiceLogs: false,
  });
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  return plan.jobs.map((job) => job.plan);
}

/** Field names, over the jobs, their services and their steps, each compared with the one of the same place. */
function differences(before: readonly JobPlan[], after: readonly JobPlan[]): readonly string[] {
  expect(after).toHaveLength(before.length);
  const fields = before.flatMap((job, index) => {
    const other = after[index];
    if (other === undefined) return [];
    expect(other.services.map((service) => service.hostNames)).toEqual(
      job.services.map((service) => expect.arrayContaining([...named(service)])),
    );
    return [
      ...compare(shownJob(job), shownJob(other)),
      ...job.services.flatMap((one, at) => compare(shownService(one), shownService(other.services[at]))),
      ...job.steps.flatMap((one, at) => compare(shownContainer(one), shownContainer(other.steps[at]))),
      ...job.steps.flatMap((one, at) => compare({ scripts: one.scripts }, { scripts: other.steps[at]?.scripts })),
    ];
  });
  return [...new Set(fields)].toSorted();
}

/** Names that a user wrote; those that GitLab makes of an image come and go with the dialect. */
function named({ hostNames }: ServicePlan): readonly string[] {
  return hostNames.filter((name) => ["db", "sql", "cache", "queue", "later"].includes(name));
}

function compare(one: object, other: object): readonly string[] {
  const [a, b] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...a.keys()].filter((key) => {
    if (key !== "env") return toText(a.get(key)) !== toText(b.get(key));
    // A GitLab job's variables reach its services too.
    return !toPairs(a.get(key)).every((pair) => toPairs(b.get(key)).includes(pair));
  });
}

function toPairs(env: unknown): readonly string[] {
  return Array.isArray(env) ? env.map(toText) : [];
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, found: unknown) => (found instanceof Map ? [...found] : found)) ?? "none";
}

function shownJob({ retry, timeoutMs, allowFailure, showServiceLogs }: JobPlan): object {
  return { retry, timeoutMs, allowFailure, showServiceLogs };
}

function shownService(service: ServicePlan | undefined): object {
  if (service === undefined) return {};
  const { readiness, declaredPorts, whenDeadInUse, dependsOn } = service;
  // Who says nothing gets the dialect's own reaction; `ignore` is the user's word.
  const reaction = whenDeadInUse === "ignore" ? "ignore" : "dialect";
  const { workingDir } = service;
  return { ...shownContainer(service), readiness, declaredPorts, dependsOn, whenDeadInUse: reaction, workingDir };
}

function shownContainer(container: ContainerPlan | undefined): object {
  if (container === undefined) return {};
  const { id: _id, at: _at, image, env, workingDir: _folder, volumes, ...options } = container;
  const own = [...env].filter(([name]) => ["LEVEL", "PRICE", "HEALTHCHECK_TCP_PORT"].includes(name));
  const { entrypoint, command, user, privileged, devices, tmpfs, extraHosts, dns, dnsSearch, shmBytes, memoryBytes } =
    options;
  const { capAdd, capDrop, sysctls, ipcMode, labels, cpus, cpuShares, cpuQuota, cpuset, networks } = options;
  const { memorySwapBytes, memorySwappiness, oomKillDisable, ulimits, networkMode } = options;
  const { pidMode, usernsMode, securityOpt, groupAdd, cgroupParent, volumesFrom } = options;
  return {
    ...{ image: image.ref, pullPolicies: image.pullPolicies[0], platform: image.platform, auth: image.auth, env: own },
    ...{ pullPolicies: image.pullPolicies.filter((policy) => policy !== "never" || image.pullPolicies.length === 1) },
    ...startOf(entrypoint, command),
    ...{ user, privileged, devices, tmpfs, extraHosts, dns, dnsSearch, shmBytes, memoryBytes, volumes },
    ...{ capAdd, capDrop, sysctls, ipcMode, labels, cpus, cpuShares, cpuQuota, cpuset, networks, networkMode },
    ...{ memorySwapBytes, memorySwappiness, oomKillDisable, ulimits },
    ...{ pidMode, usernsMode, securityOpt, groupAdd, cgroupParent, volumesFrom },
  };
}

/** Woodpecker's services have one list for both. */
function startOf(entrypoint: readonly string[] | undefined, command: readonly string[] | undefined): object {
  if (entrypoint === undefined || entrypoint.join("") === "")
    return { command: command?.length === 0 ? undefined : command };
  return { argv: [...entrypoint, ...(command ?? [])] };
}

function toSnakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
