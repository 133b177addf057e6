import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readGivenVariables } from "./given-variables.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function read(variable: readonly string[], env = "", mask: readonly string[] = []): Promise<unknown> {
  await writeFile(join(folder, ".env"), env);
  const given = await readGivenVariables(folder, { variable, envFile: [".env"], mask });
  return Object.fromEntries(
    [...given].map(([name, entry]) => [name, `${entry.value}|${entry.origin}|${entry.masked}`]),
  );
}

describe("variables given on the command line", () => {
  test("a value may hold anything, an equals sign too", async () => {
    expect(await read(["A=1=2", "B="])).toEqual({ A: "1=2|command line|false", B: "|command line|false" });
  });

  test("--variable beats --env-file, whose comments, quotes and exports are understood", async () => {
    const env = "# note\nA=file\n\nexport B='b c'\r\nC=\"d\"\n";
    expect(await read(["A=line"], env, ["B"])).toEqual({
      A: "line|command line|false",
      B: "b c|env file|true",
      C: "d|env file|false",
    });
  });

  test.each(["A", "=x", "1A=x", "A B=x"])("--variable %j is refused", async (text) => {
    await expect(read([text])).rejects.toThrow("is not NAME=VALUE");
  });

  test("a bad line of an env file is named by its number, and its text is not repeated", async () => {
    await expect(read([], "A=1\nsecret token\n")).rejects.toMatchObject({
      message: "expected NAME=VALUE",
      at: { file: ".env", line: 2, column: 1 },
    });
  });

  test("an env file that is not there is a usage error", async () => {
    await expect(readGivenVariables(folder, { variable: [], envFile: ["nope"], mask: [] })).rejects.toThrow('"nope"');
  });
});
