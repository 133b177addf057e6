import { describe, expect, test } from "vitest";
import { jobPlan, stepPlan } from "../contract/contract-job.ts";
import { findSecrets } from "./find-secrets.ts";

function secretsOf(env: Readonly<Record<string, string>>): readonly string[] {
  const steps = [stepPlan("a:1", { env: new Map(Object.entries(env)) })];
  return findSecrets(jobPlan("r", "j", { services: [], steps }));
}

describe("secrets that nobody marked", () => {
  test.each([
    ["none", {}, []],
    ["an empty token", { KUBERNETES_BEARER_TOKEN: "" }, []],
    ["the token of the job (K-48)", { KUBERNETES_BEARER_TOKEN: "ey.token" }, ["ey.token"]],
    [
      "a login, as it is and encoded (K-53)",
      { DOCKER_AUTH_CONFIG: '{"auths":{"a.example":{"auth":"dTpwYXNzOndvcmQ="}}}' },
      ["dTpwYXNzOndvcmQ=", "pass:word"],
    ],
    [
      "a password in the clear, and a token",
      { DOCKER_AUTH_CONFIG: '{"auths":{"a":{"username":"u","password":"open"},"b":{"identitytoken":"tok"}}}' },
      ["open", "tok"],
    ],
    ["a text that is no configuration", { DOCKER_AUTH_CONFIG: "{" }, []],
  ])("%s", (_, env, secrets) => {
    expect(secretsOf(env)).toEqual(secrets);
  });
});
