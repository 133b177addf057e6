import type { SourceSpan } from "../text/source.ts";
import type { Artifacts, Cache } from "./artifacts.ts";
import type { JobDecision } from "./decision.ts";
import type { Environment } from "./environment.ts";
import type { OwnReadiness } from "./readiness.ts";
import type { Trigger } from "./trigger.ts";
import type { Capability } from "./trust.ts";

export type DialectId = "gitlab" | "drone-0.3" | "drone-0.4" | "drone-0.5" | "drone-0.8" | "drone-1" | "woodpecker";

/** What a dialect makes of a pipeline file: engine-neutral, every variable resolved that the file and its facts resolve. */
export interface Pipeline {
  readonly dialect: DialectId;
  /** The file as the user named it. */
  readonly file: string;
  readonly name?: string;
  /** In order; every job's `stage` is one of them. Empty for dialects without stages. */
  readonly stages: readonly string[];
  /** In file order; names are unique. */
  readonly jobs: readonly Job[];
  /** The first failure that is not allowed cancels what still runs or waits (GY-187). */
  readonly cancelOnFailure?: true;
  /** What rules about the pipeline as a whole decided; absent: there are none. */
  readonly decision?: JobDecision;
  /** Why no job runs at all, in the old system's words. */
  readonly nothingRuns?: string;
}

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

export interface Variable {
  readonly value: string;
  /** Hidden in every log. */
  readonly masked: boolean;
  /** Services see it; false for tokens and secrets that were not handed to them (GS-311). */
  readonly isPublic: boolean;
  /** Where it came from, for `explain`: `job`, `global`, `predefined`, `command line`, `env file`. */
  readonly origin: string;
  /** `value` is the path of a file of the workspace, outside of the sources, that holds this (GY-93). */
  readonly fileContent?: string;
}

export type Variables = ReadonlyMap<string, Variable>;

/** A job waits for other jobs by name, or (GitLab without `needs`) for all jobs of earlier stages. */
export type JobOrder = { readonly kind: "stages" } | { readonly kind: "needs"; readonly needs: readonly JobNeed[] };

export interface JobNeed {
  readonly job: string;
  readonly optional: boolean;
  /** The job gets what the needed one leaves (GY-204). */
  readonly artifacts: boolean;
  readonly at: SourceSpan;
}

export interface JobDependency {
  readonly job: string;
  readonly at: SourceSpan;
}

export type JobWhen = "on_success" | "on_failure" | "always" | "manual" | "delayed" | "never";

export interface RetryPolicy {
  /** Attempts after the first; 0 to 2 in GitLab files. */
  readonly max: number;
  /** Empty: any failure. GitLab's words: `script_failure`, `runner_system_failure`, ... */
  readonly when: readonly string[];
  readonly exitCodes: readonly number[];
}

export interface Job {
  readonly name: string;
  readonly stage?: string;
  readonly at: SourceSpan;
  readonly order: JobOrder;
  readonly when: JobWhen;
  /** Exit codes that count as allowed; `true` allows every failure. */
  readonly allowFailure: boolean | readonly number[];
  readonly retry: RetryPolicy;
  /** Undefined: the operator's default. */
  readonly timeoutMs?: number;
  /** `bridge`: host names; `shared`: one name space, services at 127.0.0.1 as well. */
  readonly network: NetworkMode;
  readonly workspace: Workspace;
  readonly services: readonly Service[];
  /** In file order; a GitLab job has exactly one, and none when it has a `trigger`. */
  readonly steps: readonly Step[];
  /** Everything the job's own containers see. */
  readonly variables: Variables;
  /** What they see besides when a person starts the job: GitLab's `CI_JOB_MANUAL`. */
  readonly variablesByHand?: Variables;
  /** Service logs also go to the job's log (`CI_DEBUG_SERVICES`). */
  readonly showServiceLogs: boolean;
  /** Why `when` is `never`, for people: `trigger: event != push`. */
  readonly whyNever?: string;
  /** What put it into the pipeline or keeps it out; absent in dialects that do not tell. */
  readonly decision?: JobDecision;
  /**
   * How sure `network` is. `default`: the dialect's way, which the plan may leave when two services certainly share a
   * port and nothing mentions localhost (DR-111). Absent: fixed.
   */
  readonly networkCertainty?: "default";
  /** A command, a variable or a setting names `localhost` or `127.0.0.1` (DR-111, DR-112, DR-119). */
  readonly mentionsLocalhost?: boolean;
  /** Hidden in every log of the job, beside the masked variables: secrets that stand in the middle of a text. */
  readonly secrets?: readonly string[];
  /** Secrets the file asks for and nobody gave. `run` refuses to start with them; looking at the file does not (DR-280). */
  readonly missingSecrets?: readonly MissingSecret[];
  /** Services and steps of the file that this run leaves out, in file order (DR-244). */
  readonly skipped?: readonly SkippedContainer[];
  /** A step that ends with it succeeds, and every step that has not begun is skipped (78 in Drone 1, DR-237, DR-238). */
  readonly skipRestExitCode?: number;
  /** What the job as a whole asks for: volumes that are defined, mounted by a container or not (DR-174). */
  readonly hostAccess?: readonly HostAccess[];
  /** The values of this job's cell of the matrix, in file order; absent without a matrix. */
  readonly matrix?: ReadonlyMap<string, string>;
  /** Made of a job that the file multiplies. */
  readonly instance?: JobInstance;
  /** With `when: delayed`: how long after it could start. */
  readonly startInMs?: number;
  /** What a person is asked before a manual job starts. */
  readonly manualConfirmation?: string;
  readonly artifacts?: Artifacts;
  /** Absent: what the jobs leave that it waits for, by stage or by need. Empty: nothing (GY-205). */
  readonly dependencies?: readonly JobDependency[];
  /** In the order in which they are restored. */
  readonly caches?: readonly Cache[];
  /** A newer pipeline may cancel it. */
  readonly interruptible?: boolean;
  /** Of all jobs of one group, one runs at a time. Variables resolved. */
  readonly resourceGroup?: string;
  readonly coverage?: CoveragePattern;
  readonly environment?: Environment;
  /** The job starts a pipeline and has no containers. */
  readonly trigger?: Trigger;
  /** Name of the job whose pipeline it belongs to; its own name begins with that. It starts only when that one has. */
  readonly parent?: string;
  /** Commands that run before the sources are there (`hooks:pre_get_sources_script`). */
  readonly beforeSources?: readonly string[];
}

