import type { JobSandbox } from "../../engines/engine.ts";
import type { Artifacts, KeptWhen } from "../../model/artifacts.ts";
import { KeptFilesError } from "../../model/kept-files-error.ts";
import { packTar } from "../../system/tar.ts";
import type { RunContext } from "../job-context.ts";
import { collectFiles, type FileCount } from "./collect-files.ts";
import { knownSources } from "./known-sources.ts";
import { compileSelection, type FileFilter, type SelectionRequest } from "./select-files.ts";

/** A job whose script has ended, and its open sandbox. */
export interface EndedJob {
  readonly context: RunContext;
  readonly sandbox: JobSandbox;
  readonly job: string;
  readonly sourcePath: string;
  readonly signal: AbortSignal;
  /** Takes the job's secrets out of a text. */
  readonly hide: (text: string) => string;
}

export function isKeptAfter(when: KeptWhen, hasPassed: boolean): boolean {
  return when === "always" || (when === "on_success") === hasPassed;
}

/**
 * Keeps what a job left, for later jobs and in a folder for people. What is not there is warned about; nothing at all is no
 * failure (GY-209).
 *
 * @throws KeptFilesError when the files cannot be written here, and what the engine throws.
 */
export async function keepArtifacts(ended: EndedJob, artifacts: Artifacts): Promise<void> {
  const { context, job, sandbox, signal } = ended;
  if (artifacts.paths.length === 0 && !artifacts.untracked) return;
  const filter = await openFilter(ended, artifacts);
  const count: FileCount = { files: 0, bytes: 0 };
  await context.artifacts.write(job, packTar(collectFiles(sandbox, filter, count, signal)));
  warnOfFilter(ended, filter);
  // Also of nothing: what an earlier run left is not what this one did.
  const { folder, leftOut } = await publish(ended);
  if (count.files === 0) {
    await context.artifacts.remove(job);
    context.emit({ type: "run.note", level: "warning", job, text: "no files to keep as artifacts" });
    return;
  }
  for (const path of leftOut.slice(0, MAX_TOLD)) {
    const text = `artifact "${path}" leads out of its folder: later jobs get it, ${folder} does not`;
    context.emit({ type: "run.note", level: "note", job, text });
  }
  context.emit({ type: "artifacts.kept", job, ...count, ...(folder === undefined ? {} : { folder }) });
  if (context.copiesArtifacts && folder !== undefined) await copyToSource(ended);
}

/** A person asked for it; who reads the log sees what is not as it was. */
async function copyToSource({ context, job }: EndedJob): Promise<void> {
  const { files, replaced, leftOut } = await context.artifacts.copyToSource(job);
  const note = (level: "note" | "warning", text: string): void => context.emit({ type: "run.note", level, job, text });
  note("note", `artifacts are copied into your tree: ${files} new or changed${tellPaths(", replaced: ", replaced)}`);
  if (leftOut.length > 0) note("warning", `artifacts are not copied into your tree${tellPaths(": ", leftOut)}`);
}

function tellPaths(lead: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const told = paths.slice(0, MAX_PATHS).map((path) => JSON.stringify(path));
  const rest = paths.length - told.length;
  return `${lead}${told.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const MAX_TOLD = 5;
const MAX_PATHS = 20;

/** For people it is a convenience: a project that cannot be written to fails no job. */
async function publish({ context, job }: EndedJob): Promise<{ folder?: string; leftOut: readonly string[] }> {
  try {
    return await context.artifacts.publish(job);
  } catch (error) {
    if (!(error instanceof KeptFilesError)) throw error;
    context.emit({ type: "run.note", level: "warning", job, text: `artifacts are not shown: ${error.message}` });
    return { leftOut: [] };
  }
}

/** Reads what is untracked from the sources only when it is asked for. */
export async function openFilter(ended: EndedJob, request: SelectionRequest): Promise<FileFilter> {
  const isSource = request.untracked ? await knownSources(ended.context.sources) : undefined;
  return compileSelection(request, ended.sourcePath, isSource);
}

export function warnOfFilter({ context, job }: EndedJob, filter: FileFilter): void {
  const warn = (text: string): void => context.emit({ type: "run.note", level: "warning", job, text });
  for (const pattern of filter.outside) warn(`"${pattern}" is outside of the project's folder and is not kept`);
  for (const pattern of filter.unmatched())
    warn(`"${pattern}" fits no file; paths are relative to the project's folder`);
}
