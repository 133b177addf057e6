import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { convertPipeline } from "../src/convert/convert-pipeline.ts";
import { markSecret } from "../src/convert/secret-marks.ts";
import type { Job, Pipeline } from "../src/model/pipeline.ts";
import type { Variables } from "../src/model/variables.ts";
import { MARKS, readMarked, readWritten } from "./convert-rounds.ts";

const read = (name: string): string => readFileSync(new URL(`./cases/drone/${name}.yml`, import.meta.url), "utf8");

const GITLAB = `
stages: [build, test]
variables: { LEVEL: "yes", PRICE: "5$$" }
compile: { stage: build, image: "golang:1.22", script: [make] }
unit:
  stage: test
  image: node:20
  services:
    - postgres:16
    - { name: "redis:7", alias: cache, command: [redis-server, --port, "6380"], variables: { TIER: "\${LEVEL}x" } }
  variables: { DB: shop }
  script: ['echo "\${DB} $HOME $$ \${DB:-none}"', npm test]
  allow_failure: true
`;

const DRONE_03 = `
image: go1.2
env: [LEVEL=yes, GOOS=linux]
services: [postgres, "redis:2.8"]
script: [make, "echo $HOME"]
`;

const DRONE_05 = `
services:
  db: { image: "postgres:9.2", environment: [LEVEL=yes] }
pipeline:
  build: { image: golang, group: first, commands: [make] }
  lint: { image: golang, group: first, commands: [make lint] }
  after: { image: node, commands: [npm test], when: { status: [failure, success] } }
`;

/** Those that are no files of `cases/drone`. */
const SOURCES: Readonly<Record<string, string>> = { gitlab: GITLAB, "drone-0.3": DRONE_03, "drone-0.5": DRONE_05 };
const FILES = ["drone-0.4", "seed-week", "drone-0.8", "drone-1", "woodpecker"];
const READABLE = ["gitlab", "drone-1", "woodpecker"] as const;

async function compileSource(name: string): Promise<Pipeline> {
  return readMarked(SOURCES[name] ?? read(name), name === "seed-week" ? "drone-0.5" : name);
}

/** What a job leaves and takes, without the places where it is written. */
function keptOf(job: Job | undefined): unknown {
  if (job === undefined) return undefined;
  const { artifacts, caches, dependencies, coverage, environment, beforeSources, interruptible, resourceGroup } = job;
  const kept = { artifacts, dependencies, coverage, environment, beforeSources, interruptible, resourceGroup };
  const all = { ...kept, caches: caches ?? [] };
  return JSON.parse(JSON.stringify(all, (key, value: unknown) => (key === "at" ? undefined : value)));
}

/** What must survive, for the plan: containers, names, commands, own variables, and who waits for whom. */
function essence(pipeline: Pipeline): unknown {
  const steps = pipeline.jobs.flatMap((job) =>
    job.steps.flatMap((step) =>
      step.scripts.flatMap((script) => script.commands.map((command) => ({ command, image: step.image.text }))),
    ),
  );
  const services = new Map(
    pipeline.jobs.flatMap((job) =>
      job.services.map((service) => {
        const name = service.derivedNameCount === 0 ? service.label : service.hostNames[service.derivedNameCount];
        const { image, entrypoint, command } = service;
        const shown = { image: image.text, pull: image.pullPolicy, entrypoint, command };
        return [name ?? service.hostNames.at(-1), { ...shown, variables: own(service.variables) }] as const;
      }),
    ),
  );
  return {
    steps,
    services: Object.fromEntries(services),
    variables: pipeline.jobs.map((job) => own(job.steps[0]?.variables)),
  };
}

function own(variables: Variables | undefined): Readonly<Record<string, string>> {
  const kept = [...(variables ?? [])].filter(([, variable]) => variable.origin !== "predefined");
  return Object.fromEntries(kept.map(([name, variable]) => [name, variable.value]));
}

const ROUNDS = [...FILES, ...Object.keys(SOURCES)].flatMap((source) =>
  READABLE.map((target) => [source, target] as const),
);

