import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { checkKeys, stringOf, valueOf } from "./config-values.ts";
import type { MatrixDeclaration, NeedDeclaration } from "./declarations.ts";
import { type KnownKeys, knownKeys, onlyKeys } from "./keywords.ts";
import { readMatrix } from "./parallel-keyword.ts";
import type { Report } from "./report.ts";

const CODE = "invalid-needs";
const PARALLEL_KEYS = knownKeys("parallel");
const JOB_KEYS: KnownKeys = onlyKeys("job optional artifacts parallel");
const ELSEWHERE_KEYS: KnownKeys = onlyKeys("pipeline project ref job artifacts optional parallel");

/** @source GY-197, GY-198 */
export function readNeeds(value: YamlNode, path: string, report: Report): readonly NeedDeclaration[] | undefined {
  if (value.kind === "scalar") {
    const hint = value.text === "" ? undefined : `write needs: [${value.text}]`;
    return report.error({ code: CODE, path, text: "config can only be a hash or an array", at: value, hint });
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
  if (word !== undefined && word !== "") {
    return { job: word, optional: false, artifacts: true, matrix: undefined, at: value };
  }
  if (value.kind !== "mapping") return refuse(value, path, report);
  const elsewhere = value.entries.get("pipeline") ?? value.entries.get("project");
  if (elsewhere !== undefined) {
    checkKeys(value, ELSEWHERE_KEYS, path, report);
    report.ignored("needs of another pipeline or project", path, elsewhere.key, "the job does not wait for it");
    return undefined;
  }
  if (!value.entries.has("job")) return refuse(value, path, report);
  checkKeys(value, JOB_KEYS, path, report);
  return readJobNeed(value, path, report);
}

function readJobNeed(value: YamlMapping, path: string, report: Report): NeedDeclaration | undefined {
  const fields = new ConfigFields(value, path, CODE, report);
  const jobNode = valueOf(value, "job");
  const job = jobNode === undefined ? undefined : stringOf(jobNode);
  if (jobNode === undefined || job === undefined || job === "") {
    return fields.refuse("job", "should be a string", jobNode ?? value);
  }
  return {
    job,
    optional: fields.flag("optional") ?? false,
    artifacts: fields.flag("artifacts") ?? true,
    matrix: readNeedMatrix(value, path, report),
    at: jobNode,
  };
}

/** Which instances of a multiplied job are needed. @source GY-202 */
function readNeedMatrix(need: YamlMapping, path: string, report: Report): MatrixDeclaration | undefined {
  const value = valueOf(need, "parallel");
  if (value === undefined) return undefined;
  const parallelPath = `${path}:parallel`;
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path: parallelPath, text: "should be a hash", at: value });
  }
  checkKeys(value, PARALLEL_KEYS, parallelPath, report);
  const matrix = valueOf(value, "matrix");
  if (matrix !== undefined) return readMatrix(matrix, `${parallelPath}:matrix`, report);
  return report.error({ code: CODE, path: parallelPath, text: "config missing required keys: matrix", at: value });
}

function refuse(value: YamlNode, path: string, report: Report): undefined {
  const hint = "expected a job's name, or a mapping with job:";
  return report.error({ code: CODE, path, text: "has an unsupported type", at: value, hint });
}
