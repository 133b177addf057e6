import { describe, expect, test } from "vitest";
import type { ServicePlan } from "../../model/job-plan.ts";
import { imagePlan, jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import { toDockerConfig, type UserLogins } from "./to-pull-secret.ts";

const none: UserLogins = new Map();

function authsOf(
  variable: string | undefined,
  images: readonly ServicePlan["image"][] = [],
  ofUser: UserLogins = none,
): unknown {
  const env = new Map(variable === undefined ? [] : [["DOCKER_AUTH_CONFIG", variable]]);
  const services = images.map((image, index) => servicePlan(`s${index}`, "x:1", { image }));
  const config = toDockerConfig(jobPlan("r", "j", { services, steps: [stepPlan("a:1", { env })] }), ofUser);
  return config === undefined ? undefined : JSON.parse(config);
}

const auth = { username: "u", password: "p" };

describe("logins of a job (K-53)", () => {
  test("none", () => {
    expect(authsOf(undefined, [imagePlan("redis:7")])).toBeUndefined();
  });

  test.each(["", "{", "null", "[]", '{"auths":[]}'])("a variable that holds none: %j", (text) => {
    expect(authsOf(text)).toBeUndefined();
  });

  test("those of the variable, and of the file, which win", () => {
    const variable = JSON.stringify({ auths: { "reg.example:5000": { auth: "old" }, "other.example": { auth: "x" } } });
    expect(
      authsOf(variable, [
        { ...imagePlan("reg.example:5000/a/b:1"), auth },
        { ...imagePlan("me/app"), auth },
      ]),
    ).toEqual({
      auths: {
        "reg.example:5000": { ...auth, auth: "dTpw" },
        "other.example": { auth: "x" },
        "https://index.docker.io/v1/": { ...auth, auth: "dTpw" },
      },
    });
  });

  test("the user's own give way to those of the variable and of the file", () => {
    const ofUser = new Map([
      ["a.example", { username: "mine", password: "m" }],
      ["b.example", { username: "mine", password: "m" }],
      ["c.example", { identitytoken: "t" }],
    ]);
    const variable = JSON.stringify({ auths: { "b.example": { auth: "x" } } });
    expect(authsOf(variable, [], ofUser)).toEqual({
      auths: {
        "a.example": { username: "mine", password: "m", auth: "bWluZTpt" },
        "b.example": { auth: "x" },
        "c.example": { identitytoken: "t" },
      },
    });
  });
});
