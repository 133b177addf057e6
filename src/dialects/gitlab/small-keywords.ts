// Keywords whose value is one word, one number or one list: a reader each.

import type { CoveragePattern } from "../../model/pipeline.ts";
import { compileRe2 } from "../../text/re2.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, nestedStringsOf, scalarTextOf, stringOf, stringsOf } from "./config-values.ts";
import type { PlacedText } from "./declarations.ts";
import { readRegexToken } from "./regex-token.ts";
import type { Report } from "./report.ts";

const MAX_TAGS = 50;
const MAX_LEVELS = 10;
const GROUP_NAME = /^[A-Za-z0-9_/.${} -]{1,255}$/;

/** @source GY-237 */
export function readTags(value: YamlNode, path: string, report: Report): readonly string[] | undefined {
  const code = "invalid-tags";
  const tags = nestedStringsOf(value, MAX_LEVELS);
  if (tags === undefined) {
    const word = scalarTextOf(value);
    const hint = word === undefined ? undefined : `write tags: [${word}]`;
    return report.error({ code, path, text: "config should be an array of strings", at: value, hint });
  }
  if (tags.length < MAX_TAGS) return tags;
  return report.error({ code, path, text: `config must be less than the limit of ${MAX_TAGS} tags`, at: value });
}

/** @source GY-234 */
export function readInterruptible(value: YamlNode, path: string, report: Report): boolean | undefined {
  const text = "config should be a boolean value";
  return booleanOf(value) ?? report.error({ code: "invalid-interruptible", path, text, at: value });
}

/** @source GY-235 */
export function readResourceGroup(value: YamlNode, path: string, report: Report): PlacedText | undefined {
  const code = "invalid-resource-group";
  const text = stringOf(value);
  if (text === undefined) return report.error({ code, path, text: "config should be a string", at: value });
  if (!GROUP_NAME.test(text)) {
    // GitLab takes the file, and starts the job in no group.
    const problem = `resource_group "${text}" is no name of a group: GitLab runs the job in none`;
    const hint = "letters, digits, spaces and - _ / . $ { }, at most 255";
    return report.whole("warning", { code, path, text: problem, at: value, hint });
  }
  return { text, at: value };
}

/** @source GY-238 */
export function readCoverage(value: YamlNode, path: string, report: Report): CoveragePattern | undefined {
  const token = readRegexToken(stringOf(value) ?? "");
  if (token !== undefined && compileRe2(token.body, token.flags) !== undefined) return token;
  const text = "config must be a regular expression with re2 syntax";
  const hint = "a text between slashes: coverage: '/Coverage: (\\d+)%/'";
  return report.error({ code: "invalid-coverage", path, text, at: value, hint });
}

/** @source GY-205 */
export function readDependencies(value: YamlNode, path: string, report: Report): readonly PlacedText[] | undefined {
  if (value.kind === "sequence" && stringsOf(value) !== undefined) {
    return value.items.map((item) => ({ text: stringOf(item) ?? "", at: item }));
  }
  // GitLab names the job here, and not the key.
  const jobPath = path.replace(/:dependencies$/, "");
  const text = "dependencies should be an array of strings";
  return report.error({ code: "invalid-dependencies", path: jobPath, text, at: value });
}

/** @source GY-196a */
export function readConfirmation(value: YamlNode, path: string, report: Report): string | undefined {
  const jobPath = path.replace(/:manual_confirmation$/, "");
  const text = "manual confirmation should be a string";
  return stringOf(value) ?? report.error({ code: "invalid-confirmation", path: jobPath, text, at: value });
}

/** The folder that `pages` publishes; only checked. */
export function checkPublish(value: YamlNode, path: string, report: Report): void {
  if (stringOf(value) === undefined) {
    report.error({ code: "invalid-pages", path, text: "config should be a string", at: value });
  }
}
