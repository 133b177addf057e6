import { expect, test } from "vitest";
import { subnetPools } from "./subnet-pools.ts";

test("networks of jobs come from the range that a person chose, else from several of ours", () => {
  expect(subnetPools("10.99.0.0/16")).toEqual(["10.99.0.0/16"]);
  expect(subnetPools(undefined).length).toBeGreaterThan(1);
});

test.each([
  ["much", "is no IPv4 network"],
  ["10.99.0.0", "is no IPv4 network"],
  ["10.300.0.0/16", "is no IPv4 network"],
  ["fd00::/8", "is no IPv4 network"],
  ["10.99.0.0/30", "is smaller than one job's network, a /29"],
])("%s is refused, with an example", (text, problem) => {
  expect(() => subnetPools(text)).toThrow(`OUTRIGGER_SUBNET_POOL="${text}" ${problem}`);
});
