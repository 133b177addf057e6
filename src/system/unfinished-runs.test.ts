import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Owner } from "../model/owner.ts";
import { currentOwner } from "./owner.ts";
import {
  claimDeadRun,
  findAllDeadRuns,
  findDeadRuns,
  hasUnfinishedRuns,
  markUnfinished,
  unmarkUnfinished,
} from "./unfinished-runs.ts";

let stateFolder = "";
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "outrigger-test-"));
});
afterEach(() => rmSync(stateFolder, { recursive: true }));

const self = currentOwner();
const ENGINE = '{"engine":"docker"}';
/** The number is beyond what the kernel gives out. */
const DEAD: Owner = { ...self, pid: 4_194_305, startTime: "1" };

describe("runs that have not ended well", () => {
  test("are those that were marked and not unmarked", () => {
    expect(hasUnfinishedRuns(stateFolder)).toBe(false);
    markUnfinished(stateFolder, "aa11", self, ENGINE);
    expect(hasUnfinishedRuns(stateFolder)).toBe(true);
    unmarkUnfinished(stateFolder, "aa11");
    unmarkUnfinished(stateFolder, "aa11");
    expect(hasUnfinishedRuns(stateFolder)).toBe(false);
  });

  test.each([
    ["a dead process", DEAD, [{ runId: "aa11", engine: ENGINE }]],
    [
      "a process of before the machine was restarted",
      { ...self, bootId: "before" },
      [{ runId: "aa11", engine: ENGINE }],
    ],
    ["a living process", self, []],
    ["another host, of which nobody here knows anything", { ...DEAD, host: "elsewhere" }, []],
  ])("of %s", (_, owner, found) => {
    markUnfinished(stateFolder, "aa11", owner, ENGINE);
    expect(findDeadRuns(stateFolder, self, 0)).toEqual(found);
  });

  test("one that somebody clears up behind is left alone for five minutes", () => {
    markUnfinished(stateFolder, "aa11", DEAD, ENGINE);
    claimDeadRun(stateFolder, "aa11", 1_000_000);
    expect(findDeadRuns(stateFolder, self, 1_299_999)).toEqual([]);
    expect(findDeadRuns(stateFolder, self, 1_300_000)).toEqual([{ runId: "aa11", engine: ENGINE }]);
  });

  test("all of the dead are found, whoever clears up behind them, and none of the living", () => {
    markUnfinished(stateFolder, "aa11", DEAD, ENGINE);
    claimDeadRun(stateFolder, "aa11", 1_000_000);
    markUnfinished(stateFolder, "bb22", self, ENGINE);
    expect(findAllDeadRuns(stateFolder, self)).toEqual([{ runId: "aa11", engine: ENGINE }]);
  });

  test("a file that nobody can read as an owner is nobody's", () => {
    markUnfinished(stateFolder, "aa11", DEAD, ENGINE);
    writeFileSync(join(stateFolder, "unfinished", "bb22"), "garbage\n");
    expect(findDeadRuns(stateFolder, self, 0)).toEqual([{ runId: "aa11", engine: ENGINE }]);
  });

  test("a folder that cannot be written stops nothing", () => {
    writeFileSync(join(stateFolder, "unfinished"), "in the way");
    markUnfinished(stateFolder, "aa11", DEAD, ENGINE);
    expect(findDeadRuns(stateFolder, self, 0)).toEqual([]);
    expect(() => unmarkUnfinished(stateFolder, "aa11")).not.toThrow();
  });
});
