import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRunnerSection } from "../../../config/runner-section.ts";
import { DEFAULT_KUBERNETES_SETTINGS, type KubernetesSettings } from "../settings.ts";
import { readKubernetesSettings } from "./read-settings.ts";

interface Read {
  readonly settings: KubernetesSettings;
  /** `line:column severity: message`. */
  readonly said: readonly string[];
}

function readFile(text: string, runner?: string): Read {
  const read = readRunnerSection({ file: "config.toml", folder, text }, "kubernetes", runner);
  if (read.kind === "invalid") throw new Error(read.diagnostic.message);
  const { section } = read;
  const settings = readKubernetesSettings(section);
  const said = [...section.engine.diagnostics, ...section.runner.diagnostics].map(
    ({ at, severity, message, hint }) =>
      `${at.line}:${at.column} ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
  return { settings, said };
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-settings-"));
  writeFileSync(join(folder, "patch.yml"), "containers: [{name: build, tty: true}]\n");
  writeFileSync(join(folder, "broken.yml"), "a: b\n c: [\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (keys: string): Read => readFile(`[runners.kubernetes]\n${keys}`);

describe("the keys of [runners.kubernetes]", () => {
  test("none: every default", () => {
    expect(read("")).toEqual({ settings: DEFAULT_KUBERNETES_SETTINGS, said: [] });
  });

  test("plain ones", () => {
    const { settings, said } = read(`
      host = ""
      context = "here"
      bearer_token = "t"
      namespace = "gitlab"
      namespace_overwrite_allowed = "ci-.*"
      image = "alpine:3"
      helper_image = "busybox:1"
      pull_policy = "always"
      allowed_pull_policies = ["always", "never"]
      allowed_images = ["ruby:*"]
      image_pull_secrets = ["a"]
      service_account = "ci"
      privileged = true
      cap_add = ["NET_ADMIN"]
      allowed_users = ["1000"]
      poll_timeout = 600
      cleanup_resources_timeout = "1m30s"
      pod_termination_grace_period_seconds = 3
      retry_limit = 2
      retry_backoff_max = 100
      retry_limits = {"TLS handshake timeout" = 10}
      service_layout = "pods"
      services_restart = false
      runtime_class_name = "gvisor"
      scheduler_name = "other"
      dns_policy = "cluster-first"
      cpu_limit = "1"
      helper_memory_request = "64Mi"
      service_ephemeral_storage_limit_overwrite_max_allowed = "1Gi"
      [runners.kubernetes.pod_labels]
        team = "a"
      [runners.kubernetes.node_selector]
        "kubernetes.io/os" = "linux"
      [runners.kubernetes.node_tolerations]
        "ci=yes" = "NoSchedule"
        "spot" = ""
    `);
    expect(said).toEqual([]);
    expect(settings).toMatchObject({
      access: { context: "here", bearerToken: "t" },
      namespace: "gitlab",
      namespaceOverwriteAllowed: "ci-.*",
      image: "alpine:3",
      helperImage: "busybox:1",
      pullPolicies: ["always"],
      allowedPullPolicies: ["always", "never"],
      allowedImages: ["ruby:*"],
      imagePullSecrets: ["a"],
      serviceAccount: "ci",
      security: { privileged: true, capAdd: ["NET_ADMIN"], allowedUsers: ["1000"] },
      timing: {
        pollTimeoutMs: 600_000,
        cleanupResourcesTimeoutMs: 90_000,
        podTerminationGraceSeconds: 3,
        retryBackoffMaxMs: 500,
      },
      retryLimit: 2,
      retryLimits: { "TLS handshake timeout": 10 },
      serviceLayout: "pods",
      servicesRestart: false,
      runtimeClassName: "gvisor",
      schedulerName: "other",
      dnsPolicy: "ClusterFirst",
      resources: {
        build: { cpu: { limit: "1" } },
        helper: { memory: { request: "64Mi" } },
        service: { ephemeralStorage: { limitOverwriteMaxAllowed: "1Gi" } },
      },
      podLabels: { team: "a" },
      nodeSelector: { "kubernetes.io/os": "linux" },
      nodeTolerations: [
        { key: "ci", operator: "Equal", value: "yes", effect: "NoSchedule" },
        { key: "spot", operator: "Exists" },
      ],
    });
  });

  test("hooks of containers (K-18)", () => {
    const { settings, said } = read(`
      [runners.kubernetes.container_lifecycle.post_start.http_get]
        port = 8080
        path = "/warm"
        [[runners.kubernetes.container_lifecycle.post_start.http_get.http_headers]]
          name = "Accept"
          value = "text/plain"
      [runners.kubernetes.container_lifecycle.pre_stop.exec]
        command = ["sync"]
    `);
    expect(said).toEqual([]);
    expect(settings.lifecycle).toEqual({
      postStart: { httpGet: { port: 8080, path: "/warm", httpHeaders: [{ name: "Accept", value: "text/plain" }] } },
      preStop: { exec: { command: ["sync"] } },
    });
  });

  test("volumes of every kind (K-55)", () => {
    const { settings, said } = read(`
      [[runners.kubernetes.volumes.host_path]]
        name = "h"
        mount_path = "/h"
        read_only = true
      [[runners.kubernetes.volumes.pvc]]
        name = "claim"
        mount_path = "/c"
        sub_path = "s"
      [[runners.kubernetes.volumes.config_map]]
        name = "m"
        mount_path = "/m"
        [runners.kubernetes.volumes.config_map.items]
          "key" = "path"
      [[runners.kubernetes.volumes.secret]]
        name = "s"
        mount_path = "/s"
      [[runners.kubernetes.volumes.empty_dir]]
        name = "e"
        mount_path = "/e"
        medium = "Memory"
        size_limit = "1Gi"
      [[runners.kubernetes.volumes.csi]]
        name = "d"
        mount_path = "/d"
        driver = "csi.example"
        [runners.kubernetes.volumes.csi.volume_attributes]
          size = "2Gi"
      [[runners.kubernetes.volumes.nfs]]
        name = "n"
        mount_path = "/n"
        server = "nfs.example"
        path = "/export"
    `);
    expect(said).toEqual([]);
    expect(settings.volumes.map(({ name, mountPath, source }) => [name, mountPath, source])).toEqual([
      ["h", "/h", { hostPath: { path: "/h" } }],
      ["claim", "/c", { persistentVolumeClaim: { claimName: "claim" } }],
      ["m", "/m", { configMap: { name: "m", items: [{ key: "key", path: "path" }] } }],
      ["s", "/s", { secret: { secretName: "s" } }],
      ["e", "/e", { emptyDir: { medium: "Memory", sizeLimit: "1Gi" } }],
      ["d", "/d", { csi: { driver: "csi.example", volumeAttributes: { size: "2Gi" } } }],
      ["n", "/n", { nfs: { server: "nfs.example", path: "/export" } }],
    ]);
    expect(settings.volumes[1]).toMatchObject({ subPath: "s", readOnly: false });
  });

  test("tables: security, affinity, hosts, name servers, services, patches", () => {
    const { settings, said } = read(`
      [runners.kubernetes.pod_security_context]
        fs_group = 59417
        supplemental_groups = [1, 2]
      [runners.kubernetes.build_container_security_context]
        run_as_user = 65534
        [runners.kubernetes.build_container_security_context.capabilities]
          drop = ["ALL"]
      [runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution]
        [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms]]
          [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms.match_expressions]]
            key = "disk_type"
            operator = "In"
            values = ["ssd"]
      [[runners.kubernetes.host_aliases]]
        ip = "192.0.2.7"
        hostnames = ["db.example"]
      [runners.kubernetes.dns_config]
        nameservers = ["1.1.1.1"]
        [[runners.kubernetes.dns_config.options]]
          name = "ndots"
          value = "2"
      [[runners.kubernetes.services]]
        name = "redis:7"
        alias = "cache"
      [[runners.kubernetes.pod_spec]]
        name = "hostname"
        patch_type = "merge"
        patch = '''
          hostname: x
        '''
      [[runners.kubernetes.pod_spec]]
        name = "node"
        patch_type = "json"
        patch = '[{"op": "add", "path": "/nodeName", "value": "n"}]'
      [[runners.kubernetes.pod_spec]]
        patch_path = "patch.yml"
    `);
    expect(said).toEqual([]);
    expect(settings).toMatchObject({
      security: {
        pod: { fsGroup: 59417, supplementalGroups: [1, 2] },
        build: { runAsUser: 65534, capabilities: { drop: ["ALL"] } },
      },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "disk_type", operator: "In", values: ["ssd"] }] }],
          },
        },
      },
      hostAliases: [{ ip: "192.0.2.7", hostnames: ["db.example"] }],
      dnsConfig: { nameservers: ["1.1.1.1"], options: [{ name: "ndots", value: "2" }] },
      services: [{ name: "redis:7", alias: "cache" }],
      podSpecPatches: [
        { kind: "merge", name: "hostname", patch: { hostname: "x" } },
        { kind: "json", name: "node", operations: [{ op: "add", path: "/nodeName", value: "n" }] },
        { kind: "strategic", name: "pod_spec", patch: { containers: [{ name: "build", tty: true }] } },
      ],
    });
  });
});

describe("what is wrong in a settings file", () => {
  test.each([
    [
      'memori_limit = "1Gi"',
      '2:1 warning: unknown setting "runners.kubernetes.memori_limit" (did you mean "memory_limit"?)',
    ],
    ["privileged = 1", '2:1 error: "runners.kubernetes.privileged" should be true or false'],
    ['cpu_limit = "much"', '2:1 error: "much" is not a quantity (for example "500m" processors or "1Gi" bytes)'],
    [
      'pull_policy = "sometimes"',
      '2:1 error: "sometimes" is no pull policy (pull policies are always, if-not-present, never)',
    ],
    [
      'image = "No Image"',
      '2:1 error: "No Image" is not an image reference (expected [registry[:port]/]name[:tag][@sha256:digest])',
    ],
    ['namespace_overwrite_allowed = "("', '2:1 error: "(" is not a regular expression'],
    ['cleanup_resources_timeout = "soon"', '2:1 error: "soon" is not a duration (for example "5m")'],
    [
      'service_layout = "pod s"',
      '2:1 error: "runners.kubernetes.service_layout" is "pod s", which is none of its values (did you mean "pods"? one of auto, pod, pods)',
    ],
    [
      'helper_image_flavor = "x"',
      '2:1 note: "runners.kubernetes.helper_image_flavor" has no effect: no image of ours runs beside a job',
    ],
    ['[[runners.kubernetes.pod_spec]]\npatch = "[]"', "3:1 error: a strategic patch should be a mapping"],
    [
      '[[runners.kubernetes.pod_spec]]\npatch = "a: 1"\npatch_path = "patch.yml"',
      "4:1 error: a pod_spec has either patch or patch_path (leave one of them out)",
    ],
    [
      '[[runners.kubernetes.pod_spec]]\npatch_path = "nowhere.yml"',
      '3:1 error: the patch "nowhere.yml" cannot be read: there is no such file (paths begin at the folder of the settings file)',
    ],
    [
      '[[runners.kubernetes.pod_spec]]\npatch_path = "."',
      '3:1 error: the patch "." cannot be read: it is a folder (paths begin at the folder of the settings file)',
    ],
    [
      '[[runners.kubernetes.pod_spec]]\npatch_path = "broken.yml"',
      '3:1 error: line 1 of "broken.yml": Nested mappings are not allowed in compact mappings',
    ],
    [
      '[[runners.kubernetes.pod_spec]]\npatch = "a: ["',
      "3:1 error: line 1 of the patch: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "[[runners.kubernetes.pod_spec]]\nname = 'x'",
      '2:1 error: a pod_spec needs a patch (for example patch = "hostNetwork: true")',
    ],
    [
      '[[runners.kubernetes.pod_spec]]\npatch_type = "json"\npatch = "a: 1"',
      "4:1 error: a json patch should be a list of operations",
    ],
    [
      "[runners.kubernetes.container_lifecycle.pre_stop.tcp_socket]\nport = 1",
      '2:1 error: pre_stop of kind "tcp_socket" is not supported (an exec with a command can do the same)',
    ],
    [
      "[runners.kubernetes.container_lifecycle.post_start.exec]\ncommand = []",
      '3:1 error: a hook of kind "exec" needs a command (for example command = ["sync"])',
    ],
    [
      'retry_limits = {"x" = "many"}',
      '2:1 error: "runners.kubernetes.retry_limits" should be a table of whole numbers',
    ],
    ["autoscaler = {}", '2:1 note: "runners.kubernetes.autoscaler" has no effect: no pods wait for jobs'],
    [
      '[[runners.kubernetes.volumes.csi]]\nname = "x"\nmount_path = "/x"',
      '2:1 error: a volume of kind "csi" needs a driver',
    ],
    [
      "[runners.kubernetes.volumes.emptydir]\nx = 1",
      '2:1 warning: unknown setting "runners.kubernetes.volumes.emptydir" (did you mean "empty_dir"?)',
    ],
  ])("%j", (keys, said) => {
    expect(read(keys).said).toEqual([said]);
  });
});

describe("which runner of a file", () => {
  const text = `
