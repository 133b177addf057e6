import { describe, expect, test } from "vitest";
import { parseDuration } from "./duration.ts";

describe("durations as GitLab reads them (GY-249)", () => {
  test.each([
    ["90", 90],
    ["45s", 45],
    ["3h 30m", 12_600],
    ["1h30m", 5400],
    ["1 hour", 3600],
    ["90 minutes", 5400],
    ["1 day and 2 hours", 93_600],
    ["1 week, 2 days", 777_600],
    ["1.5 hours", 5400],
    ["one hour", 3600],
    ["2 mos", 5_184_000],
    ["01:30:00", 5400],
    ["10:30", 630],
    ["1 Hour", 3600],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(["", "soon", "0", "0 minutes", "-5", "1 parsec", "hour", "1h 30", "never", "5 5 minutes"])(
    "%j is no duration",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});
