import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../model/outrigger-error.ts";
import { toDialectRequest } from "./dialect-request.ts";

const NOTHING = { variable: [], envFile: [], mask: [] } as const;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-request-"));
  await writeFile(join(folder, "a.env"), "# mine\ncodecov-token=one\nexport B='two words'\n");
  await writeFile(join(folder, "b.env"), "B=three\n");
  await writeFile(join(folder, "bad.env"), "GOOD=1\ngeheim\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("how a file is to be read, from the command line (DR-22, DR-318)", () => {
  test("nothing said is nothing decided", async () => {
    const request = await toDialectRequest(folder, NOTHING);
    const includes = { isOffline: false, projects: new Map(), templates: undefined, allowPrivate: false };
    expect(request).toEqual({ trigger: {}, secrets: new Map(), deliver: false, includes });
  });

  test("the trigger and the dialect", async () => {
    const options = { ...NOTHING, dialect: "drone-1", event: "tag", tag: "v1", target: "production" };
    expect(await toDialectRequest(folder, options)).toMatchObject({
      dialect: "drone-1",
      trigger: { event: "tag", tag: "v1", target: "production" },
    });
  });

  test("where included files come from: folders from here, addresses as they are", async () => {
    const { includes } = await toDialectRequest(folder, {
      ...NOTHING,
      offline: true,
      includeProject: ["g/a=../a", "g/b=https://h/b.git", "g/c=git@h:c.git"],
      templates: "t",
    });
    expect(includes).toEqual({
      isOffline: true,
      projects: new Map([
        ["g/a", join(folder, "../a")],
        ["g/b", "https://h/b.git"],
        ["g/c", "git@h:c.git"],
      ]),
      templates: join(folder, "t"),
      allowPrivate: false,
    });
    await expect(toDialectRequest(folder, { ...NOTHING, includeProject: ["g/a"] })).rejects.toThrow(UsageError);
  });

  test("secrets of several files, the last one wins; their names may have hyphens", async () => {
    const { secrets } = await toDialectRequest(folder, { ...NOTHING, secretFile: ["a.env", "b.env"] });
    expect([...(secrets ?? [])]).toEqual([
      ["codecov-token", "one"],
      ["B", "three"],
    ]);
  });

  test("a line that is none is told by its place, never repeated", async () => {
    const reading = toDialectRequest(folder, { ...NOTHING, secretFile: ["bad.env"] });
    await expect(reading).rejects.toMatchObject({ at: { file: "bad.env", line: 2 } });
    await expect(reading).rejects.not.toMatchObject({ message: expect.stringContaining("geheim") });
  });

  test("an unknown dialect, a file that is not there", async () => {
    await expect(toDialectRequest(folder, { ...NOTHING, dialect: "drone" })).rejects.toThrow(UsageError);
    const missing = toDialectRequest(folder, { ...NOTHING, secretFile: ["none.env"] });
    await expect(missing).rejects.toThrow('cannot read --secret-file "none.env"');
  });
});
