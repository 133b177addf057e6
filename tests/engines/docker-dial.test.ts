import { homedir, networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { callEngine } from "../../scripts/engine/engine-client.ts";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { testJobPlan, testService } from "../test-plans.ts";

const { env } = process;
const home = homedir();
const found = await findEndpoint(env, { home, uid: process.getuid?.() });
const never = new AbortController().signal;

describe.skipIf(found.kind === "none")("dialling a service on Docker", () => {
  test("a host that is on the job's network connects itself: no process is started in a container for it", async () => {
    const extraLabels = new Map([["dev.outrigger.test", "docker-dial"]]);
    await using engine = await openEngine("docker", { env, home, owner: currentOwner(), extraLabels });
    const service = testService("db", "busybox:latest", { command: ["sh", "-c", "httpd -p 8080 -h / && sleep 60"] });
    const plan = testJobPlan({ runId: `d${process.hrtime.bigint().toString(36)}`, services: [service] });
    await using sandbox = await engine.openJob(plan, never);
    const running = await sandbox.startService(service, () => undefined, never);
    await expect.poll(() => running.dial(8080, never), { timeout: 20_000 }).toEqual({ kind: "accepted" });
    expect(await running.dial(8081, never)).toEqual({ kind: "refused" });
    const execs = await countExecs(running.containerName);
    // With an engine in a virtual machine, or in a user's name space, this host has to look inside.
    if (isAddressOfThisHost(await findGateway(running.containerName))) expect(execs).toBe(0);
    else expect(execs).toBeGreaterThan(0);
  });
});

async function findGateway(container: string): Promise<string> {
  const { NetworkSettings } = JSON.parse(await ask(`/containers/${container}/json`, {}));
  const [network] = Object.values<{ readonly Gateway: string }>(NetworkSettings.Networks);
  return network?.Gateway ?? "";
}

async function countExecs(container: string): Promise<number> {
  const filters = JSON.stringify({ container: [container], event: ["exec_create"] });
  const until = String(Math.ceil(Date.now() / 1000) + 1);
  const events = await ask("/events", { since: String(Number(until) - 60), until, filters });
  return events.split("\n").filter((line) => line !== "").length;
}

async function ask(path: string, query: Readonly<Record<string, string>>): Promise<string> {
  if (found.kind === "none") throw new Error("no engine");
  return (await callEngine(found.endpoint, "GET", path, { query })).body;
}

function isAddressOfThisHost(address: string): boolean {
  return Object.values(networkInterfaces()).some((own) => own?.some((one) => one.address === address) === true);
}
