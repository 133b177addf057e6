import { access, constants, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { applyEvent } from "../events/apply-event.ts";
import type { LineListener } from "../events/event-log.ts";
import { emptyRunView, type JobView, type RunView, type ServiceView } from "../events/run-view.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { newRunId } from "../system/random-id.ts";
import type { CliContext } from "./cli-context.ts";

/** Changes only when a reader of the old form would break. */
const REPORT_VERSION = 1;

export interface ReportFile extends LineListener {
  /** Writes what has come in until now. */
  close(): Promise<void>;
}

/**
 * The file of `--report FILE`: how a run and each of its jobs ended, in one JSON object. Others see it only once it is whole.
 *
 * @returns undefined when nobody asked for one.
 * @throws UsageError when it cannot be written, before anything starts.
 */
export async function openReportFile(context: CliContext, path: string | undefined): Promise<ReportFile | undefined> {
  if (path === undefined) return undefined;
  const full = resolve(context.cwd, path);
  // Nothing is written yet: the file may lie among the sources, which jobs get as they are.
  const hint = "name a file in a folder that you may write to";
  await access(dirname(full), constants.W_OK).catch((error: unknown) => {
    throw new UsageError(`cannot write --report "${path}"`, { hint, cause: error });
  });
  const isFolder = await stat(full).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new UsageError(`--report "${path}" is a folder`, { hint });
  let view = emptyRunView();
  return {
    onEvent: (event) => {
      view = applyEvent(view, event);
    },
    onLines: () => undefined,
    async close() {
      const draft = `${full}.${newRunId()}.part`;
      try {
        await writeFile(draft, `${JSON.stringify(toRunReport(view), undefined, 2)}\n`);
        await rename(draft, full);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        const why = error instanceof Error ? error.message : String(error);
        context.stderr.write(`warning: --report "${path}" is not written: ${why}\n`);
      }
    },
  };
}

/** What nobody knows is left out, or null where the event schema has null. Pure. @source GY-248 */
export function toRunReport(view: RunView): unknown {
  return {
    v: REPORT_VERSION,
    run: view.runId,
    file: view.file,
    dialect: view.dialect,
    engine: view.engine,
    state: view.state,
    exitCode: view.exitCode,
    startedAt: view.startedAt === undefined ? undefined : new Date(view.startedAt).toISOString(),
    afterMs: view.afterMs,
    cause: view.cause,
    jobs: [...view.jobs.values()].map(toJobReport),
    notes: view.notes,
    cleaned: view.cleaned,
  };
}

function toJobReport(job: JobView): unknown {
  return {
    name: job.name,
    stage: job.stage,
    image: job.image,
    state: job.state,
    exitCode: job.exitCode,
    allowed: job.allowed,
    attempts: job.startedAt === undefined ? 0 : job.attempt,
    waitedMs: job.waitedMs,
    scriptMs: job.scriptMs,
    coveragePercent: job.coveragePercent,
    cause: job.cause,
    services: job.services.map(toServiceReport),
    artifactsFrom: job.artifactsFrom,
    artifacts: job.artifacts,
    caches: job.caches,
    tests: job.tests,
  };
}

function toServiceReport({ id, image, state, readyAfterMs, exitCode, reason }: ServiceView): unknown {
  return { id, image, state, readyAfterMs, exitCode, reason };
}
