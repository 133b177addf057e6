import { describe, expect, test } from "vitest";
import { DroppedLines, LogRateLimit } from "./log-rate.ts";

const at = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString();

function admitted(limit: LogRateLimit, seconds: number, lengths: readonly number[]): readonly boolean[] {
  return lengths.map((length) => limit.admits(length, at(seconds)));
}

describe("the rate of a service's log", () => {
  test("a burst goes through, what is more does not", () => {
    expect(admitted(new LogRateLimit({ burst: 10, perSecond: 1 }), 0, [6, 4, 1, 1])).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("below the rate everything goes through, however long it lasts", () => {
    const limit = new LogRateLimit({ burst: 10, perSecond: 2 });
    expect(Array.from({ length: 1000 }, (_, second) => limit.admits(2, at(second)))).not.toContain(false);
  });

  test("after a quiet time lines go through again", () => {
    const limit = new LogRateLimit({ burst: 1_000_000, perSecond: 100_000 });
    expect(admitted(limit, 0, [900_000, 200_000, 1])).toEqual([true, false, false]);
    expect(admitted(limit, 4, [1])).toEqual([false]);
    expect(admitted(limit, 6, [1, 1])).toEqual([true, true]);
  });

  test("a clock that goes back opens nothing", () => {
    const limit = new LogRateLimit({ burst: 10, perSecond: 100 });
    expect([limit.admits(10, at(100)), limit.admits(1, at(50)), limit.admits(1, at(50))]).toEqual([true, false, false]);
  });
});

describe("lines that were dropped", () => {
  test("are counted, in lines and bytes, and the last of them kept", () => {
    const dropped = new DroppedLines();
    for (let number = 0; number < 10_000; number++)
      dropped.add(`${String(number).padStart(5, "0")} ${"ü".repeat(93)}\n`);
    const { tail, lines, bytes } = dropped.take();
    expect(tail.length + lines).toBe(10_000);
    expect(tail.at(-1)?.startsWith("09999 ")).toBe(true);
    expect(tail.join("").length).toBeLessThanOrEqual(262_144);
    expect(bytes).toBe(lines * (5 + 1 + 2 * 93 + 1));
    expect([dropped.isEmpty, dropped.take()]).toEqual([true, { tail: [], lines: 0, bytes: 0 }]);
  });

  test("a few are lost to nobody", () => {
    const dropped = new DroppedLines();
    dropped.add("a\n");
    expect(dropped.take()).toEqual({ tail: ["a\n"], lines: 0, bytes: 0 });
  });
});
