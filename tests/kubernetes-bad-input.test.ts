import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callOnCluster } from "./kubernetes/call-on-cluster.ts";
import { FakeCluster } from "./kubernetes/fake-cluster.ts";
import { type Fault, forbidden } from "./kubernetes/faults.ts";
import { ScriptedRuntime } from "./kubernetes/scripted-runtime.ts";

const LONG = "a-name-that-has-many-more-than-sixty-three-characters-in-all-of-it-together";
const LARGE = "x".repeat(300_000);
const JOB = "job:\n  image: busybox:latest\n  script: [echo]\n";

const FILES = {
  "job.yml": JOB,
  "missing.yml": "job:\n  image: registry.example/missing:1\n  script: [echo]\n",
  "alias.yml": `${JOB}  services: [{name: "alpine:edge", alias: alpine_edge}]\n`,
  "large.yml": `${JOB}  services: ["redis:7"]\n  variables: {A: ${LARGE}, B: ${LARGE}, C: ${LARGE}, D: ${LARGE}}\n`,
  "secrets.env": ["A", "B", "C", "D"].map((name) => `${name}=${name}${LARGE}\n`).join(""),
  "masked.yml": `${JOB}  services: ["redis:7"]\n  variables: {X: $A, Y: $B, Z: $C, W: $D}\n`,
  "context.toml": '[runners.kubernetes]\ncontext = "prod"\n',
  "namespace.toml": '[runners.kubernetes]\nnamespace = "nowhere"\n',
  "hurry.toml": "[runners.kubernetes]\npoll_timeout = 1\n",
};

interface BadInput {
  readonly what: string;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (cluster: FakeCluster) => void;
  readonly exitCode: number;
  readonly says: string;
  readonly next: string;
  /** Of pods, and of what goes with them, that were asked for. */
  readonly created?: number;
}

const answer = (status: number, message: string): Fault => ({ kind: "answer", status, message });
const lacking =
  (verb: string, resource: string) =>
  ({ faults }: FakeCluster): void =>
    faults.add(verb, resource, forbidden({ verb, resource, namespace: "ci", name: "" }, "runner"));

const CASES: readonly BadInput[] = [
  {
    what: "no kubeconfig",
    env: {},
    exitCode: 6,
    says: "error: no kubeconfig: KUBECONFIG is not set",
    next: "set KUBECONFIG to a file",
  },
  {
    what: "a kubeconfig that is not there",
    env: { KUBECONFIG: "/no/such/file" },
    exitCode: 6,
    says: 'error: kubeconfig "/no/such/file" cannot be used: there is no such file',
    next: "KUBECONFIG names another file",
  },
  {
    what: "a context that is not in it",
    argv: ["--config", "context.toml"],
    exitCode: 6,
    says: 'error: context "prod" is not in ',
    next: 'it has "fake"',
  },
  {
    what: "credentials that have run out",
    prepare: (cluster) => void (cluster.token = "another"),
    exitCode: 6,
    says: "error: the cluster does not accept our credentials: Unauthorized",
    next: "log in to the cluster again",
  },
  ...[
    ["create", "pods"],
    ["create", "configmaps"],
    ["create", "pods/exec"],
    ["list", "pods"],
  ].map(([verb = "", resource = ""]) => ({
    what: `the right to ${verb} ${resource} is missing`,
    prepare: lacking(verb, resource),
    exitCode: 6,
    says: `"runner" may not ${verb} ${resource} in namespace "ci"`,
    next: "kubectl apply -k deploy/kubernetes/base",
  })),
  {
    what: "a namespace that is not there",
    argv: ["--config", "namespace.toml"],
    exitCode: 6,
    says: 'namespace "nowhere" does not exist',
    next: "kubectl create namespace nowhere",
  },
  {
    what: "an image that cannot be pulled",
    argv: ["--file", "missing.yml"],
    exitCode: 4,
    says: 'image "registry.example/missing:1" was not found on "registry.example", or needs a login (missing.yml:2:10)',
    next: "docker login registry.example",
  },
  {
    what: "a policy of the cluster",
    prepare: ({ faults }) =>
      faults.add("create", "pods", answer(400, 'admission webhook "policy.example" denied the request: no root')),
    exitCode: 6,
    says: 'the cluster\'s admission refused: admission webhook "policy.example" denied the request: no root',
    next: "outrigger explain --engine kubernetes --format yaml",
  },
  {
    what: "an alias that is no DNS name",
    argv: ["--file", "alias.yml"],
    exitCode: 2,
    says: "prepare environment: setting up build pod: provided host alias alpine_edge for service alpine:edge is invalid DNS.",
    next: "for example alpine-edge",
    created: 0,
  },
  {
    what: "more than any node has",
    argv: ["--config", "hurry.toml"],
    prepare: (cluster) => void (cluster.unschedulable = "0/1 nodes are available: 1 Insufficient memory."),
    exitCode: 6,
    says: "did not start within 1 s: 0/1 nodes are available: 1 Insufficient memory.",
    next: "ask for less",
  },
  {
    what: "variables that are too large",
    argv: ["--file", "large.yml"],
    exitCode: 2,
    says: "a cluster takes at most 1048576",
    next: "keep large values in a file",
    created: 0,
  },
  {
    what: "secrets that are too large",
    argv: [
      "--file",
      "masked.yml",
      "--env-file",
      "secrets.env",
      ...["A", "B", "C", "D"].flatMap((name) => ["--mask", name]),
    ],
    exitCode: 2,
    says: "the secret variables of the services have ",
    next: "keep large values in a file",
    created: 0,
  },
];

describe("bad input of a cluster, on the command line", () => {
  let folder = "";
  let cluster: FakeCluster;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "outrigger-bad-"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    cluster = await FakeCluster.open(new ScriptedRuntime());
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test.each(CASES)("$what", async ({ argv = [], env, prepare, exitCode, says, next, created }) => {
    prepare?.(cluster);
    const before = cluster.traffic.of("create pods");
    const file = argv.includes("--file") ? [] : ["--file", "job.yml"];
    const words = ["run", "-q", "--engine", "kubernetes", ...file, ...argv];
    const called = await callOnCluster(folder, words, env ?? { KUBECONFIG: cluster.kubeconfig });
    cluster.faults.clear();
    cluster.token = "fake-token";
    cluster.unschedulable = undefined;
    const said = (called.stdout + called.stderr).replace(/\n +/g, " ");
    expect(said).toContain(says);
    expect(said).toContain(next);
    expect(called.exitCode).toBe(exitCode);
    if (created !== undefined) expect(cluster.traffic.of("create pods") - before).toBe(created);
    const kinds = ["pods", "configmaps", "secrets"];
    expect(kinds.flatMap((kind) => cluster.store.list(kind, cluster.namespace))).toEqual([]);
  });

  test("names of more than 63 characters are none: they are cut, and still told apart", async () => {
    const text = `${LONG}:\n  image: busybox:latest\n  services: [{name: "redis:7", alias: ${LONG}}]\n  script: [echo]\n`;
    writeFileSync(join(folder, "long.yml"), text);
    const words = ["explain", LONG, "--file", "long.yml", "--engine", "kubernetes"];
    const { stdout } = await callOnCluster(folder, [...words, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ jobs: [{ services: [{ container: "svc-0" }] }] });
    const { stdout: yaml } = await callOnCluster(folder, [...words, "--format", "yaml"]);
    const names = [...yaml.matchAll(/^ *(?:- )?name: (\S+)$/gm)].map(([, name = ""]) => name);
    expect(names.filter((name) => name.length > 63)).toEqual([]);
    expect(yaml).toContain(`- ${LONG}`);
  });
});
