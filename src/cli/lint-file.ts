import type { Pipeline } from "../model/pipeline.ts";
import type { CapabilityUse, Refusal } from "../model/trust.ts";
import { findPipelineMistakes } from "../plan/pipeline-findings.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import { assertNever } from "../text/assert-never.ts";
import { type Diagnostic, hasErrors } from "../text/diagnostic.ts";
import { formatSource } from "../text/source.ts";
import { toCapabilityJson } from "./capability-json.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import type { TrustOptions } from "./commands/trust-options.ts";
import { type CompiledForCommand, compileForCommand } from "./compile-for-command.ts";
import { plural } from "./counts.ts";
import { EXIT } from "./exit-codes.ts";
import { inFileOrder, mergeFindings, withoutRunOnly } from "./findings-to-tell.ts";
import { toIdleChoices } from "./idle-choices.ts";
import { includeChainOf } from "./include-chain.ts";
import { toCodeQuality } from "./lint-reports/code-quality.ts";
import type { LintFormat } from "./lint-reports/lint-format.ts";
import { toSarif } from "./lint-reports/sarif.ts";
import { printDiagnostics, type ShownSource } from "./print-diagnostics.ts";
import { describeRefusal, printRefusals } from "./print-refusals.ts";

export interface LintRequest extends PipelineOptions, TrustOptions {
  readonly json?: string;
  /** A file with a warning is invalid, too (DR-34). */
  readonly strict?: true;
  readonly format?: LintFormat;
}

/** Findings of the dialect and of the plan, in file order. @returns 0 without errors, 2 with, 5 when trust is missing. */
export async function lint(context: CliContext, request: LintRequest): Promise<number> {
  const compiled = await compileForCommand(context, request);
  const { pipeline } = compiled;
  const planned =
    pipeline === undefined || compiled.hasErrors ? undefined : planForLint(pipeline, compiled.diagnostics, request);
  const problems = inFileOrder(mergeFindings(compiled, planned?.diagnostics), compiled);
  const { refusals = [], capabilities = [] } = planned ?? {};
  const format = request.format ?? (request.json === undefined ? "text" : "json");
  if (format === "text") {
    tell(context, compiled, problems);
    tellCapabilities(context, capabilities);
    if (refusals.length > 0) printRefusals(context, refusals);
  } else {
    const report = { compiled, problems: [...problems, ...refusals.map(toProblem)], capabilities };
    context.stdout.write(renderReport(format, report, context));
  }
  const isStrict = request.strict === true && problems.some(({ severity }) => severity === "warning");
  if (isStrict || hasErrors(problems)) return EXIT.invalid;
  return refusals.length > 0 ? EXIT.refused : EXIT.passed;
}

function planForLint(pipeline: Pipeline, compiled: readonly Diagnostic[], request: LintRequest): PlannedPipeline {
  const choices = toIdleChoices("lint", request);
  const planned = planPipeline(pipeline, choices);
  const keyOf = ({ code, at }: Diagnostic): string => `${code} ${formatSource(at)}`;
  // Where the dialect saw it without looking at this run's branch and event, it has said so.
  const known = new Set(compiled.map(keyOf));
  const mistakes = findPipelineMistakes(pipeline, choices.maskedNames).filter((found) => !known.has(keyOf(found)));
  return { ...planned, diagnostics: [...withoutRunOnly(compiled, planned.diagnostics), ...mistakes] };
}

interface LintReport {
  readonly compiled: CompiledForCommand;
  readonly problems: readonly Diagnostic[];
  readonly capabilities: readonly CapabilityUse[];
}

function renderReport(format: Exclude<LintFormat, "text">, report: LintReport, context: CliContext): string {
  const { compiled, problems, capabilities } = report;
  const files = { cwd: context.cwd, projectFolder: compiled.projectFolder, included: compiled.included };
  switch (format) {
    case "json": {
      const shown = problems.map((found) => toJson(found, compiled));
      const used = capabilities.map(toCapabilityJson);
      return `${JSON.stringify({ dialect: compiled.dialect, problems: shown, capabilities: used })}\n`;
    }
    case "gitlab":
      return toCodeQuality(problems, files);
    case "sarif":
      return toSarif(problems, files, context.version);
    default:
      return assertNever(format);
  }
}

function tell(context: CliContext, source: ShownSource, problems: readonly Diagnostic[]): void {
  const withCodes = problems.map((found) => ({ ...found, message: `${found.message} [${found.code}]` }));
  printDiagnostics(context, withCodes, source);
  const count = (severity: string): number => problems.filter((found) => found.severity === severity).length;
  const counts = `${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}, ${plural(count("note"), "note")}`;
  context.stdout.write(`${source.file}: ${counts}\n`);
}

/** Nothing that a file asks of the host is hidden, granted or not. */
function tellCapabilities(context: CliContext, capabilities: readonly CapabilityUse[]): void {
  for (const use of capabilities) {
    const full = use.isFullAccess ? ": full access to this machine" : "";
    context.stdout.write(
      `${formatSource(use.at)}: asks the host for ${use.capability}: ${use.container}, ${use.value}${full}\n`,
    );
  }
}

/** What was refused is a problem too, but not one of the file: it passes once it is granted. */
function toProblem(refusal: Refusal): Diagnostic {
  return {
    severity: "error",
    code: "needs-trust",
    message: describeRefusal(refusal),
    at: refusal.at,
    ...(refusal.path === undefined ? {} : { path: refusal.path }),
    hint: `a system administrator may grant it; here: --trusted=${refusal.capability}`,
  };
}

function toJson(found: Diagnostic, compiled: CompiledForCommand): unknown {
  return {
    severity: found.severity,
    code: found.code,
    message: found.message,
    file: found.at.file,
    line: found.at.line,
    column: found.at.column,
    path: found.path ?? null,
    includeChain: includeChainOf(found.at.file, compiled.included).map(formatSource),
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  };
}
