import { stringify } from "yaml";

/** Plain values as one YAML document. What YAML 1.1 would read as something else is quoted: clusters read 1.1. */
export function writeValue(value: unknown): string {
  return stringify(value, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
