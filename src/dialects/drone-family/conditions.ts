// `when` of steps and services, `trigger` of pipelines.

import type { Step } from "../../model/step.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { YamlEntry, YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { type Constraint, findMismatch, readConstraint } from "./constraint.ts";
import type { Findings } from "./findings.ts";
import type { DialectRules } from "./rules.ts";
import type { Trigger } from "./trigger.ts";
import { booleanOf, fieldsOf, textOf } from "./values.ts";

export interface Verdict {
  /** Why it does not run: `when: event != tag`. Undefined: it runs. */
  readonly why: string | undefined;
  readonly on: Step["when"];
}

export interface ConditionScope {
  readonly rules: DialectRules;
  readonly findings: Findings;
  readonly trigger: Trigger;
  readonly cell: ReadonlyMap<string, string>;
}

const KNOWN =
  "event branch ref repo instance platform environment target status matrix local cron action path paths evaluate success " +
  "failure change";
const KNOWN_KEYS: ReadonlySet<string> = new Set(KNOWN.split(" "));

/** Nothing said: runs while everything before it succeeded. */
export const RUNS: Verdict = { why: undefined, on: "on_success" };

/** @param word `when` or `trigger`, as the file says. @source DR-43, DR-55, DR-63, DR-239 to DR-244 */
export function judge(node: YamlNode | undefined, word: string, path: string, scope: ConditionScope): Verdict {
  if (node === undefined) return RUNS;
  if (node.kind === "sequence") return judgeAny(node.items, word, path, scope);
  if (node.kind === "mapping") return judgeAll(node, word, path, scope);
  return invalid(node, path, scope, "expected a mapping of conditions");
}

/** A list: one entry has to fit (Woodpecker). */
function judgeAny(items: readonly YamlNode[], word: string, path: string, scope: ConditionScope): Verdict {
  if (items.length === 0) return RUNS;
  const verdicts = items.map((item, index) => judge(item, word, `${path}[${index}]`, scope));
  const fitting = verdicts.filter((verdict) => verdict.why === undefined);
  if (fitting.length === 0) {
    const reasons = [...new Set(verdicts.flatMap(({ why }) => why?.replace(`${word}: `, "") ?? []))];
    return { why: `${word}: ${reasons.join(" and ")}`, on: "on_success" };
  }
  const ons = new Set(fitting.map((verdict) => verdict.on));
  return { why: undefined, on: ons.size === 1 ? (fitting[0]?.on ?? "on_success") : "always" };
}

function judgeAll(node: YamlMapping, word: string, path: string, scope: ConditionScope): Verdict {
  const fields = fieldsOf(node, path, scope.findings);
  let why: string | undefined;
  for (const [key, { key: keyNode, value }] of fields) {
    if (!KNOWN_KEYS.has(key)) {
      const near = didYouMean(key, KNOWN_KEYS);
      scope.findings.warn({
        code: "unknown-condition",
        text: `${path}: unknown condition "${key}" is ignored`,
        at: keyNode,
        path: `${path}.${key}`,
        hint: near === undefined ? undefined : `did you mean "${near}"?`,
      });
      continue;
    }
    why ??= judgeOne(key, value, `${path}.${key}`, scope);
  }
  return { why: why === undefined ? undefined : `${word}: ${why}`, on: readStatus(fields, path, scope) };
}

function judgeOne(key: string, value: YamlNode, path: string, scope: ConditionScope): string | undefined {
  switch (key) {
    case "matrix":
      return judgeMatrix(value, path, scope);
    case "local":
      // Every run from here is what `drone exec` calls local.
      return booleanOf(value) === false ? "local is false" : undefined;
    case "status":
    case "success":
    case "failure":
    case "change":
    case "paths":
      return undefined;
    case "path":
    case "evaluate":
      return note(value, path, scope, `${path}: "${key}" is not evaluated here, it counts as fulfilled`);
    default:
      return judgeWords(key, value, path, scope);
  }
}

function judgeWords(key: string, value: YamlNode, path: string, scope: ConditionScope): string | undefined {
  const constraint = readConstraint(value);
  if (constraint === undefined) {
    invalid(value, path, scope, "expected a word, a list of words, or include and exclude");
    return undefined;
  }
  const actual = actualValue(key, scope);
  return actual === undefined ? undefined : findMismatch(key, constraint, actual, styleFor(key, scope));
}

