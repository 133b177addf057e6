import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readValue } from "../src/yaml/read-value.ts";
import type { CliOutput } from "./call-cli.ts";
import { callOnCluster } from "./kubernetes/call-on-cluster.ts";

const FILES = {
  ".gitlab-ci.yml": `
document:
  image: alpine:latest
  script: [sleep 10]
  services:
    - {name: "alpine:latest", alias: "alpine,alpine-latest"}
    - {name: "alpine:edge", alias: "alpine,alpine-edge,alpine-latest"}
invalid:
  image: alpine:latest
  script: [sleep 10]
  services: [{name: "alpine:edge", alias: alpine_edge}]
clash:
  image: alpine:latest
  script: [sleep 10]
  services: [{name: "mysql:8", alias: old}, {name: "mysql:9", alias: new}]
secret:
  image: alpine:latest
  variables: {TOKEN: forty-two-42}
  script: [sleep 10]
  services: [{name: "redis:7", command: ["--requirepass", "$TOKEN"]}]
`,
  "config.toml": `
[[runners]]
executor = "kubernetes"
[runners.kubernetes]
namespace = "ci"
pull_policy = ["always", "if-not-present"]
`,
  "wrong.toml": `
[runners.kubernetes]
privileged = "yes"
memori_limit = "1Gi"
`,
  "patches/terminal.yml": "containers: [{name: build, tty: true}]\n",
  "patched.toml": `
[[runners]]
executor = "kubernetes"
[[runners.kubernetes.pod_spec]]
name = "terminal"
patch_path = "patches/terminal.yml"
`,
  "patched-wrong.toml": `
[[runners]]
executor = "kubernetes"
[[runners.kubernetes.pod_spec]]
name = "no helper"
patch = "containers: [{name: helper, $patch: delete}]"
`,
  "broken.toml": "[runners.kubernetes\n",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-explain-"));
  mkdirSync(join(folder, "patches"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...argv: readonly string[]): Promise<CliOutput> => callOnCluster(folder, argv);
const explain = (...argv: readonly string[]): Promise<CliOutput> => call("explain", "--engine", "kubernetes", ...argv);

describe("outrigger explain --engine kubernetes", () => {
  test("--json adds the container to each service, and only on Kubernetes (K-22)", async () => {
    const { stdout, exitCode } = await explain("document", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      jobs: [{ services: [{ container: "alpine" }, { container: "alpine-edge" }] }],
    });
    expect((await call("explain", "document", "--json")).stdout).not.toContain('"container"');
    expect((await explain("document")).stdout).toContain("container   alpine-edge");
  });

  test("--format yaml prints the pod (K-10)", async () => {
    const { stdout, exitCode } = await explain("document", "--format", "yaml", "--config", "config.toml");
    expect(exitCode).toBe(0);
    expect(readValue(stdout)).toMatchObject({
      value: {
        kind: "Pod",
        metadata: { namespace: "ci" },
        spec: {
          containers: ["build", "helper", "alpine", "alpine-edge"].map((name) => ({ name, imagePullPolicy: "Always" })),
          hostAliases: [{ ip: "127.0.0.1", hostnames: ["alpine", "alpine-latest", "alpine-edge"] }, {}],
        },
      },
    });
  });

  test("--format yaml prints it with the operator's patches, and one that does not fit is told first (K-59)", async () => {
    const { stdout } = await explain("document", "--format", "yaml", "--config", "patched.toml");
    expect(readValue(stdout)).toMatchObject({
      value: { spec: { containers: [{ name: "build", tty: true }, {}, {}, {}] } },
    });
    for (const command of ["explain", "run"]) {
      const wrong = await call(command, "document", "--engine", "kubernetes", "--config", "patched-wrong.toml");
      expect({ ...wrong, stderr: "" }).toEqual({ exitCode: 2, stdout: "", stderr: "" });
      expect(wrong.stderr).toContain(
        'patched-wrong.toml:6:1: error: the patch "no helper" does not fit the pod: the pod has no container "helper" any more\n',
      );
    }
  });

  test("two services on one port are two more pods (K-35)", async () => {
    const { stdout } = await explain("clash", "--format", "yaml");
    const pods = stdout.split("---\n").map(readValue);
    expect(pods).toMatchObject([
      {
        value: {
          metadata: { name: "outrigger-explain-clash-xxxxxxxx-old" },
          spec: { containers: [{ name: "old" }, { name: "helper" }] },
        },
      },
      {
        value: {
          metadata: { name: "outrigger-explain-clash-xxxxxxxx-new" },
          spec: { containers: [{ name: "new" }, { name: "helper" }] },
        },
      },
      { value: { spec: { containers: [{ name: "build" }, { name: "helper" }] } } },
    ]);
  });

  test("no secret is in what it prints", async () => {
    const { stdout } = await explain("secret", "--format", "yaml", "--mask", "TOKEN");
    expect(stdout).toContain("kind: Secret");
    expect(stdout).not.toContain("forty-two");
  });

  test("an invalid alias is exit code 2 with the whole text, for explain and run (K-32, K-33)", async () => {
    const text =
      "prepare environment: setting up build pod: provided host alias alpine_edge for service alpine:edge is invalid DNS. a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'). Check https://docs.gitlab.com/runner/shells/index.html#shell-profile-loading for more information";
    for (const argv of [["explain"], ["explain", "--json"], ["run"]]) {
      const { exitCode, stdout, stderr } = await call(...argv, "invalid", "--engine", "kubernetes");
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(`.gitlab-ci.yml:11:21: error: ${text}\n`);
    }
    expect((await call("explain", "invalid")).exitCode).toBe(0);
    expect((await explain("document")).exitCode).toBe(0);
  });
});

describe("the settings file of an engine", () => {
  test.each([
    [["--config", "wrong.toml"], 'wrong.toml:3:1: error: "runners.kubernetes.privileged" should be true or false'],
    [["--config", "wrong.toml"], 'did you mean "memory_limit"?'],
    [["--config", "broken.toml"], "broken.toml:1:20: error: not TOML"],
    [["--config", "none.toml"], 'cannot read --config "none.toml"'],
    [["--config", "config.toml", "--runner", "x"], '"config.toml" has no runner "x"'],
    [["--runner", "x"], "name the file: --config FILE"],
    [["--engine", "docker", "--config", "config.toml"], '"config.toml" has no [runners.docker]'],
    [["--engine", "docker", "--format", "yaml"], "outrigger explain --engine kubernetes --format yaml"],
    [["--engine", "kubernets"], "Allowed choices are docker, kubernetes"],
  ])("%j", async (argv, says) => {
    const { exitCode, stdout, stderr } = await explain("document", ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

test("the client library is not loaded to explain a pod", () => {
  const source = resolve(import.meta.dirname, "../src");
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    for (const [, target = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g))
      visit(resolve(dirname(path), target));
  };
  visit(join(source, "engines/open-planner.ts"));
  const files = [...seen].map((path) => path.slice(source.length + 1));
  expect(files).toContain("engines/kubernetes/to-pod.ts");
  expect(files.filter((path) => path.startsWith("engines/kubernetes/api/"))).toEqual([]);
});
