import { carriesLocalTag, mappingOf, sequenceOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, isNull, scalarTextOf, stringsOf } from "./config-values.ts";
import type { Report } from "./report.ts";

/** A reference to a reference to a reference ... @source GY-41 */
const MAX_LEVELS = 10;

/** References in work at a time: keeps a chain of thousands from ending our stack before its levels are counted. */
const MAX_OPEN = 100;

interface Target {
  readonly node: YamlNode;
  /** References on the longest way down, this one included. */
  readonly levels: number;
}

/**
 * Puts what each `!reference [a, b]` names in its place. A list in a list stays a list in a list: only some keywords
 * flatten it (GY-42).
 *
 * @source GY-39, GY-40, GY-41
 */
export function resolveReferences(root: YamlMapping, report: Report): YamlMapping {
  const resolved = new ReferenceResolver(root, report).resolve(root);
  return resolved.kind === "mapping" ? resolved : root;
}

class ReferenceResolver {
  readonly #root: YamlMapping;
  readonly #report: Report;
  readonly #done = new Map<string, Target>();
  readonly #open = new Set<string>();
  /** Levels below the reference in work, as far as they are known. */
  #levels = 0;

  constructor(root: YamlMapping, report: Report) {
    this.#root = root;
    this.#report = report;
  }

  /** Shares every part of the tree that holds no reference. */
  resolve(node: YamlNode): YamlNode {
    if (!carriesLocalTag(node)) return node;
    if (node.tag === "!reference") return this.#target(node);
    if (node.kind === "mapping") {
      const entries = new Map(node.entries);
      for (const [name, entry] of node.entries) {
        const value = this.resolve(entry.value);
        if (value !== entry.value) entries.set(name, { key: entry.key, value });
      }
      return mappingOf(node, entries);
    }
    if (node.kind === "sequence")
      return sequenceOf(
        node,
        node.items.map((item) => this.resolve(item)),
      );
    return node;
  }

  #target(reference: YamlNode): YamlNode {
    const path = stringsOf(reference);
    if (path === undefined || path.length === 0)
      return this.#fail(reference, "is not valid", "expected !reference [job, keyword]");
    const name = `[${path.map((part) => JSON.stringify(part)).join(", ")}]`;
    const target = this.#done.get(name) ?? this.#resolveTarget(reference, path, name);
    if (this.#open.size > 0 || target.levels <= MAX_LEVELS) {
      this.#levels = Math.max(this.#levels, target.levels);
      return target.node;
    }
    return this.#fail(reference, `${name} is nested too deep`, `at most ${MAX_LEVELS} levels`);
  }

  #resolveTarget(reference: YamlNode, path: readonly string[], name: string): Target {
    if (this.#open.has(name)) {
      return { node: this.#fail(reference, `${name} is part of a circular chain`), levels: 1 };
    }
    if (this.#open.size >= MAX_OPEN) return { node: reference, levels: MAX_OPEN };
    const outer = this.#levels;
    this.#levels = 0;
    this.#open.add(name);
    const raw = this.#lookUp(path);
    const node = raw === undefined ? this.#miss(reference, name) : this.resolve(raw);
    this.#open.delete(name);
    const target = { node, levels: this.#levels + 1 };
    this.#levels = outer;
    this.#done.set(name, target);
    return target;
  }

  #lookUp(path: readonly string[]): YamlNode | undefined {
    let node: YamlNode | undefined = this.#root;
    for (const part of path) {
      if (node?.tag === "!reference") node = this.#target(node);
      node = node?.kind === "mapping" ? node.entries.get(part)?.value : undefined;
    }
    return node === undefined || isNull(node) || booleanOf(node) === false ? undefined : node;
  }

  #miss(reference: YamlNode, name: string): YamlNode {
    const text = `!reference ${name} could not be found`;
    this.#report.missing({ code: "invalid-reference", text, at: reference });
    return sequenceOf({ source: reference.source, offset: reference.offset, tag: undefined }, []);
  }

  #fail(reference: YamlNode, text: string, hint?: string): YamlNode {
    const shown = text === "is not valid" ? `${shownItems(reference)} is not valid` : text;
    this.#report.whole("error", { code: "invalid-reference", text: `!reference ${shown}`, at: reference, hint });
    return {
      kind: "scalar",
      text: "",
      plain: true,
      tag: undefined,
      source: reference.source,
      offset: reference.offset,
    };
  }
}

function shownItems(reference: YamlNode): string {
  if (reference.kind === "sequence") return `[${reference.items.map((item) => scalarTextOf(item) ?? "…").join(", ")}]`;
  return JSON.stringify(scalarTextOf(reference) ?? "");
}
