// What becomes of every field of the model: a target that a row does not name writes the field in some form; one that it
// names loses it, and the row's text is told. A new field of the model does not compile until it has its row.

import type { ContainerSpec, ImageSpec } from "../model/container.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import type { Script, Step } from "../model/step.ts";
import type { Losses } from "./losses.ts";
import { CONVERT_TARGETS, type ConvertTarget } from "./targets.ts";

/** A function says what of a value is lost; undefined: nothing of this one. */
type Loss<Value> = string | ((value: Value) => string | undefined);
type Fate<Value> = Readonly<Partial<Record<ConvertTarget, Loss<Value>>>>;
export type Fates<T> = { readonly [Field in keyof T]-?: Fate<NonNullable<T[Field]>> };

const WRITTEN: Fate<unknown> = {};
/** Says where or why, or is decided from the dialect; nothing a reader of the new file would miss. */
const NOTHING_TO_WRITE: Fate<unknown> = {};
/** One line for the whole file, or one for each of what it holds, stands elsewhere. */
const TOLD_APART: Fate<unknown> = {};

const RUNNER = "the runner's config.toml has it";

function notIn<Value>(targets: readonly ConvertTarget[], loss: Loss<Value>): Fate<Value> {
  return Object.fromEntries(targets.map((target) => [target, loss]));
}

const nowhere = <Value>(loss: Loss<Value>): Fate<Value> => notIn(CONVERT_TARGETS, loss);

const droneAndWoodpecker = <Value>(loss: Loss<Value>): Fate<Value> => notIn(["drone-1", "woodpecker"], loss);

/** The runner's own settings have it for GitLab, and nobody for Drone and Woodpecker. */
const composeOnly = (name: string): Fate<unknown> => ({ ...droneAndWoodpecker(name), gitlab: `${name}: ${RUNNER}` });

const runnerOnly = (name: string): Fate<unknown> => ({ gitlab: `${name}: ${RUNNER}` });

export const IMAGE_FATES: Fates<ImageSpec> = {
  text: WRITTEN,
  pullPolicy: {
    "drone-1": firstOnly,
    compose: firstOnly,
    woodpecker: (policies) =>
      firstOnly(policies) ?? (policies[0] === "never" ? "pull: never: Woodpecker pulls what is not there" : undefined),
  },
  platform: droneAndWoodpecker("platform of the image"),
  user: WRITTEN,
  clusterUser: nowhere("kubernetes: user of the image"),
  isFallback: NOTHING_TO_WRITE,
  at: NOTHING_TO_WRITE,
};

