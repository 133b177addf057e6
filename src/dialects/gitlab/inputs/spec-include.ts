import { spanOf, type YamlMapping } from "../../../yaml/yaml-node.ts";
import { valueOf } from "../config-values.ts";
import type { Report } from "../report.ts";
import { type InputSpec, readInputSpecs } from "./input-spec.ts";

/** A file that a header includes: nothing but more inputs. @source GY-78 */
export function readHeaderInclude(content: YamlMapping, location: string, report: Report): readonly InputSpec[] {
  const unknown = [...content.entries.values()].filter(({ key }) => key.text !== "inputs");
  const [first] = unknown;
  if (first !== undefined) {
    const names = unknown.map(({ key }) => `:${key.text}`).join(", ");
    report.add({
      severity: "error",
      code: "unknown-key",
      message: `Header include file \`${location}\` contains unknown keys: [${names}]`,
      at: spanOf(first.key),
      hint: "such a file holds only inputs",
    });
  }
  return readInputSpecs(valueOf(content, "inputs"), `\`${location}\`: inputs`, report);
}
