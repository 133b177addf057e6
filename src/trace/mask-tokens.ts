// Secrets that nobody told us: tokens of GitLab by their prefix, and the parameters of a URL that always hold one.

import { MASK_TEXT, type Masker, type TokenKinds } from "./mask.ts";

/** What follows them is hidden as far as it may be part of a token. @source GS-1006 */
const TOKEN_PREFIXES =
  wordsOf(`glpat- gloas- gldt- glrt- glcbt- glrtr- glptt- glft- glimt- glagent- glsoat- glffct- gltok-
  _gitlab_session=`);

/** Behind a `?` or `&`, in letters of either case; hidden up to the next one, white space or control. @source GS-1008 */
const URL_PARAMETERS = wordsOf(`private_token authenticity_token rss_token
  x-amz-signature x-amz-credential x-amz-security-token`);

const TOKEN = "[0-9A-Za-z._=-]";
const URL_VALUE = String.raw`[^?&\x00-\x20\x7f]`;
const URL_OPENING = `[?&](?i:${URL_PARAMETERS.join("|")})=`;
const SECRETS: Readonly<Record<TokenKinds, RegExp>> = {
  all: secretBehind(TOKEN_PREFIXES),
  some: secretBehind(["glpat-"]),
};
const END_OF = { token: new RegExp(`(?!${TOKEN})[^]`, "g"), url: new RegExp(`(?!${URL_VALUE})[^]`, "g") } as const;

const OPENINGS = [...TOKEN_PREFIXES, ...URL_PARAMETERS.flatMap((name) => [`?${name}=`, `&${name}=`])];
const MAX_OPENING = OPENINGS.reduce((longest, opening) => Math.max(longest, opening.length), 0);
const LAST_OF_OPENING: ReadonlySet<string> = new Set(OPENINGS.join("").split(""));

const MASK_BYTES = Buffer.from(MASK_TEXT);
const NOTHING = Buffer.alloc(0);

/** One stream's; the output does not depend on how the input was cut. Parameters of URLs are always hidden. */
export function createTokenMasker(kinds: TokenKinds): Masker {
  return new TokenMasker(SECRETS[kinds]);
}

class TokenMasker implements Masker {
  readonly #secret: RegExp;
  /** The last bytes so far, which may begin an opening. */
  #held: Buffer = NOTHING;
  /** The last byte so far was part of a value that may go on. */
  #inside: "token" | "url" | undefined;

  constructor(secret: RegExp) {
    this.#secret = secret;
  }

  write(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    const data = this.#held.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#held, chunk]);
    // One byte is one character: offsets are the same, and no byte is lost.
    const text = data.toString("latin1");
    let from = this.#endOfValue(text);
    const parts: Buffer[] = [];
    if (from < text.length) {
      for (const match of text.matchAll(startingAt(this.#secret, from))) {
        const opening = match[1] ?? match[2] ?? "";
        parts.push(data.subarray(from, match.index + opening.length), MASK_BYTES);
        from = match.index + match[0].length;
        if (from === text.length) this.#inside = match[1] === undefined ? "url" : "token";
      }
    }
    const settled = this.#inside === undefined ? text.length - pendingLength(text, from) : from;
    // A copy: the caller may use its buffer again.
    this.#held = settled === text.length ? NOTHING : Buffer.from(data.subarray(settled));
    if (parts.length === 0) return data.subarray(from, settled);
    return Buffer.concat([...parts, data.subarray(from, settled)]);
  }

  end(): Uint8Array {
    const held = this.#held;
    this.#held = NOTHING;
    this.#inside = undefined;
    return held;
  }

  /** Where what is to be shown begins: behind the rest of a value whose beginning is hidden already. */
  #endOfValue(text: string): number {
    if (this.#inside === undefined) return 0;
    const end = startingAt(END_OF[this.#inside], 0).exec(text);
    if (end === null) return text.length;
    this.#inside = undefined;
    return end.index;
  }
}

function startingAt(pattern: RegExp, index: number): RegExp {
  pattern.lastIndex = index;
  return pattern;
}

/** How many of the last characters may begin an opening, or are one whose value is still to come. */
function pendingLength(text: string, from: number): number {
  if (!LAST_OF_OPENING.has(text.slice(-1).toLowerCase())) return 0;
  for (let length = Math.min(MAX_OPENING, text.length - from); length > 0; length--) {
    const end = text.slice(-length);
    const isUrl = end.startsWith("?") || end.startsWith("&");
    const candidate = isUrl ? end.toLowerCase() : end;
    if (OPENINGS.some((opening) => opening.startsWith(candidate))) return length;
  }
  return 0;
}

function secretBehind(prefixes: readonly string[]): RegExp {
  return new RegExp(`(${prefixes.join("|")})${TOKEN}+|(${URL_OPENING})${URL_VALUE}+`, "g");
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
