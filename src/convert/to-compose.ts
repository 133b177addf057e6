import { posix } from "node:path";
import type { ContainerSpec, Ulimit } from "../model/container.ts";
import { mappingOf, type Writable, type WritableMap, writeYaml } from "../yaml/write-yaml.ts";
import { ComposeNames } from "./compose-names.ts";
import { withAfterSteps } from "./drone-container.ts";
import { toHealthCheck } from "./own-keys.ts";
import type { OwnVariables } from "./own-variables.ts";
import type { PortableJob, PortableService, PortableStep } from "./portable.ts";
import { toVariableName } from "./secret-marks.ts";

type Field = readonly [string, Writable | undefined, (string | undefined)?];

/** Where the sources are when nothing in the file depends on the place. */
const USUAL_SOURCES = "/src";

/** One file for `docker compose`: services and steps alike are its services, each job a network. */
export function toCompose(jobs: readonly PortableJob[]): readonly string[] {
  const names = new ComposeNames(jobs);
  const byName = new Map(jobs.map((one) => [one.name, one] as const));
  const services = jobs.flatMap((one) => {
    const steps = withAfterSteps(one.steps);
    const needed = one.needs.flatMap((name) => endOf(byName.get(name), names));
    return [
      ...one.services.map((service): Field => [names.of(one, service.name), toService(service, one, names)]),
      ...steps.map((step, index): Field => {
        const before = step.dependsOn ?? steps.slice(Math.max(0, index - 1), index).map(({ name }) => name);
        return [
          names.of(one, `step ${step.name}`),
          toStep(step, before.length === 0 ? needed : endsOf(one, before, names), one, names),
        ];
      }),
    ];
  });
  const volumes = [...new Set(jobs.flatMap(namedVolumes))];
  const root = mappingOf([
    ["services", mappingOf(services)],
    [
      "networks",
      mappingOf([...jobs.map((one): Field => [names.network(one), mappingOf([])]), ...engineNetworks(jobs)]),
    ],
    ["volumes", volumes.length === 0 ? undefined : mappingOf(volumes.map((name): Field => [name, mappingOf([])]))],
  ]);
  const secrets = "secrets come from the surroundings or a file .env next to this one: ${NAME:?}";
  const run = "docker compose up --abort-on-container-failure runs it";
  const ready = "steps wait until services run, or until they are healthy where a healthcheck says how to see it";
  return [writeYaml(root, hasSecrets(jobs) ? [run, ready, secrets] : [run, ready])];
}

function toService(one: PortableService, job: PortableJob, names: ComposeNames): WritableMap {
  const { service } = one;
  const joined = mappingOf([["aliases", [one.name, ...one.aliases]]]);
  return mappingOf([
    ...containerFields(service, one.privileged),
    ["working_dir", one.workingDir === undefined ? undefined : toFolder(one.workingDir, job)],
    ["entrypoint", escapeList(service.entrypoint)],
    ["command", escapeList(service.command)],
    ["environment", environmentOf(one.variables)],
    ["expose", service.ports?.map(({ port, protocol }) => (protocol === "tcp" ? `${port}` : `${port}/${protocol}`))],
    ["healthcheck", toHealthCheck(one.readiness, escapeDollars)],
    ["depends_on", dependsOf(one.dependsOn.flatMap((name) => waitFor(job, name, names)))],
    ["networks", networksOf(service, names.network(job), joined)],
  ]);
}

function toStep(one: PortableStep, before: readonly Wait[], job: PortableJob, names: ComposeNames): WritableMap {
  const { step } = one;
  const hasCommands = one.commands.length > 0;
  const waits = [...job.services.flatMap(({ name }) => waitFor(job, name, names)), ...before];
  const sources = job.sourcePath ?? USUAL_SOURCES;
  return mappingOf([
    ...containerFields(step, step.privileged, [`./:${sources}`]),
    ["working_dir", one.workingDir === undefined ? sources : toFolder(one.workingDir, job)],
    ["entrypoint", hasCommands ? ["/bin/sh", "-e", "-c"] : escapeList(step.entrypoint)],
    ["command", hasCommands ? [escapeDollars(one.commands.join("\n"))] : escapeList(step.command)],
    ["environment", environmentOf(one.variables)],
    ["depends_on", dependsOf(waits)],
    ["networks", networksOf(step, names.network(job), mappingOf([]))],
  ]);
}

function networksOf(spec: ContainerSpec, own: string, joined: WritableMap): WritableMap | undefined {
  if (spec.networkMode !== undefined) return undefined;
  return mappingOf([[own, joined], ...(spec.networks ?? []).map((name): Field => [name, mappingOf([])])]);
}

function dependsOf(waits: readonly Wait[]): WritableMap | undefined {
  if (waits.length === 0) return undefined;
  return mappingOf(waits.map(([name, condition]): Field => [name, mappingOf([["condition", condition]])]));
}

/** Compose waits until a service is ready only when its file says how to see it. */
function waitFor(job: PortableJob, name: string, names: ComposeNames): readonly Wait[] {
  const service = job.services.find((one) => one.name === name);
  if (service === undefined) return [];
  const isChecked = service.readiness?.probe?.kind === "command" || service.readiness?.probe?.kind === "http";
  return [[names.of(job, name), isChecked ? "service_healthy" : "service_started"]];
}

