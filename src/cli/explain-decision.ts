import type { JobDecision } from "../model/decision.ts";
import type { Job } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import type { ExplainedDecision, ExplainedJob, ExplainedService } from "./screen/explanation.ts";
import { describeTrigger } from "./screen/trigger-words.ts";

/**
 * A job that is left out, and one whose image nobody knows here: as far as the file says. A job without steps, which
 * starts a pipeline, is shown when its decision is known.
 */
export function explainUnplanned(job: Job, needs: readonly string[]): ExplainedJob | undefined {
  if (job.decision === undefined && (job.when === "never" || job.steps.length === 0)) return undefined;
  return {
    name: job.name,
    stage: job.stage ?? "",
    image: job.steps[0]?.image.text ?? "",
    starts: describeTrigger(job) ?? null,
    network: job.network,
    when: job.when,
    decision: job.decision === undefined ? null : explainDecision(job.decision),
    services: job.when === "never" ? [] : job.services.map(explainDeclared),
    capabilities: [],
    needs,
    variables: [],
    commands: [],
  };
}

function explainDeclared(service: Service): ExplainedService {
  return {
    name: service.label,
    image: service.image.text,
    hostnames: service.hostNames,
    entrypoint: service.entrypoint ?? null,
    command: service.command ?? null,
    pullPolicy: service.image.pullPolicy ?? [],
    environment: {},
    privileged: service.privileged,
    file: service.at.file,
    line: service.at.line,
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
