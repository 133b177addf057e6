import type { JobDecision } from "../model/decision.ts";
import type { Job } from "../model/pipeline.ts";
import type { ExplainedDecision, ExplainedJob } from "./screen/explanation.ts";

/** What it would do is planned for no run; why it is left out is what there is to say. */
export function explainLeftOut(job: Job, needs: readonly string[], decision: JobDecision): ExplainedJob {
  return {
    name: job.name,
    stage: job.stage ?? "",
    image: job.steps[0]?.image.text ?? "",
    network: job.network,
    when: job.when,
    decision: explainDecision(decision),
    services: [],
    capabilities: [],
    needs,
    variables: [],
    commands: [],
  };
}

export function explainDecision({ text, at, checks }: JobDecision): ExplainedDecision {
  return {
    text,
    file: at?.file ?? null,
    line: at?.line ?? null,
    checks: checks.map((check) => ({
      of: check.of,
      condition: check.text,
      holds: check.holds,
      why: check.why ?? null,
      file: check.at.file,
      line: check.at.line,
      values: Object.fromEntries(check.operands.map(({ name, value }) => [name, value ?? null])),
    })),
  };
}
