import type { DialectContext } from "../../dialect.ts";
import type { RuleScope } from "../decisions/rule-scope.ts";
import { expandOrDrop, namesIn, ServerExpansion, type ServerVariable } from "../expand-server.ts";
import { pipelineVariables } from "../predefined.ts";

/** Known only once the pipeline exists, or only in a job: no include may look at them. @source GY-58, GY-113 */
const LATER =
  /^(?:CI_PIPELINE_(?!SOURCE$)|CI_MERGE_REQUEST_|CI_JOB_|CI_RUNNER_|CI_NODE_|CI_CONCURRENT_|CI_BUILDS_DIR$|CI_PROJECT_DIR$|CI_DISPOSABLE_|CI_REPOSITORY_URL$|GITLAB_USER_|RUNNER_)/;

const MASKED = "[MASKED]";

/** A text with its variables put in, and the same for people: without the values that are to stay hidden. */
export interface ExpandedText {
  readonly text: string;
  readonly shown: string;
}

/** The variables that there are before there is a pipeline. @source GY-58 */
export class IncludeScope {
  readonly #variables = new Map<string, ServerVariable>();
  readonly #masked = new Set<string>();
  readonly #expansion = new ServerExpansion((name) => this.#variables.get(name));

  constructor(context: DialectContext, file: string) {
    for (const [name, value] of pipelineVariables(context, file)) {
      if (!LATER.test(name)) this.#variables.set(name, { name, value, raw: true, hides: undefined });
    }
    for (const [name, { value, masked, raw = false }] of context.variables) {
      this.#variables.set(name, { name, value, raw, hides: this.#variables.get(name) });
      if (masked) this.#masked.add(name);
    }
  }

  valueOf(name: string): string | undefined {
    const variable = this.#variables.get(name);
    return variable && this.#expansion.expand(variable);
  }

  /** What conditions on files look at. */
  readonly forRules: RuleScope = {
    valueOf: (name) => this.valueOf(name),
    isMasked: (name) => this.isMasked(name),
  };

  isMasked(name: string): boolean {
    return this.#masked.has(name);
  }

  /** The text without values that are to stay hidden: whoever wrote it may have had them from us. */
  hide(text: string): string {
    let hidden = text;
    for (const name of this.#masked) {
      const value = this.valueOf(name) ?? "";
      if (value !== "") hidden = hidden.replaceAll(value, MASKED);
    }
    return hidden;
  }

  /** Names that the texts need and that nobody has set here. */
  unsetIn(texts: readonly string[]): readonly string[] {
    return [...new Set(texts.flatMap(namesIn))].filter((name) => this.valueOf(name) === undefined);
  }

  /** An unknown name becomes nothing. */
  expand(text: string): ExpandedText {
    return {
      text: expandOrDrop(text, (name) => this.valueOf(name)),
      shown: expandOrDrop(text, (name) => (this.#masked.has(name) ? MASKED : this.valueOf(name))),
    };
  }
}
