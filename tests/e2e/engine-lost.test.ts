import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";
import { engineSocket, untilGone } from "./test-engine.ts";

const enginePath = await engineSocket();

/** Stands between the program and its engine; hanging up looks like an engine that was killed. */
class Line {
  readonly path: string;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<void> {
    rmSync(this.path, { force: true });
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: enginePath ?? "", allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.#sockets.delete(socket));
      }
      client.pipe(engine).pipe(client);
    });
    this.#server = server;
    await new Promise<void>((settle) => server.listen(this.path, settle));
  }

  hangUp(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

describe.skipIf(enginePath === undefined)("an engine that dies in the middle", () => {
  const project = new CliProject({
    ".gitlab-ci.yml": `
default: {image: busybox}
script: {services: [{name: redis:7, alias: cache}], script: [echo on, sleep 60, echo never], after_script: [echo never]}
waiting: {services: [{name: "memcached:latest", alias: slow, command: [sleep, "60"]}], script: [echo never]}
`,
  });
  const line = new Line(join(project.folder, "engine.sock"));
  afterAll(() => {
    line.hangUp();
    project[Symbol.dispose]();
  });

  test.each([
    ["script", "job.log"],
    ["waiting", "service.waiting"],
    ["script", "service.starting"],
  ] as const)("%s, at %s: exit 6, one cause, no hang; what is left goes once the engine is back", async (job, when) => {
    await line.open();
    const run = project.startRun([job], { DOCKER_HOST: `unix://${line.path}` });
    const { run: runId } = await run.until((event) => event.type === when);
    const lostAt = performance.now();
    line.hangUp();
    const result = await run.finished;
    expect(performance.now() - lostAt).toBeLessThan(15_000);
    expect(result.exitCode).toBe(6);
    expect(eventOf(result, "run.finished")).toMatchObject({ state: "failed", exitCode: 6 });
    expect(eventOf(result, "run.finished").cause).toMatchObject({
      kind: "engine_unavailable",
      hint: expect.any(String),
    });
    expect(eventOf(result, "run.cleaned").problems).toEqual([expect.stringContaining("outrigger gc")]);
    expect(result.events.filter((event) => event.type === "service.failed" && event.fatal)).toEqual([]);
    expect(jobOutput(result)).not.toContain("never");
    await line.open();
    await untilGone(runId, 20_000);
    line.hangUp();
  });
});
