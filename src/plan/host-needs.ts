import type { ContainerSpec, HostAccess, VolumeMount } from "../model/container.ts";
import type { Capability } from "../model/trust.ts";

/**
 * What a container's options ask of the host whatever its dialect says: the last line of defence. A dialect names the same
 * things with their places; what it names is not named again.
 *
 * @source DR-179
 */
export function findUnnamedNeeds(spec: ContainerSpec): readonly HostAccess[] {
  // Nearly every container, and there may be thousands.
  if (asksForNothing(spec)) return [];
  const named = new Set(spec.hostAccess.map((access) => access.capability));
  const privilege = { capability: "security", value: "privileged: true", isPrivilege: true } as const;
  const paths = [...spec.volumes.filter(isOfHost), ...spec.devices].map((mount) => ({
    capability: "volumes" as const,
    value: `${mount.source}:${mount.target}`,
    ...(mount.source.startsWith("/") ? { hostPath: mount.source } : {}),
  }));
  const options: readonly (readonly [Capability, string])[] = [
    ...(spec.capAdd ?? []).map((capability) => ["security", `cap_add: ${capability}`] as const),
    ...(spec.oomKillDisable === true ? [["security", "oom_kill_disable: true"] as const] : []),
    ...(spec.ipcMode === undefined ? [] : [["security", `ipc_mode: ${spec.ipcMode}`] as const]),
    ...(spec.pidMode === undefined ? [] : [["security", `pid: ${spec.pidMode}`] as const]),
    ...(spec.usernsMode === undefined ? [] : [["security", `userns_mode: ${spec.usernsMode}`] as const]),
    ...(spec.securityOpt ?? []).map((option) => ["security", `security_opt: ${option}`] as const),
    ...(spec.groupAdd ?? []).map((group) => ["security", `group_add: ${group}`] as const),
    ...(spec.cgroupParent === undefined ? [] : [["security", `cgroup_parent: ${spec.cgroupParent}`] as const]),
    ...(spec.volumesFrom ?? []).map((name) => ["volumes", `volumes_from: ${name}`] as const),
    ...(isOwnNetwork(spec.networkMode) ? [] : [["network", `network_mode: ${spec.networkMode}`] as const]),
    ...(spec.networks ?? []).map((network) => ["network", `networks: ${network}`] as const),
  ];
  const needs = [
    ...(spec.privileged ? [privilege] : []),
    ...paths,
    ...options.map(([capability, value]) => ({ capability, value })),
  ];
  return needs.filter(({ capability }) => !named.has(capability)).map((need) => ({ ...need, at: spec.image.at }));
}

const ASKING = [
  "capAdd",
  "oomKillDisable",
  "ipcMode",
  "pidMode",
  "usernsMode",
  "securityOpt",
  "groupAdd",
  "cgroupParent",
  "volumesFrom",
  "networkMode",
  "networks",
] as const satisfies readonly (keyof ContainerSpec)[];

function asksForNothing(spec: ContainerSpec): boolean {
  if (spec.privileged || spec.volumes.length > 0 || spec.devices.length > 0) return false;
  return ASKING.every((key) => spec[key] === undefined);
}

/** `none` takes something away and asks for nothing (DR-118). */
function isOwnNetwork(mode: string | undefined): boolean {
  return mode === undefined || mode === "none";
}

/** Volumes of the engine outlive the job and are seen by others; those of the job are its own. */
function isOfHost(mount: VolumeMount): boolean {
  return mount.kind === "host" || mount.lifetime !== "job";
}
