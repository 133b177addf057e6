import { expect, test } from "vitest";
import { testJobPlan, testStep } from "../../tests/test-plans.ts";
import type { RunEventBody } from "../events/run-event.ts";
import { maskedTokens } from "./masked-tokens.ts";

test.each([
  [undefined, "all", []],
  ["true", "all", []],
  ["false", "some", []],
  ["0", "some", []],
  ["no", "all", ["FF_MASK_ALL_DEFAULT_TOKENS: could not parse feature flag, expected bool, got no"]],
])("FF_MASK_ALL_DEFAULT_TOKENS: %s hides %s tokens (GS-306, GS-1006)", (value, kinds, notes) => {
  const env = new Map(value === undefined ? [] : [["FF_MASK_ALL_DEFAULT_TOKENS", value]]);
  const told: RunEventBody[] = [];
  const plan = testJobPlan({ steps: [testStep("alpine", ["true"], { env })] });
  expect(maskedTokens(plan, (event) => told.push(event))).toBe(kinds);
  expect(told.map((event) => event.type === "run.note" && event.text)).toEqual(notes);
});
