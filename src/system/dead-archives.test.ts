import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDeadArchives } from "./dead-archives.ts";
import { currentOwner } from "./owner.ts";
import { markUnfinished } from "./unfinished-runs.ts";

test("archives of runs that were killed are found, those of a living run are not", () => {
  const stateFolder = mkdtempSync(join(tmpdir(), "outrigger-archives-"));
  try {
    const self = currentOwner();
    expect(findDeadArchives(stateFolder, self)).toEqual([]);
    for (const runId of ["living", "killed", "ended"]) {
      mkdirSync(join(stateFolder, "runs", runId, "artifacts"), { recursive: true });
    }
    mkdirSync(join(stateFolder, "runs", "without"));
    markUnfinished(stateFolder, "living", self, "");
    markUnfinished(stateFolder, "killed", { ...self, pid: 4_194_305, startTime: "1" }, "");
    expect(
      findDeadArchives(stateFolder, self)
        .map(({ runId }) => runId)
        .toSorted(),
    ).toEqual(["ended", "killed"]);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});
