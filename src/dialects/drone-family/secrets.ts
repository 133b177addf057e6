import type { MissingSecret } from "../../model/pipeline.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import type { Findings } from "./findings.ts";

/** The secrets of one job: hands them out by name, and keeps what was handed out and what was missing. */
export class Secrets {
  readonly #byName: ReadonlyMap<string, string>;
  readonly #folds: boolean;
  readonly #findings: Findings;
  readonly #missing = new Map<string, MissingSecret>();

  constructor(given: ReadonlyMap<string, string> | undefined, folds: boolean, findings: Findings) {
    this.#folds = folds;
    this.#findings = findings;
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

  /** @source DR-280 */
  need(name: string, path: string, at: YamlNode): string | undefined {
    const value = this.find(name);
    if (value !== undefined) return value;
    const span = spanOf(at);
    const text = `secret "${name}" not found for ${path}`;
    this.#missing.set(`${path}\n${span.line}:${span.column}`, { name, path, at: span });
    this.#findings.warn({
      code: "secret-not-found",
      text,
      at,
      path,
      hint: `give it in a file of NAME=VALUE lines: --secret-file PATH`,
    });
    return undefined;
  }

  #fold(name: string): string {
    return this.#folds ? name.toLowerCase() : name;
  }
}
