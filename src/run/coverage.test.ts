import { expect, test } from "vitest";
import { LineBlock } from "../text/line-block.ts";
import { findCoverage } from "./coverage.ts";

const pattern = (body: string): ReturnType<typeof findCoverage> => findCoverage({ body, flags: "" });

test.each([
  ["\\d+\\.\\d+%", ["50.5% of 90.25%", "nothing"], 90.25],
  ["Total: (\\d+)%", ["Total: 10%", "Total: 80%", "total: 3%"], 80],
  ["Lines (\\d+)/(\\d+)", ["Lines 3/4"], 4],
  ["cov.*", ["\u001b[32mcov 71 %\u001b[0m"], 71],
  ["cov", ["cov"], undefined],
  ["(", ["1"], undefined],
])("%s finds %j (GY-238)", (body, lines, percent) => {
  const finder = pattern(body);
  for (const line of lines) finder.look(LineBlock.of([line]));
  expect(finder.percent()).toBe(percent);
});

test("a job without a pattern has no coverage", () => {
  const finder = findCoverage(undefined);
  finder.look(LineBlock.of(["100%"]));
  expect(finder.percent()).toBeUndefined();
});
