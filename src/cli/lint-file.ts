import { DEFAULT_JOB_TIMEOUT_MS, GITLAB_SERVICES_TIMEOUT_MS } from "../plan/choices.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import { type Diagnostic, hasErrors } from "../text/diagnostic.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { compileForCommand } from "./compile-for-command.ts";
import { plural } from "./counts.ts";
import { EXIT } from "./exit-codes.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { parseTrusted } from "./trusted-option.ts";

export interface LintRequest extends PipelineOptions {
  readonly json?: string;
  readonly trusted?: string;
}

/** Findings of the dialect and of the plan, in file order. @returns 0 without errors, 2 with, 5 when trust is missing. */
export async function lint(context: CliContext, request: LintRequest): Promise<number> {
  const compiled = await compileForCommand(context, request);
  const { pipeline } = compiled;
  const planned =
    pipeline === undefined || compiled.hasErrors
      ? undefined
      : planPipeline(pipeline, {
          runId: "lint",
          jobs: [],
          pullPolicy: undefined,
          servicesTimeoutMs: GITLAB_SERVICES_TIMEOUT_MS,
          services: "dialect",
          trusted: parseTrusted(request.trusted),
          defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
          maskedNames: new Set(),
          showServiceLogs: false,
        });
  const problems = [...compiled.diagnostics, ...(planned?.diagnostics ?? [])].toSorted(
    (a, b) => a.at.line - b.at.line || a.at.column - b.at.column,
  );
  if (request.json === undefined) tell(context, compiled, problems);
  else context.stdout.write(`${JSON.stringify({ dialect: compiled.dialect, problems: problems.map(toJson) })}\n`);
  if (hasErrors(problems)) return EXIT.invalid;
  return planned !== undefined && planned.refusals.length > 0 ? EXIT.refused : EXIT.passed;
}

function tell(
  context: CliContext,
  source: { readonly file: string; readonly text: string },
  problems: readonly Diagnostic[],
): void {
  printDiagnostics(context, problems, source);
  const count = (severity: string): number => problems.filter((found) => found.severity === severity).length;
  const counts = `${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}, ${plural(count("note"), "note")}`;
  context.stdout.write(`${source.file}: ${counts}\n`);
}

function toJson(found: Diagnostic): unknown {
  return {
    severity: found.severity,
    code: found.code,
    message: found.message,
    file: found.at.file,
    line: found.at.line,
    column: found.at.column,
    path: found.path ?? null,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  };
}
