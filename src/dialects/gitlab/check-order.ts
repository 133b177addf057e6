import type { TriggerInclude } from "../../model/trigger.ts";
import { NearestWords } from "../../text/did-you-mean.ts";
import type { NeedDeclaration, PlacedText } from "./declarations.ts";
import type { ExpandedJobs } from "./expand-parallel.ts";
import { findCircle } from "./find-circle.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { PipelineDeclaration } from "./read-pipeline.ts";
import type { Report } from "./report.ts";

const MAX_NEEDS = 50;

const CODES = {
  need: { undefined: "undefined-need", later: "need-in-later-stage" },
  dependency: { undefined: "undefined-dependency", later: "dependency-in-later-stage" },
} as const;

/**
 * What can only be checked with all jobs at hand: stages exist, needs and dependencies name jobs that come earlier,
 * nothing goes in a circle. Jobs are looked at as the file has them, each once.
 *
 * @source GY-24, GY-199 to GY-205, GY-236
 */
export function checkOrder(pipeline: PipelineDeclaration, expanded: ExpandedJobs, report: Report): void {
  const checker = new OrderChecker(pipeline, expanded.definitions, report);
  for (const job of pipeline.jobs) checker.check(job);
  if (!report.hasErrors) checkCircles(pipeline, expanded, report);
}

class OrderChecker {
  readonly #pipeline: PipelineDeclaration;
  readonly #jobs: ReadonlyMap<string, JobDeclaration>;
  readonly #stageIndex: ReadonlyMap<string, number>;
  readonly #report: Report;
  readonly #nearJobs: NearestWords;
  readonly #nearStages: NearestWords;

  constructor(pipeline: PipelineDeclaration, jobs: ReadonlyMap<string, JobDeclaration>, report: Report) {
    this.#pipeline = pipeline;
    this.#jobs = jobs;
    this.#stageIndex = new Map(pipeline.stages.map((stage, index) => [stage, index]));
    this.#report = report;
    this.#nearJobs = new NearestWords(jobs.keys());
    this.#nearStages = new NearestWords(pipeline.stages);
  }

  check(job: JobDeclaration): void {
    this.#checkStage(job);
    if (job.needs !== undefined) this.#checkNeeds(job, job.needs);
    for (const rule of job.rules ?? []) if (rule.needs !== undefined) this.#checkNeeds(job, rule.needs);
    if (job.dependencies !== undefined) this.#checkDependencies(job, job.dependencies);
    const onStop = job.environment?.onStop;
    if (onStop !== undefined) this.#checkOnStop(job, onStop);
    for (const made of artifactsOf(job)) this.#warnOfMaker(job, made);
  }

