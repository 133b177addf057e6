import type { Job, Pipeline } from "../model/pipeline.ts";
import type { StoredSource } from "../model/run-plan.ts";
import { findArtifactSources } from "./artifact-sources.ts";

export interface WithStored {
  /** In the order in which they are unpacked. */
  readonly all: readonly string[];
  readonly stored: readonly StoredSource[];
}

/**
 * For jobs that were asked for by name: whose artifacts they would get in the whole pipeline, and which of those this run
 * does not make.
 *
 * @returns nothing for a job all of whose sources are chosen too.
 * @source GY-205, GY-207
 */
export function findStoredSources(pipeline: Pipeline, chosen: readonly Job[]): ReadonlyMap<string, WithStored> {
  const byName = new Map(pipeline.jobs.map((job) => [job.name, job]));
  const isChosen = new Set(chosen.map((job) => job.name));
  const present = pipeline.jobs.filter((job) => job.when !== "never");
  const sources = findArtifactSources(pipeline, present);
  const found = new Map<string, WithStored>();
  for (const job of chosen) {
    const all = sources.get(job.name) ?? [];
    const stored = all.flatMap((name): readonly StoredSource[] => {
      const source = byName.get(name);
      if (source === undefined || isChosen.has(name)) return [];
      return [{ job: name, isRequired: namesIt(job, name) && leavesFiles(source) }];
    });
    if (stored.length > 0) found.set(job.name, { all, stored });
  }
  return found;
}

function namesIt({ order, dependencies }: Job, source: string): boolean {
  if (dependencies?.some(({ job }) => job === source) === true) return true;
  return order.kind === "needs" && order.needs.some((need) => need.job === source && !need.optional);
}

function leavesFiles({ artifacts, allowFailure }: Job): boolean {
  if (artifacts === undefined || artifacts.when === "on_failure" || allowFailure === true) return false;
  return artifacts.paths.length > 0 || artifacts.untracked;
}
