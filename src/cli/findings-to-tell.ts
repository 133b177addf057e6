import type { Diagnostic } from "../text/diagnostic.ts";

/**
 * Findings of the dialect and of the plan as one list. What only may be wrong to the one and is wrong to the other is told
 * once, in the dialect's words, which know more: as an error.
 */
export function mergeFindings(compiled: readonly Diagnostic[], planned: readonly Diagnostic[]): readonly Diagnostic[] {
  const worse = new Set(planned.filter((found) => found.severity === "error").map(keyOf));
  const known = new Set(compiled.map(keyOf));
  return [
    ...compiled.map((found) => (worse.has(keyOf(found)) ? { ...found, severity: "error" as const } : found)),
    ...planned.filter((found) => found.severity !== "error" || !known.has(keyOf(found))),
  ];
}

/** Good advice on style that changes nothing about this run; `lint` tells it. */
const ADVICE: ReadonlySet<string> = new Set(["deprecated-key"]);

export function withoutAdvice(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return findings.filter((found) => !(found.severity === "note" && ADVICE.has(found.code)));
}

function keyOf({ code, at }: Diagnostic): string {
  return `${code}\n${at.file}\n${at.line}\n${at.column}`;
}
