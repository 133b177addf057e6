import type { ImagePlan, JobPlan, ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { Owner } from "../model/owner.ts";

/**
 * What Outrigger needs from Docker, Podman or Kubernetes. Only this interface is known outside `engines/`.
 *
 * Call order: `fetchImage` for every image of a job, `openJob` once, then on the sandbox `startService` for each
 * service (any number at a time), `openStep` and `putSources` at any time, `StepContainer.run` as often as wanted, and
 * `close` exactly once, always, even after a failure. One engine serves many jobs at a time; sandboxes share nothing.
 *
 * Every call throws {@link EngineUnavailableError} when the daemon or the cluster cannot be reached,
 * {@link EngineFailureError} when it refuses, and the signal's reason when the signal is aborted.
 */
export interface Engine extends AsyncDisposable {
  /** `docker`, `kubernetes`, `fake`. For messages, never for a decision. */
  readonly name: string;
  /** `docker 20.10.24`, `podman 4.3.1`: one or two words for people, known since it was found. */
  readonly product: string;
  /** Asks the engine who it is and what it runs on. */
  describe(signal: AbortSignal): Promise<EngineDescription>;
  /**
   * Makes an image present by its pull policies, in order. Calls for one image at the same time share one pull.
   *
   * @throws ImageError when no policy gives the image.
   */
  fetchImage(image: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage>;
  /** Creates the job's network and workspace volume. */
  openJob(job: JobPlan, signal: AbortSignal): Promise<JobSandbox>;
  /** Every object on this engine that carries our labels, of any run and owner. */
  findObjects(signal: AbortSignal): Promise<readonly OwnedObject[]>;
  /** Removes them, containers first. An object that is already gone is not a failure and not counted. */
  removeObjects(objects: readonly OwnedObject[], signal: AbortSignal): Promise<RemovedCounts>;
}

export interface EngineDescription {
  readonly product: string;
  /** Where it was found: `/var/run/docker.sock`, `DOCKER_HOST`. */
  readonly endpoint: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface ImageObserver {
  /** A pull begins; not called when a local image serves. */
  onPulling(image: string): void;
  /** Bytes over all layers; `totalBytes` grows while the layers become known. */
  onProgress(image: string, doneBytes: number, totalBytes: number): void;
  /** A policy or an attempt failed and another one follows. */
  onRetry(image: string, reason: string): void;
}

/** An image that is there, and what its configuration says. */
export interface FetchedImage {
  readonly reference: string;
  readonly id: string;
  readonly digest?: string;
  /** When it was built, epoch milliseconds; absent when it does not say. */
  readonly createdAt?: number;
  /** `by node`: nobody has it yet; the node that the job comes to gets it, and nothing is known of what it says. */
  readonly how: "local" | "pulled" | "by node";
  /** Bytes that came over the network; 0 for a local image. */
  readonly pulledBytes: number;
  readonly exposedTcpPorts: readonly number[];
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Undefined: the image has none, or switched it off. */
  readonly healthCheck?: ImageHealthCheck;
}

export interface ImageHealthCheck {
  /** `CMD-SHELL` is already turned into argv of the image's shell. */
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

/**
 * Takes a container's output as it comes; chunks are cut anywhere. The engine waits for the promise before it reads on, and
 * may use the chunk again then: it is borrowed. `fd` 1 is stdout, 2 is stderr.
 */
export type OutputSink = (fd: 1 | 2, chunk: Uint8Array) => void | Promise<void>;

/** The network, volumes and containers of one job. Closing removes every one of them. */
export interface JobSandbox extends AsyncDisposable {
  /**
   * Creates and starts. Resolves once the container runs, or ran and ended; that it is *ready* is for `run/health/`.
   * `log` gets every byte from the first on.
   */
  startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService>;
  /** Creates the step's container without starting it. */
  openStep(step: StepPlan, signal: AbortSignal): Promise<StepContainer>;
  /**
   * Puts the sources into the workspace's `sourcePath`. What stood there before is removed first; what arrives later from
   * services stays. Needs one open step, in whose image a shell must be found when there is something to remove; call it
   * once. Rejects with the archive's own error when that breaks off.
   */
  putSources(sources: SourceArchive, signal: AbortSignal): Promise<void>;
  /**
   * Unpacks an archive over what stands in the workspace's `sourcePath`; nothing is removed first. Needs one open step. Call it
   * after {@link putSources}, as often as wanted, one call at a time. Rejects with the archive's own error when that breaks off.
   */
  addFiles(files: SourceArchive, signal: AbortSignal): Promise<void>;
  /**
   * Unpacks an archive into another folder of the workspace, which is made when it is not there, with those above it. Needs
   * one open step; call it before {@link putSources}. Rejects with the archive's own error when that breaks off.
   *
   * @param folder absolute, below the workspace's `mountPath`.
   */
  addFilesBeside(folder: string, files: SourceArchive, signal: AbortSignal): Promise<void>;
  /**
   * Reads what stands at a path as a tar stream, also while no step runs and after the last one has ended. Its entries begin with
   * the path's last part: `target/out` gives `out/`, `out/app`. A link at the path itself is not followed. Needs one open step,
   * and no tool in any image.
   *
   * @param path relative to the workspace's `sourcePath`, without `..`; empty: that folder itself.
   * @returns undefined when nothing is there. Whoever stops reading early ends the transfer.
   */
  readPath(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Looks a host name up from inside the job's network. @returns addresses, empty when it does not resolve. */
  resolveHost(hostName: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Stops what runs (TERM, at most `graceMs`, KILL), then removes everything. Never throws for what is already gone.
   * Called again with a shorter grace while it works, it hurries the first call; both resolve with the same counts.
   * What is on its way when it is called (a container that is being started) is waited for and removed as well.
   *
   * @throws EngineUnavailableError when the engine went away, EngineFailureError when something could not be removed;
   * either after everything else was tried.
   */
  close(graceMs: number): Promise<RemovedCounts>;
}

/** A tar stream, made on demand: an engine may ask for it again after a broken connection. */
export interface SourceArchive {
  /**
   * @param below a relative folder, `group/project`, in which everything stands; it and the folders above it are entries of
   *   the archive too, writable for everybody. Empty: entries are relative to the sources' folder.
   */
  open(below: string): AsyncIterable<Uint8Array>;
}

export interface RunningService {
  /** The plan's id. */
  readonly id: string;
  /** As the engine knows it, for a user who wants to look. */
  readonly containerName: string;
  /** Address inside the job's network; undefined once the container has ended. */
  readonly address: string | undefined;
  /** TCP ports of the container, ascending: what the image exposes. */
  readonly exposedTcpPorts: readonly number[];
  /** The container's whole environment, image's included. */
  readonly env: ReadonlyMap<string, string>;
  /**
   * Resolves when the container has ended, whoever ended it, and every byte of its log has gone to the sink. Never
   * rejects: a lost engine resolves with an unknown exit code and an `error`.
   */
  readonly ended: Promise<ContainerEnd>;
  /**
   * Whether the container runs no more: true before {@link ended} resolves, which also waits for the rest of its log. Where
   * what the engine told may be old, it is asked; what cannot be asked is taken as it was told.
   */
  isOver(signal: AbortSignal): Promise<boolean>;
  /**
   * Finds out whether another container of the job could connect to a port of the service now. A service that has ended
   * refuses. It may cost a process inside a container where this machine cannot reach the job's network.
   */
  dial(port: number, signal: AbortSignal): Promise<DialResult>;
  /** Runs a command inside the service's container, as its user. Of each stream the first 64 KiB are kept. */
  exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult>;
  /** What it uses right now; undefined when it does not run, or the engine cannot tell. */
  sampleMemory(signal: AbortSignal): Promise<MemorySample | undefined>;
}

export interface MemorySample {
  readonly usedBytes: number;
  /** The container's limit, or the whole machine's memory when it has none. */
  readonly limitBytes: number;
}

export interface ContainerEnd {
  /** Undefined when the engine was lost and nobody knows. */
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  /** The engine's own words when the container could not start at all (`exec format error`). */
  readonly error?: string;
}

export type DialResult =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused" }
  /** No way to try from here: no tool inside, no route. `detail` says what was missing. */
  | { readonly kind: "unknown"; readonly detail: string };

export type ExecResult =
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** The command is not in the image, or the container is gone. */
  | { readonly kind: "not_run"; readonly detail: string };

export interface StepContainer {
  /** The plan's id. */
  readonly id: string;
  readonly containerName: string;
  /**
   * Starts the container ahead of its script, when nothing of its image would run before the script's first line: the shell
   * then waits for {@link run} to give it the script. Does nothing where the image has an entry point of its own. What goes
   * wrong shows when it is run.
   */
  warmUp(): Promise<void>;
  /**
   * Starts the container, gives `script` to the shell found in it (K: the best of bash and sh), and resolves with its end,
   * also when the exit code is not 0. Undefined runs the image's own entry point and command. Run again, it starts the
   * same container again: files stay, processes and shell state do not.
   */
  run(script: string | undefined, output: OutputSink, signal: AbortSignal): Promise<ContainerEnd>;
  /**
   * TERM to every process in the container (a shell that is process 1 ignores it, its children do not), at most `graceMs`,
   * KILL. A container that does not run is left alone; a second call with less grace hurries the first.
   */
  stop(graceMs: number): Promise<void>;
}

/** One object of ours on the engine. */
export interface OwnedObject {
  readonly kind: "container" | "network" | "volume" | "pod" | "configmap" | "secret" | "namespace";
  readonly id: string;
  readonly name: string;
  readonly runId: string;
  readonly job: string;
  /** Undefined when the label is missing or unreadable. */
  readonly owner: Owner | undefined;
  readonly createdAt: number | undefined;
  /** From then on nothing of its job can be in use; epoch milliseconds. Absent: nobody said. */
  readonly leaseUntil?: number;
}

/** A pod counts as what it is made of: its containers, their network, their workspace. */
export interface RemovedCounts {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}
