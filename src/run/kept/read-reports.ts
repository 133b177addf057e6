import type { ArtifactReport } from "../../model/artifacts.ts";
import { KeptFilesError } from "../../model/kept-files-error.ts";
import type { TarEntry } from "../../system/tar.ts";
import { collectBytes } from "../../system/tar-reader.ts";
import { collectFiles } from "./collect-files.ts";
import { type EndedJob, openFilter, warnOfFilter } from "./keep-artifacts.ts";
import { MAX_DOTENV_BYTES, parseDotenvReport } from "./parse-dotenv-report.ts";
import { addTests, NO_TESTS, parseJunit } from "./parse-junit.ts";

/** A report of tests above this is not looked into. */
const MAX_JUNIT_BYTES = 64 * 1024 * 1024;

/** Names of failed tests that are told. */
const MAX_FAILURES = 50;

/** Kinds of reports that are read, and the size of a file above which its content is not. */
export const READ_KINDS: ReadonlyMap<string, number> = new Map([
  ["dotenv", MAX_DOTENV_BYTES],
  ["junit", MAX_JUNIT_BYTES],
]);

export interface ReportFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Undefined: it is larger than it may be. */
  readonly text: string | undefined;
}

/**
 * Variables that a job hands to later ones.
 *
 * @throws KeptFilesError when its file is too large or holds a line that says no variable: that fails the job (GY-253).
 */
export function readDotenv(files: readonly ReportFile[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { path, sizeBytes, text } of files) {
    if (text === undefined) {
      const message = `Dotenv Artifact Too Big. Maximum Allowable Size: ${MAX_DOTENV_BYTES}`;
      const hint = `"${path}" has ${sizeBytes} bytes; hand large values on as files: artifacts:paths`;
      throw new KeptFilesError("dotenv_invalid", message, { hint });
    }
    for (const [name, value] of parseDotenvReport(text, path)) variables.set(name, value);
  }
  return variables;
}

/** Adds the job's test reports up and tells what failed. */
export function tellTests({ context, job, hide }: EndedJob, files: readonly ReportFile[]): void {
  if (files.length === 0) return;
  const tests = files.map(({ text }) => parseJunit(text ?? "")).reduce(addTests, NO_TESTS);
  const failures = tests.failures.slice(0, MAX_FAILURES).map(hide);
  context.emit({ type: "tests.reported", job, ...tests, failures });
}

/** Files on their way to somewhere, each read as it goes by. @param maxBytes of a file that is read. */
export async function* rememberFiles(
  entries: AsyncIterable<TarEntry>,
  maxBytes: number,
  files: ReportFile[],
): AsyncGenerator<TarEntry> {
  for await (const entry of entries) {
    if (entry.type !== "file") {
      yield entry;
      continue;
    }
    const { path, sizeBytes } = entry;
    const content = sizeBytes <= maxBytes ? await collectBytes(entry.content) : entry.content;
    const text = content instanceof Uint8Array ? Buffer.from(content).toString("utf8") : undefined;
    files.push({ path, sizeBytes, text });
    yield { ...entry, content };
  }
}

/** Files of one kind that go nowhere. */
export async function readFiles(ended: EndedJob, reports: readonly ArtifactReport[]): Promise<readonly ReportFile[]> {
  const filter = await openFilter(ended, { paths: reports.flatMap((report) => report.paths), untracked: false });
  const files: ReportFile[] = [];
  const maxBytes = READ_KINDS.get(reports[0]?.kind ?? "") ?? 0;
  const entries = collectFiles(ended.sandbox, filter, { files: 0, bytes: 0 }, ended.signal);
  for await (const _ of rememberFiles(entries, maxBytes, files));
  warnOfFilter(ended, filter);
  return files;
}