type Wait = readonly [service: string, condition: string];

function endsOf(job: PortableJob, steps: readonly string[], names: ComposeNames): readonly Wait[] {
  return steps.map((name) => [names.of(job, `step ${name}`), conditionOf(job, name)]);
}

function endOf(job: PortableJob | undefined, names: ComposeNames): readonly Wait[] {
  if (job === undefined) return [];
  const steps = withAfterSteps(job.steps).map(({ name }) => name);
  return endsOf(job, steps, names);
}

/** Nobody waits for the end of a step in the background. */
function conditionOf(job: PortableJob, name: string): string {
  const isDetached = job.steps.some((step) => step.name === name && step.step.detach);
  return isDetached ? "service_started" : "service_completed_successfully";
}

function toFolder(folder: string, job: PortableJob): string {
  return posix.resolve(job.sourcePath ?? USUAL_SOURCES, folder);
}

function containerFields(spec: ContainerSpec, privileged: boolean, more: readonly string[] = []): readonly Field[] {
  const volumes = [
    ...more,
    ...spec.volumes.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`),
  ];
  const pull = spec.image.pullPolicy?.[0];
  return [
    ["image", escapeDollars(spec.image.text)],
    ["pull_policy", pull === "if-not-present" ? "missing" : pull],
    ["platform", spec.image.platform],
    ["privileged", privileged ? true : undefined],
    ["user", spec.user ?? spec.image.user],
    ["network_mode", spec.networkMode],
    ["volumes", escapeList(volumes)],
    ["devices", escapeList(spec.devices.map((one) => `${one.source}:${one.target}:${one.permissions}`))],
    ["tmpfs", escapeList(spec.tmpfs)],
    ["extra_hosts", escapeList(spec.extraHosts)],
    ["dns", escapeList(spec.dns)],
    ["dns_search", escapeList(spec.dnsSearch)],
    ["shm_size", spec.shmBytes],
    ["mem_limit", spec.memoryBytes],
    ["cpus", spec.cpus],
    ["cap_add", escapeList(spec.capAdd)],
    ["cap_drop", escapeList(spec.capDrop)],
    ["sysctls", toTexts(spec.sysctls)],
    ["ipc", spec.ipcMode === undefined ? undefined : escapeDollars(spec.ipcMode)],
    ["pid", spec.pidMode],
    ["userns_mode", spec.usernsMode],
    ["security_opt", escapeList(spec.securityOpt)],
    ["group_add", escapeList(spec.groupAdd)],
    ["cgroup_parent", spec.cgroupParent],
    ["volumes_from", escapeList(spec.volumesFrom?.map((name) => `container:${name}`))],
    ["labels", toTexts(spec.labels)],
    ["cpu_shares", spec.cpuShares],
    ["cpu_quota", spec.cpuQuota],
    ["cpuset", spec.cpuset],
    ["memswap_limit", spec.memorySwapBytes],
    ["mem_swappiness", spec.memorySwappiness],
    ["oom_kill_disable", spec.oomKillDisable === true ? true : undefined],
    ["ulimits", toUlimits(spec.ulimits)],
  ];
}

function toTexts(texts: ReadonlyMap<string, string> | undefined): WritableMap | undefined {
  if (texts === undefined || texts.size === 0) return undefined;
  return mappingOf([...texts].map(([name, text]): Field => [name, escapeDollars(text)]));
}

function toUlimits(ulimits: ContainerSpec["ulimits"]): WritableMap | undefined {
  if (ulimits === undefined || ulimits.length === 0) return undefined;
  const toLimit = ({ name, soft, hard }: Ulimit): Field => [name, mappingOf(Object.entries({ soft, hard }))];
  return mappingOf(ulimits.map(toLimit));
}

function environmentOf(variables: OwnVariables): WritableMap | undefined {
  if (variables.size === 0) return undefined;
  return mappingOf(
    [...variables].map(([name, value]): Field => {
      if (value.kind === "text") return [name, escapeDollars(value.text)];
      return [name, `\${${toVariableName(value.secret)}:?}`];
    }),
  );
}

/** Compose replaces `$NAME`; `$$` is one `$`. */
function escapeList(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list.map(escapeDollars);
}

function escapeDollars(text: string): string {
  return text.replaceAll("$", () => "$$");
}

function namedVolumes(job: PortableJob): readonly string[] {
  const mounts = [...job.job.services, ...job.job.steps].flatMap((container) => container.volumes);
  return mounts.filter((mount) => mount.kind === "named").map((mount) => mount.source);
}

/** Networks that the engine has already. */
function engineNetworks(jobs: readonly PortableJob[]): readonly Field[] {
  const containers = jobs.flatMap(({ job }) => [...job.services, ...job.steps]);
  const names = new Set(containers.flatMap((container) => container.networks ?? []));
  return [...names].map((name): Field => [name, mappingOf([["external", true]])]);
}

function hasSecrets(jobs: readonly PortableJob[]): boolean {
  return jobs.some((job) =>
    [...job.services, ...job.steps].some(({ variables }) =>
      [...variables.values()].some((value) => value.kind === "secret"),
    ),
  );
}
