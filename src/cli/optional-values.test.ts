import { expect, test } from "vitest";
import { markOptionalValues } from "./optional-values.ts";

test.each([
  [
    ["run", "--json", "test"],
    ["run", "--json=", "test"],
  ],
  [
    ["run", "--json=events.ndjson", "test"],
    ["run", "--json=events.ndjson", "test"],
  ],
  [
    ["lint", "--trusted", ".drone.yml"],
    ["lint", "--trusted=network,volumes,security", ".drone.yml"],
  ],
  [
    ["run", "--", "--json"],
    ["run", "--", "--json"],
  ],
  [[], []],
])("%j keeps the next word a word", (argv, expected) => {
  expect(markOptionalValues(argv)).toEqual(expected);
});
