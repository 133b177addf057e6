import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { jobPlan, servicePlan, stepPlan } from "../../src/engines/contract/contract-job.ts";
import { RecordedOutput } from "../../src/engines/contract/recorded-output.ts";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import { currentOwner } from "../../src/system/owner.ts";

const { env } = process;
const home = homedir();
const found = await findEndpoint(env, { home, uid: process.getuid?.() });
const socketPath = found.kind === "found" && found.endpoint.kind === "unix" ? found.endpoint.socketPath : undefined;
const image = "busybox:latest";
const never = new AbortController().signal;

/** Stands between us and the engine; hanging up looks like an engine that was killed. */
class Switchboard {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: string) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: target, allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.#sockets.delete(socket));
      }
      client.pipe(engine).pipe(client);
    });
  }

  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
  }

  hangUp(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function open(dockerHost: string): Promise<Engine> {
  const settings = { env: { ...env, DOCKER_HOST: dockerHost }, home, owner: currentOwner() };
  return await openEngine("docker", { ...settings, extraLabels: new Map([["dev.outrigger.test", "docker-lost"]]) });
}

describe.skipIf(socketPath === undefined)("an engine that dies in the middle of a job", () => {
  const runId = `lost${process.pid}`;
  let folder = "";

  afterEach(async () => {
    const engine = await open(`unix://${socketPath ?? ""}`);
    const objects = (await engine.findObjects(never)).filter((object) => object.runId === runId);
    await engine.removeObjects(objects, never);
    await rm(folder, { recursive: true, force: true });
  });

  test("services end without an exit code, the script's wait and the clean-up say that it is gone", async () => {
    folder = await mkdtemp(join(tmpdir(), "outrigger-lost-"));
    const switchboard = new Switchboard(socketPath ?? "");
    await switchboard.listen(join(folder, "engine.sock"));
    const engine = await open(`unix://${folder}/engine.sock`);
    const service = servicePlan("db", image, { command: ["sh", "-c", "sleep 60"] });
    const sandbox = await engine.openJob(
      jobPlan(runId, "job", { services: [service], steps: [stepPlan(image)] }),
      never,
    );
    const running = await sandbox.startService(service, () => undefined, never);
    const step = await sandbox.openStep(stepPlan(image), never);
    const output = new RecordedOutput();
    const script = step.run("echo up; sleep 60\n", output.sink, never);
    await output.until("up");
    switchboard.hangUp();
    await expect(script).rejects.toMatchObject({ code: "engine_unavailable" });
    expect(await running.ended).toMatchObject({ exitCode: undefined, error: expect.stringContaining("engine") });
    await expect(sandbox.close(10_000)).rejects.toMatchObject({ code: "engine_unavailable" });
  });
});
