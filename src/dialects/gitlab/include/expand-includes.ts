import type { SourceSpan } from "../../../text/source.ts";
import { mappingOf, spanOf, weightOf, type YamlMapping, type YamlNode } from "../../../yaml/yaml-node.ts";
import type { DialectContext, IncludedSource, PipelineSource } from "../../dialect.ts";
import type { FileAnswer, FileBase, FileRequest, FoundFile } from "../../files.ts";
import type { FileConditions } from "../decisions/file-conditions.ts";
import { applyInputs } from "../inputs/apply-inputs.ts";
import { nodesOfGiven } from "../inputs/given-inputs.ts";
import type { InputSpec } from "../inputs/input-spec.ts";
import { valuesOfMapping } from "../inputs/resolve-inputs.ts";
import { readHeaderInclude } from "../inputs/spec-include.ts";
import { mergeAll } from "../merge.ts";
import { type ConfigFile, LIMITS, readConfig } from "../read-config.ts";
import type { Report } from "../report.ts";
import { type IncludeEntry, readIncludes } from "./include-entries.ts";
import { describeFailure, type FailureText } from "./include-failures.ts";
import { type LocatedRequest, locate } from "./include-requests.ts";
import { admitsInclude } from "./include-rules.ts";
import { IncludeScope } from "./include-scope.ts";

/** @source GY-60 */
const MAX_INCLUDES = 150;

const WORK_TREE: FileBase = { kind: "work-tree" };

export interface ExpandedIncludes {
  /** Without `include`; undefined when the file cannot be used, or while files are still to be fetched. */
  readonly root: YamlMapping | undefined;
  /** Every file that was taken in, by name. */
  readonly sources: ReadonlyMap<string, IncludedSource>;
}

/**
 * A file with its inputs put in and what it includes below its own content, depth first. What cannot be taken in is told
 * and left out.
 *
 * @param conditions answer what rules of includes ask about files.
 * @source GY-11, GY-44 to GY-63
 */
export function expandIncludes(
  config: ConfigFile,
  source: PipelineSource,
  context: DialectContext,
  conditions: FileConditions,
  report: Report,
): ExpandedIncludes {
  const isSimple = config.header === undefined && context.inputs === undefined;
  if (isSimple && !config.content.entries.has("include")) return { root: config.content, sources: new Map() };
  const expansion = new IncludeExpansion(source, context, conditions, report);
  const root = expansion.expandRoot(config);
  return { root: expansion.isWaiting ? undefined : root, sources: expansion.sources };
}

class IncludeExpansion {
  readonly sources = new Map<string, IncludedSource>();
  readonly #context: DialectContext;
  readonly #report: Report;
  readonly #scope: IncludeScope;
  readonly #conditions: FileConditions;
  #count = 0;
  /** Values in all files so far. */
  #weight = 0;
  #isWaiting = false;

  constructor(source: PipelineSource, context: DialectContext, conditions: FileConditions, report: Report) {
    this.#context = context;
    this.#conditions = conditions;
    this.#report = report;
    this.#scope = new IncludeScope(context, source.file);
  }

  /** Something was asked for that is not at hand yet. */
  get isWaiting(): boolean {
    return this.#isWaiting || this.#conditions.isWaiting;
  }

