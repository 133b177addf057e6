import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, checkKeys, stringOf, valueOf } from "./config-values.ts";
import type { NeedDeclaration } from "./declarations.ts";
import { NEED_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";

/** @source GY-197, GY-198 */
export function readNeeds(value: YamlNode, path: string, report: Report): readonly NeedDeclaration[] | undefined {
  if (value.kind === "scalar") {
    const hint = value.text === "" ? undefined : `write needs: [${value.text}]`;
    return report.error({
      code: "invalid-needs",
      path,
      text: "config can only be a hash or an array",
      at: value,
      hint,
    });
  }
  const items = value.kind === "mapping" ? [value] : value.items;
  const needs: NeedDeclaration[] = [];
  // A list in the list is what a reference left; GitLab flattens one level.
  for (const item of items.flatMap((one) => (one.kind === "sequence" ? one.items : [one]))) {
    const need = readNeed(item, `${path}:need`, report);
    if (need !== undefined) needs.push(need);
  }
  return needs;
}

function readNeed(value: YamlNode, path: string, report: Report): NeedDeclaration | undefined {
  const word = stringOf(value);
  if (word !== undefined && word !== "") return { job: word, optional: false, artifacts: true, at: value };
  if (value.kind !== "mapping") return refuse(value, path, report);
  const elsewhere = value.entries.get("pipeline") ?? value.entries.get("project");
  if (elsewhere !== undefined) {
    report.notSupported("needs from another pipeline or project", path, elsewhere.key, "the job does not wait for it");
    return undefined;
  }
  if (!value.entries.has("job")) return refuse(value, path, report);
  checkKeys(value, NEED_KEYS, path, report);
  return readJobNeed(value, path, report);
}

function readJobNeed(value: YamlMapping, path: string, report: Report): NeedDeclaration | undefined {
  const jobNode = valueOf(value, "job");
  const job = jobNode === undefined ? undefined : stringOf(jobNode);
  if (jobNode === undefined || job === undefined || job === "") {
    return report.error({ code: "invalid-needs", path, text: "job should be a string", at: jobNode ?? value });
  }
  const artifacts = checkBoolean(value, "artifacts", path, report) ?? true;
  return { job, optional: checkBoolean(value, "optional", path, report) ?? false, artifacts, at: jobNode };
}

function checkBoolean(mapping: YamlMapping, key: string, path: string, report: Report): boolean | undefined {
  const value = valueOf(mapping, key);
  if (value === undefined) return undefined;
  const found = booleanOf(value);
  if (found !== undefined) return found;
  return report.error({ code: "invalid-needs", path, text: `${key} should be a boolean value`, at: value });
}

function refuse(value: YamlNode, path: string, report: Report): undefined {
  const hint = "expected a job's name, or a mapping with job:";
  return report.error({ code: "invalid-needs", path, text: "has an unsupported type", at: value, hint });
}
