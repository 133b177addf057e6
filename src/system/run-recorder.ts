import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { LineListener } from "../events/event-log.ts";
import type { LogLines, LogSource, StateEvent } from "../events/log-lines.ts";
import { formatEvent } from "../events/ndjson.ts";
import { BufferedFile } from "./buffered-file.ts";
import { LogFile } from "./log-file.ts";
import type { LogRate } from "./log-rate.ts";
import { eventsPath, logPath } from "./run-paths.ts";

const MEBIBYTE = 1024 * 1024;
/** A talkative service keeps all it says; one that floods fills no disk, and what it says afterwards is kept again. */
const SERVICE_LOG_RATE: LogRate = { burst: 64 * MEBIBYTE, perSecond: 64 * 1024, total: 256 * MEBIBYTE };

export interface RunRecorderOptions {
  readonly stateFolder: string;
  readonly runId: string;
  /** Called at most once: the disk is full, or the folder cannot be written. The run goes on without being recorded. */
  readonly onProblem: (error: unknown) => void;
  /** How much of a service's log is kept; 64 MiB at once, 64 KiB a second and 256 MiB in all when left out. Jobs' logs are kept whole. */
  readonly serviceLogRate?: Partial<LogRate>;
}

/** Writes a run to disk while it happens: `events.ndjson` (no log lines, no progress) and a file for each log. */
export interface RunRecorder extends LineListener {
  close(): Promise<void>;
}

/** Never fails: what goes wrong is told through `onProblem`. */
export async function openRunRecorder(options: RunRecorderOptions): Promise<RunRecorder> {
  let isBroken = false;
  const onFailure = (error: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    options.onProblem(error);
  };
  const { stateFolder, runId } = options;
  const folder = dirname(logPath(stateFolder, runId, "job"));
  const failure = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const recorder = new FolderRecorder(options, onFailure);
  const mayRecord = (): boolean => {
    if (isBroken) return false;
    // Told once the run has begun and this event is through: a problem is an event, too.
    if (failure !== undefined) queueMicrotask(() => onFailure(failure.error));
    return failure === undefined;
  };
  return {
    onEvent: (event) => {
      if (mayRecord()) recorder.record(event);
    },
    onLines: (lines) => (mayRecord() ? recorder.recordLines(lines) : undefined),
    close: () => recorder.close(),
  };
}

class FolderRecorder {
  readonly #options: RunRecorderOptions;
  readonly #onFailure: (error: unknown) => void;
  readonly #events: BufferedFile;
  /** By job, then by service; the job's own log has no service. */
  readonly #logs = new Map<string, Map<string | undefined, LogFile>>();

  constructor(options: RunRecorderOptions, onFailure: (error: unknown) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
    this.#events = new BufferedFile(eventsPath(options.stateFolder, options.runId), onFailure);
  }

  record(event: StateEvent): void {
    if (event.type !== "image.progress" && event.type !== "service.waiting") this.#events.append(formatEvent(event));
  }

  /** @returns a promise while there is no room for more. */
  recordLines({ t, source, block }: LogLines): Promise<void> | undefined {
    const log = this.#logOf(source);
    log.append(t, source.fd, block);
    return log.pressure();
  }

  async close(): Promise<void> {
    const logs = [...this.#logs.values()].flatMap((logs) => [...logs.values()]);
    await Promise.all([this.#events.close(), ...logs.map((log) => log.close())]);
  }

  #logOf(source: LogSource): LogFile {
    const { job } = source;
    const service = source.type === "service.log" ? source.service : undefined;
    let logs = this.#logs.get(job);
    if (logs === undefined) this.#logs.set(job, (logs = new Map()));
    let log = logs.get(service);
    if (log === undefined) {
      const { stateFolder, runId, serviceLogRate } = this.#options;
      const rate = service === undefined ? undefined : { ...SERVICE_LOG_RATE, ...serviceLogRate };
      log = new LogFile(logPath(stateFolder, runId, job, service), rate, this.#onFailure);
      logs.set(service, log);
    }
    return log;
  }
}
