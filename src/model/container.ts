import type { SourceSpan } from "../text/source.ts";
import type { Capability } from "./trust.ts";
import type { Variables } from "./variables.ts";

export type PullPolicy = "always" | "if-not-present" | "never";

/** An image with how to get it. `text` is kept as written when it is no reference, so that the plan can say so. */
export interface ImageSpec {
  readonly text: string;
  /** The file names none: it is what the dialect takes then, and an operator may have another one. */
  readonly isFallback?: true;
  readonly pullPolicy?: readonly PullPolicy[];
  readonly platform?: string;
  readonly user?: string;
  /** Instead of `user`, on a cluster. */
  readonly clusterUser?: string;
  readonly at: SourceSpan;
}

/** What a container of any kind may ask of the host. All of it needs trust; see `trust.ts`. */
export interface HostAccess {
  readonly capability: Capability;
  /** As the user wrote it: `/var/run/docker.sock:/var/run/docker.sock`, `privileged: true`. */
  readonly value: string;
  readonly at: SourceSpan;
  /** The place in the file's own words: `services.database.volumes[0]`. */
  readonly path?: string;
  /** What the old system said when it refused this: `Insufficient privileges to use volumes` (DR-182). */
  readonly original?: string;
  /** The path of the engine's machine that is reached, when it is one: it may be granted by itself. */
  readonly hostPath?: string;
  /** Privilege itself, which may be granted by the image. */
  readonly isPrivilege?: true;
}

/** Container options that both dialect families share. Lists are argv: they never pass through a shell of the host. */
export interface ContainerSpec {
  /** In the file's own words: `services.database`. */
  readonly path?: string;
  readonly image: ImageSpec;
  /** Absent: the image's own. `[]` or `[""]` clears it. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly variables: Variables;
  readonly workingDir?: string;
  readonly user?: string;
  readonly privileged: boolean;
  readonly volumes: readonly VolumeMount[];
  readonly devices: readonly DeviceMount[];
  readonly tmpfs: readonly string[];
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly shmBytes?: number;
  readonly memoryBytes?: number;
  readonly hostAccess: readonly HostAccess[];
  /**
   * Replaces the job's network for this container alone: `host`, `none`, `bridge`, as the user wrote it. The container
   * then has no host name in the job (DR-84, DR-91, DR-102).
   */
  readonly networkMode?: string;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly sysctls?: ReadonlyMap<string, string>;
  readonly ipcMode?: string;
  /** `host`: sees every process of the machine. */
  readonly pidMode?: string;
  /** `host`: root of the container is root of the machine. */
  readonly usernsMode?: string;
  /** `seccomp=unconfined`, `label=disable`. */
  readonly securityOpt?: readonly string[];
  /** Further groups of the container's user, by name or number. */
  readonly groupAdd?: readonly string[];
  readonly cgroupParent?: string;
  /** Containers of the engine whose volumes are mounted too: `name` or `name:ro`. */
  readonly volumesFrom?: readonly string[];
  /** The user's own, beside ours. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Processors; 0.5 is half of one. */
  readonly cpus?: number;
  readonly cpuShares?: number;
  /** Microseconds in every 100 ms. */
  readonly cpuQuota?: number;
  /** `0-2,7`. */
  readonly cpuset?: string;
  /** Memory and swap together; -1: no limit. */
  readonly memorySwapBytes?: number;
  /** 0 to 100. */
  readonly memorySwappiness?: number;
  readonly oomKillDisable?: boolean;
  readonly ulimits?: readonly Ulimit[];
  /** Networks of the engine to join beside the job's own. */
  readonly networks?: readonly string[];
  /** Credentials that stand in the file; they win over every other source for this image. */
  readonly registryAuth?: RegistryPassword;
}

export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** For the registry of the container's image. What is secret of it is masked: it is also in {@link Job.secrets}. */
export type RegistryAuth = RegistryPassword | RegistryToken;

export interface RegistryPassword {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
}

/** What a registry gave somebody instead of keeping the password. */
export interface RegistryToken {
  readonly identitytoken: string;
}

export type VolumeMount =
  | { readonly kind: "host"; readonly source: string; readonly target: string; readonly readOnly: boolean }
  | {
      readonly kind: "named";
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      /**
       * `job`: the volume belongs to the sandbox, is shared by the job's containers that name it, needs no trust and is
       * removed with the job (`temp` of Drone 1, DR-204). Absent: the engine's own volume of that name, which stays.
       */
      readonly lifetime?: "job";
    };

export interface DeviceMount {
  readonly source: string;
  readonly target: string;
  readonly permissions: string;
}
