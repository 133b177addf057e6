import type { YamlNode } from "../../yaml/yaml-node.ts";
import { nestedStringsOf, stringOf } from "./config-values.ts";
import type { Report } from "./report.ts";

const MAX_LEVELS = 10;

/**
 * `script`, `before_script`, `after_script`: one command per item, in order, however deep the lists stand in each other.
 *
 * @param path GitLab's path of the keyword: `jobs:test:script`.
 * @source GY-120, GY-121, GY-122
 */
export function readScript(value: YamlNode, path: string, report: Report): readonly string[] | undefined {
  const one = stringOf(value);
  if (one !== undefined) return [one];
  const commands = nestedStringsOf(value, MAX_LEVELS);
  if (commands !== undefined) return commands;
  return report.error({
    code: "invalid-script",
    path,
    text: `config should be a string or a nested array of strings up to ${MAX_LEVELS} levels deep`,
    at: findCulprit(value) ?? value,
    hint: hintFor(findCulprit(value)),
  });
}

/** The first item that is no command. */
function findCulprit(value: YamlNode): YamlNode | undefined {
  if (value.kind === "scalar") return stringOf(value) === undefined ? value : undefined;
  if (value.kind === "mapping") return value;
  for (const item of value.items) {
    const culprit = findCulprit(item);
    if (culprit !== undefined) return culprit;
  }
  return undefined;
}

function hintFor(culprit: YamlNode | undefined): string | undefined {
  if (culprit?.kind === "mapping") return 'put a command that holds ": " in quotes';
  return culprit?.kind === "scalar" ? "put numbers and words like true in quotes" : undefined;
}
