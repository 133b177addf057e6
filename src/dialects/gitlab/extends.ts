import { NearestWords } from "../../text/did-you-mean.ts";
import { mappingOf, type YamlEntry, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { isNull, stringOf, stringsOf } from "./config-values.ts";
import { TOP_LEVEL_KEYS } from "./keywords.ts";
import { deepMerge } from "./merge.ts";
import { LIMITS } from "./read-config.ts";
import type { Report } from "./report.ts";

const MAX_LEVELS = 10;

/** Entries in work at a time: keeps a chain of thousands from ending our stack before its levels are counted. */
const MAX_OPEN = 100;

interface Extended {
  readonly node: YamlMapping;
  /** Bases above it, counted along the longest way. */
  readonly levels: number;
}

/**
 * Merges every entry with the entries it extends. Hidden entries are resolved too, and may be incomplete.
 *
 * @source GY-32 to GY-38
 */
export function resolveExtends(root: YamlMapping, report: Report): YamlMapping {
  const resolver = new ExtendsResolver(root, report);
  const entries = new Map<string, YamlEntry>();
  for (const [name, { key, value }] of root.entries) {
    const isEntry = value.kind === "mapping" && !TOP_LEVEL_KEYS.read.has(name) && !TOP_LEVEL_KEYS.known.has(name);
    entries.set(name, { key, value: isEntry ? (resolver.resolve(name, value)?.node ?? value) : value });
  }
  if (resolver.copied > LIMITS.maxNodes) {
    report.whole("error", {
      code: "yaml-too-big",
      text: "The parsed YAML is too big: `extends` copies too many keys",
      at: root,
    });
  }
  return mappingOf(root, entries);
}

class ExtendsResolver {
  readonly #root: YamlMapping;
  readonly #report: Report;
  readonly #near: NearestWords;
  /** `undefined`: the entry cannot be resolved, and it has been said why. */
  readonly #done = new Map<string, Extended | undefined>();
  readonly #open = new Set<string>();
  #copied = 0;

  constructor(root: YamlMapping, report: Report) {
    this.#root = root;
    this.#near = new NearestWords(root.entries.keys());
    this.#report = report;
  }

  get copied(): number {
    return this.#copied;
  }

  resolve(name: string, node: YamlMapping): Extended | undefined {
    if (this.#done.has(name)) return this.#done.get(name);
    const keyword = node.entries.get("extends");
    const extended =
      keyword === undefined || isNull(keyword.value) ? { node, levels: 0 } : this.#extend(name, node, keyword.value);
    this.#done.set(name, extended);
    return extended;
  }

  #extend(name: string, node: YamlMapping, value: YamlNode): Extended | undefined {
    const one = stringOf(value);
    const names = one === undefined ? stringsOf(value) : [one];
    if (names === undefined) return this.#refuseType(name, value);
    const bases = this.#findBases(name, names, value);
    if (bases === undefined) return undefined;
    if (this.#open.size > MAX_OPEN) return this.#refuseDepth(name, value);
    this.#open.add(name);
    const extended = this.#mergeBases(name, node, bases, value);
    this.#open.delete(name);
    return extended;
  }

  #mergeBases(
    name: string,
    node: YamlMapping,
    bases: readonly (readonly [string, YamlMapping])[],
    at: YamlNode,
  ): Extended | undefined {
    let merged: YamlMapping | undefined;
    let levels = 0;
    for (const [baseName, base] of bases) {
      if (baseName === name || this.#open.has(baseName)) {
        return this.#refuse(baseName, "circular dependency detected in `extends`", at);
      }
      const extended = this.resolve(baseName, base);
      if (extended === undefined) return undefined;
      levels = Math.max(levels, extended.levels + 1);
      merged = merged === undefined ? extended.node : this.#merge(merged, extended.node);
    }
    if (levels > MAX_LEVELS) return this.#refuseDepth(name, at);
    return { node: merged === undefined ? node : this.#merge(merged, node), levels };
  }

  #findBases(
    name: string,
    names: readonly string[],
    at: YamlNode,
  ): readonly (readonly [string, YamlMapping])[] | undefined {
    const unknown = names.filter((base) => !this.#root.entries.has(base));
    if (unknown.length > 0) {
      const near = this.#near.find(unknown[0] ?? "");
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      const text = `${name}: unknown keys in \`extends\` (${unknown.join(", ")})`;
      this.#report.missing({ code: "invalid-extends", path: `jobs:${name}:extends`, text, at, hint });
      if (!this.#report.isIncomplete) return undefined;
    }
    const bases: (readonly [string, YamlMapping])[] = [];
    const invalid: string[] = [];
    for (const base of names) {
      const value = this.#root.entries.get(base)?.value;
      if (value === undefined) continue;
      if (value.kind === "mapping") bases.push([base, value]);
      else invalid.push(base);
    }
    if (invalid.length === 0) return bases;
    return this.#refuse(
      name,
      `invalid base hashes in \`extends\` (${invalid.join(", ")})`,
      at,
      "a base is a mapping, like a job",
    );
  }

  /** A small file can ask for billions of copied keys; the counter ends that. */
  #merge(base: YamlMapping, over: YamlMapping): YamlMapping {
    this.#copied += base.entries.size;
    return this.#copied > LIMITS.maxNodes ? over : deepMerge(base, over);
  }

  #refuseDepth(name: string, at: YamlNode): undefined {
    return this.#refuse(name, "nesting too deep in `extends`", at, `at most ${MAX_LEVELS} levels`);
  }

  #refuseType(name: string, at: YamlNode): undefined {
    this.#report.error({
      code: "invalid-extends",
      path: `jobs:${name}:extends`,
      text: "config should be an array of strings or a string",
      at,
    });
  }

  #refuse(name: string, text: string, at: YamlNode, hint?: string): undefined {
    this.#report.whole("error", {
      code: "invalid-extends",
      path: `jobs:${name}:extends`,
      text: `${name}: ${text}`,
      at,
      hint,
    });
  }
}
