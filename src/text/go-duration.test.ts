import { expect, test } from "vitest";
import { parseGoDuration } from "./go-duration.ts";

test.each<[string, number | undefined]>([
  ["1h30m", 5_400_000],
  ["10m", 600_000],
  ["1.5s", 1500],
  [".5s", 500],
  ["250ms", 250],
  ["-5m", -300_000],
  ["+2s", 2000],
  ["0", 0],
  ["0s", 0],
  ["90", undefined],
  ["", undefined],
  ["-", undefined],
  ["1 hour", undefined],
  ["1h x", undefined],
  ["5d", undefined],
])("%j is %s ms", (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});
