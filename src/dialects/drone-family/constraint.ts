import { type GlobStyle, matchesGlob } from "../../text/glob.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { textsOf, valueOf } from "./values.ts";

/** A word, a list, or `{include, exclude}` of patterns. @source DR-55, DR-63 */
export interface Constraint {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** @returns `undefined` for something that is neither words nor `{include, exclude}`. */
export function readConstraint(node: YamlNode): Constraint | undefined {
  if (node.kind !== "mapping") return fromWords(textsOf(node));
  const include = valueOf(node, "include");
  const exclude = valueOf(node, "exclude");
  const included = include === undefined ? [] : textsOf(include);
  const excluded = exclude === undefined ? [] : textsOf(exclude);
  if (included === undefined || excluded === undefined) return undefined;
  return { include: included, exclude: excluded };
}

/** `!pattern` is 0.4's way to exclude (DR-243); no branch or event begins with an exclamation mark. */
function fromWords(words: readonly string[] | undefined): Constraint | undefined {
  if (words === undefined) return undefined;
  return {
    include: words.filter((word) => !word.startsWith("!")),
    exclude: words.filter((word) => word.startsWith("!")).map((word) => word.slice(1)),
  };
}

/** Why a value does not fit, for people; `undefined` when it does. An empty list of patterns demands nothing. */
export function findMismatch(
  name: string,
  constraint: Constraint,
  value: string,
  style: GlobStyle,
): string | undefined {
  const fits = (pattern: string): boolean => matchesGlob(pattern, value, style);
  if (constraint.exclude.some(fits)) return `${name} == ${value}`;
  if (constraint.include.length === 0 || constraint.include.some(fits)) return undefined;
  return `${name} != ${constraint.include.join(", ")}`;
}
