// Which jobs are in the pipeline: first what the workflow says of all of them, then each by its own conditions.

import type { JobDecision } from "../../../model/decision.ts";
import { spanOf } from "../../../yaml/yaml-node.ts";
import type { DialectContext } from "../../dialect.ts";
import type { JobDeclaration } from "../job-declaration.ts";
import type { JobDraft, VariableAssembly } from "../job-variables.ts";
import { toPipelineEvent } from "../pipeline-event.ts";
import { projectFacts } from "../project-facts.ts";
import type { Report } from "../report.ts";
import { type DecidedJob, JobDecider } from "./decide-job.ts";
import type { WorkflowVerdict } from "./decide-workflow.ts";
import type { FileConditions } from "./file-conditions.ts";
import { RefMatcher } from "./ref-policy.ts";

export interface DecidedPipeline {
  readonly jobs: readonly (DecidedJob & { readonly draft: JobDraft })[];
  /** Why no job runs, in GitLab's words; undefined: some do. */
  readonly nothingRuns: string | undefined;
}

const FILTERED = "Pipeline filtered out by workflow rules.";
/** @source GY-26 */
const NO_JOBS =
  "Pipeline will not run for the selected trigger. The rules configuration prevented any jobs from being added to the pipeline.";

export interface Deciding {
  readonly context: DialectContext;
  readonly assembly: VariableAssembly;
  readonly files: FileConditions;
  readonly workflow: WorkflowVerdict;
  readonly report: Report;
}

export function decidePipeline(declared: readonly JobDeclaration[], deciding: Deciding): DecidedPipeline {
  const { context, assembly, workflow, report } = deciding;
  const refs = new RefMatcher(toPipelineEvent(context), projectFacts(context.facts).path);
  const decider = new JobDecider(refs, deciding.files, workflow.decision !== undefined);
  const jobs = declared.map((job, index) => {
    const draft = assembly.draftOf(job, index);
    return { ...decider.decide(job, draft.scope), draft };
  });
  if (!workflow.runs) {
    const { text = "", ...rest } = workflow.decision ?? { checks: [] };
    const decision = { ...rest, text: `the workflow filters the pipeline out: ${text}` };
    return { nothingRuns: FILTERED, jobs: jobs.map((decided) => leaveOut(decided, decision)) };
  }
  const inPipeline = jobs.filter(({ job }) => job.when !== "never");
  if (inPipeline.every(({ job }) => job.stage === ".pre" || job.stage === ".post")) {
    const text = "no job is left but those of .pre and .post";
    return { nothingRuns: NO_JOBS, jobs: jobs.map((one) => leaveOut(one, { ...one.decision, text })) };
  }
  for (const { job } of inPipeline) noteDelay(job, report);
  return { nothingRuns: undefined, jobs };
}

function leaveOut<D extends DecidedJob>(decided: D, decision: JobDecision): D {
  const { job } = decided;
  return job.when === "never" && decision.at === undefined
    ? decided
    : { ...decided, job: { ...job, when: "never" }, decision };
}

/** @source GY-190 */
function noteDelay(job: JobDeclaration, report: Report): void {
  if (job.when !== "delayed") return;
  const at = job.mapping.entries.get("start_in")?.key ?? job.mapping.entries.get("rules")?.key ?? job.key;
  report.once({
    severity: "note",
    code: "delayed-job",
    message: `a delayed job starts at once, unless --honour-delays is given (job: ${job.name})`,
    at: spanOf(at),
    path: `jobs:${job.name}`,
  });
}
