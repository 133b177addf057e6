import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TokenKinds } from "./mask.ts";
import { createTokenMasker } from "./mask-tokens.ts";

function masked(...chunks: readonly string[]): string {
  return maskedIn(chunks, "all");
}

function maskedIn(chunks: readonly string[], kinds: TokenKinds): string {
  const masker = createTokenMasker(kinds);
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
    ["glpat-glpat-a b", "glpat-[MASKED] b"],
    ["glrglrtr-a gglrt-b", "glrglrtr-[MASKED] gglrt-[MASKED]"],
  ])("%s", (input, output) => {
    expect(masked(input)).toBe(output);
  });

  test("without FF_MASK_ALL_DEFAULT_TOKENS only those of people are hidden, and parameters of URLs all the same", () => {
    const input = "glpat-a gldt-b _gitlab_session=c /?rss_token=d gl";
    expect(maskedIn([input], "some")).toBe("glpat-[MASKED] gldt-b _gitlab_session=c /?rss_token=[MASKED] gl");
  });
});

/** The rules as one slow pattern over a text that is whole. */
function maskedSlowly(text: string): string {
  const token = /(glpat-|glrt-|glrtr-|gldt-|_gitlab_session=)[0-9A-Za-z._=-]+/;
  const url = /([?&](?:private_token|rss_token|x-amz-signature)=)[^?&\x00-\x20\x7f]+/i;
  let out = "";
  for (let rest = text; ; ) {
    const first = [token.exec(rest), url.exec(rest)]
      .filter((match) => match !== null)
      .toSorted((a, b) => a.index - b.index)[0];
    if (first === undefined) return out + rest;
    out += `${rest.slice(0, first.index)}${first[1]}[MASKED]`;
    rest = rest.slice(first.index + first[0].length);
  }
}

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

test("what is shown does not depend on how the output was cut, and is what the rules say", () => {
  const unit = fc.constantFrom(
    ...[
      "glpat-",
      "gl",
      "g",
      "glrt",
      "glrtr-",
      "_gitlab_",
      "session=",
      "GLPAT-",
      "-",
      "abc",
      "=",
      " ",
      "\n",
      "?",
      "&",
      "private_token=",
      "?rss_TOKEN=x",
      "X-Amz-",
      "Signature=",
      "ü",
    ],
  );
  const cuts = fc.array(fc.nat(60), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), cuts, (units, places) => {
      const bytes = Buffer.from(units.join(""));
      const borders = [0, ...places.filter((at) => at < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const masker = createTokenMasker("all");
      const pieces = borders.slice(1).map((end, index) => {
        // The caller uses its buffer again.
        const chunk = Buffer.from(bytes.subarray(borders[index], end));
        const shown = Buffer.from(masker.write(chunk));
        chunk.fill(0x21);
        return shown;
      });
      expect(Buffer.concat([...pieces, masker.end()]).toString()).toBe(maskedSlowly(bytes.toString()));
    }),
    { numRuns: 2000 },
  );
});

test("a value that goes on for long is one mask, and takes no memory", () => {
  const chunks = Array.from({ length: 1000 }, () => "a".repeat(1000));
  expect(masked("glpat-", ...chunks, "; next")).toBe("glpat-[MASKED]; next");
});
