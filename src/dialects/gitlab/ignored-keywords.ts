import type { Diagnostic } from "../../text/diagnostic.ts";
import type { SourceSpan } from "../../text/source.ts";

interface Ignored {
  readonly path: string;
  readonly at: SourceSpan;
  readonly consequence: string | undefined;
  readonly jobs: Set<string>;
}

const SHOWN_JOBS = 5;

/** Keywords that mean nothing in a run on this machine: each is told once, with the jobs that use it. @source GY-248 */
export class IgnoredKeywords {
  readonly #found = new Map<string, Ignored>();

  /** @param job undefined: the keyword stands outside of all jobs. */
  add(keyword: string, job: string | undefined, found: Omit<Ignored, "jobs">): void {
    const known = this.#found.get(keyword) ?? { ...found, jobs: new Set() };
    this.#found.set(keyword, known);
    if (job !== undefined) known.jobs.add(job);
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#found].map(([keyword, { path, at, consequence, jobs }]) => ({
      severity: "note",
      code: "ignored-keyword",
      message: `${keyword} is ignored in local runs${listed([...jobs])}`,
      at,
      path,
      ...(consequence === undefined ? {} : { hint: consequence }),
    }));
  }
}

function listed(jobs: readonly string[]): string {
  if (jobs.length === 0) return "";
  const rest = jobs.length - SHOWN_JOBS;
  const names = jobs.slice(0, SHOWN_JOBS).join(", ");
  return ` (jobs: ${names}${rest > 0 ? ` and ${rest} more` : ""})`;
}
