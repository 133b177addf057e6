import type { ConditionCheck, JobDecision } from "../../../model/decision.ts";
import { spanOf } from "../../../yaml/yaml-node.ts";
import type { VariableDeclaration } from "../declarations.ts";
import type { JobDeclaration } from "../job-declaration.ts";
import type { RefPolicy, RuleDeclaration } from "../rule-declarations.ts";
import { type Asking, findRule } from "./conditions.ts";
import type { FileConditions } from "./file-conditions.ts";
import { checkPolicy, DEFAULT_REFS, type RefMatcher } from "./ref-policy.ts";
import type { RuleScope } from "./rule-scope.ts";

const NO_VARIABLES: readonly VariableDeclaration[] = [];

/** A job as its rules leave it. */
export interface DecidedJob {
  /** `when` is `never` where the job is not in the pipeline. */
  readonly job: JobDeclaration;
  /** Of the rule that holds; they win over the job's own. @source GY-87 */
  readonly variables: readonly VariableDeclaration[];
  readonly decision: JobDecision;
}

/** Decides which jobs of a file are in one pipeline, and how. @source GY-152, GY-153, GY-179 to GY-182 */
export class JobDecider {
  readonly #refs: RefMatcher;
  readonly #files: FileConditions;
  readonly #hasWorkflowRules: boolean;
  /** Of jobs without any condition, which are most: they share the one answer. */
  #plain: JobDecision | undefined;

  /** @param hasWorkflowRules then a job without conditions runs in every pipeline (GY-180). */
  constructor(refs: RefMatcher, files: FileConditions, hasWorkflowRules: boolean) {
    this.#refs = refs;
    this.#files = files;
    this.#hasWorkflowRules = hasWorkflowRules;
  }

  decide(job: JobDeclaration, scope: RuleScope): DecidedJob {
    return job.rules === undefined ? this.#byPolicies(job, scope) : this.#byRules(job, job.rules, scope);
  }

  #asking(job: JobDeclaration, keyword: string, scope: RuleScope): Asking {
    return { path: `jobs:${job.name}:${keyword}`, scope, files: this.#files };
  }

  #byRules(job: JobDeclaration, rules: readonly RuleDeclaration[], scope: RuleScope): DecidedJob {
    const checks: ConditionCheck[] = [];
    const found = findRule(rules, this.#asking(job, "rules", scope), checks);
    if (found === undefined) {
      const text = rules.length === 0 ? "its list of rules is empty" : "no rule holds";
      return leftOut(job, { text, at: spanOf(job.mapping.entries.get("rules")?.key ?? job.key), checks });
    }
    const { rule, number } = found;
    const when = rule.when ?? job.when;
    const decision = {
      text: `rule ${number} of ${rules.length}: when: ${when}`,
      at: spanOf(rule.at),
      checks,
    };
    return { job: applyRule(job, rule, when), variables: rule.variables, decision };
  }

  #byPolicies(job: JobDeclaration, scope: RuleScope): DecidedJob {
    const { only, except } = job;
    const implied = only === undefined && !this.#hasWorkflowRules;
    if (implied && except === undefined && job.when !== "never" && this.#isDefault) {
      this.#plain ??= { text: this.#whyIn(job, true), checks: [] };
      return { job, variables: NO_VARIABLES, decision: this.#plain };
    }
    const checks: ConditionCheck[] = [];
    if (only !== undefined || implied) {
      checks.push(...checkPolicy("only", only ?? defaultPolicy(job), this.#refs, this.#asking(job, "only", scope)));
    }
    const missing = checks.find(({ holds }) => !holds);
    if (missing !== undefined) return leftOut(job, decisionOf(missing, checks, implied));
    if (except !== undefined) {
      const excluding = checkPolicy("except", except, this.#refs, this.#asking(job, "except", scope));
      checks.push(...excluding);
      const found = excluding.find(({ holds }) => holds);
      if (found !== undefined) return leftOut(job, decisionOf(found, checks, false));
    }
    if (job.when === "never") return leftOut(job, { text: "when: never", at: spanOf(job.key), checks });
    const told = implied && except === undefined ? [] : checks;
    return { job, variables: [], decision: { text: this.#whyIn(job, implied), checks: told } };
  }

  get #isDefault(): boolean {
    return DEFAULT_REFS.some((ref) => this.#refs.matches(ref));
  }

  #whyIn({ only, except, when }: JobDeclaration, implied: boolean): string {
    const asked = [only === undefined ? [] : ["only"], except === undefined ? [] : ["except"]].flat();
    if (asked.length > 0) return `${asked.join(" and ")}: when: ${when}`;
    return implied ? `no conditions: runs for ${DEFAULT_REFS.join(" and ")}` : "no conditions of its own";
  }
}

function defaultPolicy(job: JobDeclaration): RefPolicy {
  return { refs: undefined, variables: undefined, changes: undefined, kubernetes: undefined, at: job.key };
}

function decisionOf(check: ConditionCheck, checks: readonly ConditionCheck[], implied: boolean): JobDecision {
  const verb = check.holds ? "holds" : "does not hold";
  const why = check.why === undefined ? "" : ` (${check.why})`;
  const text = implied
    ? `without rules or only it runs for ${DEFAULT_REFS.join(" and ")} alone${why}`
    : `${check.of}: ${check.text} ${verb}${why}`;
  return { text, at: check.at, checks };
}

function leftOut(job: JobDeclaration, decision: JobDecision): DecidedJob {
  return { job: { ...job, when: "never" }, variables: [], decision };
}

/** @source GY-153, GY-156 */
function applyRule(job: JobDeclaration, rule: RuleDeclaration, when: JobDeclaration["when"]): JobDeclaration {
  return {
    ...job,
    when,
    // A job that is manual by its rule blocks; one that says so itself does not.
    allowFailure: rule.allowFailure ?? job.allowFailure ?? job.when === "manual",
    startInSeconds: when === "delayed" ? (rule.startInSeconds ?? job.startInSeconds) : undefined,
    needs: rule.needs ?? job.needs,
    interruptible: rule.interruptible ?? job.interruptible,
  };
}
