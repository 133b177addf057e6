import { describe, expect, test } from "vitest";
import type { OwnedObject } from "../engines/engine.ts";
import type { Owner } from "../model/owner.ts";
import { currentOwner } from "../system/owner.ts";
import { findLeftovers } from "./sweep.ts";

const NOW = Date.parse("2026-01-02T00:00:00Z");
const self = currentOwner();
/** The number is beyond what the kernel gives out. */
const DEAD: Owner = { ...self, pid: 4_194_305, startTime: "1" };
const ELSEWHERE: Owner = { ...DEAD, host: "elsewhere" };

async function whyLeft(owner: Owner | undefined, leaseUntil?: number): Promise<readonly string[]> {
  const object: OwnedObject = {
    kind: "network",
    id: "1",
    name: "n",
    runId: "aa11",
    job: "j",
    owner,
    createdAt: undefined,
    ...(leaseUntil === undefined ? {} : { leaseUntil }),
  };
  const engine = { findObjects: () => Promise.resolve([object]) };
  const found = await findLeftovers(engine, { owner: self, now: NOW }, new AbortController().signal);
  return found.map(({ why }) => why);
}

describe("what a run left behind", () => {
  test.each([
    ["a living process, whatever its lease", self, 0, []],
    ["a dead process", DEAD, NOW + 1, ["process 4194305 of run aa11 is gone"]],
    ["a machine before its restart", { ...self, bootId: "x" }, 0, ["run aa11 ended when this machine was restarted"]],
    ["another host, within its lease", ELSEWHERE, NOW + 1, []],
    ["another host, without a lease", ELSEWHERE, undefined, []],
    [
      "another host, after its lease",
      ELSEWHERE,
      NOW,
      ["run aa11 of host elsewhere should have ended by 2026-01-02T00:00:00.000Z"],
    ],
    ["nobody knows whom", undefined, 0, []],
  ])("by %s", async (_, owner, leaseUntil, why) => {
    expect(await whyLeft(owner, leaseUntil)).toEqual(why);
  });
});