[[runners]]
name = "d"
executor = "docker"
[runners.docker]
[[runners]]
name = "k"
executor = "kubernetes"
[runners.feature_flags]
FF_USE_POD_ACTIVE_DEADLINE_SECONDS = false
[runners.kubernetes]
namespace = "one"
[[runners]]
name = "l"
[runners.kubernetes]
namespace = "two"
`;

  test("the first with such a table, or the one that is named", () => {
    expect(readFile(text).settings).toMatchObject({ namespace: "one", activeDeadline: false });
    expect(readFile(text, "l").settings).toMatchObject({ namespace: "two", activeDeadline: true });
  });

  test.each([
    [text, "nobody", 'has no runner "nobody"'],
    [text, "d", "has no [runners.kubernetes]"],
    ["concurrent = 1", undefined, "has no [runners.kubernetes]"],
  ])("told when there is none", (file, name, message) => {
    expect(() => readFile(file, name)).toThrow(message);
  });

  test("a text that is no TOML is told with its place", () => {
    expect(
      readRunnerSection(
        { file: "config.toml", folder, text: "[runners.kubernetes]\nimage = x\n" },
        "kubernetes",
        undefined,
      ),
    ).toMatchObject({
      kind: "invalid",
      diagnostic: { message: "not TOML: invalid value", at: { file: "config.toml", line: 2, column: 9 } },
    });
  });
});
