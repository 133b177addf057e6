import { describe, expect, test } from "vitest";
import { parseQuantity } from "./quantity.ts";

describe("amounts as a cluster writes them", () => {
  test.each([
    ["1", 1_000_000_000n],
    ["500m", 500_000_000n],
    ["0.5", 500_000_000n],
    [".5", 500_000_000n],
    ["1e3", 1_000_000_000_000n],
    ["1E3", 1_000_000_000_000n],
    ["1E", 10n ** 27n],
    ["1Ki", 1024n * 10n ** 9n],
    ["1.5Gi", 3n * 2n ** 29n * 10n ** 9n],
    ["1k", 10n ** 12n],
    ["0.0000000001", 1n],
  ])("%s", (text, billionths) => {
    expect(parseQuantity(text)).toBe(billionths);
  });

  test.each(["", "x1", "1 Gi", "1gb", "-1", "1Kii", ".", "1e", "0x10"])("%j is none", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