function styleFor(key: string, scope: ConditionScope): DialectRules["globs"] {
  return key === "platform" || key === "repo" ? "doublestar" : scope.rules.globs;
}

/** Undefined: the condition does not apply to this event. */
function actualValue(key: string, { trigger, rules }: ConditionScope): string | undefined {
  switch (key) {
    case "event":
      return trigger.event;
    case "branch":
      return rules.id === "woodpecker" && trigger.event === "tag" ? undefined : trigger.branch;
    case "ref":
      return trigger.ref;
    case "repo":
      return trigger.repository.fullName;
    case "instance":
      return trigger.instance ?? "";
    case "platform":
      return trigger.platform;
    case "environment":
    case "target":
      return trigger.target ?? "";
    case "cron":
      return rules.id === "woodpecker" && trigger.event !== "cron" ? undefined : (trigger.cron ?? "");
    default:
      return trigger.action ?? "";
  }
}

/** One mapping whose values all fit, or `{include, exclude}` with mappings or lists of them. */
function judgeMatrix(node: YamlNode, path: string, scope: ConditionScope): string | undefined {
  if (node.kind !== "mapping") {
    invalid(node, path, scope, "expected a mapping of the matrix's names");
    return undefined;
  }
  const fields = fieldsOf(node, path, scope.findings);
  const isFiltered = [...fields.keys()].every((key) => key === "include" || key === "exclude") && fields.size > 0;
  if (!isFiltered) return mismatchOfCell(fields, scope);
  const maps = (key: string): readonly ReadonlyMap<string, YamlEntry>[] => {
    const value = fields.get(key)?.value;
    const items = value === undefined ? [] : value.kind === "sequence" ? value.items : [value];
    return items.flatMap((item) => (item.kind === "mapping" ? fieldsOf(item, path, scope.findings) : []));
  };
  const excluded = maps("exclude").find((one) => mismatchOfCell(one, scope) === undefined);
  if (excluded !== undefined) return "matrix is excluded";
  const included = maps("include");
  return included.length === 0 || included.some((one) => mismatchOfCell(one, scope) === undefined)
    ? undefined
    : "matrix is not included";
}

function mismatchOfCell(fields: ReadonlyMap<string, YamlEntry>, scope: ConditionScope): string | undefined {
  for (const [name, { value }] of fields) {
    const wanted: Constraint = readConstraint(value) ?? { include: [], exclude: [] };
    const why = findMismatch(`matrix ${name}`, wanted, scope.cell.get(name) ?? "", scope.rules.globs);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** @source DR-43, DR-241 */
function readStatus(fields: ReadonlyMap<string, YamlEntry>, path: string, scope: ConditionScope): Step["when"] {
  const node = fields.get("status")?.value;
  if (node === undefined) return readOldStatus(fields);
  const constraint = readConstraint(node);
  if (constraint === undefined) return invalid(node, `${path}.status`, scope, "expected success, failure, or both").on;
  const fits = (status: string): boolean => findMismatch("status", constraint, status, "path") === undefined;
  const onFailure = fits("failure");
  if (fits("success")) return onFailure ? "always" : "on_success";
  return onFailure ? "on_failure" : "on_success";
}

/** 0.4's switches: `failure: true` adds failed builds, `success: false` takes the others away. */
function readOldStatus(fields: ReadonlyMap<string, YamlEntry>): Step["when"] {
  const isOn = (key: string): boolean | undefined => {
    const node = fields.get(key)?.value;
    return node === undefined || textOf(node) === undefined ? undefined : booleanOf(node);
  };
  if (isOn("failure") !== true) return "on_success";
  return isOn("success") === false ? "on_failure" : "always";
}

function invalid(at: YamlNode, path: string, scope: ConditionScope, expected: string): Verdict {
  scope.findings.error({ code: "invalid-condition", text: `${path}: ${expected}`, at, path });
  return RUNS;
}

function note(at: YamlNode, path: string, scope: ConditionScope, text: string): undefined {
  scope.findings.note({ code: "not-evaluated", text, at, path });
}
