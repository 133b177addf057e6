import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createEventFormatter } from "../events/ndjson.ts";
import type { RunEvent } from "../events/run-event.ts";
import { BufferedFile } from "./buffered-file.ts";
import { LogFile } from "./log-file.ts";
import type { LogRate } from "./log-rate.ts";
import { eventsPath, logPath } from "./run-paths.ts";

/** A talkative service keeps all it says; one that floods fills no disk, and what it says afterwards is kept again. */
const SERVICE_LOG_RATE: LogRate = { burst: 64 * 1024 * 1024, perSecond: 64 * 1024 };

export interface RunRecorderOptions {
  readonly stateFolder: string;
  readonly runId: string;
  /** Called at most once: the disk is full, or the folder cannot be written. The run goes on without being recorded. */
  readonly onProblem: (error: unknown) => void;
  /** How much of a service's log is kept; 64 MiB at once and 64 KiB a second when left out. Jobs' logs are kept whole. */
  readonly serviceLogRate?: LogRate;
}

/** Writes a run to disk while it happens: `events.ndjson` (no log lines, no progress) and a file for each log. */
export interface RunRecorder {
  /** Fits an event log's listener. The promise resolves when there is room for more. */
  readonly listener: (event: RunEvent) => void | Promise<void>;
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
  return {
    listener: (event) => {
      if (isBroken) return undefined;
      if (failure === undefined) return recorder.record(event);
      // Told once the run has begun and this event is through: a problem is an event, too.
      queueMicrotask(() => onFailure(failure.error));
      return undefined;
    },
    close: () => recorder.close(),
  };
}

class FolderRecorder {
  readonly #options: RunRecorderOptions;
  readonly #onFailure: (error: unknown) => void;
  readonly #events: BufferedFile;
  readonly #format = createEventFormatter();
  /** By job, then by service; the job's own log has no service. */
  readonly #logs = new Map<string, Map<string | undefined, LogFile>>();

  constructor(options: RunRecorderOptions, onFailure: (error: unknown) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
    this.#events = new BufferedFile(eventsPath(options.stateFolder, options.runId), onFailure);
  }

  record(event: RunEvent): void | Promise<void> {
    switch (event.type) {
      case "job.log":
      case "service.log": {
        const log = this.#logOf(event.job, event.type === "service.log" ? event.service : undefined);
        log.append(event.t, event.fd, event.text);
        return log.pressure();
      }
      case "image.progress":
      case "service.waiting":
        return undefined;
      default:
        this.#events.append(this.#format(event));
        return undefined;
    }
  }

  async close(): Promise<void> {
    const logs = [...this.#logs.values()].flatMap((logs) => [...logs.values()]);
    await Promise.all([this.#events.close(), ...logs.map((log) => log.close())]);
  }

  #logOf(job: string, service: string | undefined): LogFile {
    let logs = this.#logs.get(job);
    if (logs === undefined) this.#logs.set(job, (logs = new Map()));
    let log = logs.get(service);
    if (log === undefined) {
      const { stateFolder, runId, serviceLogRate = SERVICE_LOG_RATE } = this.#options;
      const rate = service === undefined ? undefined : serviceLogRate;
      log = new LogFile(logPath(stateFolder, runId, job, service), rate, this.#onFailure);
      logs.set(service, log);
    }
    return log;
  }
}
