import { expect, test } from "vitest";
import { parseMemory } from "./memory.ts";

test.each([
  ["a limit", "1000\n4096\nMemTotal:  8 kB\n", { usedBytes: 1000, limitBytes: 4096 }],
  ["no limit, as version 2 says it", "1000\nmax\nMemTotal:       8 kB\n", { usedBytes: 1000, limitBytes: 8192 }],
  [
    "no limit, as version 1 says it",
    "1000\n9223372036854771712\nMemTotal: 8 kB\n",
    { usedBytes: 1000, limitBytes: 8192 },
  ],
  ["nothing", "", undefined],
])("a control group with %s", (_, text, sample) => {
  expect(parseMemory(text)).toEqual(sample);
});
