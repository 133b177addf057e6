import type { YamlNode } from "../../yaml/yaml-node.ts";
import { type ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, valueOf } from "./config-values.ts";
import type { PlacedText } from "./declarations.ts";
import { hintForJob } from "./defaults.ts";
import type { Conditions } from "./expression/conditions.ts";
import { knownKeys, onlyKeys } from "./keywords.ts";
import type { Report } from "./report.ts";
import type { AutoCancel, WorkflowDeclaration, WorkflowRule } from "./rule-declarations.ts";
import { readChanges, readExists } from "./rule-files.ts";
import { readCondition, readRuleWhen, readVariables, ruleFields, ruleItems } from "./rules-keyword.ts";

const KEYS = knownKeys("workflow");
const RULE_KEYS = onlyKeys("if changes exists when variables auto_cancel");
const AUTO_CANCEL_KEYS = knownKeys("workflow:auto_cancel");
const CODE = "invalid-workflow";
const WORDS = ["always", "never"] as const;
const ON_NEW_COMMIT = ["conservative", "interruptible", "none"] as const;
const ON_JOB_FAILURE = ["none", "all"] as const;
const MAX_NAME_LENGTH = 255;

/** @source GY-185 to GY-187 */
export function readWorkflow(value: YamlNode, conditions: Conditions, report: Report): WorkflowDeclaration | undefined {
  const path = "workflow";
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, KEYS, path, report, hintForJob);
  const rules = valueOf(fields.mapping, "rules");
  const items = rules && ruleItems(rules, `${path}:rules`, report);
  return {
    name: readName(fields),
    rules: items?.flatMap((item) => readRule(item, `${path}:rules:rule`, conditions, report) ?? []),
    autoCancel: readAutoCancel(fields, report),
  };
}

function readName(fields: ConfigFields): PlacedText | undefined {
  const text = fields.text("name");
  const at = valueOf(fields.mapping, "name");
  if (text === undefined || at === undefined) return undefined;
  if (text.length <= MAX_NAME_LENGTH) return { text, at };
  return fields.refuse("name", `is too long (maximum is ${MAX_NAME_LENGTH} characters)`, at);
}

function readRule(value: YamlNode, path: string, conditions: Conditions, report: Report): WorkflowRule | undefined {
  const fields = ruleFields(value, path, report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, RULE_KEYS, path, report);
  return {
    condition: readCondition(fields, conditions),
    changes: readChanges(fields, report),
    exists: readExists(fields, report),
    when: readRuleWhen(fields, WORDS) ?? "always",
    variables: readVariables(fields, report),
    autoCancel: readAutoCancel(fields, report),
    at: value,
  };
}

/** @source GY-187 */
function readAutoCancel(of: ConfigFields, report: Report): AutoCancel | undefined {
  const value = valueOf(of.mapping, "auto_cancel");
  const fields = value && fieldsOf(value, `${of.path}:auto_cancel`, CODE, report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, AUTO_CANCEL_KEYS, fields.path, report);
  return {
    onNewCommit: fields.word("on_new_commit", ON_NEW_COMMIT, `must be one of: ${ON_NEW_COMMIT.join(", ")}`),
    onJobFailure: fields.word("on_job_failure", ON_JOB_FAILURE, `must be one of: ${ON_JOB_FAILURE.join(", ")}`),
  };
}
