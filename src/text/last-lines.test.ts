import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LastLines } from "./last-lines.ts";
import { LineBlock } from "./line-block.ts";

test("the last lines of a log are kept, however they come", () => {
  const blocks = fc.array(fc.array(fc.constantFrom("", "a", "ü", "b c"), { maxLength: 9 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), blocks, (limit, all) => {
      const last = new LastLines(limit);
      for (const texts of all) {
        const block = LineBlock.of(texts);
        last.add(block);
        // Whoever gave the block uses its bytes again.
        block.bytes.fill("x");
      }
      expect(last.texts()).toEqual(all.flat().slice(-limit));
    }),
    { numRuns: 300 },
  );
});
