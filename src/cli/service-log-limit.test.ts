import { expect, test } from "vitest";
import { serviceLogLimit } from "./service-log-limit.ts";

test.each([
  [undefined, {}],
  ["64m", { total: 67_108_864 }],
  ["1 GiB", { total: 1_073_741_824 }],
])("a limit of %s for services' logs", (text, rate) => {
  expect(serviceLogLimit({ serviceLogLimit: text })).toEqual(rate);
});

test("what is no size is refused, with an example", () => {
  expect(() => serviceLogLimit({ serviceLogLimit: "much" })).toThrow('OUTRIGGER_SERVICE_LOG_LIMIT="much" is no size');
});
