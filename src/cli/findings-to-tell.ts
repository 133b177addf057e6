import type { Job } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { type IgnoreComment, withoutIgnored } from "../text/ignore-comments.ts";

/** What was loaded from a pipeline file, as far as findings go. */
export interface Findable {
  readonly diagnostics: readonly Diagnostic[];
  readonly ignoreComments: readonly IgnoreComment[];
}

/**
 * Findings of the dialect and of the plan as one list. What only may be wrong to the one and is wrong to the other is told
 * once, in the dialect's words, which know more: as an error. What the file's comments silence is left out.
 */
export function mergeFindings(loaded: Findable, planned: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const compiled = loaded.diagnostics;
  const worse = new Set(planned.filter((found) => found.severity === "error").map(keyOf));
  const known = new Set(compiled.map(keyOf));
  const merged = [
    ...compiled.map((found) => (worse.has(keyOf(found)) ? { ...found, severity: "error" as const } : found)),
    ...planned.filter((found) => found.severity !== "error" || !known.has(keyOf(found))),
  ];
  return withoutIgnored(merged, loaded.ignoreComments);
}

/**
 * The plan's findings for commands that start nothing. What only a run has to refuse, as the file may be fine where its
 * variables are set, stays the warning that the dialect made of it.
 */
export function withoutRunOnly(compiled: readonly Diagnostic[], planned: readonly Diagnostic[]): readonly Diagnostic[] {
  const warned = new Set(compiled.filter(({ severity }) => severity === "warning").map(keyOf));
  return planned.filter((found) => found.severity !== "error" || !warned.has(keyOf(found)));
}

/** Good advice on style that changes nothing about this run; `lint` tells it. */
const ADVICE: ReadonlySet<DiagnosticCode> = new Set(["deprecated-key", "double-pipelines"] as const);

export function withoutAdvice(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  return findings.filter((found) => !(found.severity === "note" && ADVICE.has(found.code)));
}

/** The pipeline file first, then what it includes in that order. */
export function inFileOrder(
  problems: readonly Diagnostic[],
  { file, included }: { readonly file: string; readonly included?: ReadonlyMap<string, unknown> },
): readonly Diagnostic[] {
  const order = new Map([file, ...(included?.keys() ?? [])].map((name, index) => [name, index] as const));
  const placeOf = (found: Diagnostic): number => order.get(found.at.file) ?? order.size;
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b) || a.at.line - b.at.line || a.at.column - b.at.column);
}

/** Warnings about these jobs, and about the file as a whole. @param jobs undefined: about all of them. */
export function warningsAbout(
  findings: readonly Diagnostic[],
  jobs: readonly Job[] | undefined,
): readonly Diagnostic[] {
  const warnings = findings.filter(({ severity }) => severity === "warning");
  if (jobs === undefined) return warnings;
  const names = jobs.flatMap(({ name, instance, parent }) =>
    [name, ...(instance === undefined ? [] : [instance.of])].flatMap((one) =>
      parent === undefined ? [one] : [one, one.slice(parent.length + 1)],
    ),
  );
  return warnings.filter(
    ({ path }) =>
      path?.startsWith("jobs:") !== true ||
      names.some((name) => path === `jobs:${name}` || path.startsWith(`jobs:${name}:`)),
  );
}

function keyOf({ code, at }: Diagnostic): string {
  return `${code}\n${at.file}\n${at.line}\n${at.column}`;
}