  expandRoot(config: ConfigFile): YamlMapping | undefined {
    const given = this.#context.inputs ?? { texts: new Map(), files: [] };
    const side = {
      prefix: "",
      given: (specs: readonly InputSpec[]) => nodesOfGiven(given, specs, config.header ?? config.content, this.#report),
      givenAt: undefined,
      component: new Map<string, string>(),
      included: (include: YamlNode) => this.#specsOf(include, WORK_TREE),
    };
    const content = applyInputs(config, side, this.#scope, this.#report);
    return content && (this.#context.keepDocument === "own" ? content : this.expand(content, WORK_TREE));
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
      if (typeof located !== "string") return this.#takeLocated(located, entry, base);
      this.#refuse({ severity: "error", code: "invalid-include", text: located }, entry);
      return [];
    });
  }

  #admits(rules: YamlNode, base: FileBase): boolean {
    return admitsInclude(rules, { scope: this.#scope, files: this.#conditions, base }, this.#report);
  }

  #takeLocated({ request, location }: LocatedRequest, entry: IncludeEntry, base: FileBase): readonly YamlMapping[] {
    if (request.kind !== "pattern") return this.#takeFile({ request, location }, entry, base);
    const answer = this.#ask(request);
    if (answer?.kind === "failed" || (answer?.kind === "names" && answer.names.length === 0)) {
      return this.#fail({ request, location }, answer, entry);
    }
    const names = answer?.kind === "names" ? answer.names : [];
    return names.flatMap((path) =>
      this.#takeFile({ request: { kind: "local", base: request.base, path }, location: path }, entry, base),
    );
  }

  #takeFile(located: LocatedRequest, entry: IncludeEntry, base: FileBase): readonly YamlMapping[] {
    if (!this.#countOne(entry.at)) return [];
    const answer = this.#ask(located.request);
    if (answer === undefined) return [];
    if (answer.kind !== "text") return this.#fail(located, answer, entry);
    const found = { ...answer.found, base: answer.found.base ?? base };
    const config = this.#read(answer.found, located, spanOf(entry.at));
    const content = config && this.#applyInputs(config, found, located, entry);
    return content === undefined || !this.#fits(content, entry.at) ? [] : [this.expand(content, found.base)];
  }

  #ask(request: FileRequest): FileAnswer | undefined {
    if (request.kind === "made") return this.#madeBy(request.job, request.path);
    // A compile without files is one that cannot fetch any.
    if (this.#context.files === undefined) return { kind: "failed", failure: { reason: "offline" } };
    const answer = this.#context.files.find(request);
    if (answer === undefined) this.#isWaiting = true;
    return answer;
  }

  #madeBy(job: string, path: string): FileAnswer {
    const text = this.#context.made?.find((file) => file.job === job && file.path === path)?.text;
    if (text === undefined) return { kind: "failed", failure: { reason: "no-file" } };
    return { kind: "text", found: { file: `${path} of job ${job}`, text, base: WORK_TREE } };
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

  /** A few large files that are taken in a hundred times would fill the memory. */
  #fits(content: YamlMapping, at: YamlNode): boolean {
    const before = this.#weight;
    this.#weight += weightOf(content);
    if (this.#weight <= LIMITS.maxNodes) return true;
    if (before > LIMITS.maxNodes) return false;
    const text = `The parsed YAML is too big: with all included files it has more than ${LIMITS.maxNodes} values`;
    this.#report.whole("error", { code: "yaml-too-big", path: "include", text, at });
    return false;
  }

  /** @source GY-61 */
  #read(found: FoundFile, { request, location }: LocatedRequest, includedAt: SourceSpan): ConfigFile | undefined {
    if (!this.sources.has(found.file)) this.sources.set(found.file, { text: found.text, includedAt });
    const kind = request.kind === "local" ? "Local" : "Included";
    const wording = {
      prefix: `\`${location}\`: `,
      empty: `${kind} file \`${location}\` is empty!`,
      badSyntax: `Included file \`${location}\` does not have valid YAML syntax! `,
    };
    const config = readConfig(found, this.#report, wording, this.#context.files?.trees);
    if (config === undefined) this.#report.lackFiles();
    return config;
  }

  #applyInputs(
    config: ConfigFile,
    found: FoundFile & { readonly base: FileBase },
    { request, location }: LocatedRequest,
    entry: IncludeEntry,
  ): YamlMapping | undefined {
    const side = {
      prefix: `\`${location}\`: `,
      given: () => valuesOfMapping(entry.inputs),
      givenAt: entry.at,
      component: componentFacts(request, found),
      included: (include: YamlNode) => this.#specsOf(include, found.base),
    };
    return applyInputs(config, side, this.#scope, this.#report);
  }

  /** @source GY-78 */
  #specsOf(include: YamlNode, base: FileBase): readonly InputSpec[] | undefined {
    const before = this.#report.errorCount;
    const specs = readIncludes(include, this.#report).flatMap((entry) =>
      locate(entry, base, this.#scope, this.#context).flatMap((located) => this.#specsAt(located, entry)),
    );
    return this.isWaiting || this.#report.errorCount > before ? undefined : specs;
  }

  #specsAt(located: LocatedRequest | string, entry: IncludeEntry): readonly InputSpec[] {
    if (typeof located === "string") {
      this.#report.whole("error", {
        code: "invalid-include",
        path: "header:spec:include",
        text: located,
        at: entry.at,
      });
      return [];
    }
    if (!this.#countOne(entry.at)) return [];
    const answer = this.#ask(located.request);
    if (answer === undefined) return [];
    if (answer.kind !== "text") {
      this.#fail(located, answer, entry);
      return [];
    }
    const config = this.#read(answer.found, located, spanOf(entry.at));
    return config === undefined ? [] : readHeaderInclude(config.content, located.location, this.#report);
  }

  #fail({ request, location }: LocatedRequest, answer: FileAnswer, entry: IncludeEntry): readonly YamlMapping[] {
    const failure = answer.kind === "failed" ? answer.failure : { reason: "no-file" as const };
    const told = describeFailure(request, location, failure);
    this.#report.lackFiles();
    const hint = failure.hint === undefined ? undefined : this.#scope.hide(failure.hint);
    this.#refuse({ ...told, text: this.#scope.hide(told.text) }, entry, hint);
    return [];
  }

  /** With a variable that the project may have on its server, nobody knows here which file is meant. */
  #refuse({ severity, code, text }: FailureText, { location, files, ref, at }: IncludeEntry, hint?: string): void {
    const unset = this.#scope.unsetIn([location, ...files, ref ?? ""]);
    const [first] = unset;
    if (severity === "note" || first === undefined) {
      this.#report.whole(severity, { code, path: "include", text, at, hint });
      return;
    }
    this.#report.lackFiles();
    const lacking = unset.map((name) => `"${name}"`).join(", ");
    this.#report.whole("warning", {
      code: "include-not-read",
      path: "include",
      text: `${text} (not set here: ${lacking})`,
      at,
      hint: `give it with --variable ${first}=VALUE`,
    });
  }
}

/** @source GY-75 */
function componentFacts(request: FileRequest, { version, sha }: FoundFile): ReadonlyMap<string, string> {
  if (request.kind !== "component") return new Map();
  const facts = { name: request.name, reference: request.version, version, sha };
  return new Map(Object.entries(facts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])));
}
