import { expect, test } from "vitest";
import { parseImageRef } from "../../../model/image-ref.ts";
import { findRegistryAuth } from "./registry-auth.ts";

test.each([
  ["reg.example:5000/a/b:1", "reg.example:5000"],
  ["me/app", "https://index.docker.io/v1/"],
])("the file's login for %s goes to Docker as it reads it: with the padding (GS-630)", async (text, serveraddress) => {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image: ${text}`);
  const auth = await findRegistryAuth(
    { ref, auth: { username: "u", password: "p>?~" } },
    { env: {}, home: "/nowhere" },
  );
  expect((auth ?? "x").length % 4).toBe(0);
  const login: unknown = JSON.parse(Buffer.from(auth ?? "", "base64url").toString("utf8"));
  expect(login).toEqual({ username: "u", password: "p>?~", serveraddress });
});
