import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenMasker } from "./mask-tokens.ts";

function masked(...chunks: readonly string[]): string {
  const masker = createTokenMasker();
  const out = chunks.map((chunk) => Buffer.from(masker.write(Buffer.from(chunk))));
  return Buffer.concat([...out, masker.end()]).toString();
}

describe("tokens by their prefix (GS-1006)", () => {
  test.each([
    ["token glpat-AbC.x.1-2=,", "token glpat-[MASKED],"],
    ["glpat-abc,glrt-def gltok-g.h", "glpat-[MASKED],glrt-[MASKED] gltok-[MASKED]"],
    ["Cookie: _gitlab_session=0a1b; x", "Cookie: _gitlab_session=[MASKED]; x"],
    ["glcbt-64_abc+", "glcbt-[MASKED]+"],
    ["glpat- nothing follows", "glpat- nothing follows"],
    ["glpat-", "glpat-"],
    ["GLPAT-abc glob-x global singled", "GLPAT-abc glob-x global singled"],
    ["ü glpat-aü", "ü glpat-[MASKED]ü"],
  ])("%s", (input, output) => {
    expect(masked(input)).toBe(output);
  });
});

describe("parameters of a URL (GS-1008)", () => {
  test.each([
    ["GET /a?private_token=x%20y&b=1", "GET /a?private_token=[MASKED]&b=1"],
    ["/a?b=1&X-Amz-Signature=0f/+&RSS_TOKEN=é\n", "/a?b=1&X-Amz-Signature=[MASKED]&RSS_TOKEN=[MASKED]\n"],
    ["?x-amz-security-token=a?x-amz-credential=b c", "?x-amz-security-token=[MASKED]?x-amz-credential=[MASKED] c"],
    ["?authenticity_token=&b private_token=x", "?authenticity_token=&b private_token=x"],
    ["?private_token=glpat-abc,d e", "?private_token=[MASKED] e"],
  ])("%s", (input, output) => {
    expect(masked(input)).toBe(output);
  });
});

test("what is shown does not depend on how the output was cut", () => {
  const unit = fc.constantFrom(
    ...[
      "glpat-",
      "gl",
      "g",
      "glrt",
      "-",
      "abc",
      "=",
      " ",
      "\n",
      "?",
      "&",
      "private_token=",
      "X-Amz-",
      "Signature=",
      "ü",
    ],
  );
  const cuts = fc.array(fc.nat(60), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 14 }), cuts, (units, places) => {
      const bytes = Buffer.from(units.join(""));
      const borders = [0, ...places.filter((at) => at < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const masker = createTokenMasker();
      const pieces = borders.slice(1).map((end, index) => {
        // The caller uses its buffer again.
        const chunk = Buffer.from(bytes.subarray(borders[index], end));
        const shown = Buffer.from(masker.write(chunk));
        chunk.fill(0x21);
        return shown;
      });
      expect(Buffer.concat([...pieces, masker.end()]).toString()).toBe(masked(bytes.toString()));
    }),
  );
});

test("a value that goes on for long is one mask, and takes no memory", () => {
  const chunks = Array.from({ length: 1000 }, () => "a".repeat(1000));
  expect(masked("glpat-", ...chunks, "; next")).toBe("glpat-[MASKED]; next");
});
