import type { VolumeMount } from "../../model/container.ts";
import type { ContainerPlan } from "../../model/job-plan.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { jobVolumeName } from "./names.ts";
import type { SandboxFrame } from "./sandbox-frame.ts";

/** The engine's part of a container, in the API's own words; a key that is left out takes the engine's value. */
export interface HostBody {
  readonly NetworkMode: string;
  /** The engine's own copy of the output: nobody reads it, it is not masked, and a flood would fill its disk. */
  readonly LogConfig: { readonly Type: "none" };
  readonly Privileged: boolean;
  readonly Mounts: readonly WorkspaceMount[];
  readonly Binds: readonly string[];
  readonly Tmpfs: Readonly<Record<string, string>>;
  readonly Devices: readonly DeviceBody[];
  readonly Dns: readonly string[];
  readonly DnsSearch: readonly string[];
  readonly ExtraHosts: readonly string[];
  readonly ShmSize?: number;
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly MemorySwappiness?: number;
  readonly OomKillDisable?: boolean;
  readonly CapAdd?: readonly string[];
  readonly CapDrop?: readonly string[];
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly IpcMode?: string;
  readonly PidMode?: string;
  readonly UsernsMode?: string;
  readonly SecurityOpt?: readonly string[];
  readonly GroupAdd?: readonly string[];
  readonly CgroupParent?: string;
  readonly VolumesFrom?: readonly string[];
  readonly NanoCpus?: number;
  readonly CpuShares?: number;
  readonly CpuQuota?: number;
  readonly CpusetCpus?: string;
  readonly Ulimits?: readonly UlimitBody[];
}

export interface WorkspaceMount {
  readonly Type: "volume";
  readonly Source: string;
  readonly Target: string;
  readonly VolumeOptions: { readonly NoCopy: true };
}

export interface DeviceBody {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

export interface UlimitBody {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

/** What the network of a container is like, and which networks it gets names in. */
export interface Networking {
  readonly mode: string;
  /** By network; empty for a container that has none of its own. */
  readonly endpoints: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  /** False for a container that joins another one's name space: hosts and name servers are that one's (DR-103). */
  readonly ownsNames: boolean;
}

/**
 * `network_mode` of the file takes a container off the job's network, names included (DR-84, DR-91, DR-102); else it joins
 * the name space that the job shares, or the job's network with its host names.
 */
export function toNetworking(plan: ContainerPlan, frame: SandboxFrame, aliases: readonly string[]): Networking {
  if (plan.networkMode !== undefined) {
    return { mode: plan.networkMode, endpoints: {}, ownsNames: !plan.networkMode.startsWith("container:") };
  }
  if (frame.nameSpace !== undefined) {
    return { mode: `container:${frame.nameSpace}`, endpoints: {}, ownsNames: false };
  }
  return { mode: frame.network, endpoints: { [frame.network]: { Aliases: aliases } }, ownsNames: true };
}

export const NO_ENGINE_LOG = { Type: "none" } as const;

export function toHostBody(plan: ContainerPlan, frame: SandboxFrame, networking: Networking): HostBody {
  return {
    NetworkMode: networking.mode,
    LogConfig: NO_ENGINE_LOG,
    Privileged: plan.privileged,
    // NoCopy: what an image has at this path must not get into a workspace that others share.
    Mounts: [{ Type: "volume", Source: frame.volume, Target: frame.mountPath, VolumeOptions: { NoCopy: true } }],
    Binds: plan.volumes.map((mount) => toBind(mount, frame)),
    Tmpfs: Object.fromEntries(plan.tmpfs.map(toTmpfs)),
    Devices: plan.devices.map(({ source, target, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    Dns: networking.ownsNames ? plan.dns : [],
    DnsSearch: networking.ownsNames ? plan.dnsSearch : [],
    ExtraHosts: networking.ownsNames ? plan.extraHosts : [],
    ...(plan.shmBytes === undefined ? {} : { ShmSize: plan.shmBytes }),
    ...(plan.volumesFrom === undefined ? {} : { VolumesFrom: plan.volumesFrom }),
    ...(plan.ulimits === undefined ? {} : { Ulimits: plan.ulimits.map(toUlimit) }),
    ...toIsolation(plan),
    ...toLimits(plan),
  };
}

type Isolation = Pick<
  HostBody,
  "CapAdd" | "CapDrop" | "Sysctls" | "IpcMode" | "PidMode" | "UsernsMode" | "SecurityOpt" | "GroupAdd" | "CgroupParent"
>;

function toIsolation(plan: ContainerPlan): Isolation {
  return withoutUndefined({
    CapAdd: plan.capAdd,
    CapDrop: plan.capDrop,
    Sysctls: plan.sysctls === undefined ? undefined : Object.fromEntries(plan.sysctls),
    IpcMode: plan.ipcMode,
    PidMode: plan.pidMode,
    UsernsMode: plan.usernsMode,
    SecurityOpt: plan.securityOpt,
    GroupAdd: plan.groupAdd,
    CgroupParent: plan.cgroupParent,
  });
}

type Limits = Pick<
  HostBody,
  "Memory" | "MemorySwap" | "MemorySwappiness" | "OomKillDisable" | "NanoCpus" | "CpuShares" | "CpuQuota" | "CpusetCpus"
>;

function toLimits(plan: ContainerPlan): Limits {
  return {
    ...(plan.memoryBytes === undefined ? {} : { Memory: plan.memoryBytes }),
    ...(plan.memorySwapBytes === undefined ? {} : { MemorySwap: plan.memorySwapBytes }),
    ...(plan.memorySwappiness === undefined ? {} : { MemorySwappiness: plan.memorySwappiness }),
    ...(plan.oomKillDisable === undefined ? {} : { OomKillDisable: plan.oomKillDisable }),
    ...(plan.cpus === undefined ? {} : { NanoCpus: Math.round(plan.cpus * 1e9) }),
    ...(plan.cpuShares === undefined ? {} : { CpuShares: plan.cpuShares }),
    ...(plan.cpuQuota === undefined ? {} : { CpuQuota: plan.cpuQuota }),
    ...(plan.cpuset === undefined ? {} : { CpusetCpus: plan.cpuset }),
  };
}

function toUlimit({ name, soft, hard }: NonNullable<ContainerPlan["ulimits"]>[number]): UlimitBody {
  return { Name: name, Soft: soft, Hard: hard };
}

function toBind(mount: VolumeMount, frame: SandboxFrame): string {
  const isOfJob = mount.kind === "named" && mount.lifetime === "job";
  const source = isOfJob ? jobVolumeName(frame.volume, mount.source) : mount.source;
  return `${source}:${mount.target}${mount.readOnly ? ":ro" : ""}`;
}

/** `/run:size=64m` is a path and its options. */
function toTmpfs(text: string): readonly [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
