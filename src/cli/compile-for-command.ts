import type { DialectContext } from "../dialects/dialect.ts";
import { keepMemorySmall } from "../system/memory.ts";
import { hasErrors } from "../text/diagnostic.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { toDialectRequest } from "./dialect-request.ts";
import { EXIT } from "./exit-codes.ts";
import { inFileOrder, mergeFindings } from "./findings-to-tell.ts";
import { readGivenVariables } from "./given-variables.ts";
import { type LoadedPipeline, loadPipeline } from "./load-pipeline.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { tellDialect } from "./tell-dialect.ts";

export interface CompiledForCommand extends LoadedPipeline {
  readonly hasErrors: boolean;
  /** 2 when the file has errors. */
  readonly exitCode: number;
  /** All findings, to stderr. */
  printDiagnostics(): void;
}

/** What every command does that looks at a pipeline file without running it. */
export async function compileForCommand(
  context: CliContext,
  options: PipelineOptions,
  keepDocument?: DialectContext["keepDocument"],
): Promise<CompiledForCommand> {
  keepMemorySmall();
  const variables = await readGivenVariables(context.cwd, options);
  const request = await toDialectRequest(context.cwd, options);
  const loaded = await loadPipeline(context, {
    ...request,
    file: options.file,
    variables,
    pipelineId: 1,
    ...(keepDocument === undefined ? {} : { keepDocument }),
  });
  tellDialect(context, loaded);
  const failed = hasErrors(loaded.diagnostics);
  return {
    ...loaded,
    hasErrors: failed,
    exitCode: failed ? EXIT.invalid : EXIT.passed,
    printDiagnostics: () => printDiagnostics(context, inFileOrder(mergeFindings(loaded), loaded), loaded),
  };
}