const CONTAINER_FATES: Fates<ContainerSpec> = {
  path: NOTHING_TO_WRITE,
  image: WRITTEN,
  entrypoint: WRITTEN,
  command: WRITTEN,
  variables: WRITTEN,
  workingDir: WRITTEN,
  user: WRITTEN,
  privileged: { gitlab: "privileged: set privileged = true in the runner's config.toml" },
  volumes: {
    gitlab: (volumes) => `volumes ${quoteAll(volumes.map(({ source, target }) => `${source}:${target}`))}: ${RUNNER}`,
    "drone-1": (volumes) => {
      const readOnly = volumes.filter((volume) => volume.readOnly).map(({ target }) => target);
      return readOnly.length === 0 ? undefined : `read-only ${quoteAll(readOnly)}: Drone mounts it for writing`;
    },
  },
  devices: {
    gitlab: (devices) => `devices ${quoteAll(devices.map(({ source }) => source))}: ${RUNNER}`,
    "drone-1": (devices) => devicePermissions(devices),
    woodpecker: (devices) => devicePermissions(devices),
  },
  tmpfs: {
    ...runnerOnly("tmpfs"),
    "drone-1": (entries) => {
      const withOptions = entries.filter((entry) => entry.includes(":"));
      return withOptions.length === 0 ? undefined : `options of tmpfs ${quoteAll(withOptions)}`;
    },
  },
  extraHosts: runnerOnly("extra_hosts"),
  dns: runnerOnly("dns"),
  dnsSearch: runnerOnly("dns_search"),
  shmBytes: { ...runnerOnly("shm_size"), woodpecker: "shm_size" },
  memoryBytes: { ...runnerOnly("mem_limit"), woodpecker: "mem_limit: limits are the agent's" },
  hostAccess: NOTHING_TO_WRITE,
  networkMode: runnerOnly("network_mode"),
  capAdd: composeOnly("cap_add"),
  capDrop: composeOnly("cap_drop"),
  sysctls: composeOnly("sysctls"),
  ipcMode: composeOnly("ipc_mode"),
  labels: composeOnly("labels"),
  cpus: composeOnly("cpus"),
  cpuShares: composeOnly("cpu_shares"),
  cpuQuota: composeOnly("cpu_quota"),
  cpuset: composeOnly("cpuset"),
  memorySwapBytes: { ...runnerOnly("memswap_limit"), woodpecker: "memswap_limit: limits are the agent's" },
  memorySwappiness: composeOnly("mem_swappiness"),
  oomKillDisable: composeOnly("oom_kill_disable"),
  ulimits: composeOnly("ulimits"),
  networks: composeOnly("networks"),
  pidMode: composeOnly("pid"),
  usernsMode: composeOnly("userns_mode"),
  securityOpt: composeOnly("security_opt"),
  groupAdd: composeOnly("group_add"),
  cgroupParent: composeOnly("cgroup_parent"),
  volumesFrom: composeOnly("volumes_from"),
  registryAuth: {
    gitlab: "registry credentials: set DOCKER_AUTH_CONFIG",
    "drone-1": "registry credentials: name a secret under image_pull_secrets",
    woodpecker: "registry credentials: add the registry to the repository's settings",
    compose: "registry credentials: use docker login",
  },
};

export const SERVICE_FATES: Fates<Service> = {
  ...CONTAINER_FATES,
  workingDir: { gitlab: "working_dir: the image's own folder is used" },
  hostNames: WRITTEN,
  derivedNameCount: NOTHING_TO_WRITE,
  aliases: NOTHING_TO_WRITE,
  label: WRITTEN,
  healthPorts: { compose: "HEALTHCHECK_TCP_PORT: compose has no check that connects to a port" },
  ownReadiness: {
    compose: ({ probe }) => (probe?.kind === "tcp" ? "ready: compose has no check that connects to a port" : undefined),
  },
  ports: notIn(["gitlab", "drone-1"], "ports: the ports that its image exposes are asked"),
  readinessTimeoutMs: NOTHING_TO_WRITE,
  whenDeadInUse: notIn(["gitlab", "compose"], (reaction) =>
    reaction === "ignore" ? "failure: ignore: its death ends the job" : undefined,
  ),
  dependsOn: notIn(["gitlab", "drone-1", "woodpecker"], "depends_on: services start side by side"),
  wantsPrivileged: WRITTEN,
  at: NOTHING_TO_WRITE,
};

export const STEP_FATES: Fates<Step> = {
  ...CONTAINER_FATES,
  name: WRITTEN,
  scripts: WRITTEN,
  dependsOn: WRITTEN,
  detach: { gitlab: "detach: make it a service of the jobs that need it" },
  when: {
    compose: (when) =>
      when === "on_success" ? undefined : "runs after a failure: compose starts it after success only",
  },
  ignoreFailure: { compose: "its failure is ignored: compose stops" },
  at: NOTHING_TO_WRITE,
  isPlugin: { gitlab: "a plugin without commands: GitLab runs scripts; its settings stand as variables" },
  needsServices: NOTHING_TO_WRITE,
};

export const SCRIPT_FATES: Fates<Script> = {
  kind: WRITTEN,
  commands: WRITTEN,
  variables: nowhere("variables of a single command"),
};

const notInOthers = <Value>(loss: Loss<Value>): Fate<Value> => notIn(["drone-1", "woodpecker", "compose"], loss);

