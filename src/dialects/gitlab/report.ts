import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import type { SourceSpan } from "../../text/source.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import { IgnoredKeywords } from "./ignored-keywords.ts";

/** A finding as a check words it; the report adds what all findings have. */
export interface Finding {
  readonly code: DiagnosticCode;
  /** GitLab's path: `jobs:test:image`. */
  readonly path: string;
  /** What follows the path in GitLab's message: `config should be a hash or a string`. */
  readonly text: string;
  readonly at: YamlNode;
  readonly hint?: string | undefined;
}

/** Places are many where one sentence is enough: a thousand jobs may lack an image. */
interface Collected {
  readonly finding: Omit<Diagnostic, "hint">;
  readonly others: SourceSpan[];
}

/** A job that is left out, or runs last. */
const HARMLESS: ReadonlySet<DiagnosticCode> = new Set(["not-a-job", "unknown-stage"] as const);

/** Gathers the findings about one file, each once, in the order in which they were found. */
export class Report {
  readonly #diagnostics = new Map<string, Diagnostic>();
  readonly #collected = new Map<string, Collected>();
  #errorCount = 0;
  #toldCount = 0;
  #isIncomplete = false;
  readonly #ignored = new IgnoredKeywords();
  #job: string | undefined;

  /** Not every included file could be read: what seems missing may be there. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  lackFiles(): void {
    this.#isIncomplete = true;
  }

  /**
   * Something is named that is nowhere: an error, but not where an included file may have it. A job that then runs, and
   * without it, is worth a warning; else it is a note.
   */
  missing(finding: Omit<Finding, "path"> & { readonly path?: string | undefined }): undefined {
    if (!this.#isIncomplete) return this.whole("error", finding);
    this.whole(HARMLESS.has(finding.code) ? "note" : "warning", {
      ...finding,
      hint: "it may come from an included file that was not read",
    });
  }

  get hasErrors(): boolean {
    return this.#errorCount > 0;
  }

  /** How often something was told so far, whatever became of it. */
  get toldCount(): number {
    return this.#toldCount;
  }

  get errorCount(): number {
    return this.#errorCount;
  }

  /** The path starts the message, as in GitLab. */
  error(finding: Finding): undefined {
    this.whole("error", { ...finding, text: `${finding.path} ${finding.text}` });
  }

  /** The text is the message as a whole; `path` only says where. */
  whole(severity: Severity, finding: Omit<Finding, "path"> & { readonly path?: string | undefined }): undefined {
    const { code, path, text, at, hint } = finding;
    this.add({
      severity,
      code,
      message: text,
      at: spanOf(at),
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  add(diagnostic: Diagnostic): void {
    this.#toldCount += 1;
    const { code, message, at } = diagnostic;
    const key = `${code}\n${message}\n${at.file}\n${at.line}\n${at.column}`;
    if (this.#diagnostics.has(key)) return;
    this.#diagnostics.set(key, diagnostic);
    if (diagnostic.severity === "error") this.#errorCount += 1;
  }

  /** What `read` tells of is told of this job, where it makes a difference. */
  inJob<T>(name: string, read: () => T): T {
    this.#job = name;
    const value = read();
    this.#job = undefined;
    return value;
  }

  /** A keyword that means nothing here; `consequence` says in one clause what follows. @source GY-248 */
  ignored(keyword: string, path: string, at: YamlNode, consequence?: string): void {
    this.#toldCount += 1;
    this.#ignored.add(keyword, this.#job, { path, at: spanOf(at), consequence });
  }

  /** One note for the file, whose hint counts the other places. */
  once(finding: Omit<Diagnostic, "hint">): void {
    this.#toldCount += 1;
    const { code, at } = finding;
    const known = this.#collected.get(code);
    if (known === undefined) this.#collected.set(code, { finding, others: [] });
    else if (at.line !== known.finding.at.line || at.file !== known.finding.at.file) known.others.push(at);
  }

  diagnostics(): readonly Diagnostic[] {
    const collected = [...this.#collected.values()].map(
      ({ finding, others }): Diagnostic =>
        others.length === 0 ? finding : { ...finding, hint: `also in ${linesOf(others)}` },
    );
    return [...this.#diagnostics.values(), ...collected, ...this.#ignored.diagnostics()];
  }
}

const SHOWN_LINES = 5;

function linesOf(places: readonly SourceSpan[]): string {
  const lines = [...new Set(places.map((place) => place.line))];
  const shown = lines.slice(0, SHOWN_LINES).join(", ");
  const rest = lines.length - SHOWN_LINES;
  return `line ${shown}${rest > 0 ? ` and ${rest} more` : ""}`;
}
