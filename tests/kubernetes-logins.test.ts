import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { imagePlan, jobPlan, servicePlan, stepPlan } from "../src/engines/contract/contract-job.ts";
import { toRecord, toText } from "../src/engines/json.ts";
import { FaultBench } from "./kubernetes/fault-bench.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "outrigger-logins-"));
  await mkdir(join(home, ".docker"));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const login = (user: string): { auth: string } => ({ auth: Buffer.from(`${user}:word`).toString("base64") });

async function writeConfig(config: object): Promise<void> {
  await writeFile(join(home, ".docker", "config.json"), JSON.stringify(config));
}

const plan = jobPlan("logins", "job", {
  services: [
    servicePlan("db", "reg.example:5000/team/db:1", { command: ["x"] }),
    servicePlan("own", "own.example/x:1", {
      command: ["x"],
      image: { ...imagePlan("own.example/x:1"), auth: { username: "file", password: "word" } },
    }),
  ],
  steps: [stepPlan("me/app:1")],
});

/** Starts the job, looks into its pull secret, and ends it. */
async function pullSecretOf(bench: FaultBench): Promise<unknown> {
  await using sandbox = await bench.openJob(plan);
  await sandbox.openStep(plan.steps[0] ?? stepPlan("x"), new AbortController().signal);
  const { store, namespace } = bench.cluster;
  const [secret] = store
    .list("secrets", namespace)
    .filter((object) => object["type"] === "kubernetes.io/dockerconfigjson");
  const text = toText(toRecord(secret?.["stringData"])[".dockerconfigjson"]);
  return text === undefined ? undefined : JSON.parse(text);
}

describe("the user's own logins on a cluster (K-53)", () => {
  test("those for the images of the job go with its pod, a registry's helper before what is written", async () => {
    const helper = join(home, "docker-credential-own");
    await writeFile(helper, '#!/bin/sh\ncat >/dev/null\necho \'{"Username":"helped","Secret":"word"}\'\n');
    await chmod(helper, 0o755);
    await writeConfig({
      auths: {
        "https://index.docker.io/v1/": login("hub"),
        "reg.example:5000": login("written"),
        "own.example": login("never asked"),
        "other.example": login("not needed"),
      },
      credHelpers: { "reg.example:5000": "own" },
    });
    await using bench = await FaultBench.open({ home, env: { PATH: `${home}:/usr/bin:/bin` } });
    expect(await pullSecretOf(bench)).toEqual({
      auths: {
        "https://index.docker.io/v1/": { username: "hub", password: "word", auth: login("hub").auth },
        "reg.example:5000": { username: "helped", password: "word", auth: login("helped").auth },
        "own.example": { username: "file", password: "word", auth: login("file").auth },
      },
    });
    expect(bench.objects).toEqual({ pods: 0, configmaps: 0, secrets: 0 });
  });

  test("are not looked for where the service account has them", async () => {
    await writeConfig({ auths: { "https://index.docker.io/v1/": login("hub") } });
    await using bench = await FaultBench.open({ home, settings: { useServiceAccountImagePullSecrets: true } });
    expect(await pullSecretOf(bench)).toBeUndefined();
  });
});
