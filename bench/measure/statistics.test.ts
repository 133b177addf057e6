import { describe, expect, test } from "vitest";
import { pairedRatios, spreadOf } from "./statistics.ts";

describe("the spread of a list of figures", () => {
  test("an odd number of figures has the middle one as its median, in whatever order they came", () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({
      median: 3,
      min: 1,
      max: 5,
      lowerQuartile: 2,
      upperQuartile: 4,
      ninetyFifth: 4.8,
    });
  });

  test("an even number of figures has the mean of the two in the middle", () => {
    expect(spreadOf([1, 2, 3, 10])?.median).toBe(2.5);
  });

  test("no figures have no spread", () => {
    expect(spreadOf([])).toBeUndefined();
  });
});

describe("ratios of figures taken in turn", () => {
  test("each round is divided by the same round of the other, so that a slow minute counts on both sides", () => {
    expect(pairedRatios([10, 30], [5, 10])).toEqual([2, 3]);
  });

  test("rounds that only one of the two has are left out", () => {
    expect(pairedRatios([10, 30, 50], [5])).toEqual([2]);
  });
});
