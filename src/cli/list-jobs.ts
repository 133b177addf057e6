import type { Pipeline } from "../model/pipeline.ts";
import { assertNever } from "../text/assert-never.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { compileForCommand } from "./compile-for-command.ts";
import { plural } from "./counts.ts";
import { EXIT } from "./exit-codes.ts";
import { mergeFindings } from "./findings-to-tell.ts";
import { toDot } from "./graph/dot.ts";
import type { ListFormat } from "./graph/list-format.ts";
import { toMermaid } from "./graph/mermaid.ts";
import { renderPicture } from "./graph/picture.ts";
import { toPipelineGraph } from "./graph/pipeline-graph.ts";
import { renderJobList, renderLeftOut, renderUnknown, toJobListJson } from "./screen/job-list.ts";
import { createLook } from "./screen/look.ts";
import { chooseScreenMode } from "./screen/screen-mode.ts";

export interface ListRequest extends PipelineOptions {
  readonly json?: string;
  readonly format?: ListFormat;
}

/** The jobs of a pipeline file and how they follow each other. @returns 2 when the file has errors. */
export async function listJobs(context: CliContext, request: ListRequest): Promise<number> {
  const compiled = await compileForCommand(context, request);
  const { pipeline } = compiled;
  if (pipeline === undefined || compiled.hasErrors) {
    compiled.printDiagnostics();
    return compiled.exitCode;
  }
  const format = request.format ?? (request.json === undefined ? "text" : "json");
  context.stdout.write(render(format, pipeline, context));
  tellWarnings(context, mergeFindings(compiled));
  return EXIT.passed;
}

/** A table is no place for them, but nobody should think that there are none. */
function tellWarnings(context: CliContext, findings: readonly Diagnostic[]): void {
  const count = findings.filter(({ severity }) => severity === "warning").length;
  if (count > 0) context.stderr.write(`${plural(count, "warning")}: outrigger lint shows what they are about\n`);
}

function render(format: ListFormat, pipeline: Pipeline, context: CliContext): string {
  switch (format) {
    case "text":
      return renderTable(pipeline, context);
    case "json":
      return toJobListJson(pipeline);
    case "mermaid":
      return toMermaid(toPipelineGraph(pipeline));
    case "dot":
      return toDot(toPipelineGraph(pipeline));
    default:
      return assertNever(format);
  }
}

function renderTable(pipeline: Pipeline, { config, stdout, stderr }: CliContext): string {
  const surroundings = { env: config.env, isCi: config.isCi };
  const terminals = { stdoutIsTerminal: stdout.isTerminal, stderrIsTerminal: stderr.isTerminal };
  const mode = chooseScreenMode({}, { ...surroundings, ...terminals });
  const look = createLook({ ...mode, colours: mode.colours && stdout.isTerminal, columns: stdout.columns ?? 100 });
  const picture = renderPicture(toPipelineGraph(pipeline), look);
  return [renderJobList(pipeline), picture, renderUnknown(pipeline) + renderLeftOut(pipeline)]
    .filter((part) => part !== "")
    .join("\n");
}
