import { expect, test } from "vitest";
import { parseImageRef } from "../../../model/image-ref.ts";
import { findRegistryAuth } from "./registry-auth.ts";

const FROM = { env: {}, home: "/nowhere" };

test.each([
  ["reg.example:5000/a/b:1", "reg.example:5000"],
  ["me/app", "https://index.docker.io/v1/"],
])("the file's login for %s goes to Docker as it reads it: with the padding (GS-630)", async (text, serveraddress) => {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image: ${text}`);
  const auth = await findRegistryAuth({ ref, auth: { username: "u", password: "p>?~" } }, FROM);
  expect((auth ?? "x").length % 4).toBe(0);
  const login: unknown = JSON.parse(Buffer.from(auth ?? "", "base64url").toString("utf8"));
  expect(login).toEqual({ username: "u", password: "p>?~", serveraddress });
});

test("a token of the file goes to Docker as such", async () => {
  const ref = parseImageRef("reg.example/a");
  if (ref === undefined) throw new Error("no image");
  const auth = await findRegistryAuth({ ref, auth: { identitytoken: "t0ken" } }, FROM);
  const login: unknown = JSON.parse(Buffer.from(auth ?? "", "base64url").toString("utf8"));
  expect(login).toEqual({ identitytoken: "t0ken", serveraddress: "reg.example" });
});
