import type { JobDeclaration } from "./job-declaration.ts";
import type { PipelineDeclaration } from "./read-pipeline.ts";
import type { Report } from "./report.ts";
import type { RuleDeclaration, WorkflowRule } from "./rule-declarations.ts";

type Rule = Pick<RuleDeclaration | WorkflowRule, "condition" | "changes" | "exists" | "when" | "at">;

/**
 * What no branch, tag or event could ever start, whatever the rules' conditions give, and who needs it. GitLab says
 * nothing, or only when a pipeline is to start (GY-200).
 */
export function checkReach({ jobs, workflow }: PipelineDeclaration, report: Report): void {
  if (workflow?.rules !== undefined) {
    checkOrderOfRules(workflow.rules, "workflow:rules", report);
    const [first] = workflow.rules;
    if (first !== undefined && isNever(workflow.rules)) {
      const text = "no pipeline is ever made: every rule of the workflow says never";
      report.whole("warning", { code: "unreachable-job", path: "workflow:rules", text, at: first.at });
    }
  }
  const never = new Set(jobs.filter(({ rules }) => rules !== undefined && isNever(rules)).map((job) => job.name));
  for (const job of jobs) {
    if (job.rules !== undefined) checkOrderOfRules(job.rules, `jobs:${job.name}:rules`, report);
    if (never.has(job.name)) {
      if (!isSwitchedOff(job)) tellUnreachable(job, report);
    } else checkNeeds(job, never, report);
  }
}

/** A job of another file, which this one leaves out by rules of its own: that is the way to do it. */
function isSwitchedOff({ mapping }: JobDeclaration): boolean {
  const rules = mapping.entries.get("rules");
  return [...mapping.entries.values()].some(({ key }) => key.source !== rules?.key.source);
}

/** Rules are asked in order until one matches; one without a condition always does. */
function isNever(rules: readonly Rule[]): boolean {
  for (const rule of rules) {
    if (rule.when !== "never") return false;
    if (isUnconditional(rule)) return true;
  }
  return true;
}

function isUnconditional({ condition, changes, exists }: Rule): boolean {
  return condition === undefined && changes === undefined && exists === undefined;
}

function checkOrderOfRules(rules: readonly Rule[], path: string, report: Report): void {
  const last = rules.findIndex(isUnconditional);
  const next = last === -1 ? undefined : rules[last + 1];
  if (next === undefined) return;
  report.whole("warning", {
    code: "unreachable-rule",
    path,
    text: `${path}[${last + 1}] is never asked: rule ${last} has no condition, so it always matches`,
    at: next.at,
    hint: "put the rule without a condition at the end",
  });
}

function tellUnreachable(job: JobDeclaration, report: Report): void {
  report.whole("warning", {
    code: "unreachable-job",
    path: `jobs:${job.name}:rules`,
    text: `job "${job.name}" never starts: ${job.rules?.length === 0 ? "its list of rules is empty" : "whatever its rules find, they say never"}`,
    at: job.rules?.[0]?.at ?? job.mapping.entries.get("rules")?.key ?? job.key,
    hint: "to keep it without running it, start its name with a dot",
  });
}

function checkNeeds(job: JobDeclaration, never: ReadonlySet<string>, report: Report): void {
  for (const need of job.needs ?? []) {
    if (need.optional || !never.has(need.job)) continue;
    report.whole("warning", {
      code: "need-left-out",
      path: `jobs:${job.name}:needs`,
      text: `'${job.name}' job needs '${need.job}' job, but '${need.job}' does not exist in the pipeline (its rules say never)`,
      at: need.at,
      hint: `needs: [{ job: ${JSON.stringify(need.job)}, optional: true }] lets the pipeline start without it`,
    });
  }
}
