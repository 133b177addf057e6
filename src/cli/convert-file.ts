import { convertPipeline } from "../convert/convert-pipeline.ts";
import { markSecret } from "../convert/secret-marks.ts";
import type { ConvertTarget } from "../convert/targets.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { toDialectRequest } from "./dialect-request.ts";
import { EXIT } from "./exit-codes.ts";
import { readGivenVariables } from "./given-variables.ts";
import { type LoadedPipeline, loadPipeline } from "./load-pipeline.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { tellDialect } from "./tell-dialect.ts";

export interface ConvertRequest extends PipelineOptions {
  readonly to: ConvertTarget;
}

/** The file in the other dialect to stdout, what it lost to stderr. @returns 2 when the file has errors. @throws UsageError when no job is left. */
export async function convert(context: CliContext, request: ConvertRequest): Promise<number> {
  const loaded = await loadWithMarks(context, request);
  tellDialect(context, loaded);
  const errors = loaded.diagnostics.filter((one) => one.severity === "error");
  if (errors.length > 0 || loaded.pipeline === undefined) {
    printDiagnostics(context, errors, loaded);
    return EXIT.invalid;
  }
  const { documents, losses } = convertPipeline(loaded.pipeline, request.to);
  context.stdout.write(documents.join("---\n"));
  const sections = [...losses, ...conditionsOf(loaded), ...documentsNote(request.to, documents.length)];
  for (const loss of sections) context.stderr.write(`not carried over: ${loss}\n`);
  if (documents.length > 0) return EXIT.passed;
  throw new UsageError("nothing is left to convert: conditions leave out every job", {
    hint: "choose what happened: --event tag, --branch main, --target production",
  });
}

/**
 * Reads the file twice: first to learn which secrets it asks for, then with a mark for each. No value of a secret is
 * known here, given or not, so none can be printed.
 */
async function loadWithMarks(context: CliContext, request: ConvertRequest): Promise<LoadedPipeline> {
  const given = await readGivenVariables(context.cwd, request);
  const variables = new Map(
    [...given].map(([name, one]) => [name, one.masked ? { ...one, value: markSecret(name) } : one] as const),
  );
  const dialectRequest = await toDialectRequest(context.cwd, request);
  const known = [...(dialectRequest.secrets?.keys() ?? [])];
  const load = (names: readonly string[]): Promise<LoadedPipeline> =>
    loadPipeline(context, {
      ...dialectRequest,
      file: request.file,
      variables,
      pipelineId: 1,
      secrets: new Map(names.map((name) => [name, markSecret(name)])),
    });
  const first = await load(known);
  const asked = first.pipeline?.jobs.flatMap((job) => job.missingSecrets ?? []).map((secret) => secret.name) ?? [];
  return asked.length === 0 ? first : load([...known, ...asked]);
}

/** A pipeline knows what its conditions gave for one event, not what they were. */
function conditionsOf({ text }: LoadedPipeline): readonly string[] {
  const conditions = /(?:^|[\s{,])(?:when|trigger|rules|only|except|branches)\s*:/m.test(text);
  const expressions = /\$\{?(?:DRONE|CI)_/.test(text);
  return [
    ...(conditions
      ? ["conditions: decided for one event; choose it with --event, --branch, --target and their like"]
      : []),
    ...(expressions
      ? ["expressions on the old system's variables: where a value was needed, this checkout's is written"]
      : []),
  ];
}

function documentsNote(target: ConvertTarget, count: number): readonly string[] {
  return target === "woodpecker" && count > 1
    ? ["several workflows in one file: put each of them into the file that its first line names"]
    : [];
}
