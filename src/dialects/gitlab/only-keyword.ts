import { compileRe2 } from "../../text/re2.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { checkKeys, nestedStringsOf, stringOf, valueOf } from "./config-values.ts";
import type { PlacedText } from "./declarations.ts";
import type { Conditions } from "./expression/conditions.ts";
import { knownKeys } from "./keywords.ts";
import { readRegexToken } from "./regex-token.ts";
import type { Report } from "./report.ts";
import type { ConditionDeclaration, RefPolicy } from "./rule-declarations.ts";
import { readExpression } from "./rules-keyword.ts";

const KEYS = knownKeys("only");
const REFS_RULE = "should be an array of strings or regular expressions using re2 syntax";
const MAX_LEVELS = 10;
const MAX_PATHS = 50;

/** `only` or `except`. @param path `jobs:test:only`. @source GY-179 to GY-183 */
export function readRefPolicy(
  value: YamlNode,
  path: string,
  conditions: Conditions,
  report: Report,
): RefPolicy | undefined {
  const code = path.endsWith(":except") ? "invalid-except" : "invalid-only";
  const none = { variables: undefined, changes: undefined, kubernetes: undefined };
  if (value.kind === "sequence") {
    const refs = readRefs(value);
    if (refs !== undefined) return { refs, ...none, at: value };
    return report.error({ code, path, text: `config ${REFS_RULE}`, at: culpritOf(value) });
  }
  if (value.kind !== "mapping") {
    const hint = value.text === "" ? undefined : `write a list: [${value.text}]`;
    return report.error({
      code,
      path,
      text: "config has to be either an array of conditions or a hash",
      at: value,
      hint,
    });
  }
  checkKeys(value, KEYS, path, report);
  const fields = new ConfigFields(value, path, code, report);
  return {
    refs: readRefsField(fields),
    variables: readExpressions(fields, conditions),
    changes: readChanges(fields),
    kubernetes: readKubernetes(fields),
    at: value,
  };
}

/** The first item that is no ref. */
function culpritOf(value: YamlNode): YamlNode {
  if (value.kind !== "sequence") return value;
  return value.items.find((item) => readRefs({ ...value, items: [item] }) === undefined) ?? value;
}

function readRefs(value: YamlNode): readonly PlacedText[] | undefined {
  if (value.kind !== "sequence") return undefined;
  const refs: PlacedText[] = [];
  for (const item of value.items) {
    if (item.kind === "sequence") {
      const inner = readRefs(item);
      if (inner === undefined) return undefined;
      refs.push(...inner);
      continue;
    }
    const text = stringOf(item);
    if (text === undefined || !isRef(text)) return undefined;
    refs.push({ text, at: item });
  }
  return refs;
}

/** What stands between slashes has to be a pattern; GitLab does not look into one with a project behind it (GY-181). */
function isRef(text: string): boolean {
  const token = readRegexToken(text);
  return token === undefined || compileRe2(token.body, token.flags) !== undefined;
}

function readRefsField(fields: ConfigFields): readonly PlacedText[] | undefined {
  const value = valueOf(fields.mapping, "refs");
  return value && (readRefs(value) ?? fields.refuse("refs", REFS_RULE, culpritOf(value)));
}

function readExpressions(fields: ConfigFields, conditions: Conditions): readonly ConditionDeclaration[] | undefined {
  const value = valueOf(fields.mapping, "variables");
  if (value === undefined || fields.texts("variables") === undefined || value.kind !== "sequence") return undefined;
  return value.items.flatMap((item) => readExpression(fields, "variables", item, conditions) ?? []);
}

function readChanges(fields: ConfigFields): readonly string[] | undefined {
  const value = valueOf(fields.mapping, "changes");
  if (value === undefined) return undefined;
  const paths = nestedStringsOf(value, MAX_LEVELS);
  if (paths === undefined) return fields.refuse("changes", "should be an array of strings", value);
  if (paths.length <= MAX_PATHS) return paths;
  return fields.refuse("changes", `has too many entries (maximum ${MAX_PATHS})`, value);
}

function readKubernetes(fields: ConfigFields): string | undefined {
  const value = valueOf(fields.mapping, "kubernetes");
  if (value === undefined) return undefined;
  return fields.word("kubernetes", ["active"], `unknown value: ${value.kind === "scalar" ? value.text : "a list"}`);
}
