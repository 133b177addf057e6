/**
 * What the stars of a pattern may match. `path`: `*` stops at `/` (Go's path match); `doublestar`: `**` crosses it, and
 * `{a,b}` gives alternatives; `text`: `*` matches anything, as a shell's parameter expansion does; `stars`: `*` stops at
 * `/`, `**` does not, and nothing else is special (GitLab's local includes); `fnmatch`: as `doublestar`, but `**` crosses
 * `/` only where a `/` follows it (GitLab's `changes` and `exists`, GY-160).
 */
export type GlobStyle = "path" | "doublestar" | "text" | "stars" | "fnmatch";

type Token =
  | { readonly kind: "character"; readonly accepts: (character: string) => boolean }
  | { readonly kind: "star"; readonly crosses: boolean }
  /** Nothing, or any folders with the `/` behind them: the `**` of `a/**` + `/b`. */
  | { readonly kind: "folders" };

/** More alternatives than this are taken as text: `{a,b}{a,b}...` doubles with every pair. */
const MAX_ALTERNATIVES = 128;
const MAX_PAIRS = 32;

/** Whether the whole text fits the pattern. Time grows with pattern times text, whatever both hold. @source DR-243 */
export function matchesGlob(pattern: string, text: string, style: GlobStyle): boolean {
  return compileGlob(pattern, style)(text);
}

/** For many texts: the pattern is read once. */
export function compileGlob(pattern: string, style: GlobStyle): (text: string) => boolean {
  if (!/[*?[{\\]/.test(pattern)) return (text) => text === pattern;
  const alternatives = style === "doublestar" || style === "fnmatch" ? expandBraces(pattern) : [pattern];
  const compiled = alternatives.map((one) => readTokens(one, style));
  return (text) => compiled.some((tokens) => matchesTokens(tokens, Array.from(text)));
}

function matchesTokens(tokens: readonly Token[], text: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    if (token.kind === "character") {
      for (const at of reached) {
        const character = text[at];
        if (character !== undefined && token.accepts(character)) next.add(at + 1);
      }
    } else {
      for (const at of reached) addRun(next, token, text, at);
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(text.length);
}

function addRun(
  next: Set<number>,
  token: Exclude<Token, { kind: "character" }>,
  text: readonly string[],
  from: number,
) {
  // Whatever can be reached from a place that is already there has been added with it.
  for (let at = from; at <= text.length; at++) {
    if (token.kind === "star") {
      if (next.has(at)) return;
      next.add(at);
      if (!token.crosses && text[at] === "/") return;
    } else if (at === from || text[at - 1] === "/") next.add(at);
  }
}

const CROSSES: Readonly<Record<GlobStyle, (stars: number) => boolean>> = {
  path: () => false,
  fnmatch: () => false,
  text: () => true,
  doublestar: (stars) => stars > 1,
  stars: (stars) => stars > 1,
};

function readTokens(pattern: string, style: GlobStyle): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at] ?? "";
    if (
      (style === "doublestar" || style === "fnmatch") &&
      pattern.startsWith("**/", at) &&
      (at === 0 || pattern[at - 1] === "/")
    ) {
      tokens.push({ kind: "folders" });
      at += 3;
    } else if (character === "*") {
      const run = /^\*+/.exec(pattern.slice(at))?.[0].length ?? 1;
      tokens.push({ kind: "star", crosses: CROSSES[style](run) });
      at += run;
    } else if (style === "stars") {
      at = readLiteral(pattern, at, tokens);
    } else if (character === "?") {
      tokens.push({ kind: "character", accepts: (one) => style === "text" || one !== "/" });
      at += 1;
    } else if (character === "[") {
      at = readClass(pattern, at, tokens);
    } else {
      const literal = character === "\\" && at + 1 < pattern.length ? 1 : 0;
      at = readLiteral(pattern, at + literal, tokens);
    }
  }
  return tokens;
}

function readLiteral(pattern: string, at: number, tokens: Token[]): number {
  const codePoint = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  tokens.push({ kind: "character", accepts: (one) => one === codePoint });
  return at + codePoint.length;
}

/** `[abc]`, `[a-z]`, `[^a]`, `[!a]`; a bracket that nobody closes stands for itself. */
function readClass(pattern: string, at: number, tokens: Token[]): number {
  const match = /^\[([!^]?)((?:\\.|[^\]\\])+)\]/su.exec(pattern.slice(at));
  if (match === null) {
    tokens.push({ kind: "character", accepts: (one) => one === "[" });
    return at + 1;
  }
  const [whole, negation = "", members = ""] = match;
  const ranges = [...members.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map(([, low = "", high]) => {
    const from = low.replace(/^\\/, "");
    return [from, high === undefined ? from : high.replace(/^\\/, "")] as const;
  });
  const isMember = (one: string): boolean => ranges.some(([low, high]) => one >= low && one <= high);
  tokens.push({ kind: "character", accepts: (one) => isMember(one) === (negation === "") });
  return at + whole.length;
}

/** Pairs may stand in pairs. One that nobody closes stands for itself. */
function expandBraces(pattern: string): readonly string[] {
  const pair = pattern.split("{").length > MAX_PAIRS ? undefined : findPair(pattern);
  if (pair === undefined) return [pattern];
  const before = pattern.slice(0, pair.open);
  const rests = expandBraces(pattern.slice(pair.close + 1));
  const choices = splitChoices(pattern.slice(pair.open + 1, pair.close)).flatMap(expandBraces);
  if (rests.length * choices.length > MAX_ALTERNATIVES) return [pattern];
  return choices.flatMap((choice) => rests.map((rest) => `${before}${choice}${rest}`));
}

/** The first pair of braces that is closed. */
function findPair(pattern: string): { readonly open: number; readonly close: number } | undefined {
  const open: number[] = [];
  let outermost: { readonly open: number; readonly close: number } | undefined;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === "{") open.push(at);
    const start = pattern[at] === "}" ? open.pop() : undefined;
    if (start === undefined) continue;
    if (outermost === undefined || start < outermost.open) outermost = { open: start, close: at };
    if (open.length === 0) break;
  }
  return outermost;
}

function splitChoices(inner: string): readonly string[] {
  const choices: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === "{") depth += 1;
    if (inner[at] === "}") depth -= 1;
    if (inner[at] !== "," || depth !== 0) continue;
    choices.push(inner.slice(start, at));
    start = at + 1;
  }
  return [...choices, inner.slice(start)];
}
