import type { Diagnostic } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { type SourceText, spanAt } from "../text/source-text.ts";
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from "./yaml-node.ts";
import { isLocalTag, lineOf, mappingOf, sequenceOf } from "./yaml-node.ts";

/** What plain scalars mean differs between YAML's versions and their readers. */
export interface ScalarRules {
  /** The text under which a key is found: `012` is `10` to Ruby. */
  readonly toKey: (key: YamlScalar) => string;
  /** Why a scalar may not stand in a file at all, and what to write instead. */
  readonly findProblem: (scalar: YamlScalar) => { readonly message: string; readonly hint: string } | undefined;
}

export interface BuildOptions {
  readonly scalars: ScalarRules;
  /** Local tags the program knows; any other is an error. */
  readonly localTags: ReadonlySet<string>;
  /** Copying of merged entries stops here; what is left out does not matter, because the file is then refused. */
  readonly maxNodes: number;
  /**
   * `keep`: a key that stands twice in a mapping is two entries; the later ones are found under a name of their own, and
   * `entry.key` has the word (DR-36). Otherwise the last one wins, with a warning.
   */
  readonly repeatedKeys?: "keep";
}

export interface NodeProperties {
  readonly tag: string | undefined;
  readonly anchor: string | undefined;
}

/** A scalar before it is known what it stands for. */
export interface ScalarParts {
  readonly text: string;
  readonly plain: boolean;
  readonly offset: number;
}

interface RawPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

const NO_ENTRIES: ReadonlyMap<string, YamlEntry> = new Map();

/**
 * Makes one document's nodes, bottom up, from what a reader finds: names anchors, answers aliases with the node they
 * name, applies merge keys, and keeps what is wrong with the document.
 *
 * @source GY-4, GY-6, GY-7, GY-8
 */
export class TreeBuilder {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[] = [];
  readonly #options: BuildOptions;
  readonly #anchors = new Map<string, YamlNode>();
  #mergedEntries = 0;

  constructor(source: SourceText, options: BuildOptions) {
    this.source = source;
    this.#options = options;
  }

  /** True when merge keys alone have copied more than a file may hold. */
  get exhausted(): boolean {
    return this.#mergedEntries > this.#options.maxNodes;
  }

  scalar(parts: ScalarParts, properties: NodeProperties): YamlScalar {
    const node: YamlScalar = {
      kind: "scalar",
      text: parts.text,
      plain: parts.plain,
      tag: properties.tag,
      source: this.source,
      offset: parts.offset,
    };
    const problem = parts.plain ? this.#options.scalars.findProblem(node) : undefined;
    if (problem !== undefined) this.#report("error", "yaml-scalar", problem.message, parts.offset, problem.hint);
    return this.#finish(node, properties);
  }

  sequence(items: readonly YamlNode[], offset: number, properties: NodeProperties): YamlNode {
    return this.#finish(sequenceOf({ source: this.source, offset, tag: properties.tag }, items), properties);
  }

  mapping(pairs: readonly RawPair[], offset: number, properties: NodeProperties): YamlMapping {
    const entries = new Map<string, YamlEntry>();
    const merged = new Set<string>();
    for (const pair of pairs) this.#addPair(entries, merged, pair);
    return this.#finish(mappingOf({ source: this.source, offset, tag: properties.tag }, entries), properties);
  }

  alias(name: string, offset: number): YamlNode {
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    this.#report(
      "error",
      "yaml-unknown-alias",
      `Unknown alias: ${name}`,
      offset,
      "write the anchor, with &, before the alias",
    );
    return this.scalar({ text: "", plain: true, offset }, { tag: undefined, anchor: undefined });
  }

  #addPair(entries: Map<string, YamlEntry>, merged: Set<string>, { key, value }: RawPair): void {
    if (key.kind !== "scalar") {
      this.#report("error", "yaml-key", "a key must be a plain word, not a list or a mapping", key.offset);
      return;
    }
    if (key.text === "<<" && key.plain && key.tag === undefined && this.#merge(entries, merged, value)) return;
    const name = this.#options.scalars.toKey(key);
    const earlier = entries.get(name);
    if (earlier !== undefined && !merged.delete(name)) {
      if (this.#options.repeatedKeys === "keep") {
        entries.set(`${name}\0${entries.size}`, { key, value });
        return;
      }
      const first = lineOf(earlier.key);
      this.#report(
        "warning",
        "yaml-duplicate-key",
        `duplicate key "${name}": the last one wins, the first is in line ${first}`,
        key.offset,
      );
    }
    entries.set(name, { key, value });
  }

  /** Explicit keys win over merged ones wherever they stand, and of a list of mappings the earlier ones win. */
  #merge(entries: Map<string, YamlEntry>, merged: Set<string>, value: YamlNode): boolean {
    const sources = value.kind === "sequence" ? value.items : [value];
    if (sources.length === 0 || !sources.every((item) => item.kind === "mapping" && item.tag === undefined))
      return false;
    for (const item of sources) {
      for (const [name, entry] of item.kind === "mapping" ? item.entries : NO_ENTRIES) {
        if (this.exhausted) return true;
        this.#mergedEntries += 1;
        if (entries.has(name)) continue;
        merged.add(name);
        entries.set(name, entry);
      }
    }
    return true;
  }

  #finish<T extends YamlNode>(node: T, properties: NodeProperties): T {
    if (properties.anchor !== undefined) this.#anchors.set(properties.anchor, node);
    if (isLocalTag(node.tag) && !this.#options.localTags.has(node.tag ?? "")) {
      this.#report(
        "error",
        "yaml-unknown-tag",
        `Unknown tag: ${node.tag}`,
        node.offset,
        knownTags(this.#options.localTags),
      );
    }
    return node;
  }

  #report(
    severity: Diagnostic["severity"],
    code: DiagnosticCode,
    message: string,
    offset: number,
    hint?: string,
  ): void {
    this.diagnostics.push({
      severity,
      code,
      message,
      at: spanAt(this.source, offset),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function knownTags(tags: ReadonlySet<string>): string {
  return tags.size === 0 ? "remove the tag" : `only ${[...tags].join(", ")} is known`;
}
