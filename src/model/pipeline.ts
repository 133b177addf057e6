import type { SourceSpan } from "../text/source.ts";
import type { Artifacts, Cache } from "./artifacts.ts";
import type { HostAccess } from "./container.ts";
import type { JobDecision } from "./decision.ts";
import type { Environment } from "./environment.ts";
import type { Service } from "./service.ts";
import type { Step } from "./step.ts";
import type { Trigger } from "./trigger.ts";
import type { Variables } from "./variables.ts";

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
