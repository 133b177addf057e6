import type { SourceSpan } from "../text/source.ts";
import type { Artifacts, Cache } from "./artifacts.ts";
import type { ContainerSpec, DeviceMount, HostAccess, PullPolicy, RegistryAuth, VolumeMount } from "./container.ts";
import type { Environment } from "./environment.ts";
import type { ImageRef } from "./image-ref.ts";
import type { CoveragePattern, NetworkMode, RetryPolicy } from "./pipeline.ts";
import type { Readiness, ServicePolicy } from "./readiness.ts";
import type { Script } from "./step.ts";

/** A job with nothing left to decide: what the run and an engine need, and no more. */
export interface JobPlan {
  readonly runId: string;
  /** Unique in its run; made of `[a-z0-9-]`, for names of containers and files. */
  readonly id: string;
  /** As the user wrote it. */
  readonly name: string;
  readonly stage?: string;
  readonly at: SourceSpan;
  readonly network: NetworkMode;
  /** Present exactly when `network` is `shared`. */
  readonly nameSpace?: NameSpacePlan;
  readonly workspace: WorkspacePlan;
  readonly services: readonly ServicePlan[];
  /** In file order; empty only for a job that starts a pipeline. */
  readonly steps: readonly StepPlan[];
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly allowFailure: boolean | readonly number[];
  readonly servicePolicy: ServicePolicy;
  readonly showServiceLogs: boolean;
  /** A step that ends with it passes, and steps that have not begun are skipped (DR-237). */
  readonly skipRestExitCode?: number;
  /** Values hidden in every stream of this job. */
  readonly secrets: readonly string[];
  readonly artifacts?: Artifacts;
  /** In the order in which they are restored. */
  readonly caches?: readonly Cache[];
  /** Of all jobs of one group, one runs at a time. */
  readonly resourceGroup?: string;
  readonly coverage?: CoveragePattern;
  readonly environment?: Environment;
  /** Contents by absolute path, of files of the workspace that stand outside of the sources. */
  readonly files?: ReadonlyMap<string, string>;
  /** Commands that run before the sources are there. */
  readonly beforeSources?: readonly string[];
}

/**
 * The one network name space of a job's containers, and the container that owns it: it does nothing but hold the network,
 * the hosts file and the name servers, which engines let nobody else set who joins.
 *
 * @source DR-99, DR-100, DR-103
 */
export interface NameSpacePlan {
  /** Of a step, so that nothing is pulled for it. A `sh` must be in it. */
  readonly image: ImagePlan;
  /** Names of services and steps; each means 127.0.0.1. */
  readonly hostNames: readonly string[];
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
}

export interface WorkspacePlan {
  readonly mountPath: string;
  readonly sourcePath: string;
  /** GitLab: false, Drone: true. */
  readonly sourcesBeforeServices: boolean;
  /** The job starts in an empty folder (`GIT_STRATEGY`, GY-287). */
  readonly isEmpty?: true;
}

export interface ImagePlan {
  readonly ref: ImageRef;
  /** The file names none: an operator's settings may. */
  readonly isFallback?: true;
  /** Tried in order until one gives the image; never empty. */
  readonly pullPolicies: readonly PullPolicy[];
  /** Neither the file nor the person said anything: an operator's settings may. */
  readonly isDefaultPolicy?: true;
  readonly platform?: string;
  /** From the file; wins over every other login for the image's registry and never reaches a container. */
  readonly auth?: RegistryAuth;
}

/** Options that need no decision: what the file says is what the engine gets. Absent: the image's or the engine's value. */
export type ContainerOptions = Pick<
  ContainerSpec,
  | "networkMode"
  | "capAdd"
  | "capDrop"
  | "sysctls"
  | "ipcMode"
  | "pidMode"
  | "usernsMode"
  | "securityOpt"
  | "groupAdd"
  | "cgroupParent"
  | "volumesFrom"
  | "labels"
  | "cpus"
  | "cpuShares"
  | "cpuQuota"
  | "cpuset"
  | "memorySwapBytes"
  | "memorySwappiness"
  | "oomKillDisable"
  | "ulimits"
  | "networks"
>;

export interface ContainerPlan extends ContainerOptions {
  /** Unique in its job, `[a-z0-9-]`: container names, log prefixes, files. */
  readonly id: string;
  readonly image: ImagePlan;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir?: string;
  readonly user?: string;
  /** Instead of `user`, on a cluster. */
  readonly clusterUser?: string;
  readonly privileged: boolean;
  /** What the file asks of the host for it, with the places: an engine that refuses knows the thing, not the line. */
  readonly asked?: readonly HostAccess[];
  readonly volumes: readonly VolumeMount[];
  readonly devices: readonly DeviceMount[];
  readonly tmpfs: readonly string[];
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly shmBytes?: number;
  readonly memoryBytes?: number;
  readonly at: SourceSpan;
}

/** A service container that runs beside a job, after every variable and default is resolved. */
export interface ServicePlan extends ContainerPlan {
  /** Host names other containers of the job may use, best first; no two services of a job share one. */
  readonly hostNames: readonly string[];
  /** As the user wrote them, in order, also those that went to another service; absent in dialects without aliases. */
  readonly aliases?: readonly string[];
  readonly readiness: Readiness;
  /** TCP ports the file says it listens on; what the image exposes is known only once it is there. */
  readonly declaredPorts: readonly number[];
  /** Its death after the steps may have used it; before, the job's policy says. */
  readonly whenDeadInUse: "fail" | "warn" | "ignore";
  /** Ids of services of this job that have to be ready before it starts. */
  readonly dependsOn: readonly string[];
  /** The image needs privilege to live and was not given it: the likely cause when it dies. */
  readonly lacksPrivilege: boolean;
}

export interface StepPlan extends ContainerPlan {
  readonly name: string;
  /** Names by which other containers of the job reach it in bridge mode. */
  readonly hostNames: readonly string[];
  readonly scripts: readonly Script[];
  /** Ids of steps of this job that must have ended first. */
  readonly dependsOn: readonly string[];
  readonly detach: boolean;
  readonly when: "on_success" | "on_failure" | "always";
  readonly ignoreFailure: boolean;
  /** False: starts without waiting for the services (DR-218). */
  readonly needsServices: boolean;
}
