import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";

export interface Finding {
  readonly code: DiagnosticCode;
  readonly text: string;
  readonly at: YamlNode;
  /** In the file's own words: `services.database.image`. */
  readonly path?: string;
  readonly hint?: string | undefined;
}

/** Gathers what there is to say about one file, each sentence once per place: cells of a matrix repeat themselves. */
export class Findings {
  readonly #found = new Map<string, Diagnostic>();
  #errors = 0;

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  error(finding: Finding): undefined {
    this.#tell("error", finding);
  }

  warn(finding: Finding): undefined {
    this.#tell("warning", finding);
  }

  note(finding: Finding): undefined {
    this.#tell("note", finding);
  }

  add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.code}\n${diagnostic.message}\n${diagnostic.at.line}\n${diagnostic.at.column}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, diagnostic);
    if (diagnostic.severity === "error") this.#errors += 1;
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  #tell(severity: Severity, { code, text, at, path, hint }: Finding): void {
    this.add({
      severity,
      code,
      message: text,
      at: spanOf(at),
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
