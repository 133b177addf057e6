// Every text under which a secret may appear in a log. `mask.ts` hides all of them.

/** Values with fewer characters are not masked: hiding every `a` or `42` would leave no log. */
export const MIN_SECRET_LENGTH = 3;
/** A line of a multi-line value is hidden on its own from this length on; `{`, `---` and `EOF` stay readable. */
const MIN_LINE_LENGTH = 5;
/** Base64 of a value that stands inside of a longer text (`user:password`) is hidden from this length on. */
const MIN_BASE64_CORE = 6;
/** Longer values get no encoded forms: nobody prints them in one piece. */
const MAX_ENCODED_LENGTH = 16_384;
/** Where `openssl base64` and `base64` break their lines. */
const BASE64_LINE_LENGTHS = [64, 76];

/** True when a value is long enough to be hidden; surrounding white space does not count. */
export function isMaskable(value: string): boolean {
  return value.trim().length >= MIN_SECRET_LENGTH;
}

/** The values that {@link secretForms} leaves alone because they are too short; blank values are not listed. */
export function unmaskableSecrets(values: readonly string[]): readonly string[] {
  return values.filter((value) => value.trim() !== "" && !isMaskable(value));
}

/**
 * All texts to hide for these values, without repeats: the trimmed value with its own, LF and CRLF line ends, each of its
 * longer lines, and its base64, URL-encoded and JSON-escaped forms.
 *
 * @source GS-1002; GS-1003 lists the forms GitLab Runner does not know
 */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const given of values) {
    if (!isMaskable(given)) continue;
    const value = given.trim().toWellFormed();
    for (const form of lineForms(value)) forms.add(form);
    if (value.length > MAX_ENCODED_LENGTH) continue;
    for (const form of base64Forms(Buffer.from(value))) forms.add(form);
    for (const form of urlForms(value)) forms.add(form);
    forms.add(JSON.stringify(value).slice(1, -1));
  }
  return [...forms];
}

function lineForms(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n/);
  if (lines.length === 1) return [value];
  const single = lines.map((line) => line.trim()).filter((line) => line.length >= MIN_LINE_LENGTH);
  return [value, lines.join("\n"), lines.join("\r\n"), ...single];
}

function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString("base64");
  const forms = [whole, whole.replace(/=+$/, "")];
  for (const length of BASE64_LINE_LENGTHS) {
    for (let at = 0; whole.length > length && at < whole.length; at += length) {
      const line = whole.slice(at, at + length);
      if (line.length >= MIN_BASE64_CORE) forms.push(line);
    }
  }
  for (const bytesBefore of [0, 1, 2]) {
    const core = base64Core(bytes, bytesBefore);
    if (core.length >= MIN_BASE64_CORE) forms.push(core);
  }
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** The characters that depend on nothing but the value when `bytesBefore` (modulo 3) bytes stand before it. */
function base64Core(bytes: Buffer, bytesBefore: number): string {
  const text = Buffer.concat([Buffer.alloc(bytesBefore), bytes]).toString("base64");
  return text.slice(Math.ceil((8 * bytesBefore) / 6), Math.floor((8 * (bytesBefore + bytes.length)) / 6));
}

function urlForms(value: string): string[] {
  const usual = encodeURIComponent(value);
  const strict = usual.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [usual, strict, strict.replaceAll("%20", "+"), strict.replaceAll("%2F", "/")];
  return upper.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}