  /** GitLab takes the file: the job fails when it is its turn. @source GY-239 */
  #warnOfMaker(job: JobDeclaration, { job: maker, at }: MadeInclude): void {
    const other = this.#jobs.get(maker);
    if (other?.artifacts !== undefined || this.#report.isIncomplete) return;
    const near = other === undefined ? this.#nearJobs.find(maker) : undefined;
    this.#report.add({
      severity: "warning",
      code: "invalid-trigger",
      path: `jobs:${job.name}:trigger:include`,
      message: `${job.name}: the job "${maker}" ${other === undefined ? "is not defined" : "leaves no artifacts"}, and the job fails when it starts its pipeline`,
      at,
      hint: near === undefined ? `give "${maker}" artifacts with the file` : `did you mean "${near}"?`,
    });
  }

  #checkStage(job: JobDeclaration): void {
    if (this.#stageIndex.has(job.stage)) return;
    const { stages } = this.#pipeline;
    const near = this.#nearStages.find(job.stage);
    this.#report.missing({
      code: "unknown-stage",
      path: `jobs:${job.name}:stage`,
      text: `${job.name} job: chosen stage ${job.stage} does not exist; available stages are ${stages.join(", ")}`,
      at: job.stageAt,
      hint: near === undefined ? "add it to stages:" : `did you mean "${near}"?`,
    });
  }

  #checkNeeds(job: JobDeclaration, needs: readonly NeedDeclaration[]): void {
    const path = `jobs:${job.name}:needs`;
    const seen = new Set<string>();
    for (const need of needs) {
      if (seen.has(need.job) && need.matrix === undefined) {
        const text = `${job.name} has the following needs duplicated: ${need.job}.`;
        this.#report.whole("error", { code: "duplicate-need", path, text, at: need.at, hint: "name each job once" });
      }
      seen.add(need.job);
      const named = { text: need.job, at: need.at };
      this.#checkEarlier(job, "need", named, need.optional, "add the job, or write optional: true");
    }
    const excess = needs[MAX_NEEDS];
    if (excess === undefined) return;
    const text = `${job.name}: one job can only need ${MAX_NEEDS} others, but you have listed ${needs.length}. See needs keyword documentation for more details`;
    this.#report.whole("error", { code: "too-many-needs", path, text, at: excess.at });
  }

  #checkDependencies(job: JobDeclaration, dependencies: readonly PlacedText[]): void {
    for (const dependency of dependencies) this.#checkEarlier(job, "dependency", dependency, false, "add the job");
    if (job.needs === undefined || job.needs.length === 0) return;
    const needed = new Set(job.needs.map((need) => need.job));
    const missing = dependencies.filter(({ text }) => !needed.has(text));
    const [first] = missing;
    if (first === undefined) return;
    const names = missing.map(({ text }) => text).join(", ");
    this.#report.error({
      code: "dependency-not-needed",
      path: `jobs:${job.name}`,
      text: `dependencies the ${names} should be part of needs`,
      at: first.at,
    });
  }

  #checkEarlier(
    job: JobDeclaration,
    kind: "need" | "dependency",
    named: PlacedText,
    optional: boolean,
    hint: string,
  ): void {
    const { text: name, at } = named;
    const path = `jobs:${job.name}:${kind === "need" ? "needs" : "dependencies"}`;
    const other = this.#jobs.get(name);
    if (other === undefined) {
      if (optional || this.#pipeline.leftOut.has(name)) return;
      const near = this.#nearJobs.find(name);
      const text = `${job.name} job: undefined ${kind}: ${name}`;
      const help = near === undefined ? hint : `did you mean "${near}"?`;
      this.#report.missing({ code: CODES[kind].undefined, path, text, at, hint: help });
      return;
    }
    const own = this.#stageIndex.get(job.stage);
    const its = this.#stageIndex.get(other.stage);
    if (own === undefined || its === undefined || its <= own) return;
    this.#report.whole("error", {
      code: CODES[kind].later,
      path,
      text: `${job.name} job: ${kind} ${name} is not defined in current or prior stages`,
      at,
      hint: `"${name}" is in stage ${other.stage}, after ${job.stage}`,
    });
  }

  /** @source GY-236 */
  #checkOnStop(job: JobDeclaration, { text: name, at }: PlacedText): void {
    const other = this.#jobs.get(name);
    const path = `jobs:${job.name}:environment`;
    const start = `${job.name} job: on_stop job ${name}`;
    if (other === undefined) {
      const near = this.#nearJobs.find(name);
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      this.#report.missing({ code: "undefined-on-stop", path, text: `${start} is not defined`, at, hint });
      return;
    }
    const problem = problemOfStop(job, other);
    if (problem !== undefined) {
      this.#report.whole("error", { code: "invalid-on-stop", path, text: `${start} ${problem}`, at });
    }
  }
}

type MadeInclude = Extract<TriggerInclude, { readonly kind: "artifact" }>;

function artifactsOf({ trigger }: JobDeclaration): readonly MadeInclude[] {
  return trigger?.kind === "child" ? trigger.includes.filter((one) => one.kind === "artifact") : [];
}

function problemOfStop(job: JobDeclaration, stop: JobDeclaration): string | undefined {
  if (stop.environment === undefined) return "does not have environment defined";
  if (stop.environment.name !== job.environment?.name) return "have different environment name";
  return stop.environment.action === "stop" ? undefined : "needs to have action stop defined";
}

/** Instances are told apart only where something needs one of them and not the others. @source GY-201 */
function checkCircles(pipeline: PipelineDeclaration, expanded: ExpandedJobs, report: Report): void {
  const names = new Set(pipeline.jobs.map((job) => job.name));
  const isExact = pipeline.jobs.every(
    (job) => !job.needs?.some((need) => need.matrix !== undefined || !names.has(need.job)),
  );
  const jobs = new Map((isExact ? pipeline.jobs : expanded.jobs).map((job) => [job.name, job]));
  const circle = findCircle([...jobs.keys()], (name, index) => jobs.get(name)?.needs?.[index]?.job);
  const [first] = circle ?? [];
  if (circle === undefined || first === undefined) return;
  const job = jobs.get(first);
  const at = job?.needs?.find((need) => need.job === (circle[1] ?? first))?.at ?? job?.key;
  if (at === undefined) return;
  report.whole("error", {
    code: "circular-needs",
    path: `jobs:${first}:needs`,
    text: "The pipeline has circular dependencies",
    at,
    hint: [...circle, first].join(" needs "),
  });
}
