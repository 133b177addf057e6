import type { SourceSpan } from "../../../text/source.ts";
import { mappingOf, spanOf, type YamlMapping, type YamlNode } from "../../../yaml/yaml-node.ts";
import type { DialectContext, IncludedSource, PipelineSource } from "../../dialect.ts";
import type { FileAnswer, FileBase, FileRequest, FoundFile } from "../../files.ts";
import { mergeAll } from "../merge.ts";
import { type ConfigFile, readConfig } from "../read-config.ts";
import type { Report } from "../report.ts";
import { type IncludeEntry, readIncludes } from "./include-entries.ts";
import { describeFailure } from "./include-failures.ts";
import { type LocatedRequest, locate } from "./include-requests.ts";
import { admitsInclude } from "./include-rules.ts";
import { IncludeScope } from "./include-scope.ts";

/** @source GY-60 */
const MAX_INCLUDES = 150;

export interface ExpandedIncludes {
  /** Without `include`; undefined while files are still to be fetched. */
  readonly root: YamlMapping | undefined;
  /** Every file that was taken in, by name. */
  readonly sources: ReadonlyMap<string, IncludedSource>;
}

/**
 * Puts what a file includes below its own content, depth first. What cannot be taken in is told and left out.
 *
 * @source GY-44 to GY-63
 */
export function expandIncludes(
  config: ConfigFile,
  source: PipelineSource,
  context: DialectContext,
  report: Report,
): ExpandedIncludes {
  if (!config.content.entries.has("include")) return { root: config.content, sources: new Map() };
  const expansion = new IncludeExpansion(source, context, report);
  const root = expansion.expand(config.content, { kind: "work-tree" });
  return { root: expansion.isWaiting ? undefined : root, sources: expansion.sources };
}

class IncludeExpansion {
  readonly sources = new Map<string, IncludedSource>();
  readonly #context: DialectContext;
  readonly #report: Report;
  readonly #scope: IncludeScope;
  #count = 0;
  #isWaiting = false;

  constructor(source: PipelineSource, context: DialectContext, report: Report) {
    this.#context = context;
    this.#report = report;
    this.#scope = new IncludeScope(context, source.file);
  }

  /** Something was asked for that is not at hand yet. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  expand(content: YamlMapping, base: FileBase): YamlMapping {
    const include = content.entries.get("include");
    if (include === undefined) return content;
    const parts = readIncludes(include.value, this.#report).flatMap((entry) => this.#take(entry, base));
    const own = new Map(content.entries);
    own.delete("include");
    return mergeAll(parts, mappingOf(content, own));
  }

  #take(entry: IncludeEntry, base: FileBase): readonly YamlMapping[] {
    if (entry.rules !== undefined && !this.#admits(entry.rules, base)) return [];
    return locate(entry, base, this.#scope, this.#context).flatMap((located) => {
      if (typeof located !== "string") return this.#takeLocated(located, entry);
      this.#report.whole("error", { code: "invalid-include", path: "include", text: located, at: entry.at });
      return [];
    });
  }

  #admits(rules: YamlNode, base: FileBase): boolean {
    const exists = (patterns: readonly string[]): boolean => {
      const answer = this.#ask({ kind: "exists", base, patterns });
      return answer?.kind === "names" && answer.names.length > 0;
    };
    return admitsInclude(rules, { scope: this.#scope, exists }, this.#report);
  }

  #takeLocated({ request, location }: LocatedRequest, entry: IncludeEntry): readonly YamlMapping[] {
    if (request.kind !== "pattern") return this.#takeFile({ request, location }, entry);
    const answer = this.#ask(request);
    if (answer?.kind === "failed" || (answer?.kind === "names" && answer.names.length === 0)) {
      return this.#fail({ request, location }, answer, entry.at);
    }
    const names = answer?.kind === "names" ? answer.names : [];
    return names.flatMap((path) =>
      this.#takeFile({ request: { kind: "local", base: request.base, path }, location: path }, entry),
    );
  }

  #takeFile(located: LocatedRequest, entry: IncludeEntry): readonly YamlMapping[] {
    if (!this.#countOne(entry.at)) return [];
    const answer = this.#ask(located.request);
    if (answer === undefined) return [];
    if (answer.kind !== "text") return this.#fail(located, answer, entry.at);
    const content = this.#read(answer.found, located.location, spanOf(entry.at));
    return content === undefined ? [] : [this.expand(content, answer.found.base)];
  }

  #ask(request: FileRequest): FileAnswer | undefined {
    // A compile without files is one that cannot fetch any.
    if (this.#context.files === undefined) return { kind: "failed", failure: { reason: "offline" } };
    const answer = this.#context.files.find(request);
    if (answer === undefined) this.#isWaiting = true;
    return answer;
  }

  /** A file that includes itself ends here, and so does one that includes ten that include ten. @source GY-60 */
  #countOne(at: YamlNode): boolean {
    this.#count += 1;
    if (this.#count <= MAX_INCLUDES) return true;
    if (this.#count > MAX_INCLUDES + 1) return false;
    const text = `Maximum of ${MAX_INCLUDES} nested includes are allowed!`;
    const hint = "a file that includes itself, or one that includes it, never comes to an end";
    this.#report.whole("error", { code: "too-many-includes", path: "include", text, at, hint });
    return false;
  }

  /** @source GY-61 */
  #read(found: FoundFile, location: string, includedAt: SourceSpan): YamlMapping | undefined {
    if (!this.sources.has(found.file)) this.sources.set(found.file, { text: found.text, includedAt });
    const kind = found.base.kind === "work-tree" ? "Local" : "Included";
    const wording = {
      prefix: `\`${location}\`: `,
      empty: kind === "Local" ? `Local file \`${location}\` is empty!` : `Included file \`${location}\` is empty!`,
      badSyntax: `Included file \`${location}\` does not have valid YAML syntax! `,
    };
    return readConfig(found, this.#report, wording, this.#context.files?.trees)?.content;
  }

  #fail({ request, location }: LocatedRequest, answer: FileAnswer, at: YamlNode): readonly YamlMapping[] {
    const failure = answer.kind === "failed" ? answer.failure : { reason: "no-file" as const };
    const { severity, code, text } = describeFailure(request, location, failure);
    this.#report.lackFiles();
    this.#report.whole(severity, { code, path: "include", text, at, hint: failure.hint });
    return [];
  }
}