export interface JobInstance {
  /** The job's name in the file. */
  readonly of: string;
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

/** Finds a job's test coverage in its log: RE2 syntax, the last match counts (GY-238). */
export interface CoveragePattern {
  readonly body: string;
  /** Of `i`, `m`, `s`, `U`. */
  readonly flags: string;
}

export interface MissingSecret {
  readonly name: string;
  /** The place that asks: `services.database.environment.POSTGRES_PASSWORD`. */
  readonly path: string;
  readonly at: SourceSpan;
}

export interface SkippedContainer {
  readonly kind: "service" | "step";
  readonly name: string;
  /** `when: event != push`. */
  readonly why: string;
  readonly at: SourceSpan;
}

export type NetworkMode = "bridge" | "shared";

export interface Workspace {
  /** Mounted in the job's steps and in every service: `/builds`. */
  readonly mountPath: string;
  /** The sources' folder, below or equal to `mountPath`: `/builds/group/project`. */
  readonly sourcePath: string;
  /** GitLab copies the sources after the services have started, Drone before. */
  readonly sourcesBeforeServices: boolean;
  /** The job starts in an empty folder (`GIT_STRATEGY`, GY-287). */
  readonly isEmpty?: true;
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
  readonly registryAuth?: RegistryAuth;
}

export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** For the registry of the container's image. The password is masked: it is also in {@link Job.secrets}. */
export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
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

export interface Service extends ContainerSpec {
  /** Names asked for, best first, before two services fight over one: GitLab's default names, then aliases. */
  readonly hostNames: readonly string[];
  /** How many of `hostNames`, counted from the front, were derived from the image rather than written by the user. */
  readonly derivedNameCount: number;
  /** The user's own among them as written, in order, repeats kept; absent in dialects that know no aliases. */
  readonly aliases?: readonly string[];
  /** Short word for logs and container names: the first alias the user wrote, else the image's base name. */
  readonly label: string;
  /** TCP on these ports (`HEALTHCHECK_TCP_PORT`). */
  readonly healthPorts?: readonly number[];
  /** From our own key in the file; it beats `healthPorts`. */
  readonly ownReadiness?: OwnReadiness;
  /** Declared in the file, informative (DR-108). */
  readonly ports?: readonly DeclaredPort[];
  /** The dialect's limit when neither the file nor the person gives one: 60 s in Drone and Woodpecker files. */
  readonly readinessTimeoutMs?: number;
  /**
   * What its death while steps run does to the job. Drone and Woodpecker files: `warn`, or what `failure` says. Absent:
   * as its death before it was ready, which stops the job in every dialect.
   */
  readonly whenDeadInUse?: "fail" | "warn" | "ignore";
  /** Labels of services of this job that have to be ready before this one starts. */
  readonly dependsOn?: readonly string[];
  /** A file that runs on the real system without privilege asks for it here by what the image is (`docker:*dind*`). */
  readonly wantsPrivileged: boolean;
  readonly at: SourceSpan;
}

export interface DeclaredPort {
  readonly port: number;
  readonly protocol: "tcp" | "udp" | "sctp";
}

export interface Step extends ContainerSpec {
  readonly name: string;
  readonly scripts: readonly Script[];
  /**
   * Names of steps of this job that must have ended first. Undefined: all earlier steps, in order. Steps of one `group`
   * name the same predecessors; a step left out by its `when` is replaced by its own predecessors.
   * A step with `detach` counts as ended once it runs.
   */
  readonly dependsOn?: readonly string[];
  readonly detach: boolean;
  readonly when: "on_success" | "on_failure" | "always";
  readonly ignoreFailure: boolean;
  readonly at: SourceSpan;
  /** No commands: the image's own entry point does the work, with its settings as `PLUGIN_*` variables or arguments. */
  readonly isPlugin?: true;
  /** Starts without waiting for the services (DR-218). */
  readonly needsServices?: false;
}

/**
 * Commands that one fresh shell runs in a step's container, in order, until one fails.
 *
 * `main` decides the step's result; of several, each has a shell of its own and the first failure is the last one run.
 * `after` runs whatever `main` gave, in the same container and a new shell, and only
 * warns (GS-841, GS-853). A step without scripts runs its image's own entry point and command.
 */
export interface Script {
  readonly kind: "main" | "after";
  readonly commands: readonly string[];
  /** On top of the container's own (`run:` steps, GY-132). */
  readonly variables?: ReadonlyMap<string, string>;
}
