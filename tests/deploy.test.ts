import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readRunnerSection } from "../src/config/runner-section.ts";
import { readKubernetesSettings } from "../src/engines/kubernetes/read/read-settings.ts";
import { readValue } from "../src/yaml/read-value.ts";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, "deploy/kubernetes");

function readText(path: string): string {
  return readFileSync(join(FOLDER, path), "utf8");
}

function readManifest(path: string): unknown {
  const read = readValue(readText(path));
  if (read.kind === "invalid") throw new Error(`${path}: ${read.reason}`);
  return read.value;
}

function rulesOf(path: string): { readonly rules: readonly unknown[] } {
  const manifest = readManifest(path);
  const rules: unknown =
    typeof manifest === "object" && manifest !== null && "rules" in manifest ? manifest.rules : undefined;
  return { rules: Array.isArray(rules) ? rules : [] };
}

describe("deploy/kubernetes", () => {
  test.each(["base", "example", "namespace-per-job"])("%s names every file that it has, and no other", (name) => {
    const named = [...readText(`${name}/kustomization.yaml`).matchAll(/^ +- ([\w-]+\.(?:yaml|toml))$/gm)];
    const files = readdirSync(join(FOLDER, name)).filter((file) => file !== "kustomization.yaml");
    expect(new Set(named.map(([, file]) => file))).toEqual(new Set(files));
    for (const file of files.filter((one) => one.endsWith(".yaml"))) {
      expect(readManifest(`${name}/${file}`)).toMatchObject({
        apiVersion: expect.any(String),
        kind: expect.any(String),
      });
    }
  });

  test("the Role is about the objects that we make, and nothing else (K-85)", () => {
    expect(readManifest("base/role.yaml")).toMatchObject({
      kind: "Role",
      rules: [
        { apiGroups: [""], resources: ["pods"], verbs: ["create", "delete", "get", "list", "patch", "watch"] },
        { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
        { apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["create", "delete", "list", "patch"] },
        { apiGroups: [""], resources: ["events"], verbs: ["list"] },
      ],
    });
  });

  test("a namespace for each job needs the same everywhere, and name spaces, and nothing else (K-80)", () => {
    const { rules: inBase } = rulesOf("base/role.yaml");
    const { rules } = rulesOf("namespace-per-job/cluster-role.yaml");
    const own = { apiGroups: [""], resources: ["namespaces"], verbs: ["create", "delete", "list"] };
    expect(rules).toEqual([own, ...inBase]);
  });

  test("its settings are read without a finding", () => {
    const read = readRunnerSection(
      { file: "config.toml", folder: FOLDER, text: readText("base/config.toml") },
      "kubernetes",
      undefined,
    );
    if (read.kind === "invalid") throw new Error(read.diagnostic.message);
    const settings = readKubernetesSettings(read.section);
    expect(read.section.engine.diagnostics).toEqual([]);
    expect(settings).toMatchObject({ namespace: "outrigger", automountServiceAccountToken: false });
  });
});

const hasKubectl = spawnSync("kubectl", ["kustomize", "--help"]).status === 0;
if (!hasKubectl) console.warn("NOT BUILT BY KUSTOMIZE: deploy/kubernetes: there is no kubectl on PATH");

describe.runIf(hasKubectl)("deploy/kubernetes, built by kubectl kustomize", () => {
  const build = (name: string): readonly Manifest[] => {
    const text = execFileSync("kubectl", ["kustomize", join(FOLDER, name)], { encoding: "utf8" });
    return parseAllDocuments(text).map((document): Manifest => document.toJS());
  };
  const RUNNER = [
    "ConfigMap outrigger-settings",
    "Role outrigger",
    "RoleBinding outrigger",
    "ServiceAccount outrigger",
  ];

  test.each([
    ["base", RUNNER],
    ["example", ["ConfigMap outrigger-settings", "Job outrigger-run", ...RUNNER.slice(1)]],
  ])("%s: everything stands in the namespace, under the names that others use", (name, expected) => {
    const objects = build(name);
    const [namespaces, inside] = [objects.filter(isNamespace), objects.filter((object) => !isNamespace(object))];
    expect(namespaces.map(({ metadata }) => metadata.name)).toEqual(["outrigger"]);
    expect(inside.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual(expected);
    expect(new Set(inside.map(({ metadata }) => metadata.namespace))).toEqual(new Set(["outrigger"]));
  });

  test("the Role is bound to the account, and the settings are the file as it is", () => {
    const objects = build("base");
    const of = (kind: string): Manifest | undefined => objects.find((object) => object.kind === kind);
    expect(of("RoleBinding")).toMatchObject({
      roleRef: { kind: "Role", name: "outrigger" },
      subjects: [{ kind: "ServiceAccount", name: "outrigger", namespace: "outrigger" }],
    });
    expect(of("ConfigMap")).toMatchObject({ data: { "config.toml": readText("base/config.toml") } });
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function isNamespace({ kind }: Manifest): boolean {
  return kind === "Namespace";
}

describe("docs/kubernetes.md", () => {
  const page = readFileSync(join(ROOT, "docs/kubernetes.md"), "utf8");

  test("shows the Role as it is", () => {
    const [, block = ""] = /```yaml\n(rules:\n[\s\S]*?)```/.exec(page) ?? [];
    const shown = readValue(block);
    const { rules } = { rules: undefined, ...(readManifest("base/role.yaml") as object) };
    expect(shown).toEqual({ kind: "read", value: { rules } });
  });

  test("its example of settings is read without a finding", () => {
    const [, block = ""] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
    const read = readRunnerSection({ file: "docs", folder: ROOT, text: block }, "kubernetes", undefined);
    if (read.kind === "invalid") throw new Error(read.diagnostic.message);
    readKubernetesSettings(read.section);
    expect(read.section.engine.diagnostics).toEqual([]);
  });
});
