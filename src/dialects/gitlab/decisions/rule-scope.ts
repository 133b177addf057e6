import type { DialectContext } from "../../dialect.ts";
import type { VariableDeclaration } from "../declarations.ts";
import { ServerExpansion, type ServerVariable } from "../expand-server.ts";
import { pipelineVariables } from "../predefined.ts";

/** The variables that conditions of one job, or of the workflow, may look at, fully expanded. @source GY-118, GY-171 */
export interface RuleScope {
  /** Undefined: nobody set it, or it is known only once the job runs. */
  readonly valueOf: (name: string) => string | undefined;
  readonly isMasked: (name: string) => boolean;
}

export const MASKED = "[MASKED]";

const JOB_ONLY =
  /^(?:CI_PIPELINE_(?:ID|URL)$|CI_JOB_(?!NAME$|STAGE$)|CI_RUNNER_|CI_CONCURRENT_|CI_BUILDS_DIR$|CI_PROJECT_DIR$|CI_DISPOSABLE_|CI_REPOSITORY_URL$|RUNNER_)/;

/** Whether a predefined variable is known only once the job runs; in conditions it is null. @source GY-118 */
export function isJobOnly(name: string): boolean {
  return JOB_ONLY.test(name);
}

/** Looks at variables as they are when the pipeline is made. */
export function toRuleScope(
  find: (name: string) => ServerVariable | undefined,
  isMasked: RuleScope["isMasked"],
): RuleScope {
  const expansion = new ServerExpansion(find);
  return {
    isMasked,
    valueOf: (name) => {
      const variable = find(name);
      return variable && expansion.expand(variable);
    },
  };
}

/** What the workflow's conditions may look at: predefined and global variables, and those from outside. @source GY-186 */
export function pipelineScope(
  context: DialectContext,
  file: string,
  declared: readonly VariableDeclaration[],
): RuleScope {
  const variables = new Map<string, ServerVariable>();
  const add = (variable: Omit<ServerVariable, "hides">): void => {
    variables.set(variable.name, { ...variable, hides: variables.get(variable.name) });
  };
  for (const [name, value] of pipelineVariables(context, file)) {
    if (!isJobOnly(name)) add({ name, value, raw: true });
  }
  for (const { name, value, raw } of declared) add({ name, value, raw });
  for (const [name, { value, raw = false }] of context.variables) add({ name, value, raw });
  return toRuleScope(
    (name) => variables.get(name),
    (name) => context.variables.get(name)?.masked === true,
  );
}