describe("a file in another dialect makes the same plan", () => {
  test.each(ROUNDS)("%s to %s and back", async (source, target) => {
    const before = await compileSource(source);
    const { documents } = convertPipeline(before, target);
    const after = await readWritten(target, documents);
    const wanted = essence(before);
    if (target !== "gitlab") {
      expect(essence(after)).toEqual(wanted);
      expect(after.jobs.map((job) => job.steps.map((step) => step.dependsOn))).toEqual(
        before.jobs.map((job) => job.steps.map((step) => (job.steps.length === 1 ? undefined : step.dependsOn))),
      );
      return;
    }
    // GitLab has a job where Drone has parallel steps, and knows a secret by a variable of the project.
    const { services, steps } = JSON.parse(JSON.stringify(wanted).replaceAll(MARKS.pg, ""));
    expect(JSON.parse(JSON.stringify(essence(after)))).toMatchObject({ services, steps });
  });

  test.each(READABLE)("jobs wait for the same jobs in %s", async (target) => {
    for (const source of ["gitlab", "drone-1"]) {
      const after = await readWritten(target, convertPipeline(await compileSource(source), target).documents);
      const [, second] = after.jobs;
      expect(second?.order).toMatchObject({ kind: "needs", needs: [{ job: after.jobs[0]?.name }] });
    }
  });

  test("what only GitLab has words for survives from GitLab to GitLab", async () => {
    const text = `
variables: {V: "1.2"}
build:
  stage: build
  image: node
  script: [make]
  interruptible: true
  resource_group: "g $V"
  coverage: '/Total: (\\d+)%/i'
  hooks: {pre_get_sources_script: [echo pre]}
  environment: {name: "r/$V", url: "https://$V.x", on_stop: stop, auto_stop_in: 1 day, deployment_tier: testing}
  cache:
    - {key: {files: [a.lock, b.lock], prefix: "p-$V"}, paths: [node_modules/, "$V"], policy: pull}
    - {key: {files_commits: [a.lock]}, untracked: true}
    - {key: "k-$V", paths: [x], when: always, fallback_keys: [a, "b$$"]}
  artifacts:
    name: "n-$CI_JOB_NAME"
    paths: [dist/, "$V/**"]
    exclude: [dist/x]
    untracked: true
    expire_in: never
    when: always
    reports: {junit: "r*.xml", dotenv: v.env}
test: {image: node, script: [t], dependencies: [build], cache: [], artifacts: {paths: [p], when: on_failure, expire_in: 2 days}}
stop: {image: node, script: [s], stage: deploy, dependencies: [], environment: {name: "r/$V", action: stop, deployment_tier: testing}}
`;
    const before = await readMarked(text, "gitlab");
    const { documents, losses } = convertPipeline(before, "gitlab");
    expect(losses.filter((line) => line.startsWith("job"))).toEqual([]);
    const after = await readWritten("gitlab", documents);
    for (const job of before.jobs) {
      expect(keptOf(after.jobs.find(({ name }) => name === job.name))).toEqual(keptOf(job));
    }
    const elsewhere = convertPipeline(before, "woodpecker").losses.join("\n");
    expect(elsewhere).toContain('job "build": cache');
    expect(elsewhere).toContain("hand files on by hand");
  });

  test.each(READABLE)("several aliases and a failure that is allowed survive %s", async (target) => {
    const text =
      "unit: {image: node, script: [a], allow_failure: true, services: [{name: 'reg.example/my/pg', alias: 'db,sql'}]}\n";
    const before = await readMarked(text, "gitlab");
    const after = await readWritten(target, convertPipeline(before, target).documents);
    const [job] = after.jobs;
    expect(job?.allowFailure === true || job?.steps[0]?.ignoreFailure).toBe(true);
    expect(job?.services[0]?.hostNames).toEqual(expect.arrayContaining(["db", "sql", "reg.example-my-pg"]));
  });
});

describe("secrets", () => {
  test.each(["gitlab", "drone-1", "woodpecker", "compose"] as const)("are references in %s", async (target) => {
    const text = `kind: pipeline
name: a
steps:
- {name: publish, image: plugins/docker, settings: {password: {from_secret: docker_pw}, tags: [{from_secret: docker_pw}, x]}}
`;
    const before = await readMarked(text, "drone-1", { docker_pw: markSecret("docker_pw") });
    const { documents, losses } = convertPipeline(before, target);
    expect(documents.join("")).not.toContain("outrigger-secret");
    expect(documents.join("")).toMatch(/PLUGIN_PASSWORD:(?: \$\{?DOCKER_PW|\s+from_secret: docker_pw)/);
    expect(losses.join("\n")).toContain('variable "PLUGIN_TAGS"');
  });

  test("a masked value that is no mark is never written", async () => {
    const before = await readMarked(read("drone-1"), "drone-1", { pg: "geheim" });
    const { documents, losses } = convertPipeline(before, "compose");
    expect(documents.join("") + losses.join("")).not.toContain("geheim");
    expect(losses.join("\n")).toContain("POSTGRES_PASSWORD");
  });
});

describe("what cannot be carried over is told", () => {
  test.each([
    ["seed-week", "gitlab", 'job "build": services at localhost'],
    ["drone-0.8", "gitlab", "one workspace and one set of services"],
  ] as const)("%s to %s", async (source, target, line) => {
    const { losses } = convertPipeline(await compileSource(source), target);
    expect(losses.join("\n")).toContain(line);
  });

  test("privilege and volumes are the runner's in GitLab, and stay where the target has words", async () => {
    const text =
      "kind: pipeline\nname: a\nsteps: [{name: t, image: i, commands: [c]}]\n" +
      "services: [{name: d, image: 'docker:dind', privileged: true, volumes: [{name: v, path: /data}]}]\n" +
      "volumes: [{name: v, host: {path: /srv}}]\n";
    const before = await readMarked(text, "drone-1");
    expect(convertPipeline(before, "gitlab").losses.toSorted()).toEqual([
      "exit code 78: it ended a pipeline early with success; here it is a failure",
      'job "a": service "d": privileged: set privileged = true in the runner\'s config.toml',
      'job "a": service "d": volumes "/srv:/data": the runner\'s config.toml has it',
    ]);
    for (const target of ["drone-1", "woodpecker"] as const) {
      const [job] = (await readWritten(target, convertPipeline(before, target).documents)).jobs;
      expect(job?.services[0]).toMatchObject({ privileged: true, volumes: [{ source: "/srv", target: "/data" }] });
    }
  });
});
