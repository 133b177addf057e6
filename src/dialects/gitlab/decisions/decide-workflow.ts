import type { ConditionCheck, JobDecision } from "../../../model/decision.ts";
import { spanOf } from "../../../yaml/yaml-node.ts";
import type { DialectContext } from "../../dialect.ts";
import type { VariableDeclaration } from "../declarations.ts";
import { expandOrDrop } from "../expand-server.ts";
import type { AutoCancel, WorkflowDeclaration, WorkflowRule } from "../rule-declarations.ts";
import { findRule } from "./conditions.ts";
import type { FileConditions } from "./file-conditions.ts";
import { pipelineScope } from "./rule-scope.ts";

/** What the workflow says of the pipeline as a whole. */
export interface WorkflowVerdict {
  /** False: there is no pipeline. */
  readonly runs: boolean;
  /** Undefined: the file has no rules for pipelines. */
  readonly decision: JobDecision | undefined;
  /** Of the rule that holds. They win over global variables. */
  readonly variables: readonly VariableDeclaration[];
  readonly name: string | undefined;
  readonly autoCancel: AutoCancel | undefined;
}

export interface WorkflowSource {
  readonly workflow: WorkflowDeclaration | undefined;
  readonly globals: readonly VariableDeclaration[];
}

/** @param file `CI_CONFIG_PATH`. @source GY-186, GY-187 */
export function decideWorkflow(
  { workflow, globals }: WorkflowSource,
  context: DialectContext,
  file: string,
  files: FileConditions,
): WorkflowVerdict {
  if (workflow === undefined) {
    return { runs: true, decision: undefined, variables: [], name: undefined, autoCancel: undefined };
  }
  const checks: ConditionCheck[] = [];
  const { rules } = workflow;
  const scope = pipelineScope(context, file, globals);
  const found = rules && findRule(rules, { path: "workflow:rules", scope, files }, checks, "workflow rule");
  const rule = found?.rule;
  const variables = rule?.variables ?? [];
  const named = pipelineScope(context, file, [...globals, ...variables]);
  return {
    runs: rules === undefined || rule?.when === "always",
    decision: rules && describe(rules, found, checks),
    variables,
    name: workflow.name && expandOrDrop(workflow.name.text, named.valueOf),
    autoCancel: rule?.autoCancel ?? workflow.autoCancel,
  };
}

function describe(
  rules: readonly WorkflowRule[],
  found: { readonly rule: WorkflowRule; readonly number: number } | undefined,
  checks: readonly ConditionCheck[],
): JobDecision {
  if (found === undefined) return { text: "no workflow rule holds", checks };
  const { rule, number } = found;
  return { text: `workflow rule ${number} of ${rules.length}: when: ${rule.when}`, at: spanOf(rule.at), checks };
}
