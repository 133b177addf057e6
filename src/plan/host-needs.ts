import type { ContainerSpec, HostAccess, VolumeMount } from "../model/pipeline.ts";
import type { Capability } from "../model/trust.ts";

/**
 * What a container's options ask of the host whatever its dialect says: the last line of defence. A dialect names the same
 * things with their places; what it names is not named again.
 *
 * @source DR-179
 */
export function findUnnamedNeeds(spec: ContainerSpec): readonly HostAccess[] {
  const named = new Set(spec.hostAccess.map((access) => access.capability));
  const needs: readonly (readonly [Capability, string])[] = [
    ...(spec.privileged ? [["security", "privileged: true"] as const] : []),
    ...spec.volumes.filter(isOfHost).map((mount) => ["volumes", `${mount.source}:${mount.target}`] as const),
    ...spec.devices.map((device) => ["volumes", `${device.source}:${device.target}`] as const),
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
  return needs
    .filter(([capability]) => !named.has(capability))
    .map(([capability, value]) => ({ capability, value, at: spec.image.at }));
}

/** `none` takes something away and asks for nothing (DR-118). */
function isOwnNetwork(mode: string | undefined): boolean {
  return mode === undefined || mode === "none";
}

/** Volumes of the engine outlive the job and are seen by others; those of the job are its own. */
function isOfHost(mount: VolumeMount): boolean {
  return mount.kind === "host" || mount.lifetime !== "job";
}
