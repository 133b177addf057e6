import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BufferedFile } from "./buffered-file.ts";

describe("a file that is written in large pieces", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "outrigger-buffered-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ["one long text", ["😀ü€x".repeat(200_000)]],
    ["texts of every length", Array.from({ length: 3000 }, (_, length) => `${"😀".repeat(length % 97)}${length}\n`)],
    ["nothing but the longest characters, at every offset", ["", "a", "ab", "abc"].map((x) => x + "€".repeat(90_000))],
  ])("holds what was appended, character by character: %s", async (_, texts) => {
    const failures: unknown[] = [];
    const file = new BufferedFile(join(folder, "log"), (error) => failures.push(error));
    for (const text of texts) {
      file.append(text);
      await file.pressure();
    }
    await file.close();
    expect(await readFile(join(folder, "log"), "utf8")).toBe(texts.join(""));
    expect(failures).toEqual([]);
  });
});