export const JOB_FATES: Fates<Job> = {
  name: WRITTEN,
  stage: NOTHING_TO_WRITE,
  at: NOTHING_TO_WRITE,
  order: WRITTEN,
  when: {
    ...droneAndWoodpecker((when) =>
      when === "manual" || when === "delayed" ? `when: ${when}: it starts by itself` : undefined,
    ),
    compose: (when) => (when === "on_success" ? undefined : `when: ${when}: it starts by itself, after success`),
  },
  allowFailure: notInOthers((allowed) => (allowed === true ? undefined : "allow_failure with exit codes")),
  retry: notInOthers((retry) => (retry.max === 0 ? undefined : "retry")),
  timeoutMs: notInOthers("timeout: the server's own limit holds"),
  network: TOLD_APART,
  workspace: TOLD_APART,
  services: WRITTEN,
  steps: WRITTEN,
  variables: WRITTEN,
  variablesByHand: NOTHING_TO_WRITE,
  showServiceLogs: notInOthers("CI_DEBUG_SERVICES: outrigger run --service-logs shows them"),
  whyNever: NOTHING_TO_WRITE,
  decision: nowhere(({ checks }) =>
    checks.length === 0 ? undefined : "rules, only, except: it is as in this pipeline",
  ),
  networkCertainty: NOTHING_TO_WRITE,
  mentionsLocalhost: TOLD_APART,
  secrets: NOTHING_TO_WRITE,
  missingSecrets: WRITTEN,
  skipped: TOLD_APART,
  skipRestExitCode: TOLD_APART,
  hostAccess: NOTHING_TO_WRITE,
  matrix: WRITTEN,
  instance: NOTHING_TO_WRITE,
  startInMs: notInOthers("start_in: it starts at once"),
  manualConfirmation: notInOthers("manual_confirmation"),
  artifacts: notInOthers("artifacts: hand files on by hand"),
  dependencies: notInOthers("dependencies"),
  caches: notInOthers("cache"),
  interruptible: notInOthers("interruptible"),
  resourceGroup: notInOthers("resource_group"),
  coverage: notInOthers("coverage"),
  environment: notInOthers("environment"),
  trigger: TOLD_APART,
  parent: TOLD_APART,
  beforeSources: notInOthers("hooks: pre_get_sources_script"),
};

export const PIPELINE_FATES: Fates<Pipeline> = {
  dialect: NOTHING_TO_WRITE,
  file: NOTHING_TO_WRITE,
  name: nowhere("name of the pipeline"),
  stages: NOTHING_TO_WRITE,
  jobs: WRITTEN,
  cancelOnFailure: nowhere("workflow: auto_cancel"),
  decision: nowhere("workflow: rules"),
  nothingRuns: NOTHING_TO_WRITE,
};

/** Tells every field that is there and that the target has no words for. @param where `job "build": service "db"`. */
export function tellLosses<T>(value: T, fates: Fates<T>, where: string, losses: Losses): void {
  for (const field in fates) {
    const loss = fates[field][losses.target];
    const found = value[field];
    if (loss === undefined || !isPresent(found)) continue;
    const text = typeof loss === "function" ? loss(found) : loss;
    if (text !== undefined) losses.add(`${where}: ${text}`);
  }
}

function isPresent<Value>(value: Value): value is NonNullable<Value> {
  if (value === undefined || value === null || value === false) return false;
  if (value instanceof Map) return value.size > 0;
  return !Array.isArray(value) || value.length > 0;
}

function firstOnly(policies: readonly string[]): string | undefined {
  return policies.length < 2 ? undefined : `pull_policy: only its first, ${policies[0]}, is written`;
}

function devicePermissions(devices: ContainerSpec["devices"]): string | undefined {
  const limited = devices.filter(({ permissions }) => permissions !== "rwm");
  return limited.length === 0 ? undefined : `permissions of devices ${quoteAll(limited.map(({ source }) => source))}`;
}

function quoteAll(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
