import type { YamlNode } from "../../yaml/yaml-node.ts";
import { fieldsOf } from "./config-fields.ts";
import { checkKeys, valueOf } from "./config-values.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readScript } from "./script-keyword.ts";

const KEYS = knownKeys("hooks");
const HOOK = "pre_get_sources_script";

/** Commands that run before the sources are there. @source GY-131 */
export function readHooks(value: YamlNode, path: string, report: Report): readonly string[] | undefined {
  const fields = fieldsOf(value, path, "invalid-hooks", report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, KEYS, path, report);
  const script = valueOf(fields.mapping, HOOK);
  return script && readScript(script, `${path}:${HOOK}`, report);
}
