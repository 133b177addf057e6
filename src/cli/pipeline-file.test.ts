import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PipelineFileError } from "../model/outrigger-error.ts";
import { readPipelineFile } from "./pipeline-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-pipeline-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function failureOf(path: string): Promise<PipelineFileError> {
  const failure = await readPipelineFile(path, "ci.yml").catch((error: unknown) => error);
  if (failure instanceof PipelineFileError) return failure;
  throw new Error(`read: ${String(failure)}`);
}

test("a device that never ends is not read to its end", async () => {
  expect((await failureOf("/dev/zero")).message).toBe('"ci.yml" is too large: at most 4194304 bytes are read');
});

test("4 MiB are read, one byte more is not", async () => {
  const path = join(folder, "ci.yml");
  writeFileSync(path, "#".repeat(4 * 1024 * 1024));
  expect(await readPipelineFile(path, "ci.yml")).toHaveLength(4 * 1024 * 1024);
  writeFileSync(path, "#".repeat(4 * 1024 * 1024 + 1));
  expect((await failureOf(path)).message).toContain("is too large");
});

test.each([
  { what: "a link to itself", prepare: (path: string) => symlinkSync(path, path), says: "its links lead in a circle" },
  { what: "nothing", prepare: () => undefined, says: "no such file" },
])("$what has a cause and a next step", async ({ prepare, says }) => {
  const path = join(folder, "ci.yml");
  prepare(path);
  const { message, hint } = await failureOf(path);
  expect([message, hint]).toEqual([`cannot read "ci.yml": ${says}`, "check its name, after --file or as an argument"]);
});
