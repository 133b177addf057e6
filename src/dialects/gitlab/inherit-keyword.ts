import type { YamlMapping } from "../../yaml/yaml-node.ts";
import { booleanOf, checkKeys, stringsOf, valueOf } from "./config-values.ts";
import { INHERIT_KEYS, INHERITABLE_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";

/** What a job takes from `default` and from the global variables. */
export interface Inheritance {
  readonly takesDefault: (key: string) => boolean;
  readonly takesVariable: (name: string) => boolean;
}

const takesAll = (): boolean => true;
const ALL: Inheritance = { takesDefault: takesAll, takesVariable: takesAll };

/** @source GY-29, GY-30 */
export function readInherit(job: YamlMapping, path: string, report: Report): Inheritance {
  const value = valueOf(job, "inherit");
  if (value === undefined) return ALL;
  const inheritPath = `${path}:inherit`;
  if (value.kind !== "mapping") {
    report.error({ code: "invalid-inherit", path: inheritPath, text: "config should be a hash", at: value });
    return ALL;
  }
  checkKeys(value, INHERIT_KEYS, inheritPath, report);
  return {
    takesDefault: readChoice(value, "default", inheritPath, report, INHERITABLE_KEYS),
    takesVariable: readChoice(value, "variables", inheritPath, report, undefined),
  };
}

function readChoice(
  inherit: YamlMapping,
  key: "default" | "variables",
  path: string,
  report: Report,
  allowed: ReadonlySet<string> | undefined,
): (name: string) => boolean {
  const value = valueOf(inherit, key);
  if (value === undefined) return takesAll;
  const word = booleanOf(value);
  if (word !== undefined) return () => word;
  const names = stringsOf(value);
  const choicePath = `${path}:${key}`;
  if (names === undefined) {
    report.error({
      code: "invalid-inherit",
      path: choicePath,
      text: "config should be a bool or array of strings",
      at: value,
    });
    return takesAll;
  }
  const unknown = allowed === undefined ? [] : names.filter((name) => !allowed.has(name));
  if (unknown.length > 0) {
    const hint = `known here: ${[...(allowed ?? [])].join(", ")}`;
    report.error({
      code: "invalid-inherit",
      path: choicePath,
      text: `config contains unknown values: ${unknown.join(", ")}`,
      at: value,
      hint,
    });
  }
  const taken = new Set(names);
  return (name) => taken.has(name);
}
