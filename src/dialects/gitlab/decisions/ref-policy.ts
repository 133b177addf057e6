// `only` and `except`.

import type { ConditionCheck } from "../../../model/decision.ts";
import { compileRe2 } from "../../../text/re2.ts";
import { spanOf, type YamlNode } from "../../../yaml/yaml-node.ts";
import type { PlacedText } from "../declarations.ts";
import type { PipelineEvent } from "../pipeline-event.ts";
import { readRegexToken } from "../regex-token.ts";
import type { RefPolicy } from "../rule-declarations.ts";
import { type Asking, checkChanges, checkExpression } from "./conditions.ts";

/** A job without `only`, or whose `only` names no refs. @source GY-179 */
export const DEFAULT_REFS = ["branches", "tags"] as const;

/** Each member that a policy has, in GitLab's order. `only` wants all to hold, `except` excludes by any. @source GY-182 */
export function checkPolicy(
  word: "only" | "except",
  policy: RefPolicy,
  refs: RefMatcher,
  asking: Asking,
): readonly ConditionCheck[] {
  const { variables, changes, kubernetes, at } = policy;
  const checks: ConditionCheck[] = [];
  const wanted = policy.refs ?? (word === "only" ? DEFAULT_REFS.map((text): PlacedText => ({ text, at })) : undefined);
  if (wanted !== undefined) checks.push(checkRefs(word, wanted, refs, at));
  if (variables !== undefined) {
    // One of them is enough: it stands for all, and without one the last does.
    const found = variables.map((one) => checkExpression(one, word, asking));
    const decisive = found.find(({ holds }) => holds) ?? found.at(-1);
    if (decisive !== undefined) checks.push(decisive);
  }
  if (changes !== undefined) checks.push(checkChanges({ paths: changes, compareTo: undefined, at }, word, asking));
  if (kubernetes !== undefined) checks.push(checkKubernetes(word, at));
  return checks;
}

/** There is no cluster that a project here is connected with. @source GY-183 */
function checkKubernetes(of: string, at: YamlNode): ConditionCheck {
  const why = "no cluster is connected in local runs";
  return { of, text: "kubernetes: active", holds: false, operands: [], why, at: spanOf(at) };
}

function checkRefs(of: string, refs: readonly PlacedText[], matcher: RefMatcher, at: YamlNode): ConditionCheck {
  const found = refs.find(({ text }) => matcher.matches(text));
  return {
    of,
    text: `refs: ${refs.map(({ text }) => text).join(", ")}`,
    holds: found !== undefined,
    operands: [],
    why: matcher.what,
    at: spanOf(found?.at ?? at),
  };
}

/** Compares items of `refs` with one pipeline; jobs that share an item share the answer. */
export class RefMatcher {
  /** `push of branch main`. */
  readonly what: string;
  readonly #event: PipelineEvent;
  readonly #projectPath: string;
  readonly #known = new Map<string, boolean>();

  /** @param projectPath `group/project`. */
  constructor(event: PipelineEvent, projectPath: string) {
    this.#event = event;
    this.#projectPath = projectPath;
    const { kind, name } = event.ref;
    this.what = `${event.source} of ${kind === "merge-request" ? "merge request" : kind} ${name ?? "without a name"}`;
  }

  matches(item: string): boolean {
    const known = this.#known.get(item) ?? this.#compare(item);
    this.#known.set(item, known);
    return known;
  }

  /**
   * Words for kinds of pipelines, names, and patterns that are searched for; a merge request's pipeline has no name that
   * could fit.
   *
   * @source GY-181, GY-256
   */
  #compare(item: string): boolean {
    const { pattern, project } = splitProject(item);
    if (project !== undefined && project !== this.#projectPath) return false;
    const { kind, name } = this.#event.ref;
    if (pattern === "tags" && kind === "tag") return true;
    if (pattern === "branches" && kind === "branch") return true;
    const source = this.#event.source.replace(/_event$/, "");
    if (pattern === source || pattern === pluralOf(source)) return true;
    if (kind === "merge-request" || name === undefined) return false;
    const regex = readRegexToken(pattern);
    if (regex === undefined) return pattern === name;
    return compileRe2(regex.body, regex.flags)?.isFoundIn(name) === true;
  }
}

/** `main@group/project`. */
function splitProject(item: string): { readonly pattern: string; readonly project: string | undefined } {
  const [pattern = "", ...rest] = item.split("@");
  return { pattern, project: rest.length === 0 ? undefined : rest.join("@") };
}

function pluralOf(word: string): string {
  return word.endsWith("sh") ? `${word}es` : `${word}s`;
}
