import type { ContainerSpec, VolumeMount } from "../model/container.ts";
import type { DeclaredPort } from "../model/service.ts";
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

/** A workflow for each job; Woodpecker takes a workflow's name from its file. @source DR-27, DR-69 */
export function toWoodpecker(jobs: readonly PortableJob[], losses: Losses): readonly string[] {
  return jobs.map((one) =>
    writeYaml(toWorkflow(one, losses), [`file .woodpecker/${toFileName(one.name)}.yml: job "${one.name}"`]),
  );
}

/** Workflows name each other by their files. */
function toFileName(name: string): string {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-");
  return slug.replaceAll(/^[-.]+|[-.]+$/g, "") || "workflow";
}

function toWorkflow(one: PortableJob, losses: Losses): WritableMap {
  const steps = withAfterSteps(one.steps);
  const runsOn = one.job.when === "on_failure" || one.job.when === "always" ? statusOf(one.job.when) : undefined;
  const isGraph = steps.length > 1 && steps.some((step) => step.dependsOn !== undefined);
  const services = one.services.map((service) => toService(service, losses));
  return mappingOf([
    ["when", [mappingOf([["event", ["push", "manual"]]])], "Woodpecker wants to be told; this is the usual choice"],
    ["depends_on", writeList(one.needs.map(toFileName))],
    ["runs_on", runsOn],
    ["workspace", workspaceOf(one)],
    ["services", services.length === 0 ? undefined : services],
    ["steps", steps.map((step) => toStep(step, isGraph, losses))],
  ]);
}

function toService(one: PortableService, losses: Losses): WritableMap {
  const { service } = one;
  if (one.aliases.length > 0) {
    losses.add(`${one.where}: ${one.aliases.join(", ")}`, "Woodpecker has no further host names");
  }
  const comment = "Outrigger alone reads it: Woodpecker knows a service by its name only, and does not wait";
  return mappingOf([
    ["name", one.name],
    ...containerFields(service, one.privileged),
    ["directory", one.workingDir],
    ["environment", writeEnvironment(one.variables)],
    ["ports", portsOf(service.ports)],
    ...startOf(one, losses),
    ["failure", reactionOf(service)],
    ["x-outrigger", ownSettings(one), comment],
  ]);
}

/** Services of Woodpecker have an entry point and no command (DR-74): the arguments go behind the program, where it is known. */
function startOf({ service, where }: PortableService, losses: Losses): readonly Field[] {
  const { entrypoint = [], command = [] } = service;
  if (entrypoint.length > 0) return [["entrypoint", writeList([...entrypoint, ...command])]];
  if (command.length === 0) return [];
  losses.add(`${where}: command`, "Woodpecker has none; write the image's program and its arguments as entrypoint");
  return [["command", writeList(command), "Outrigger alone reads it: write entrypoint for Woodpecker"]];
}

function toStep(one: PortableStep, isGraph: boolean, losses: Losses): WritableMap {
  const { step } = one;
  const status = statusOf(one.when);
  const hasCommands = one.commands.length > 0;
  tellEntrypoint(one, losses);
  if (!hasCommands && step.command !== undefined) losses.add(`${one.where}: command`, "Woodpecker has commands only");
  return mappingOf([
    ["name", one.name],
    ...containerFields(step, step.privileged),
    ["directory", one.workingDir],
    ["environment", writeEnvironment(one.variables)],
    ["entrypoint", hasCommands ? undefined : writeList(step.entrypoint)],
    ["commands", writeList(one.commands)],
    ["detach", step.detach ? true : undefined],
    ["failure", one.ignoreFailure ? "ignore" : undefined],
    ["when", status === undefined ? undefined : [mappingOf([["status", status]])]],
    // An empty list starts a step at once here; no list at all makes the steps run one after the other.
    ["depends_on", isGraph ? (one.dependsOn ?? []) : undefined],
  ]);
}

function containerFields(spec: ContainerSpec, privileged: boolean): readonly Field[] {
  const pull = pullOf(spec);
  const user = spec.user ?? spec.image.user;
  const backend = user === undefined ? undefined : mappingOf([["docker", mappingOf([["user", user]])]]);
  return [
    ["image", escapeParameters(spec.image.text)],
    ["pull", pull === "always" ? true : undefined],
    ["privileged", privileged ? true : undefined],
    ["network_mode", spec.networkMode],
    ["dns", writeList(spec.dns)],
    ["dns_search", writeList(spec.dnsSearch)],
    ["extra_hosts", writeList(spec.extraHosts)],
    ["tmpfs", writeList(spec.tmpfs)],
    ["volumes", writeList(spec.volumes.map(toVolume))],
    ["devices", writeList(spec.devices.map(({ source, target }) => `${source}:${target}`))],
    ["backend_options", backend],
  ];
}

function portsOf(ports: readonly DeclaredPort[] | undefined): Writable | undefined {
  return ports?.map(({ port, protocol }) => (protocol === "tcp" ? port : `${port}/${protocol}`));
}

function toVolume({ source, target, readOnly }: VolumeMount): string {
  return `${source}:${target}${readOnly ? ":ro" : ""}`;
}
