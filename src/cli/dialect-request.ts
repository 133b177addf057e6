import { DIALECTS } from "../dialects/detect.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { DialectId } from "../model/pipeline.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import { readGivenInputs, readJobInputs } from "./given-inputs.ts";
import { readSecretFiles } from "./given-variables.ts";
import { toIncludeChoices } from "./include-options.ts";
import type { PipelineRequest } from "./load-pipeline.ts";
import { toTriggerFacts } from "./trigger-facts.ts";

/** What the command line says about how a file is read. @throws UsageError for an unknown dialect or a bad file of secrets. */
export async function toDialectRequest(
  cwd: string,
  options: PipelineOptions,
): Promise<
  Pick<
    PipelineRequest,
    "dialect" | "trigger" | "defaultBranch" | "secrets" | "deliver" | "inputs" | "jobInputs" | "includes"
  >
> {
  const dialect = parseDialect(options.dialect);
  return {
    ...(dialect === undefined ? {} : { dialect }),
    ...(options.defaultBranch === undefined ? {} : { defaultBranch: options.defaultBranch }),
    trigger: toTriggerFacts(options),
    secrets: await readSecretFiles(cwd, options.secretFile ?? []),
    deliver: options.deliver === true,
    includes: toIncludeChoices(cwd, options),
    ...(await readInputs(cwd, options)),
  };
}

function parseDialect(text: string | undefined): DialectId | undefined {
  if (text === undefined) return undefined;
  const dialect = DIALECTS.find((known) => known === text);
  if (dialect === undefined) {
    throw new UsageError(`--dialect "${text}" is unknown`, { hint: `known are ${DIALECTS.join(", ")}` });
  }
  return dialect;
}

async function readInputs(
  cwd: string,
  { input = [], inputFile = [], jobInput = [] }: PipelineOptions,
): Promise<Pick<PipelineRequest, "inputs" | "jobInputs">> {
  return {
    ...(input.length + inputFile.length === 0 ? {} : { inputs: await readGivenInputs(cwd, input, inputFile) }),
    ...(jobInput.length === 0 ? {} : { jobInputs: readJobInputs(jobInput) }),
  };
}
