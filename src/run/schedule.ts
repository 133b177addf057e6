import type { JobState } from "../model/outcome.ts";
import type { RunPlan, ScheduledJob } from "../model/run-plan.ts";

/** How a job stands in the eyes of those that wait for it. */
export interface JobStanding {
  readonly state: JobState;
  readonly allowed: boolean;
  /** A manual job that nobody started and that the file does not allow to be left out: later jobs wait for it. */
  readonly isBlocking: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export type Decision =
  | { readonly kind: "wait" }
  | { readonly kind: "start" }
  /** Does not run; `why` is one short sentence for people. */
  | {
      readonly kind: "end";
      readonly state: "skipped" | "manual";
      readonly why: string;
      /** Name of the manual job it would wait for. */
      readonly blockedBy?: string;
    };

/**
 * Whether a job may start, given how the jobs it waits for stand. Pure.
 *
 * @param standings of ended jobs only.
 * @param opened names of the jobs whose pipelines have started.
 * @source GY-192, GY-193, GY-194, GY-203
 */
export function decide(
  job: ScheduledJob,
  standings: ReadonlyMap<string, JobStanding>,
  opened: ReadonlySet<string> = NONE,
): Decision {
  if (job.parent !== undefined && !opened.has(job.parent)) {
    if (!standings.has(job.parent)) return { kind: "wait" };
    return { kind: "end", state: "skipped", why: `"${job.parent}" did not start its pipeline` };
  }
  if (!job.after.every((name) => standings.has(name))) return { kind: "wait" };
  const before = job.after.map((name) => ({ name, standing: standings.get(name) }));
  const blocking = before.find(({ standing }) => standing?.isBlocking === true);
  if (blocking !== undefined) {
    const { name } = blocking;
    return { kind: "end", state: "skipped", why: `waits for the manual job "${name}"`, blockedBy: name };
  }
  const failed = before.find(({ standing }) => standing !== undefined && hasFailed(standing));
  const skipped = before.find(({ standing }) => standing?.state === "skipped");
  switch (job.when) {
    case "manual":
      return { kind: "end", state: "manual", why: "starts only when it is asked for by name" };
    case "never":
      return { kind: "end", state: "skipped", why: "when: never" };
    case "always":
      return { kind: "start" };
    case "on_failure":
      return failed === undefined
        ? { kind: "end", state: "skipped", why: "runs only after a failure" }
        : { kind: "start" };
    // Its delay begins where another job would start.
    case "delayed":
    case "on_success": {
      const hindrance = failed ?? skipped;
      if (hindrance === undefined) return { kind: "start" };
      return {
        kind: "end",
        state: "skipped",
        why: `"${hindrance.name}" ${failed === undefined ? "was skipped" : "failed"}`,
      };
    }
  }
}

/** The jobs that may start or end now, in file order. */
export function findReady(
  plan: RunPlan,
  waiting: ReadonlySet<string>,
  standings: ReadonlyMap<string, JobStanding>,
  opened: ReadonlySet<string> = NONE,
): readonly { readonly job: ScheduledJob; readonly decision: Exclude<Decision, { kind: "wait" }> }[] {
  return plan.jobs.flatMap((job) => {
    if (!waiting.has(job.plan.name)) return [];
    const decision = decide(job, standings, opened);
    return decision.kind === "wait" ? [] : [{ job, decision }];
  });
}

export function hasFailed(standing: JobStanding): boolean {
  return !standing.allowed && !["passed", "skipped", "manual"].includes(standing.state);
}
