import {
  mappingOf,
  sequenceOf,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from "../../../yaml/yaml-node.ts";
import type { Report } from "../report.ts";
import { inputText } from "./input-types.ts";
import { resolveBlock } from "./interpolation-block.ts";
import type { InterpolationScope } from "./interpolation-functions.ts";

const MAX_BLOCKS = 10_000;
const MAX_PROBLEMS = 3;

/**
 * Puts inputs into every key and value of a file's content. A scalar that is nothing but one block becomes the value,
 * with its type; in a longer text stands the value's text.
 *
 * @param prefix of every message.
 * @source GY-71, GY-72, GY-74
 */
export function interpolate(
  content: YamlMapping,
  scope: InterpolationScope,
  prefix: string,
  report: Report,
): YamlMapping {
  if (!content.source.text.includes("$[[")) return content;
  const result = new Interpolation(scope, prefix, report).node(content);
  return result.kind === "mapping" ? result : content;
}

class Interpolation {
  readonly #scope: InterpolationScope;
  readonly #prefix: string;
  readonly #report: Report;
  /** An anchor's node stands in many places; it is one node before and after. */
  readonly #done = new Map<YamlNode, YamlNode>();
  #blocks = 0;
  #problems = 0;

  constructor(scope: InterpolationScope, prefix: string, report: Report) {
    this.#scope = scope;
    this.#prefix = prefix;
    this.#report = report;
  }

  node(node: YamlNode): YamlNode {
    if (node.kind === "scalar") return node.text.includes("$[[") ? this.#scalar(node) : node;
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    const result = node.kind === "sequence" ? this.#sequence(node) : this.#mapping(node);
    this.#done.set(node, result);
    return result;
  }

  #sequence(node: Extract<YamlNode, { kind: "sequence" }>): YamlNode {
    const items = node.items.map((item) => this.node(item));
    return items.every((item, index) => item === node.items[index]) ? node : sequenceOf(node, items);
  }

  #mapping(node: YamlMapping): YamlNode {
    const entries = new Map<string, YamlEntry>();
    let isChanged = false;
    for (const [name, entry] of node.entries) {
      const value = this.node(entry.value);
      if (!name.includes("$[[")) {
        isChanged ||= value !== entry.value;
        entries.set(name, value === entry.value ? entry : { key: entry.key, value });
        continue;
      }
      isChanged = true;
      const key = this.node(entry.key);
      const text = inputText(key);
      entries.set(text, { key: key.kind === "scalar" ? key : { ...entry.key, text, plain: false }, value });
    }
    return isChanged ? mappingOf(node, entries) : node;
  }

  #scalar(node: YamlScalar): YamlNode {
    const parts: string[] = [];
    let at = 0;
    for (const block of blocksIn(node.text)) {
      const value = this.#resolve(block.expression, node);
      if (value === undefined) continue;
      if (block.start === 0 && block.end === node.text.length) return placed(value, node);
      parts.push(node.text.slice(at, block.start), inputText(value));
      at = block.end;
    }
    if (at === 0) return node;
    return { ...node, text: parts.join("") + node.text.slice(at), plain: false };
  }

  #resolve(expression: string, node: YamlScalar): YamlNode | undefined {
    this.#blocks += 1;
    if (this.#blocks > MAX_BLOCKS) {
      if (this.#blocks === MAX_BLOCKS + 1) this.#refuse("too many interpolation blocks", node);
      return undefined;
    }
    const result = resolveBlock(expression, node, this.#scope);
    if (result === undefined) return undefined;
    if ("value" in result) return result.value;
    this.#refuse(result.problem, node);
    return undefined;
  }

  #refuse(problem: string, at: YamlScalar): void {
    this.#problems += 1;
    if (this.#problems > MAX_PROBLEMS) return;
    const known = [...this.#scope.inputs.keys()].join(", ");
    const hint = problem.startsWith("unknown interpolation key") && known !== "" ? `known inputs: ${known}` : undefined;
    this.#report.whole("error", { code: "invalid-interpolation", text: this.#prefix + problem, at, hint });
  }
}

interface Block {
  readonly expression: string;
  readonly start: number;
  readonly end: number;
}

/** `$[[ ... ]]` in one line, with something in it. Each place of the text is looked at once. */
function* blocksIn(text: string): Generator<Block> {
  let close = -1;
  let lineEnd = -1;
  for (let start = text.indexOf("$[["); start !== -1; ) {
    if (close < start + 3) close = text.indexOf("]]", start + 3);
    if (close === -1) return;
    if (lineEnd < start) lineEnd = indexOrEnd(text, "\n", start);
    if (lineEnd > close) {
      const expression = text.slice(start + 3, close).trim();
      if (expression !== "") yield { expression, start, end: close + 2 };
    }
    start = text.indexOf("$[[", Math.min(close + 2, lineEnd));
  }
}

function indexOrEnd(text: string, part: string, from: number): number {
  const found = text.indexOf(part, from);
  return found === -1 ? text.length : found;
}

/** A scalar stands where the block stood; a list keeps the place where it was written. */
function placed(value: YamlNode, at: YamlScalar): YamlNode {
  return value.kind === "scalar" ? { ...value, source: at.source, offset: at.offset } : value;
}
