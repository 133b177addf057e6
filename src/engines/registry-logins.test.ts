import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ImageRef, parseImageRef } from "../model/image-ref.ts";
import { findRegistryLogin } from "./registry-logins.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "outrigger-auth-"));
  await mkdir(join(home, ".docker"));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

function image(text: string): ImageRef {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image: ${text}`);
  return ref;
}

async function findLogin(text: string, config: unknown, env: Record<string, string> = {}): Promise<unknown> {
  await writeFile(join(home, ".docker", "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  return await findRegistryLogin(image(text), { env, home });
}

async function writeHelper(name: string, answer: string): Promise<void> {
  const path = join(home, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`);
  await chmod(path, 0o755);
}

const login = (user: string): { auth: string } => ({ auth: Buffer.from(`${user}:pass:word`).toString("base64") });

describe("logins for registries", () => {
  const auths = {
    "https://index.docker.io/v1/": login("hub"),
    "reg.example:5000": login("whole"),
    "reg.example:5000/team/app": login("app"),
    "https://Other.example/v2/": login("other"),
  };
  test.each([
    ["redis", "hub"],
    ["me/app:1", "hub"],
    ["docker.io/library/redis", "hub"],
    ["reg.example:5000/team/else", "whole"],
    ["reg.example:5000/team/app:2", "app"],
    ["reg.example:5000/team/app/part", "app"],
    ["other.example/x", "other"],
  ])("%s is pulled as %s: the longest path wins (GS-631, GS-632)", async (text, username) => {
    expect(await findLogin(text, { auths })).toMatchObject({ username, password: "pass:word" });
  });

  test.each([
    ["no entry", { auths: {} }],
    ["a broken file", "{"],
    ["an entry without a login", { auths: { "reg.example": {} } }],
    ["a helper that is not there", { credsStore: "no-such-store-of-outrigger" }],
    ["a helper with a path in its name (GS-634)", { credsStore: "../../bin/true" }],
  ])("%s means an anonymous pull", async (_, config) => {
    expect(await findLogin("reg.example/x", config, { PATH: home })).toBeUndefined();
  });

  test("a registry's own helper beats the store, which beats a written login (GS-633)", async () => {
    await writeHelper("own", '{"Username":"from-own","Secret":"s"}');
    await writeHelper("store", '{"Username":"<token>","Secret":"t0ken"}');
    const config = {
      auths: { "a.example": login("written") },
      credsStore: "store",
      credHelpers: { "b.example": "own" },
    };
    const env = { PATH: `${home}:/usr/bin:/bin` };
    expect(await findLogin("b.example/x", config, env)).toMatchObject({ username: "from-own", password: "s" });
    expect(await findLogin("a.example/x", config, env)).toMatchObject({ identitytoken: "t0ken" });
  });
});
