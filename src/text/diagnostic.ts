import type { DiagnosticCode } from "./diagnostic-codes.ts";
import type { SourceSpan } from "./source.ts";

export type Severity = "error" | "warning" | "note";

/**
 * One finding about a pipeline file. A value, never thrown: collect all, then decide.
 *
 * `code` is stable (`unknown-key`); `message` may change. `path` names the place in the
 * file's own words (`jobs:test:services`), absent when the finding is about the file as a whole.
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly at: SourceSpan;
  readonly path?: string;
  /** The next thing to try, one sentence. */
  readonly hint?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
