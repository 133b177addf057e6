import { describe, expect, test } from "vitest";
import { testJob, testVariables } from "../../tests/test-pipelines.ts";
import { parseImageRef } from "../model/image-ref.ts";
import { findByRegistry } from "../model/registry-paths.ts";
import { type JobLogins, readJobLogins } from "./docker-auth-config.ts";

const HUB = Buffer.from("ada:s3cret:with-colon").toString("base64");
const CONFIG = JSON.stringify({
  auths: {
    "https://index.docker.io/v1/": { auth: HUB },
    "registry.example.com": { username: "wide", password: "wide-password" },
    "registry.example.com/group": { username: "near", password: "near-password" },
    "broken.example.com": { auth: 5 },
    "token.example.com": { auth: Buffer.from("ada:").toString("base64"), identitytoken: "t0ken" },
  },
});

function loginsOf(text: string): JobLogins {
  return readJobLogins(testJob("J", { variables: testVariables({ DOCKER_AUTH_CONFIG: text }) }));
}

describe("DOCKER_AUTH_CONFIG of a job (GS-630 to GS-633)", () => {
  test.each([
    ["postgres:16", { username: "ada", password: "s3cret:with-colon" }],
    ["registry.example.com/other/app", { username: "wide", password: "wide-password" }],
    ["registry.example.com/group/app:1", { username: "near", password: "near-password" }],
    ["token.example.com/app", { identitytoken: "t0ken" }],
    ["broken.example.com/app", undefined],
    ["ghcr.io/app", undefined],
  ])("the login of %s is %j", (image, login) => {
    const ref = parseImageRef(image);
    expect(ref && findByRegistry(loginsOf(CONFIG).byRegistry, ref)).toEqual(login);
  });

  test("passwords are hidden in both of their forms, and tokens", () => {
    const { secrets } = loginsOf(CONFIG);
    expect(secrets).toEqual(["s3cret:with-colon", HUB, "wide-password", "near-password", "t0ken"]);
  });

  test.each(["no json", "[]", '{"auths": 5}'])("%s is told without a word of it", (text) => {
    const { byRegistry, diagnostics } = loginsOf(text);
    expect(byRegistry.size).toBe(0);
    expect(diagnostics).toMatchObject([{ code: "docker-auth-config", severity: "warning" }]);
    expect(JSON.stringify(diagnostics)).not.toContain(text);
  });

  test.each(["", '{"auths": {}}', '{"credsStore": "desktop"}'])("%j holds none, and that is no fault", (text) => {
    expect(loginsOf(text)).toEqual({ byRegistry: new Map(), secrets: [], diagnostics: [] });
  });
});
