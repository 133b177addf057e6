import type { MissingSecret } from "../../model/pipeline.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";

/** The secrets of one job: hands them out by name, and keeps what was handed out and what was missing. */
export class Secrets {
  readonly #byName: ReadonlyMap<string, string>;
  readonly #folds: boolean;
  readonly #missing = new Map<string, MissingSecret>();

  constructor(given: ReadonlyMap<string, string> | undefined, folds: boolean) {
    this.#folds = folds;
    this.#byName = new Map([...(given ?? [])].map(([name, value]) => [this.#fold(name), value]));
  }

  get missing(): readonly MissingSecret[] {
    return [...this.#missing.values()];
  }

  get values(): readonly string[] {
    return [...this.#byName.values()].filter((value) => value !== "");
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  find(name: string): string | undefined {
    return this.#byName.get(this.#fold(name));
  }

  /** That one is missing is told by the plan, which knows whether the job will run. @source DR-280 */
  need(name: string, path: string, at: YamlNode): string | undefined {
    const value = this.find(name);
    if (value !== undefined) return value;
    const span = spanOf(at);
    this.#missing.set(`${path}\n${span.line}:${span.column}`, { name, path, at: span });
    return undefined;
  }

  #fold(name: string): string {
    return this.#folds ? name.toLowerCase() : name;
  }
}
