import type { YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { booleanOf, checkKeys } from "./config-values.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("pages");
const CODE = "invalid-pages";

/** Only checked: a run on this machine publishes nothing. @source GY-242 */
export function checkPages(value: YamlNode, path: string, report: Report): void {
  if (booleanOf(value) !== undefined) return;
  if (value.kind !== "mapping") {
    report.error({ code: CODE, path, text: "config should be a hash or a boolean value", at: value });
    return;
  }
  checkKeys(value, KEYS, path, report);
  const fields = new ConfigFields(value, path, CODE, report);
  fields.text("path_prefix");
  fields.text("publish");
  fields.lifetime("expire_in");
}
