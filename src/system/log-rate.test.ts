import { describe, expect, test } from "vitest";
import { LogRateLimit } from "./log-rate.ts";

const total = Number.POSITIVE_INFINITY;

const at = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString();

function admitted(limit: LogRateLimit, seconds: number, lengths: readonly number[]): readonly boolean[] {
  return lengths.map((length) => limit.admits(length, at(seconds)));
}

describe("the rate of a service's log", () => {
  test("a burst goes through, what is more does not", () => {
    expect(admitted(new LogRateLimit({ burst: 10, perSecond: 1, total }), 0, [6, 4, 1, 1])).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("below the rate everything goes through, however long it lasts", () => {
    const limit = new LogRateLimit({ burst: 10, perSecond: 2, total });
    expect(Array.from({ length: 1000 }, (_, second) => limit.admits(2, at(second)))).not.toContain(false);
  });

  test("after a quiet time lines go through again", () => {
    const limit = new LogRateLimit({ burst: 1_000_000, perSecond: 100_000, total });
    expect(admitted(limit, 0, [900_000, 200_000, 1])).toEqual([true, false, false]);
    expect(admitted(limit, 4, [1])).toEqual([false]);
    expect(admitted(limit, 6, [1, 1])).toEqual([true, true]);
  });

  test("nothing goes through once the total is reached, however slowly it was, and the dropped end has its place in it", () => {
    const limit = new LogRateLimit({ burst: 10, perSecond: 100, total: 262_144 + 25 });
    const lengths = Array.from({ length: 8 }, (_, second) => limit.admits(5, at(second)));
    expect(lengths).toEqual([true, true, true, true, true, false, false, false]);
    expect(limit.isFull).toBe(true);
  });

  test("a clock that goes back opens nothing", () => {
    const limit = new LogRateLimit({ burst: 10, perSecond: 100, total });
    expect([limit.admits(10, at(100)), limit.admits(1, at(50)), limit.admits(1, at(50))]).toEqual([true, false, false]);
  });
});
