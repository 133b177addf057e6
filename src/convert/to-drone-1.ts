import type { ContainerSpec, VolumeMount } from "../model/container.ts";
import { mappingOf, type Writable, type WritableMap, writeYaml } from "../yaml/write-yaml.ts";
import {
  escapeParameters,
  ownSettings,
  pullOf,
  reactionOf,
  statusOf,
  withAfterSteps,
  workspaceOf,
  writeEnvironment,
  writeList,
} from "./drone-container.ts";
import type { Losses } from "./losses.ts";
import type { PortableJob, PortableService, PortableStep } from "./portable.ts";
import { tellEntrypoint } from "./step-entrypoint.ts";

type Field = readonly [string, Writable | undefined, (string | undefined)?];

/** A document for each job. @source DR-61 to DR-67 */
export function toDrone1(jobs: readonly PortableJob[], losses: Losses): readonly string[] {
  return jobs.map((one) => writeYaml(toDocument(one, losses), headerOf(one)));
}

function headerOf({ job, name }: PortableJob): readonly string[] {
  const asked = [...job.steps, ...job.services].some((container) => container.hostAccess.length > 0);
  return [
    `job "${name}"`,
    ...(asked ? ["needs a trusted repository: volumes, devices or privileged containers are in it"] : []),
  ];
}

function toDocument(one: PortableJob, losses: Losses): WritableMap {
  const volumes = new PipelineVolumes();
  const steps = withAfterSteps(one.steps);
  const isGraph = steps.length > 1 && steps.some((step) => step.dependsOn !== undefined);
  const writtenSteps = steps.map((step) => toStep(step, isGraph, volumes, losses));
  const services = one.services.map((service) => toService(service, volumes, losses));
  return mappingOf([
    ["kind", "pipeline"],
    ["type", "docker"],
    ["name", one.name],
    ["depends_on", writeList(one.needs)],
    ["trigger", triggerOf(one)],
    ["workspace", workspaceOf(one)],
    ["services", services.length === 0 ? undefined : services],
    ["steps", writtenSteps],
    ["volumes", volumes.defined.length === 0 ? undefined : volumes.defined],
  ]);
}

function triggerOf({ job }: PortableJob): WritableMap | undefined {
  if (job.when !== "on_failure" && job.when !== "always") return undefined;
  return mappingOf([["status", statusOf(job.when)]]);
}

function toService(one: PortableService, volumes: PipelineVolumes, losses: Losses): WritableMap {
  const { service } = one;
  const comment = "Outrigger alone reads it: Drone knows a service by its name only, and does not wait";
  if (one.aliases.length > 0) losses.add(`${one.where}: ${one.aliases.join(", ")}`, "Drone has no further host names");
  return mappingOf([
    ["name", one.name],
    ...containerFields(service, one.privileged, one.where, volumes, losses),
    ["working_dir", one.workingDir],
    ["environment", writeEnvironment(one.variables)],
    ["entrypoint", writeList(service.entrypoint)],
    ["command", writeList(service.command)],
    ["failure", reactionOf(service)],
    ["x-outrigger", ownSettings(one), comment],
  ]);
}

function toStep(one: PortableStep, isGraph: boolean, volumes: PipelineVolumes, losses: Losses): WritableMap {
  const { step } = one;
  const status = statusOf(one.when);
  tellEntrypoint(one, losses);
  return mappingOf([
    ["name", one.name],
    ...containerFields(step, step.privileged, one.where, volumes, losses),
    ["working_dir", one.workingDir],
    ["environment", writeEnvironment(one.variables)],
    ["entrypoint", one.commands.length > 0 ? undefined : writeList(step.entrypoint)],
    ["command", one.commands.length > 0 ? undefined : writeList(step.command)],
    ["commands", writeList(one.commands)],
    ["detach", step.detach ? true : undefined],
    ["failure", one.ignoreFailure ? "ignore" : undefined],
    ["when", status === undefined ? undefined : mappingOf([["status", status]])],
    dependsOnField(one, isGraph),
  ]);
}

function dependsOnField({ dependsOn }: PortableStep, isGraph: boolean): Field {
  if (!isGraph) return ["depends_on", undefined];
  if (dependsOn !== undefined && dependsOn.length > 0) return ["depends_on", writeList(dependsOn)];
  return ["depends_on", ["clone"], "starts at once; without any name the steps would run one after the other"];
}

function containerFields(
  spec: ContainerSpec,
  privileged: boolean,
  where: string,
  volumes: PipelineVolumes,
  losses: Losses,
): readonly Field[] {
  const mounts = [
    ...spec.volumes.map((mount) => volumes.mount(mount, where, losses)),
    ...spec.tmpfs.map(volumes.memory),
  ];
  const devices = spec.devices.map((device) => {
    const name = volumes.host(device.source);
    return mappingOf([
      ["name", name],
      ["path", device.target],
    ]);
  });
  return [
    ["image", escapeParameters(spec.image.text)],
    ["pull", pullOf(spec)],
    ["privileged", privileged ? true : undefined],
    ["user", spec.user ?? spec.image.user],
    ["network_mode", spec.networkMode],
    ["dns", writeList(spec.dns)],
    ["dns_search", writeList(spec.dnsSearch)],
    ["extra_hosts", writeList(spec.extraHosts)],
    ["shm_size", spec.shmBytes],
    ["mem_limit", spec.memoryBytes],
    ["memswap_limit", spec.memorySwapBytes],
    ["volumes", mounts.length === 0 ? undefined : mounts],
    ["devices", devices.length === 0 ? undefined : devices],
  ];
}

/** Volumes stand below the pipeline, and containers mount them by name. @source DR-61 */
class PipelineVolumes {
  readonly #names = new Map<string, string>();
  readonly defined: WritableMap[] = [];

  /** One for each mount: it would not be shared by its name (DR-204). */
  readonly memory = (entry: string): WritableMap => {
    const path = entry.split(":")[0] ?? entry;
    return toMount(this.#define(`tmpfs ${this.#names.size}`, "temp", mappingOf([["medium", "memory"]])), path);
  };

  mount(mount: VolumeMount, where: string, losses: Losses): WritableMap {
    if (mount.kind === "host") return toMount(this.host(mount.source), mount.target);
    if (mount.lifetime !== "job") losses.add(`${where}: volume "${mount.source}" of the engine`, "ends with the job");
    return toMount(this.#define(`named ${mount.source}`, "temp", mappingOf([])), mount.target);
  }

  host(path: string): string {
    return this.#define(`host ${path}`, "host", mappingOf([["path", path]]));
  }

  #define(key: string, kind: "host" | "temp", value: WritableMap): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `volume-${this.#names.size + 1}`;
    this.#names.set(key, name);
    this.defined.push(
      mappingOf([
        ["name", name],
        [kind, value],
      ]),
    );
    return name;
  }
}

function toMount(name: string, path: string): WritableMap {
  return mappingOf([
    ["name", name],
    ["path", path],
  ]);
}
