import type { Engine, JobSandbox, SourceArchive } from "../engines/engine.ts";
import type { LineSink } from "../events/log-lines.ts";
import type { EventSink } from "../events/run-event.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import type { ArtifactStore } from "../system/artifact-store.ts";
import type { CacheStore } from "../system/cache-store.ts";
import type { Clock } from "../system/clock.ts";
import type { ResourceLocks } from "../system/resource-locks.ts";
import type { Mask } from "../trace/mask.ts";
import type { CoverageFinder } from "./coverage.ts";
import type { RunImages } from "./images.ts";
import type { Interruption } from "./interruption.ts";
import type { ServiceBook } from "./service-book.ts";

/** What every job of a run shares. */
export interface RunContext {
  readonly engine: Engine;
  readonly emit: EventSink;
  /** For log lines, of which there are many. */
  readonly emitLines: LineSink;
  /** A promise while those who take events cannot keep up; who makes many (logs) waits for it. */
  readonly pressure: () => Promise<void> | undefined;
  readonly clock: Clock;
  readonly images: RunImages;
  /** The work tree, made anew at each call. */
  readonly sources: SourceArchive;
  readonly artifacts: ArtifactStore;
  /** What jobs keep goes into the user's own tree as well. */
  readonly copiesArtifacts: boolean;
  readonly caches: CacheStore;
  readonly locks: ResourceLocks;
  /**
   * The plan of a job once variables are known that jobs before it reported (GY-90); undefined: it stays as it is.
   *
   * @throws KeptFilesError when no plan can be made with them.
   */
  readonly planAgain: (job: ScheduledJob, reported: ReadonlyMap<string, string>) => Promise<JobPlan | undefined>;
  /**
   * The jobs of a pipeline that a job starts, once what it is made of is there.
   *
   * @throws KeptFilesError when no pipeline can be made of it.
   */
  readonly planChildren: (bridge: ScheduledJob, given: GivenToChildren) => Promise<readonly ScheduledJob[]>;
  readonly interruption: Interruption;
}

export interface GivenToChildren {
  /** Variables that earlier jobs reported to the one that starts the pipeline. */
  readonly reported: ReadonlyMap<string, string>;
  /** A file that another job left; undefined when it left none of this name. */
  readonly readArtifact: (job: string, path: string) => Promise<string | undefined>;
}

/** One attempt at one job. */
export interface JobContext extends RunContext {
  readonly plan: JobPlan;
  /** Names of jobs whose artifacts it gets, in order. */
  readonly artifactsFrom: readonly string[];
  /** Those of them that earlier runs left. */
  readonly storedFrom: ReadonlySet<string>;
  readonly sandbox: JobSandbox;
  readonly services: ServiceBook;
  /** Takes the job's secrets out of a whole text. */
  readonly hide: (text: string) => string;
  readonly coverage: CoverageFinder;
  /** Hides the job's secrets; one for all streams, as each keeps its own state. */
  readonly mask: Mask;
  /** Aborted when the attempt has to end early; the reason is a `JobStopped` or an `InterruptedError`. */
  readonly signal: AbortSignal;
  /** Ends the attempt early; the first reason counts. */
  readonly stop: (reason: Error) => void;
  /** True from the moment on at which containers are stopped by us: what ends then is no failure. */
  readonly isClosing: () => boolean;
}
