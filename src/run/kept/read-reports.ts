import type { ArtifactReport } from "../../model/artifacts.ts";
import { KeptFilesError } from "../../model/kept-files-error.ts";
import { collectBytes } from "../../system/tar-reader.ts";
import { collectFiles } from "./collect-files.ts";
import { type EndedJob, openFilter, warnOfFilter } from "./keep-artifacts.ts";
import { MAX_DOTENV_BYTES, parseDotenvReport } from "./parse-dotenv-report.ts";
import { addTests, NO_TESTS, parseJunit } from "./parse-junit.ts";

/** A report of tests above this is not looked into. */
const MAX_JUNIT_BYTES = 64 * 1024 * 1024;

/** Names of failed tests that are told. */
const MAX_FAILURES = 50;

/**
 * Variables that a job hands to later ones.
 *
 * @throws KeptFilesError when its file is too large or holds a line that says no variable: that fails the job (GY-253).
 */
export async function readDotenv(
  ended: EndedJob,
  reports: readonly ArtifactReport[],
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  for (const { path, sizeBytes, text } of await readFiles(ended, reports, "dotenv", MAX_DOTENV_BYTES)) {
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
export async function tellTests(ended: EndedJob, reports: readonly ArtifactReport[]): Promise<void> {
  const { context, job } = ended;
  const files = await readFiles(ended, reports, "junit", MAX_JUNIT_BYTES);
  if (files.length === 0) return;
  const tests = files.map(({ text }) => parseJunit(text ?? "")).reduce(addTests, NO_TESTS);
  const failures = tests.failures.slice(0, MAX_FAILURES).map(ended.hide);
  context.emit({ type: "tests.reported", job, ...tests, failures });
}

interface ReportFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Undefined: it is larger than it may be. */
  readonly text: string | undefined;
}

async function readFiles(
  ended: EndedJob,
  reports: readonly ArtifactReport[],
  kind: string,
  maxBytes: number,
): Promise<readonly ReportFile[]> {
  const paths = reports.filter((report) => report.kind === kind).flatMap((report) => report.paths);
  if (paths.length === 0) return [];
  const filter = await openFilter(ended, { paths, untracked: false });
  const files: ReportFile[] = [];
  for await (const entry of collectFiles(ended.sandbox, filter, { files: 0, bytes: 0 }, ended.signal)) {
    if (entry.type !== "file") continue;
    const { path, sizeBytes, content } = entry;
    const text = sizeBytes <= maxBytes ? Buffer.from(await collectBytes(content)).toString("utf8") : undefined;
    files.push({ path, sizeBytes, text });
  }
  warnOfFilter(ended, filter);
  return files;
}
