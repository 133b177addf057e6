import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter, LINE_GOES_ON, MAX_LINE_BYTES } from "./lines.ts";

function lines(chunks: readonly (string | Uint8Array)[]): string[] {
  const out: string[] = [];
  const splitter = createLineSplitter((block) => out.push(...block.texts()));
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return out;
}

/** The rule as a slow sentence, for lines that are not too long. */
function linesSlowly(bytes: Buffer): readonly string[] {
  const all = bytes.toString().split("\n");
  const whole = all.at(-1) === "" ? all.slice(0, -1) : all;
  return whole.map((line) => line.replace(/\r$/, ""));
}

describe("lines of a stream", () => {
  test.each([
    { name: "LF and CRLF end a line", chunks: ["a\nb\r\nc\n"], out: ["a", "b", "c"] },
    { name: "CR and LF in two chunks", chunks: ["a\r", "\nb\n"], out: ["a", "b"] },
    { name: "empty lines stay", chunks: ["\n\na\n\n"], out: ["", "", "a", ""] },
    { name: "the last line needs no end", chunks: ["a\nb"], out: ["a", "b"] },
    { name: "a progress bar is one line", chunks: ["1%\r2%\r", "3%\n"], out: ["1%\r2%\r3%"] },
    { name: "a character cut in two", chunks: [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], out: ["ä"] },
    { name: "broken UTF-8", chunks: [Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0x0a])], out: ["a\uFFFDb", "\uFFFD"] },
    { name: "a character that never gets whole", chunks: [Buffer.from([0x61, 0xe2, 0x82])], out: ["a\uFFFD"] },
  ])("$name", ({ chunks, out }) => {
    expect(lines(chunks)).toEqual(out);
  });

  test("flush hands out a prompt that waits, and what follows is a line of its own", () => {
    const out: string[] = [];
    const splitter = createLineSplitter((block) => out.push(...block.texts()));
    splitter.write(Buffer.from("Password: "));
    expect(out).toEqual([]);
    splitter.flush();
    splitter.flush();
    splitter.write(Buffer.from("ok\n"));
    expect(out).toEqual(["Password: ", "ok"]);
    splitter.write(Buffer.from([0x61, 0xc3]));
    splitter.flush();
    splitter.write(Buffer.from([0xa4, 0x0a]));
    expect(out.slice(2)).toEqual(["a", "ä"]);
  });

  test("a line of 64 KiB is whole, a longer one is cut between characters", () => {
    expect(lines([`${"x".repeat(MAX_LINE_BYTES)}\ny\n`])).toEqual(["x".repeat(MAX_LINE_BYTES), "y"]);
    const [first, second, third] = lines([`x${"ä".repeat(40_000)}\ny\n`]);
    expect(first).toBe(`x${"ä".repeat(32_767)}${LINE_GOES_ON}`);
    expect(second).toBe("ä".repeat(40_000 - 32_767));
    expect(third).toBe("y");
  });

  test("however a stream is cut, the lines are the same", () => {
    const piece = fc.constantFrom<string | number[]>(
      [0xff],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      "ä",
      "€",
      "😀",
      "\n",
      "\r\n",
      "\r",
      "abc",
      "z".repeat(5000),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(1_000_000), { maxLength: 9 }),
        (pieces, places) => {
          const bytes = Buffer.concat(pieces.map((part) => Buffer.from(part)));
          const cuts = [
            0,
            ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
            bytes.length,
          ];
          const chunks = cuts.slice(1).map((end, n) => bytes.subarray(cuts[n], end));
          expect(lines(chunks)).toEqual(linesSlowly(bytes));
        },
      ),
      { numRuns: 300 },
    );
  });
});
