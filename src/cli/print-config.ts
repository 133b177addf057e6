import { UsageError } from "../model/outrigger-error.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { writeNode } from "../yaml/write-node.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { compileForCommand } from "./compile-for-command.ts";
import { mergeFindings } from "./findings-to-tell.ts";
import { printDiagnostics } from "./print-diagnostics.ts";

export interface ConfigRequest extends PipelineOptions {
  readonly expandIncludes: boolean;
}

/**
 * The file as one document. What is wrong with it is told beside it, as far as it could be put together.
 *
 * @returns 2 when the file has errors.
 * @throws UsageError for files of other dialects, which have nothing to put together.
 * @source GY-64
 */
export async function printConfig(context: CliContext, request: ConfigRequest): Promise<number> {
  const compiled = await compileForCommand(context, request, request.expandIncludes ? "whole" : "own");
  if (compiled.dialect !== "gitlab") {
    throw new UsageError(
      `"${compiled.file}" is a ${compiled.dialect} file: it has no includes, references or extends`,
      {
        hint: "outrigger config prints .gitlab-ci.yml files",
      },
    );
  }
  if (compiled.hasErrors) compiled.printDiagnostics();
  // What is missing in the text is told beside it, too.
  else printDiagnostics(context, mergeFindings(compiled).filter(isLacking), compiled);
  if (compiled.document !== undefined) context.stdout.write(writeNode(compiled.document));
  return compiled.exitCode;
}

function isLacking({ code }: Diagnostic): boolean {
  return code === "include-not-read";
}
