import { sequenceOf, type YamlNode, type YamlScalar } from "../../../yaml/yaml-node.ts";
import { stringOf } from "../config-values.ts";
import { expandOrKeep, namesIn } from "../expand-server.ts";

/** What a block may look at. */
export interface InterpolationScope {
  readonly inputs: ReadonlyMap<string, YamlNode>;
  readonly component: ReadonlyMap<string, YamlNode>;
  readonly variable: (name: string) => string | undefined;
  readonly isMasked: (name: string) => boolean;
}

type Result = { readonly value: YamlNode } | { readonly problem: string };

/** One function of a block's pipe; all of them take a string. @source GY-73 */
export function applyFunction(call: string, value: YamlNode, at: YamlScalar, scope: InterpolationScope): Result {
  const text = stringOf(value);
  const unknown = {
    problem: `no function matching \`${call}\`: check that the function name, arguments, and types are correct`,
  };
  if (text === undefined) return unknown;
  if (call === "expand_vars") return expandVariables(text, at, scope);
  if (call === "posix_escape") return { value: toScalar(posixEscape(text), at) };
  if (call === "posix_quote") return { value: toScalar(`'${text.replaceAll("'", "'\\''")}'`, at) };
  const truncate = /^truncate\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(call);
  if (truncate !== null) return { value: toScalar(cut(text, Number(truncate[1]), Number(truncate[2])), at) };
  const split = /^split\((.*)\)$/.exec(call);
  if (split === null) return unknown;
  const separator = /^(["'])(.*)\1$/.exec(split[1] ?? "")?.[2] ?? split[1] ?? "";
  if (separator === "") return unknown;
  const parts = text.split(separator).map((part) => toScalar(part, at));
  return { value: sequenceOf({ source: at.source, offset: at.offset, tag: undefined }, parts) };
}

export function toScalar(text: string, at: YamlNode): YamlScalar {
  return { kind: "scalar", text, plain: false, tag: undefined, source: at.source, offset: at.offset };
}

/** A variable that nobody set stays, for the runner or the shell. */
function expandVariables(text: string, at: YamlScalar, scope: InterpolationScope): Result {
  if (namesIn(text).some((name) => scope.isMasked(name))) {
    return { problem: "error in `expand_vars` function: masked variables cannot be expanded" };
  }
  return { value: toScalar(expandOrKeep(text, scope.variable), at) };
}

/** As Ruby's Shellwords. */
function posixEscape(text: string): string {
  if (text === "") return "''";
  return text.replaceAll(/[^A-Za-z0-9_\-.,:+/@\n]/gu, "\\$&").replaceAll("\n", "'\n'");
}

function cut(text: string, offset: number, length: number): string {
  return Array.from(text)
    .slice(offset, offset + length)
    .join("");
}
