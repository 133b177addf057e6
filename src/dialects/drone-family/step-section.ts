import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { FileScope } from "./build-job.ts";
import { valueOf } from "./values.ts";

/**
 * Which section of a document holds the steps; two of them are one too many.
 *
 * @param names the dialect's own first, then what other versions called it.
 * @returns undefined when there is none, which was told.
 * @source DR-21, DR-69, DR-125
 */
export function findStepSection<Name extends string>(
  document: YamlMapping,
  names: readonly Name[],
  file: FileScope,
): Name | undefined {
  const present = names.filter((name) => valueOf(document, name) !== undefined);
  const [first, second] = present;
  if (first === undefined) tellMissing(document, file);
  else if (second !== undefined) tellBoth(document, present, names[0] ?? first, file);
  return first;
}

function tellMissing(document: YamlMapping, { rules, findings }: FileScope): void {
  const text = `${rules.missingSteps}no steps section found (expected steps, pipeline, script or build)`;
  findings.error({ code: "no-steps", text, at: document });
}

function tellBoth(document: YamlMapping, present: readonly string[], own: string, file: FileScope): void {
  const keys = [...document.entries.values()].flatMap(({ key }) => (present.includes(key.text) ? [key] : []));
  const [first, second] = keys;
  file.findings.error({
    code: "two-step-sections",
    text: `both "${first?.text}" and "${second?.text}" are here; only one of them can be run`,
    at: second ?? document,
    path: second?.text ?? own,
    hint: `${file.rules.label} runs ${own}; remove the other`,
  });
}
