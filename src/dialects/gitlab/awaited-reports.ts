import type { DialectContext } from "../dialect.ts";
import type { JobDeclaration } from "./job-declaration.ts";

/** Which jobs get variables that jobs before them report: what is not set for them yet may be when they run. @source GY-90 */
export class AwaitedReports {
  readonly #reporters: ReadonlyMap<string, JobDeclaration>;
  readonly #stages: readonly string[];
  readonly #known: ReadonlySet<string>;

  constructor(jobs: readonly JobDeclaration[], stages: readonly string[], { reported }: DialectContext) {
    const reporters = jobs.filter((job) => job.artifacts?.reports.some(({ kind }) => kind === "dotenv"));
    this.#reporters = new Map(reporters.map((job) => [job.name, job]));
    this.#stages = stages;
    this.#known = reported?.jobs ?? new Set();
  }

  /** @returns false also for a job whose reports are known by now. */
  reach({ name, stage, needs, dependencies }: JobDeclaration): boolean {
    if (this.#reporters.size === 0 || this.#known.has(name)) return false;
    if (dependencies !== undefined) return dependencies.some(({ text }) => this.#reporters.has(text));
    if (needs !== undefined) return needs.some(({ job, artifacts }) => artifacts && this.#reporters.has(job));
    const own = this.#stages.indexOf(stage);
    return [...this.#reporters.values()].some((reporter) => this.#stages.indexOf(reporter.stage) < own);
  }
}
