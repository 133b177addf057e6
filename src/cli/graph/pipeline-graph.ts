import type { Job, JobWhen, Pipeline } from "../../model/pipeline.ts";
import { dropControls } from "../../trace/control-sequences.ts";

/** Who waits for whom, laid out in columns from left to right. */
export interface PipelineGraph {
  readonly columns: readonly GraphColumn[];
  /** Explicit needs, by the jobs' places in {@link PipelineGraph.columns}. */
  readonly edges: readonly GraphEdge[];
}

export interface GraphColumn {
  /** The stage; undefined where there are none, and a column is a depth. */
  readonly title: string | undefined;
  readonly nodes: readonly GraphNode[];
  /** A job in it waits for everything in the columns before. */
  readonly waitsForEarlier: boolean;
}

export interface GraphNode {
  /** `j0`, `j1`, ... in file order. */
  readonly id: string;
  /** Without control characters. */
  readonly name: string;
  readonly when: JobWhen;
  /** Names of the needs; undefined: everything in the columns before. */
  readonly needs: readonly string[] | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** Jobs that this pipeline leaves out, and needs on them, are not in it. Linear in jobs and needs. */
export function toPipelineGraph(pipeline: Pipeline): PipelineGraph {
  const all = pipeline.jobs.filter((job) => job.when !== "never");
  const ids = new Map(all.map((job, index) => [job.name, `j${index}`] as const));
  const depths = pipeline.stages.length > 0 ? undefined : depthsOf(all);
  const titles = depths === undefined ? pipeline.stages : [...new Set(depths.values())].toSorted((a, b) => a - b);
  const byColumn = Map.groupBy(all, (job) => depths?.get(job.name) ?? job.stage ?? "");
  const columns = titles.flatMap((title): readonly GraphColumn[] => {
    const jobs = byColumn.get(title) ?? [];
    if (jobs.length === 0) return [];
    return [
      {
        title: typeof title === "string" ? dropControls(title) : undefined,
        nodes: jobs.map((job) => toNode(job, ids)),
        waitsForEarlier: jobs.some((job) => job.order.kind === "stages"),
      },
    ];
  });
  const edges = all.flatMap((job) =>
    needsOf(job).flatMap((need): readonly GraphEdge[] => {
      const [from, to] = [ids.get(need), ids.get(job.name)];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    }),
  );
  return { columns, edges };
}

function toNode(job: Job, ids: ReadonlyMap<string, string>): GraphNode {
  const present = needsOf(job).filter((need) => ids.has(need));
  const needs = job.order.kind === "needs" ? present.map((need) => dropControls(need)) : undefined;
  return { id: ids.get(job.name) ?? "", name: dropControls(job.name), when: job.when, needs };
}

function needsOf(job: Job): readonly string[] {
  const needs = job.order.kind === "needs" ? job.order.needs.map((need) => need.job) : [];
  return needs.length === 0 && job.parent !== undefined ? [job.parent] : needs;
}

/** The longest way to each job; jobs in a circle stay at 0. Without recursion: a chain may be thousands long. */
function depthsOf(jobs: readonly Job[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>(jobs.map((job) => [job.name, 0]));
  const dependents = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const job of jobs) {
    const needs = new Set(needsOf(job).filter((need) => depths.has(need)));
    open.set(job.name, needs.size);
    for (const need of needs) {
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [job.name]);
      else known.push(job.name);
    }
  }
  const ready = jobs.filter((job) => open.get(job.name) === 0).map((job) => job.name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    for (const dependent of dependents.get(name) ?? []) {
      depths.set(dependent, Math.max(depths.get(dependent) ?? 0, (depths.get(name) ?? 0) + 1));
      const left = (open.get(dependent) ?? 1) - 1;
      open.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }
  return depths;
}
