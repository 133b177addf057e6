import {
  type ByteAutomaton,
  buildAutomaton,
  longestFragment,
  pendingLength,
  START_STATE,
  stepDeep,
} from "./byte-automaton.ts";
import { secretForms } from "./secret-forms.ts";
import { buildSkipTable, type SkipTable, skipAhead } from "./skip-table.ts";

/** What stands in a log where a secret was. @source GS-1003 */
export const MASK_TEXT = "[MASKED]";

/** `some`: what GitLab hides when `FF_MASK_ALL_DEFAULT_TOKENS` is off. @source GS-1006 */
export type TokenKinds = "all" | "some";

/** The secrets of a job, made ready once; every stream of the job gets its own {@link Masker} from it. */
export interface Mask {
  /** Undefined: nothing to hide. */
  readonly patterns: CompiledPatterns | undefined;
  /** Which tokens are hidden though nobody told us that they are secrets. */
  readonly tokens: TokenKinds;
}

interface CompiledPatterns {
  readonly automaton: ByteAutomaton;
  readonly skipTable: SkipTable;
}

/** Hides secrets in one stream of bytes. Not shared between streams: it remembers what may be the start of a secret. */
export interface Masker {
  /** @returns what is safe to show so far; may be (a part of) `chunk` itself, may be empty. */
  write(chunk: Uint8Array): Uint8Array;
  /** @returns what was held back. A fragment of more than half of a secret is hidden too. */
  end(): Uint8Array;
}

const MASK_BYTES = Buffer.from(MASK_TEXT);
const NOTHING = new Uint8Array(0);

export function compileMask(secrets: readonly string[], tokens: TokenKinds = "all"): Mask {
  const forms = secretForms(secrets);
  if (forms.length === 0) return { patterns: undefined, tokens };
  const bytes = forms.map((form) => Buffer.from(form));
  return { patterns: { automaton: buildAutomaton(bytes), skipTable: buildSkipTable(bytes) }, tokens };
}

/**
 * Every byte that belongs to an occurrence of a secret is hidden; occurrences that overlap become one `[MASKED]`, so the
 * longest wins and nothing of the others remains. The output does not depend on how the input was cut. Memory is bounded by
 * the longest secret.
 *
 * @source GS-1002, GS-1003, GS-1004; GS-1005's leak cannot happen
 */
export function createMasker(secrets: readonly string[] | Mask): Masker {
  const { patterns } = "patterns" in secrets ? secrets : compileMask(secrets);
  if (patterns === undefined) return { write: (chunk) => chunk, end: () => NOTHING };
  return new StreamMasker(patterns);
}

/** Takes secrets out of a text that is whole. */
export function maskText(mask: Mask, text: string): string {
  if (mask.patterns === undefined) return text;
  const masker = createMasker(mask);
  return Buffer.concat([masker.write(Buffer.from(text)), masker.end()]).toString("utf8");
}

class StreamMasker implements Masker {
  readonly #patterns: CompiledPatterns;
  #state: number = START_STATE;
  /** The last bytes of the input that may begin a secret. */
  #held: Uint8Array = NOTHING;
  /** Start, end, start, end ... of what is to be hidden, relative to `#held`; ascending, apart from each other. */
  #spans: number[] = [];

  constructor(patterns: CompiledPatterns) {
    this.#patterns = patterns;
  }

  write(chunk: Uint8Array): Uint8Array {
    const before = this.#held.length;
    const data = before === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#state = scan(this.#patterns, this.#state, data, before, this.#spans);
    const settled = data.length - pendingLength(this.#patterns.automaton, this.#state);
    // A copy: the caller may use its buffer again.
    this.#held = settled === data.length ? NOTHING : Buffer.from(data.subarray(settled));
    return this.#release(data, settled);
  }

  end(): Uint8Array {
    const data = this.#held;
    const fragment = longestFragment(this.#patterns.automaton, this.#state);
    if (fragment > 0) addSpan(this.#spans, data.length - fragment, data.length);
    this.#state = START_STATE;
    this.#held = NOTHING;
    return this.#release(data, data.length);
  }

  /** Cuts off the first `settled` bytes: no match that is still to come starts before them. */
  #release(data: Uint8Array, settled: number): Uint8Array {
    const spans = this.#spans;
    if (spans.length === 0) return settled === data.length ? data : data.subarray(0, settled);
    const parts: Uint8Array[] = [];
    const rest: number[] = [];
    let from = 0;
    for (let n = 0; n < spans.length; n += 2) {
      const start = spans[n] ?? 0;
      const end = spans[n + 1] ?? 0;
      if (from < settled) parts.push(data.subarray(from, Math.min(start, settled)));
      if (end <= settled) parts.push(MASK_BYTES);
      else rest.push(Math.max(0, start - settled), end - settled);
      from = end;
    }
    if (from < settled) parts.push(data.subarray(from, settled));
    // A match that reaches into the held bytes may still grow; its start is shown already, as nothing.
    this.#spans = rest;
    return Buffer.concat(parts);
  }
}

/** Runs over `data` from `from` on and adds every match to `spans`. @returns the state behind the last byte. */
function scan(compiled: CompiledPatterns, start: number, data: Uint8Array, from: number, spans: number[]): number {
  const { automaton, skipTable } = compiled;
  const end = data.length;
  let state = start;
  let at = from;
  while (at < end) {
    if (state >= 0) {
      // Little is pending: forget it and jump from where it began to the next place where a secret may start.
      at = skipAhead(skipTable, data, at - pendingLength(automaton, state));
      state = START_STATE;
    }
    const pause = Math.min(end, at + skipTable.window);
    state = walk(automaton, state, data, at, pause, spans);
    at = pause;
  }
  return state;
}

function walk(
  automaton: ByteAutomaton,
  start: number,
  data: Uint8Array,
  from: number,
  end: number,
  spans: number[],
): number {
  const { rows, columns } = automaton;
  const { match } = automaton.trie;
  let state = start;
  for (let at = from; at < end; at++) {
    const byte = data[at] ?? 0;
    state = state >= 0 ? (rows[state + (columns[byte] ?? 0)] ?? 0) : stepDeep(automaton, state, byte);
    if (state < 0) {
      const length = match[~state] ?? 0;
      if (length > 0) addSpan(spans, at + 1 - length, at + 1);
    }
  }
  return state;
}

/** Spans arrive by their end; one that overlaps earlier ones takes them in. Spans that only touch stay two. */
function addSpan(spans: number[], start: number, end: number): void {
  let first = start;
  while (spans.length > 0 && (spans[spans.length - 1] ?? 0) > first) {
    spans.pop();
    first = Math.min(first, spans.pop() ?? 0);
  }
  spans.push(first, end);
}
