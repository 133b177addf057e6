import type { Variable, Variables } from "../../model/variables.ts";
import { expandRunner, referencedNames } from "./expand-runner.ts";
import { mayRefer, type ServerExpansion } from "./expand-server.ts";
import type { Assignment } from "./variable-layer.ts";

/** First as the server does it, then as the runner does. @source GY-99 */
export function expandAll(
  layer: ReadonlyMap<string, Assignment>,
  expansion: ServerExpansion,
  lookUp: (name: string) => string | undefined,
): Variables {
  const expanded = new Map<string, Variable>();
  for (const winner of layer.values()) {
    const { name, raw, value, variable } = winner;
    const isFinal = raw || !mayRefer(value);
    expanded.set(name, isFinal ? variable : { ...variable, value: expandRunner(expansion.expand(winner), lookUp) });
  }
  return expanded;
}

/** Names that a text needs, directly or through other variables, and that nobody set. */
export function findUnset(text: string, winnerOf: (name: string) => Assignment | undefined): readonly string[] {
  const unset = new Set<string>();
  const seen = new Set<string>();
  const texts = [text];
  for (let next = texts.pop(); next !== undefined; next = texts.pop()) {
    for (const name of referencedNames(next)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const winner = winnerOf(name);
      if (winner === undefined) unset.add(name);
      else if (!winner.raw) texts.push(winner.value);
    }
  }
  return [...unset];
}
