import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileMask, createMasker, MASK_TEXT } from "./mask.ts";
import { secretForms } from "./secret-forms.ts";

/** Masks `input` cut at these byte offsets. */
function masked(secrets: readonly string[], input: string | Uint8Array, cuts: readonly number[] = []): string {
  const masker = createMasker(secrets);
  const bytes = Buffer.from(input);
  const out: Uint8Array[] = [];
  const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (let n = 1; n < borders.length; n++)
    out.push(Buffer.from(masker.write(bytes.subarray(borders[n - 1], borders[n]))));
  out.push(masker.end());
  return Buffer.concat(out).toString();
}

/** The rule as a slow sentence: bytes of an occurrence vanish, overlapping occurrences are one. */
function maskedSlowly(secrets: readonly string[], input: string): string {
  const spans: [number, number][] = [];
  for (const form of secretForms(secrets)) {
    for (let at = input.indexOf(form); at >= 0; at = input.indexOf(form, at + 1)) spans.push([at, at + form.length]);
  }
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let out = "";
  let shown = 0;
  let end = 0;
  for (const [from, to] of spans) {
    if (from >= end || end === 0) {
      out += input.slice(shown, from) + MASK_TEXT;
      end = to;
    } else end = Math.max(end, to);
    shown = end;
  }
  return out + input.slice(shown);
}

function tinyText(maxLength: number) {
  return fc.string({ unit: fc.constantFrom("a", "b", "c", "\n"), maxLength });
}

describe("masking (GS-1002 to GS-1005)", () => {
  test.each([
    { name: "one value", secrets: ["hunter2"], input: "pw=hunter2;", output: "pw=[MASKED];" },
    {
      name: "white space around a value is not part of it",
      secrets: ["  hunter2\n"],
      input: "hunter2",
      output: "[MASKED]",
    },
    { name: "empty and blank values hide nothing", secrets: ["", "  "], input: "a b", output: "a b" },
    { name: "two characters are too few", secrets: ["ab"], input: "ab", output: "ab" },
    {
      name: "the longest wins",
      secrets: ["secret", "secret-long"],
      input: "secret-long secret",
      output: "[MASKED] [MASKED]",
    },
    { name: "neighbours stay two", secrets: ["abc"], input: "abcabc", output: "[MASKED][MASKED]" },
    { name: "overlapping values", secrets: ["aabb", "bbcc"], input: "xaabbccx", output: "x[MASKED]x" },
    { name: "a value that overlaps itself", secrets: ["abab"], input: "xabababx", output: "x[MASKED]x" },
    { name: "a repeated start (GS-1005)", secrets: ["aab"], input: "aaab", output: "a[MASKED]" },
    { name: "LF value with CRLF line ends", secrets: ["one\ntwo"], input: "one\r\ntwo", output: "[MASKED]" },
    { name: "CRLF value with LF line ends", secrets: ["one\r\ntwo"], input: "one\ntwo", output: "[MASKED]" },
    {
      name: "lines of a value that arrive apart",
      secrets: ["first-line\n  second-line\n}"],
      input: "1: first-line\n2: second-line\n3: }\n",
      output: "1: [MASKED]\n2: [MASKED]\n3: }\n",
    },
    { name: "base64", secrets: ["p@ssw0rd!"], input: "cEBzc3cwcmQh", output: "[MASKED]" },
    {
      name: "URL-encoded",
      secrets: ["p@ss w/rd"],
      input: "?p=p%40ss%20w%2Frd&q=p%40ss+w%2frd",
      output: "?p=[MASKED]&q=[MASKED]",
    },
    { name: "JSON-escaped", secrets: ['a"b\nc'], input: '{"k":"a\\"b\\nc"}', output: '{"k":"[MASKED]"}' },
    { name: "non-ASCII", secrets: ["pässwörd"], input: "ä pässwörd ö", output: "ä [MASKED] ö" },
  ])("$name", ({ secrets, input, output }) => {
    const everyByte = Array.from({ length: Buffer.byteLength(input) }, (_, at) => at);
    expect(masked(secrets, input)).toBe(output);
    expect(masked(secrets, input, everyByte)).toBe(output);
  });

  test("base64 of a longer text does not show the value inside of it", () => {
    for (const user of ["a", "ab", "abc"]) {
      const header = Buffer.from(`${user}:correct-horse-battery!`).toString("base64");
      const left = masked(["correct-horse-battery"], header).replace(MASK_TEXT, "");
      expect(left.length).toBeLessThan(12);
    }
  });

  test("a fragment of more than half of a secret at the end of a stream is hidden, less is not", () => {
    expect(masked(["0123456789"], "x 012345")).toBe("x [MASKED]");
    expect(masked(["0123456789"], "x 01234")).toBe("x 01234");
  });

  test("an endless run of one overlapping secret holds almost nothing back and shows one mask", () => {
    const masker = createMasker(["aaa"]);
    const chunk = Buffer.alloc(1000, "a");
    let shown = 0;
    for (let n = 0; n < 100; n++) shown += masker.write(chunk).length;
    expect(shown + masker.end().length).toBe(MASK_TEXT.length);
  });

  test("a mask is compiled once and serves many streams", () => {
    const mask = compileMask(["hunter2"]);
    const [one, two] = [createMasker(mask), createMasker(mask)];
    expect(Buffer.from(one.write(Buffer.from("hunt"))).toString()).toBe("");
    expect(Buffer.from(two.write(Buffer.from("er2 x"))).toString()).toBe("er2 x");
    expect(Buffer.from(one.write(Buffer.from("er2 x"))).toString()).toBe("[MASKED] x");
  });

  test("however a stream is cut, the output is the same and holds no secret", () => {
    fc.assert(
      fc.property(
        fc.array(tinyText(9), { maxLength: 5 }),
        fc.array(tinyText(40), { maxLength: 8 }),
        fc.array(fc.nat(300), { maxLength: 12 }),
        (secrets, pieces, places) => {
          const input = pieces.flatMap((piece, n) => [piece, secrets[n] ?? ""]).join("");
          const output = masked(
            secrets,
            `${input}.`,
            places.map((place) => place % (input.length + 1)),
          );
          expect(output).toBe(maskedSlowly(secrets, `${input}.`));
          for (const form of secretForms(secrets)) expect(output.includes(form)).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
