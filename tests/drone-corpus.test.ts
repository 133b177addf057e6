import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileDrone } from "./compile-drone.ts";
import { SHARED_FOLDER } from "./shared-folder.ts";

// Public pipeline files that lie beside the checkout on some machines; they are no part of this repository.
const FOLDER = join(SHARED_FOLDER, "corpus");
const INDEX = join(FOLDER, "INDEX.tsv");

interface Row {
  readonly file: string;
  readonly dialects: readonly string[];
  readonly path: string;
}

const rows: readonly Row[] = !existsSync(INDEX)
  ? []
  : readFileSync(INDEX, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"))
      .filter(([file = ""]) => !file.startsWith("gitlab/"))
      .map(([file = "", , , , , dialect = "", , path = ""]) => ({ file, dialects: toOurs(dialect), path }));

function toOurs(dialect: string): readonly string[] {
  if (dialect === "drone-0.5-0.8") return ["drone-0.5", "drone-0.8"];
  if (dialect === "drone-0.2/0.3") return ["drone-0.3"];
  return dialect.startsWith("woodpecker") ? ["woodpecker"] : [dialect];
}

/** Files that the old system itself would have refused, with what it would have said. */
const REFUSED: Readonly<Record<string, string>> = {
  "drone/joomla-framework__database.yml": "missing-image",
  "drone/UBCO-COSC499-Summer-2024__team-4-capstone-team-4.yml": "duplicate-name",
  "woodpecker/AlbertZawadzki__bluewom_recrutation_app.yml": "unknown-dependency",
};

describe.skipIf(rows.length === 0)("Drone and Woodpecker files from public repositories", () => {
  const notes = new Map<string, number>();

  test.each(rows)("$file is $dialects", async ({ file, dialects, path }) => {
    const compiled = await compileDrone(readFileSync(join(FOLDER, file), "utf8"), { file: path });
    expect(dialects).toContain(compiled.dialect);
    expect(compiled.pipeline?.jobs.length).toBeGreaterThan(0);
    const errors = new Set(compiled.diagnostics.filter((one) => one.severity === "error").map((one) => one.code));
    const expected = REFUSED[file];
    if (expected === undefined) expect([...errors]).toEqual([]);
    else expect([...errors]).toContain(expected);
    for (const { severity, code } of compiled.diagnostics) {
      const key = `${compiled.dialect} ${severity} ${code}`;
      notes.set(key, (notes.get(key) ?? 0) + 1);
    }
  });

  test("what is noted about them, on demand (OUTRIGGER_PRINT=1)", () => {
    const table = [...notes].toSorted(([a], [b]) => a.localeCompare(b)).map(([key, count]) => `${count}\t${key}`);
    if (process.env["OUTRIGGER_PRINT"] === "1") process.stdout.write(`${table.join("\n")}\n`);
    expect(table.length).toBeGreaterThan(0);
  });
});
